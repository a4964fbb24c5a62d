"""Delimited text (CSV and its relatives) becomes records. Python's ``csv`` module says what a file says."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, repeat
from operator import length_hint
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
_encode_lines = msgspec.json.Encoder().encode_lines

_KNOWN_AT_MOST = 10_000  # cells remembered of a column
_BYTES_TOGETHER = 1 << 17  # of rows converted at once: some hundred, which takes about a millisecond
_ROWS_A_LOOK = 64  # read between two looks at how many bytes they were: a row can be large


_BOOLEANS = frozenset({"true", "false"})
_decode_numbers = msgspec.json.Decoder(list[float]).decode


def _are_numbers(cells: list[str]) -> bool:
    """Say whether all are JSON numbers, as a JSON parser sees it; False also where one is larger than it reads."""
    joined = ",".join(cells)
    if any(space in joined for space in " \t\r\n"):
        return False
    try:
        return len(_decode_numbers(f"[{joined}]")) == len(cells)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False


class _Column:
    """A column that is not known to be text.

    Attributes:
        index: its place in a row.
        name: what it is called.
        kind: what its cells are until now; text stands for "no cell yet".
        seen: whether a cell was taken for what the column is.
        known: JSON values of cells seen before: stock, ratings and prices repeat, and a look-up is cheaper.

    """

    __slots__ = ("index", "kind", "known", "name", "seen")

    def __init__(self, index: int, name: str) -> None:
        self.index = index
        self.name = name
        self.kind = CellKind.TEXT
        self.seen = False
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
        self.seen = True
        value = self.known[cell] = msgspec.Raw(cell)
        return value

    def values_of(self, cells: Sequence[str]) -> Sequence[object] | None:
        """Return the JSON values of many cells, "" for those that are empty; None where one may not fit the column."""
        filled = [*filter(None, cells)]
        if not filled:
            return cells
        if self.kind is not CellKind.NUMBER and {*filled} <= _BOOLEANS:
            self.kind = CellKind.BOOLEAN
        elif self.kind is CellKind.BOOLEAN or not _are_numbers(filled):
            return None
        else:
            self.kind = CellKind.NUMBER
        self.seen = True
        return [cell and msgspec.Raw(cell) for cell in cells]


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
        self._write_rows = _records_writer(source.header, omit_empty=options.empty is EmptyCell.OMIT)
        self._object_id_index = source.header.index("objectID") if "objectID" in source.header else None
        self._watched = _columns_to_watch(source, options)
        self._kinds = {column.index: column for column in self._watched}
        self._tally = Tally()
        self._columns: list[Sequence[str]] = []
        self._batch_rows: list[NewRecord] = []
        self._given: Iterator[NewRecord] = iter(())
        self._counted = 0
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
        self._count_given()
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
        at_end = False
        while not at_end:
            before = reader.line_num
            rows: list[list[str]] = []
            ends: list[int] = []
            try:
                at_end = self._read_some(reader, rows, ends)
            except csv.Error:
                yield from self._batch(rows, before, ends)
                self._reject((ends or [before])[-1] + 1, reader.line_num, _TOO_LONG)
                yield None
            else:
                yield from self._batch(rows, before, ends)

    def _read_some(self, reader: Reader, rows: list[list[str]], ends: list[int]) -> bool:
        """Add rows, and the last line of each; return whether there are no more."""
        enough = self.read_bytes() + _BYTES_TOGETHER
        while self.read_bytes() < enough:
            known = len(rows)
            for row in islice(reader, _ROWS_A_LOOK):
                rows.append(row)
                ends.append(reader.line_num)
            if len(rows) < known + _ROWS_A_LOOK:
                return True
        return False

    def _batch(self, rows: list[list[str]], before: int, ends: list[int]) -> Iterator[NewRecord | None]:
        """Yield rows as records; they begin behind the line ``before``."""
        firsts = [before + 1, *(end + 1 for end in ends)]
        if {*map(len, rows)} == {len(self._names)} and (columns := self._by_column(rows)) is not None:
            ids = self._object_ids(rows)
            texts = self._write_rows(columns)
            self._columns, self._counted = [*zip(*rows, strict=True)], 0
            self._batch_rows = [*zip(ids, map(len, texts), firsts, texts)]  # noqa: B905  one more line than rows
            self._given = iter(self._batch_rows)
            yield from self._given
            self._count_given()
            return
        for row, first, end in zip(rows, firsts, ends):  # noqa: B905  one more first line than rows
            if len(row) == len(self._names):
                yield self._converted(row, first)
            elif row:
                self._reject(first, end, _ragged(len(row), len(self._names)))
                yield None

    def _by_column(self, rows: list[list[str]]) -> list[Sequence[object]] | None:
        """Return the values of rows by column, or None where a column turns out to be text in them."""
        cells = [*zip(*rows, strict=True)]
        columns: list[Sequence[object]] = [*cells]
        for column in self._watched:
            values = column.values_of(cells[column.index])
            if values is None:
                return None
            columns[column.index] = values
        if self._empty is EmptyCell.NULL:
            columns = [[None if cell == "" else cell for cell in column] for column in columns]
        return columns

    def _count_given(self) -> None:
        """Count those rows of the batch that were yielded: a loading that is cancelled keeps just these."""
        given = len(self._batch_rows) - length_hint(self._given)
        self._rows += given - self._counted
        for index, column in enumerate(self._columns):
            self._empties[index] += column[self._counted : given].count("")
        self._counted = given

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
        (text,) = self._write_rows([(cell,) for cell in cells])
        return self._object_id(row), len(text), line, text

    def _place_empties(self, cells: list[object]) -> None:
        null = self._empty is EmptyCell.NULL
        for index, cell in enumerate(cells):
            if cell == "":
                self._empties[index] += 1
                if null:
                    cells[index] = None

    def _object_ids(self, rows: list[list[str]]) -> Iterable[str | None]:
        if self._object_id_index is None:
            return repeat(None, len(rows))
        return [self._object_id(row) for row in rows]

    def _object_id(self, row: list[str]) -> str | None:
        if self._object_id_index is None:
            return None
        return row[self._object_id_index] or ("" if self._empty is EmptyCell.EMPTY else None)

    def _turn_to_text(self, column: _Column, cell: str, line: int) -> None:
        """Stop watching a column, and count as text what was counted as something else."""
        self._watched = [other for other in self._watched if other is not column]
        del self._kinds[column.index]
        if not column.seen:
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


def _records_writer(names: tuple[str, ...], *, omit_empty: bool) -> Callable[[Sequence[Sequence[object]]], list[bytes]]:
    """Return what turns rows, given by column, into the JSON texts of records.

    A struct with the columns for fields is written in a third of the time that a dict takes to make and write.
    """
    fields = {f"cell{index}": name for index, name in enumerate(names)}
    try:
        record = msgspec.defstruct(
            "Record", [(field, object, "") for field in fields], rename=fields, omit_defaults=omit_empty, gc=False
        )
    except ValueError:  # a struct's fields have no quotes, backslashes or control characters in their names
        return lambda columns: [
            _encode({name: cell for name, cell in zip(names, cells, strict=True) if cell != "" or not omit_empty})
            for cells in zip(*columns, strict=True)
        ]
    return lambda columns: _encode_lines([*map(record, *columns)]).split(b"\n")[:-1]


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
