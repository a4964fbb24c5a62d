"""Delimited text (CSV and its relatives) becomes records. Python's ``csv`` module says what a file says."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import msgspec

from pushconsole.errors import InputError
from pushconsole.records.column_types import NUMBER, CellKind, Tally, looks_like_identifier
from pushconsole.records.dialect import LONGEST_CELL
from pushconsole.records.reading import EmptyCell, NewRecord, ReadOptions, Rejected, TurnedToText
from pushconsole.records.source_file import SourceFile, opened

if TYPE_CHECKING:
    from _csv import Reader  # the type of csv.reader has no name in csv

_LONGEST_REJECTED = 1_000_000  # characters kept of a row that is no record

_is_number = NUMBER.fullmatch
_is_boolean = re.compile("true|false").fullmatch
_encode = msgspec.json.Encoder().encode

_KNOWN_AT_MOST = 10_000  # cells remembered of a column


class _Column:
    """A column that is not known to be text.

    Attributes:
        index: its place in a row.
        name: what it is called.
        kind: what its cells are until now; text stands for "no cell yet".
        known: JSON values of cells seen before: stock, ratings and prices repeat, and a look-up is cheaper.

    """

    __slots__ = ("index", "kind", "known", "name")

    def __init__(self, index: int, name: str) -> None:
        self.index = index
        self.name = name
        self.kind = CellKind.TEXT
        self.known: dict[str, msgspec.Raw] = {}

    def value_of(self, cell: str) -> msgspec.Raw | None:
        """Return the JSON value of a cell that is not empty, or None where it is not what the column is."""
        if self.kind is CellKind.TEXT:
            self.kind = CellKind.BOOLEAN if _is_boolean(cell) else CellKind.NUMBER
        fits = _is_number(cell) if self.kind is CellKind.NUMBER else _is_boolean(cell)
        if not fits:
            return None
        if len(self.known) >= _KNOWN_AT_MOST:
            self.known.clear()
        value = self.known[cell] = msgspec.Raw(cell)
        return value


class DelimitedReader:
    """Reads delimited text; see `RecordReader`.

    A column is number or boolean only while every cell that is not empty is exactly that. The first that is not turns
    the column to text; the records already written with bare numbers are for the loader to rewrite (``turned``).
    """

    def __init__(self, path: Path, source: SourceFile, options: ReadOptions) -> None:
        self.rejected: list[Rejected] = []
        self.turned: list[TurnedToText] = []
        self._path = path
        self._source = source
        self._empty = options.empty
        self._names = source.header
        self._written = _record_writer(source.header, omit_empty=options.empty is EmptyCell.OMIT)
        self._object_id_index = source.header.index("objectID") if "objectID" in source.header else None
        self._watched = _columns_to_watch(source, options)
        self._kinds = {column.index: column for column in self._watched}
        self._tally = Tally()
        self._rows = 0
        self._empties = [0] * len(source.header)
        self._settled = [0] * len(source.header)
        self._file: TextIO | None = None
        self._read_bytes = 0
        self._lines_again: Iterator[str] | None = None
        self._line_again = 0

    def read_bytes(self) -> int:
        """Return how many bytes of the file were read until now."""
        if self._file is not None and not self._file.closed:
            self._read_bytes = self._file.buffer.tell()
        return self._read_bytes

    def layout(self) -> None:
        """Return None: the dialect says it all."""

    def take_counts(self) -> dict[str, dict[CellKind, int]]:
        """Return the values counted by column and kind since the last call."""
        for index, name in enumerate(self._names):
            empties = self._empties[index]
            filled = self._rows - empties
            if filled:
                kind = self._kinds[index].kind if index in self._kinds else CellKind.TEXT
                self._tally.add_count(name, kind, filled)
                self._settled[index] += filled
            if empties and self._empty is not EmptyCell.OMIT:
                kind = CellKind.NULL if self._empty is EmptyCell.NULL else CellKind.EMPTY
                self._tally.add_count(name, kind, empties)
        self._rows = 0
        self._empties = [0] * len(self._names)
        return self._tally.take()

    def rows(self) -> Iterator[NewRecord | None]:
        """Yield the records in file order, and None for every rejected row."""
        with (
            opened(self._path, self._source.encoding, self._source.name) as self._file,
            opened(self._path, self._source.encoding, self._source.name) as again,
        ):
            self._lines_again = iter(again)
            reader = csv.reader(self._file, delimiter=self._source.delimiter or ",")
            next(row for row in reader if row)  # the header, and blank lines before it
            yield from self._records(reader)

    def _records(self, reader: Reader) -> Iterator[NewRecord | None]:
        width = len(self._names)
        line = reader.line_num
        while True:
            try:
                for row in reader:
                    first, line = line + 1, reader.line_num
                    if len(row) == width:
                        yield self._converted(row, first)
                    elif row:
                        self._reject(first, line, _ragged(len(row), width))
                        yield None
            except csv.Error:
                first, line = line + 1, reader.line_num
                self._reject(first, line, _TOO_LONG)
                yield None
            else:
                return

    def _converted(self, row: list[str], line: int) -> NewRecord:
        cells: list[object] = [*row]
        self._rows += 1
        if "" in row:
            self._place_empties(cells)
        for column in self._watched:
            cell = row[column.index]
            if cell:
                value = column.known.get(cell) or column.value_of(cell)
                if value is None:
                    self._turn_to_text(column, cell, line)
                else:
                    cells[column.index] = value
        text = self._written(cells)
        return self._object_id(row), len(text), line, text

    def _place_empties(self, cells: list[object]) -> None:
        null = self._empty is EmptyCell.NULL
        for index, cell in enumerate(cells):
            if cell == "":
                self._empties[index] += 1
                if null:
                    cells[index] = None

    def _object_id(self, row: list[str]) -> str | None:
        if self._object_id_index is None:
            return None
        return row[self._object_id_index] or ("" if self._empty is EmptyCell.EMPTY else None)

    def _turn_to_text(self, column: _Column, cell: str, line: int) -> None:
        """Stop watching a column, and count as text what was counted as something else."""
        self._watched = [other for other in self._watched if other is not column]
        del self._kinds[column.index]
        if not column.known:
            return  # this is its first cell: it was nothing else before
        self.turned.append(TurnedToText(column.name, line, cell))
        counted = self._settled[column.index]
        self._tally.add_count(column.name, column.kind, -counted)
        self._tally.add_count(column.name, CellKind.TEXT, counted)

    def _reject(self, first: int, last: int, reason: str) -> None:
        self.rejected.append(Rejected(first, self._text_of(first, last), reason))

    def _text_of(self, first: int, last: int) -> str:
        """Return lines as the file has them, from a second reading: keeping every line would slow all rows down."""
        assert self._lines_again is not None
        lines = islice(self._lines_again, first - 1 - self._line_again, last - self._line_again)
        text, room = [], _LONGEST_REJECTED
        for line in lines:
            text.append(line[:room])
            room -= len(text[-1])
        self._line_again = last
        return "".join(text).rstrip("\r\n")


def _record_writer(names: tuple[str, ...], *, omit_empty: bool) -> Callable[[list[object]], bytes]:
    """Return what turns a row's values into a record's JSON text.

    A struct with the columns for fields is written in a third of the time that a dict takes to make and write.
    """
    fields = {f"cell{index}": name for index, name in enumerate(names)}
    try:
        record = msgspec.defstruct(
            "Record", [(field, object, "") for field in fields], rename=fields, omit_defaults=omit_empty, gc=False
        )
    except ValueError:  # a struct's fields have no quotes, backslashes or control characters in their names
        return lambda cells: _encode(
            {name: cell for name, cell in zip(names, cells, strict=True) if cell != "" or not omit_empty}
        )
    return lambda cells: _encode(record(*cells))


def _columns_to_watch(source: SourceFile, options: ReadOptions) -> list[_Column]:
    """Return the columns that may turn out to be numbers or booleans."""
    unknown = sorted(options.text_columns - set(source.header))
    if unknown:
        raise InputError(
            f"{source.name} has no column “{unknown[0]}”, which should be read as text.",
            f"Its columns are: {', '.join(source.header)}.",
            file=source.name,
            attribute=unknown[0],
        )
    if options.all_text:
        return []
    return [
        _Column(index, name)
        for index, name in enumerate(source.header)
        if name not in options.text_columns and not looks_like_identifier(name)
    ]


_TOO_LONG = f"A cell is longer than {LONGEST_CELL:,} characters: a quote at its beginning is not closed."


def _ragged(cells: int, width: int) -> str:
    return f"The row has {cells} {'cell' if cells == 1 else 'cells'} where the header has {width}."
