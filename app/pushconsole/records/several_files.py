"""Several files of one kind are read one after the other, as if they were one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pushconsole.errors import InputError
from pushconsole.records.column_types import CellKind, summed
from pushconsole.records.delimited import DelimitedReader
from pushconsole.records.file_marks import FileMark
from pushconsole.records.readers import reader_of
from pushconsole.records.reading import Portion, ReadOptions, RecordReader, Rejected, TurnedToText
from pushconsole.records.source_file import Format, SourceFile


class SeveralReader:
    """Reads several files; see `RecordReader`.

    Attributes:
        marks: where each file that was begun begins.

    """

    def __init__(self, files: Sequence[tuple[Path, SourceFile]], options: ReadOptions) -> None:
        _refuse_unlike([source for _, source in files])
        self.rejected: list[Rejected] = []
        self.turned: list[TurnedToText] = []
        self.marks: list[FileMark] = []
        self._files = files
        self._options = options
        self._read_before = 0
        self._notes: list[str] = []  # of readers that are done
        self._counted: list[dict[str, dict[CellKind, int]]] = []  # by readers that are done
        self._reader: RecordReader = reader_of(*files[0], options)

    def read_bytes(self) -> int:
        """Return how many bytes of the files were read until now."""
        return self._read_before + self._reader.read_bytes()

    def layout(self) -> None:
        """Return None: the text around the records of one file is not that of all."""

    def notes(self) -> Sequence[str]:
        """Return what the readers of all files say."""
        return [*self._notes, *self._reader.notes()]

    def take_counts(self) -> dict[str, dict[CellKind, int]]:
        """Return the values counted by column and kind since the last call."""
        counted, self._counted = [*self._counted, self._reader.take_counts()], []
        return summed(counted)

    def portions(self) -> Iterator[Portion]:
        """Yield the records of each file in its order, some at a time."""
        records = rejected = 0
        for place, (path, source) in enumerate(self._files):
            self.marks.append(FileMark(source.name, records + 1, rejected + 1))
            if place:
                self._go_on(path, source)
            for portion in self._reader.portions():
                rejected += self._take_over(source.name)
                records += len(portion)
                yield portion
            rejected += self._take_over(source.name)

    def _go_on(self, path: Path, source: SourceFile) -> None:
        before, self._read_before = self._reader, self._read_before + self._files[len(self.marks) - 2][1].size_bytes
        self._counted.append(before.take_counts())
        self._notes += before.notes()
        reader = reader_of(path, source, self._options)
        if isinstance(reader, DelimitedReader) and isinstance(before, DelimitedReader):
            reader.go_on_from(before)
        self._reader = reader

    def _take_over(self, name: str) -> int:
        """Take the rows that were no records, and the columns that turned, from the reader at work."""
        taken = len(self._reader.rejected)
        if taken:
            self.rejected += [replace(row, file=name) for row in self._reader.rejected]
            self._reader.rejected.clear()
        if self._reader.turned:
            self.turned += [replace(column, file=name) for column in self._reader.turned]
            self._reader.turned.clear()
        return taken


def _refuse_unlike(sources: Sequence[SourceFile]) -> None:
    first, *others = sources
    if len(sources) > 1 and first.format is Format.SPREADSHEET:
        raise InputError("Several spreadsheets cannot be read as one.", "Open them one by one, or save them as CSV.")
    for other in others:
        if (other.format is Format.DELIMITED) is not (first.format is Format.DELIMITED):
            raise InputError(
                f"{first.name} is {first.format.value} and {other.name} is {other.format.value}.",
                "Open files of one kind together.",
                file=other.name,
            )
        differences = column_differences(first.header, other.header)
        if differences:
            raise InputError(
                f"{other.name} has other columns than {first.name}: {' '.join(differences)}",
                "Open files with the same columns together.",
                file=other.name,
            )


def column_differences(expected: Sequence[str], found: Sequence[str]) -> list[str]:
    """Return what differs between two tables' columns, their order aside, as plain sentences."""
    missing = [f"The column “{name}” is missing." for name in expected if name not in found]
    return missing + [f"The column “{name}” is new." for name in found if name not in expected]
