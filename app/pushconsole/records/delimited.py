"""Delimited text (CSV and its relatives) becomes records. Python's ``csv`` module says what a file says."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice, repeat
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import msgspec

from pushconsole.records.byte_streams import CutOff
from pushconsole.records.column_plans import ColumnPlan, column_plans
from pushconsole.records.column_types import CellKind, Tally
from pushconsole.records.dialect import LONGEST_CELL, Lines, dialect_of, header_too_long
from pushconsole.records.reading import EmptyCell, NewRecord, Portion, ReadOptions, Rejected, TurnedToText, portion_of
from pushconsole.records.source_file import SourceFile, opened
from pushconsole.records.text_encoding import reason_of, visible
from pushconsole.records.typed_columns import TypedColumn
from pushconsole.records.unclosed_quotes import unclosed

if TYPE_CHECKING:
    from _csv import Reader  # the type of csv.reader has no name in csv

_LONGEST_REJECTED = 1_000_000  # characters kept of a row that is no record

_encode = msgspec.json.Encoder().encode
_encode_lines = msgspec.json.Encoder().encode_lines

_BYTES_TOGETHER = 1 << 17  # of rows converted at once: some hundred, which takes about a millisecond
_ROWS_TOGETHER = 1024  # at most: of a compressed file the bytes are few
_ROWS_A_LOOK = 64  # read between two looks at how many bytes they were: a row can be large


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
        self._written = _records_writer(self._plans)
        self._object_id = next((plan for plan in self._plans if plan.name == "objectID"), None)
        self._nulls = {plan.index for plan in self._plans if plan.empty is EmptyCell.NULL}
        self._watched = [TypedColumn(plan.index, plan.name) for plan in self._plans if plan.may_be_typed]
        self._kinds = {column.index: column for column in self._watched}
        self._tally = Tally()
        self._rows = 0
        self._empties = [0] * len(source.header)
        self._settled = [0] * len(source.header)
        self._lines: Lines | None = None  # where some are not read
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

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said of lines that were passed."""
        return self._lines.notes() if self._lines else ()

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
                column.kind, column.known, column.seen = known.kind, known.known, known.seen
        for plan in self._plans:
            self._settled[plan.index] = before._settled[places[plan.name]]

    def portions(self) -> Iterator[Portion]:
        """Yield the records in file order, some at a time."""
        with (
            opened(self._path, self._source.encoding, self._source.name) as self._file,
            opened(self._path, self._source.encoding, self._source.name) as again,
        ):
            self._lines_again = iter(again)
            source = self._source
            self._lines = Lines(self._file, source) if source.skip_lines or source.comment else None
            reader = csv.reader(self._lines or self._file, **dialect_of(source))
            try:
                if source.has_header:
                    self._pass_header(reader)
                yield from self._records(reader)
            except CutOff as cut:
                self.rejected.append(Rejected(reader.line_num + 1, "", cut.reason))

    def _pass_header(self, reader: Reader) -> None:
        """Pass the header, and blank lines before it."""
        try:
            next((row for row in reader if row), None)
        except csv.Error as error:
            raise header_too_long(self._source) from error

    def _records(self, reader: Reader) -> Iterator[Portion]:
        at_end, before = False, reader.line_num
        held: list[tuple[list[str], int]] = []  # the last row read: whether it is the file's last is not known yet
        while not at_end:
            read, held = held, []
            try:
                at_end = self._read_some(reader, read)
            except CutOff:
                yield self._portion(read, before)
                raise
            except csv.Error:
                yield self._portion(read, before)
                self._reject((read[-1][1] if read else before) + 1, reader.line_num, _TOO_LONG)
                before = reader.line_num
                continue
            held = [read.pop()] if read else []
            yield self._portion(read, before)
            before = read[-1][1] if read else before
        if held:
            yield self._last(held, before)

    def _last(self, read: list[tuple[list[str], int]], before: int) -> Portion:
        """Return the last row of the file, which is none where a quote in it is never closed."""
        (row, end), first = read[0], before + 1
        text = unclosed(self._path, self._source, first, end) if row else None  # a blank line ends no row
        if text is None:
            return self._portion(read, before)
        lines = f", so the {end - first + 1:,} lines to the end of the file became one row" if end > first else ""
        reason = f"A quote is opened here and never closed{lines}."
        self.rejected.append(Rejected(first, visible(text[:_LONGEST_REJECTED]), reason))
        return portion_of([])

    def _read_some(self, reader: Reader, read: list[tuple[list[str], int]]) -> bool:
        """Add rows, each with its last line; return whether there are no more.

        Those that were read before an error are added too. There is no loop over rows in Python here, which would
        take as long again as a quarter of the reading.
        """
        enough = self.read_bytes() + _BYTES_TOGETHER
        lines = map(_line_of, repeat(reader))
        while self.read_bytes() < enough and len(read) < _ROWS_TOGETHER:
            known = len(read)
            read.extend(zip(islice(reader, _ROWS_A_LOOK), lines))  # noqa: B905  lines go on for ever
            if len(read) < known + _ROWS_A_LOOK:
                return True
        return False

    def _portion(self, read: list[tuple[list[str], int]], before: int) -> Portion:
        """Return rows as records; they begin behind the line ``before``."""
        rows: tuple[list[str], ...]
        ends: tuple[int, ...]
        rows, ends = zip(*read, strict=True) if read else ((), ())
        columns = [*zip(*rows, strict=True)] if {*map(len, rows)} == {self._width} else []
        texts = self._texts(columns) if columns else None
        if texts is None:
            return portion_of([*self._one_by_one(rows, ends, before)])
        self._rows += len(rows)
        for index, column in enumerate(columns):
            self._empties[index] += column.count("")
        lines = range(before + 1, before + 1 + len(rows))
        one_each = ends[-1] - before == len(rows)
        return Portion(self._object_ids(columns), lines if one_each else [*_firsts(ends, before)], texts)

    def _one_by_one(self, rows: Sequence[list[str]], ends: Sequence[int], before: int) -> Iterator[NewRecord]:
        for row, first, end in zip(rows, _firsts(ends, before), ends, strict=True):
            if len(row) == self._width:
                record = self._converted(row, first, end)
                if record is not None:
                    yield record
            elif row:
                self._reject(first, end, _ragged(len(row), self._width))

    def _texts(self, cells: Sequence[tuple[str, ...]]) -> list[bytes] | None:
        """Return the JSON texts of rows, given by column; None where a column turns to text, or a cell is no text."""
        columns: list[Sequence[object]] = [*cells]
        for column in self._watched:
            values = column.values_of(cells[column.index])
            if values is None:
                return None
            columns[column.index] = values
        for index in self._nulls:
            columns[index] = [None if cell == "" else cell for cell in columns[index]]
        try:
            return self._written(columns)
        except UnicodeEncodeError:
            return None

    def _converted(self, row: list[str], line: int, last: int) -> NewRecord | None:
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
            (text,) = self._written([(cell,) for cell in cells])
        except UnicodeEncodeError:  # a byte that is no text was kept as half a surrogate pair
            self._undecodable(row, line, last)
            return None
        return self._object_id_of(row), line, text

    def _place_empties(self, cells: list[object]) -> None:
        nulls = self._nulls
        for index, cell in enumerate(cells):
            if cell == "":
                self._empties[index] += 1
                if index in nulls:
                    cells[index] = None

    def _object_ids(self, columns: Sequence[tuple[str, ...]]) -> Sequence[str | None]:
        plan = self._object_id
        if plan is None:
            return [None] * len(columns[0])
        ids = columns[plan.index]
        if "" not in ids:
            return ids
        missing = "" if plan.empty is EmptyCell.EMPTY else None
        return [object_id or missing for object_id in ids]

    def _object_id_of(self, row: list[str]) -> str | None:
        plan = self._object_id
        if plan is None:
            return None
        return row[plan.index] or ("" if plan.empty is EmptyCell.EMPTY else None)

    def _turn_to_text(self, column: TypedColumn, cell: str, line: int) -> None:
        """Stop watching a column, and count as text what was counted as something else."""
        cell.encode()  # a broken cell says nothing of its column; see `_converted`
        self._watched = [other for other in self._watched if other is not column]
        del self._kinds[column.index]
        if not column.seen:
            return  # this is its first cell: it was nothing else before
        self.turned.append(TurnedToText(column.name, line, cell))
        counted = self._settled[column.index]
        self._tally.add_count(column.name, column.kind, -counted)
        self._tally.add_count(column.name, CellKind.TEXT, counted)

    def _reject(self, first: int, last: int, reason: str) -> None:
        self.rejected.append(Rejected(first, visible(self._text_of(first, last)), reason))

    def _undecodable(self, row: list[str], line: int, last: int) -> None:
        """Reject a row that holds bytes that are no text, and take back what was counted of it."""
        self._rows -= 1
        for index, cell in enumerate(row):
            self._empties[index] -= cell == ""
        self._reject(line, last, reason_of("".join(row), self._source.encoding))

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


