"""Which of several files a record or a rejected row came from."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import apsw
import msgspec

from pushconsole.records.database import get_meta


@dataclass(frozen=True)
class FileMark:
    """Where a file begins among the records and the rejected rows, both numbered from 1 as they came."""

    name: str
    first_record: int
    first_rejected: int


class FileNames:
    """Tells which of several files a record or a rejected row came from."""

    def __init__(self, connection: apsw.Connection) -> None:
        text = get_meta(connection, "files")
        self._marks = [] if text is None else msgspec.json.decode(text, type=list[FileMark])
        self._records = [mark.first_record for mark in self._marks]
        self._rejected = [mark.first_rejected for mark in self._marks]

    def of_record(self, record_id: int) -> str | None:
        """Return the name of the file of a record, or None where only one file was loaded."""
        return self._marks[bisect_right(self._records, record_id) - 1].name if self._marks else None

    def of_rejected(self, rejected_id: int) -> str | None:
        """Return the name of the file of a rejected row, or None where only one file was loaded."""
        return self._marks[bisect_right(self._rejected, rejected_id) - 1].name if self._marks else None
