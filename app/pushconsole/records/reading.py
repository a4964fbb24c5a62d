"""What reading a file means: the choices, the progress, the outcome, and what every reader gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pushconsole.records.column_types import CellKind
from pushconsole.records.read_options import EmptyCell, ReadOptions
from pushconsole.records.source_file import SourceFile

__all__ = [
    "EmptyCell", "LoadProgress", "LoadReport", "NewRecord", "ReadOptions", "RecordReader", "Rejected", "TurnedToText",
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


NewRecord = tuple[str | bytes | None, int, int, bytes]
"""A record as it enters the workspace: object_id column, size in bytes, line, text in UTF-8 (which is what SQLite
keeps: text would be decoded and encoded again for every record)."""


class RecordReader(Protocol):
    """Reads one file, record by record.

    Attributes:
        rejected: rows that were no records; whoever reads empties it.
        turned: columns that turned to text on the way.

    """

    rejected: list[Rejected]
    turned: list[TurnedToText]

    def rows(self) -> Iterator[NewRecord | None]:
        """Yield the records in file order, and None for every rejected row.

        Raises:
            InputError: the file cannot be read on.

        """

    def take_counts(self) -> dict[str, dict[CellKind, int]]:
        """Return the values counted by column and kind since the last call."""

    def read_bytes(self) -> int:
        """Return how many bytes of the file were read until now."""

    def layout(self) -> Mapping[str, str] | None:
        """Return the text around and between the records (prefix, separator, suffix), where the format has it."""

    def notes(self) -> Sequence[str]:
        """Return sentences about what was in the file and is in no record, after all was read."""
