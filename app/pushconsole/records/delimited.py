"""Delimited text (CSV and its relatives) becomes records. Python's ``csv`` module says what a file says."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import msgspec

from pushconsole.records.byte_streams import CutOff
from pushconsole.records.column_plans import ColumnPlan, column_plans
from pushconsole.records.column_types import NUMBER, CellKind, Tally
from pushconsole.records.dialect import LONGEST_CELL, Lines, dialect_of
from pushconsole.records.reading import EmptyCell, NewRecord, ReadOptions, Rejected, TurnedToText
from pushconsole.records.source_file import SourceFile, opened
from pushconsole.records.text_encoding import reason_of, visible

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
        self._plans = column_plans(source, options)
        self._width = len(source.header)
        self._written = _record_writer(self._plans)
        self._object_id = next((plan for plan in self._plans if plan.name == "objectID"), None)
        self._nulls = {plan.index for plan in self._plans if plan.empty is EmptyCell.NULL}
        self._watched = [_Column(plan.index, plan.name) for plan in self._plans if plan.may_be_typed]
        self._kinds = {column.index: column for column in self._watched}
        self._tally = Tally()
        self._rows = 0
        self._empties = [0] * len(source.header)
        self._settled = [0] * len(source.header)
        self._file: TextIO | None = None
        self._reader: Reader | None = None
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
        for plan in self._plans:
            index, name, empties = plan.index, plan.name, self._empties[plan.index]
            filled = self._rows - empties
            if filled:
                kind = self._kinds[index].kind if index in self._kinds else CellKind.TEXT
                self._tally.add_count(name, kind, filled)
                self._settled[index] += filled
            if empties and plan.empty is not EmptyCell.OMIT:
                kind = CellKind.NULL if plan.empty is EmptyCell.NULL else CellKind.EMPTY
                self._tally.add_count(name, kind, empties)
        self._rows = 0
        self._empties = [0] * self._width
        return self._tally.take()

    def go_on_from(self, before: DelimitedReader) -> None:
        """Take over what the columns were in a file that was read before, with the same columns."""
        places = {plan.name: plan.index for plan in before._plans}
        for column in list(self._watched):
            known = before._kinds.get(places[column.name])
            if known is None:
                self._watched.remove(column)
                del self._kinds[column.index]
            else:
                column.kind, column.known = known.kind, known.known
        for plan in self._plans:
            self._settled[plan.index] = before._settled[places[plan.name]]

    def rows(self) -> Iterator[NewRecord | None]:
        """Yield the records in file order, and None for every rejected row."""
        with (
            opened(self._path, self._source.encoding, self._source.name) as self._file,
            opened(self._path, self._source.encoding, self._source.name) as again,
        ):
            self._lines_again = iter(again)
            source = self._source
            plain = not source.skip_lines and not source.comment
            reader = self._reader = csv.reader(self._file if plain else Lines(self._file, source), **dialect_of(source))
            try:
                if source.has_header:
                    next((row for row in reader if row), None)  # the header, and blank lines before it
                yield from self._records(reader)
            except CutOff as cut:
                self.rejected.append(Rejected(reader.line_num + 1, "", cut.reason))
                yield None

    def _records(self, reader: Reader) -> Iterator[NewRecord | None]:
        width = self._width
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

    def _converted(self, row: list[str], line: int) -> NewRecord | None:
        cells: list[object] = [*row]
        self._rows += 1
        if "" in row:
            self._place_empties(cells)
        try:
            for column in self._watched:
                cell = row[column.index]
                if cell:
                    value = column.known.get(cell) or column.value_of(cell)
                    if value is None:
                        self._turn_to_text(column, cell, line)
                    else:
                        cells[column.index] = value
            text = self._written(cells)
        except UnicodeEncodeError:  # a byte that is no text was kept as half a surrogate pair
            self._undecodable(row, line)
            return None
        return self._object_id_of(row), len(text), line, text

    def _place_empties(self, cells: list[object]) -> None:
        nulls = self._nulls
        for index, cell in enumerate(cells):
            if cell == "":
                self._empties[index] += 1
                if index in nulls:
                    cells[index] = None

    def _object_id_of(self, row: list[str]) -> str | None:
        plan = self._object_id
        if plan is None:
            return None
        return row[plan.index] or ("" if plan.empty is EmptyCell.EMPTY else None)

    def _turn_to_text(self, column: _Column, cell: str, line: int) -> None:
        """Stop watching a column, and count as text what was counted as something else."""
        cell.encode()  # a broken cell says nothing of its column; see `_converted`
        self._watched = [other for other in self._watched if other is not column]
        del self._kinds[column.index]
        if not column.known:
            return  # this is its first cell: it was nothing else before
        self.turned.append(TurnedToText(column.name, line, cell))
        counted = self._settled[column.index]
        self._tally.add_count(column.name, column.kind, -counted)
        self._tally.add_count(column.name, CellKind.TEXT, counted)

    def _reject(self, first: int, last: int, reason: str) -> None:
        self.rejected.append(Rejected(first, visible(self._text_of(first, last)), reason))

    def _undecodable(self, row: list[str], line: int) -> None:
        """Reject a row that holds bytes that are no text, and take back what was counted of it."""
        self._rows -= 1
        for index, cell in enumerate(row):
            self._empties[index] -= cell == ""
        assert self._reader is not None
        self._reject(line, self._reader.line_num, reason_of("".join(row), self._source.encoding))

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


_NEVER = object()  # equal to no cell, so that the attribute is always written


def _record_writer(plans: Sequence[ColumnPlan]) -> Callable[[list[object]], bytes]:
    """Return what turns a row's values into a record's JSON text.

    A struct with the columns for fields is written in a third of the time that a dict takes to make and write.
    """
    names = {f"cell{plan.index}": plan.name for plan in plans}
    fields = [
        (field, object, "" if plan.empty is EmptyCell.OMIT else _NEVER)
        for field, plan in zip(names, plans, strict=True)
    ]
    omits = {plan.index for plan in plans if plan.empty is EmptyCell.OMIT}
    indexes = [plan.index for plan in plans]
    try:
        record = msgspec.defstruct("Record", fields, rename=names, omit_defaults=bool(omits), gc=False)
    except ValueError:  # a struct's fields have no quotes, backslashes or control characters in their names
        return lambda cells: _encode(
            {plan.name: cells[plan.index] for plan in plans if cells[plan.index] != "" or plan.index not in omits}
        )
    if indexes == list(range(plans[-1].whole_width if plans else 0)):
        return lambda cells: _encode(record(*cells))
    return lambda cells: _encode(record(*[cells[index] for index in indexes]))


_TOO_LONG = f"A cell is longer than {LONGEST_CELL:,} characters: a quote at its beginning is not closed."


def _ragged(cells: int, width: int) -> str:
    return f"The row has {cells} {'cell' if cells == 1 else 'cells'} where the header has {width}."
