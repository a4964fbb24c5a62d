"""What reading a file means: the choices, the progress, the outcome, and what every reader gives."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pushconsole.records.column_types import CellKind
from pushconsole.records.read_options import EmptyCell, ReadOptions
from pushconsole.records.source_file import SourceFile

__all__ = [
    "EmptyCell", "LoadProgress", "LoadReport", "NewRecord", "Portion", "ReadOptions", "RecordReader", "Rejected",
    "TurnedToText", "portion_of", "portions",
]  # fmt: skip


@dataclass(frozen=True)
class LoadProgress:
    """How far loading has come; the rows counted can be read already."""

    loaded: int
    rejected: int
    read_bytes: int
    size_bytes: int


@dataclass(frozen=True)
class TurnedToText:
    """A column that looked like numbers (or true and false) until this cell, and is text therefore."""

    column: str
    line: int
    value: str
    file: str | None = None


@dataclass(frozen=True)
class Rejected:
    """A row that is no record.

    Attributes:
        line: the line of the file it begins in, from 1.
        text: the row as the file has it.
        reason: why it is no record, as a whole sentence.
        file: the file's name, where several were loaded.
        rejected_id: its number in the workspace; 0 while it is on its way there.

    """

    line: int
    text: str
    reason: str
    file: str | None = None
    rejected_id: int = 0


@dataclass(frozen=True)
class LoadReport:
    """What loading a file came to: ``loaded`` + ``rejected`` is what the file holds, unless it was cancelled.

    With several files, ``source`` is the first one's with the size of all; ``notes`` are sentences about the files as
    a whole, such as one that was changed while it was read, or has lines that were taken for comments.
    """

    source: SourceFile
    loaded: int
    rejected: int
    turned_to_text: tuple[TurnedToText, ...]
    seconds: float
    cancelled: bool
    notes: tuple[str, ...] = ()


NewRecord = tuple[str | bytes | None, int, bytes]
"""A record as it enters the workspace: object_id column, line, text in UTF-8 (which is what SQLite keeps: text would
be decoded and encoded again for every record)."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Records that follow one another, by column: a loop over single ones would take as long as reading them.

    Attributes:
        object_ids: what the object_id column holds for each.
        lines: the line each begins in; a range where every line is a record.
        texts: their JSON texts in UTF-8.

    """

    object_ids: Sequence[str | bytes | None]
    lines: Sequence[int]
    texts: Sequence[bytes]

    def __len__(self) -> int:
        return len(self.texts)

    def records(self) -> Iterator[NewRecord]:
        """Yield the records one by one."""
        return zip(self.object_ids, self.lines, self.texts, strict=True)


_RECORDS_TOGETHER = 512
_BYTES_TOGETHER = 1 << 18
_LONGEST_GATHERED_S = 0.02


def portions(rows: Iterable[NewRecord | None]) -> Iterator[Portion]:
    """Yield records that a reader makes one by one together; None stands for a row that is none."""
    gathered: list[NewRecord] = []
    size, count, until = 0, 0, time.monotonic() + _LONGEST_GATHERED_S
    for row in rows:
        count += 1
        if row is not None:
            gathered.append(row)
            size += len(row[2])
        if count >= _RECORDS_TOGETHER or size >= _BYTES_TOGETHER or time.monotonic() > until:
            yield portion_of(gathered)
            gathered, size, count, until = [], 0, 0, time.monotonic() + _LONGEST_GATHERED_S
    yield portion_of(gathered)


def portion_of(records: Sequence[NewRecord]) -> Portion:
    """Return records by column."""
    ids, lines, texts = zip(*records, strict=True) if records else ((), (), ())
    return Portion(ids, lines, texts)


class RecordReader(Protocol):
    """Reads one file, some records at a time.

    Attributes:
        rejected: rows that were no records; whoever reads empties it.
        turned: columns that turned to text on the way.

    """

    rejected: list[Rejected]
    turned: list[TurnedToText]

    def portions(self) -> Iterator[Portion]:
        """Yield the records in file order, and an empty portion now and then where there are none for a while.

        Raises:
            InputError: the file cannot be read on.

        """

    def take_counts(self) -> dict[str, dict[CellKind, int]]:
        """Return the values counted by column and kind since the last call: those of the portions that were yielded."""

    def read_bytes(self) -> int:
        """Return how many bytes of the file were read until now."""

    def layout(self) -> Mapping[str, str] | None:
        """Return the text around and between the records (prefix, separator, suffix), where the format has it."""

    def notes(self) -> Sequence[str]:
        """Return sentences about what was in the file and is in no record, after all was read."""