_line_of = attrgetter("line_num")


def _firsts(ends: Sequence[int], before: int) -> Iterator[int]:
    """Return the lines rows begin in: each begins behind the one before it."""
    return (end + 1 for end in islice(chain((before,), ends), len(ends)))


_NEVER = object()  # equal to no cell, so that the attribute is always written


def _records_writer(plans: Sequence[ColumnPlan]) -> Callable[[Sequence[Sequence[object]]], list[bytes]]:
    """Return what turns rows, given by column, into the JSON texts of records.

    A struct with the columns for fields is written in a third of the time that a dict takes to make and write.
    """
    names = {f"cell{plan.index}": plan.name for plan in plans}
    fields = [
        (field, object, "" if plan.empty is EmptyCell.OMIT else _NEVER)
        for field, plan in zip(names, plans, strict=True)
    ]
    omits = {plan.index for plan in plans if plan.empty is EmptyCell.OMIT}
    try:
        record = msgspec.defstruct("Record", fields, rename=names, omit_defaults=bool(omits), gc=False)
    except ValueError:  # a struct's fields have no quotes, backslashes or control characters in their names
        return lambda columns: [
            _encode({p.name: cells[p.index] for p in plans if cells[p.index] != "" or p.index not in omits})
            for cells in zip(*columns, strict=True)
        ]
    if not plans:  # every column is left out
        return lambda columns: [b"{}" for _ in columns[0]]
    return lambda columns: _encode_lines([*map(record, *[columns[plan.index] for plan in plans])]).split(b"\n")[:-1]


_TOO_LONG = f"A cell is longer than {LONGEST_CELL:,} characters: a quote at its beginning is not closed."


def _ragged(cells: int, width: int) -> str:
    return f"The row has {cells} {'cell' if cells == 1 else 'cells'} where the header has {width}."
