"""A look at a file before it is read: what it is, how its first rows would be loaded, and how sure that is."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from pushconsole.records.cells import Cells, Row
from pushconsole.records.column_plans import column_plans
from pushconsole.records.column_types import NUMBER, CellKind, ColumnType, column_type
from pushconsole.records.detection import detect
from pushconsole.records.dialect import DECIMAL_COMMA
from pushconsole.records.json_text import join_values, quoted, raw_values
from pushconsole.records.read_options import EmptyCell, ReadOptions
from pushconsole.records.readers import reader_of
from pushconsole.records.reading import NewRecord, RecordReader, Rejected, TurnedToText
from pushconsole.records.source_file import SourceFile
from pushconsole.records.tables import TableReader, path_of

ROWS_SHOWN: Final = 100
_ROWS_LOOKED_AT = 5000
_SECONDS = 0.2  # with the detection before it and the drawing after it, below half a second


@dataclass(frozen=True)
class Likeness:
    """What a column of texts nearly is.

    Attributes:
        type: number or boolean.
        values: how many of its values are that.
        first_other: the first that is not, and makes the column text.

    """

    type: ColumnType
    values: int
    first_other: TurnedToText


@dataclass(frozen=True)
class ColumnFinding:
    """What is known of a column from the rows that were looked at.

    Attributes:
        name: the attribute that it becomes.
        written: what it is called in the file, as shown.
        type: what its cells are.
        values: how many cells that are not empty were looked at; what is said rests on them.
        empty: what its empty cells become.
        first_disagreement: the first cell that is not what those before it were, and made the column text.
        left_out: whether it is not read.
        by_name: whether it is text because of its name, whatever its cells look like.
        nearly: what most of its cells are, where it is text because of some others.

    """

    name: str
    written: str
    type: ColumnType
    values: int
    empty: EmptyCell
    first_disagreement: TurnedToText | None = None
    left_out: bool = False
    by_name: bool = False
    nearly: Likeness | None = None


@dataclass(frozen=True)
class Inspection:
    """What a file is and how it would be loaded.

    Attributes:
        source: what it is; each of its facts can be overridden in `ReadOptions`.
        rows: the first records, as they would be loaded.
        columns: all columns of a table, or the attributes seen in JSON.
        names: the attributes that the records have.
        rejected: the first rows that would be rejected.
        looked_at: how many rows were looked at.
        whole: whether that is all there are, so that nothing can be otherwise further down.

    """

    source: SourceFile
    rows: tuple[Row, ...]
    columns: tuple[ColumnFinding, ...]
    names: tuple[str, ...]
    rejected: tuple[Rejected, ...]
    looked_at: int
    whole: bool


def inspect(path: Path, options: ReadOptions | None = None) -> Inspection:
    """Look at the beginning of a file of any size, in less than half a second.

    A spreadsheet is the exception: it has to be unpacked whole.

    Raises:
        InputError: it cannot be read, or not with these options.

    """
    options = options or ReadOptions()
    source = detect(path, path.name, options)
    reader = reader_of(path, source, options, first_rows=_ROWS_LOOKED_AT)
    looks = _Looks(options, tables=source.is_table)
    records, looked_at, whole = _looked_at(reader, looks)
    disagreed = {turned.column: turned for turned in reader.turned}
    rows = tuple(
        Row(number, object_id if isinstance(object_id, str) else None, line, Cells(_as_loaded(text, disagreed)))
        for number, (object_id, line, text) in enumerate(records, 1)
    )
    columns = tuple(_findings(source, options, reader, disagreed, looks))
    names = dict.fromkeys(
        str(path_of(column.name)[0]) if options.split and source.is_table else column.name
        for column in columns
        if not column.left_out
    )
    return Inspection(source, rows, columns, tuple(names), tuple(reader.rejected[:ROWS_SHOWN]), looked_at, whole)


_decode = msgspec.json.Decoder(dict[str, object]).decode
_NEARLY = 0.5  # of a column's values: fewer are no sign that the others are the odd ones


class _Looks:
    """Sees how many texts of each column look like numbers or booleans, and the first that does not."""

    def __init__(self, options: ReadOptions, *, tables: bool) -> None:
        self._number = DECIMAL_COMMA if options.decimal_comma else NUMBER
        self._tables = tables
        self._alike: Counter[tuple[str, ColumnType]] = Counter()
        self._texts: Counter[str] = Counter()
        self._others: dict[tuple[str, ColumnType], TurnedToText] = {}

    def look(self, line: int, text: str | bytes) -> None:
        """Look at a record; JSON says itself what its values are."""
        if not self._tables:
            return
        for name, value in _decode(text).items():
            if not isinstance(value, str) or not value:
                continue
            self._texts[name] += 1
            found = self._type_of(value)
            if found is not None:
                self._alike[name, found] += 1
            for kind in _LOOKS - {found}:
                if (name, kind) not in self._others:
                    self._others[name, kind] = TurnedToText(name, line, value)

    def _type_of(self, value: str) -> ColumnType | None:
        if value in {"true", "false"}:
            return ColumnType.BOOLEAN
        return ColumnType.NUMBER if self._number.fullmatch(value) else None

    def nearly(self, name: str) -> Likeness | None:
        """Return what most texts of a column look like; None where few do, or all."""
        kind = max(_LOOKS, key=lambda kind: self._alike[name, kind])
        values, other = self._alike[name, kind], self._others.get((name, kind))
        return Likeness(kind, values, other) if other and values > _NEARLY * self._texts[name] else None


_LOOKS = frozenset({ColumnType.NUMBER, ColumnType.BOOLEAN})


def _looked_at(reader: RecordReader, looks: _Looks) -> tuple[list[NewRecord], int, bool]:
    """Return the first records, how many rows were looked at, and whether there are no more."""
    records: list[NewRecord] = []
    loaded, portions, until = 0, reader.portions(), math.inf
    try:
        for portion in portions:
            if until == math.inf:  # what a slow disk takes for the first rows must not cost all the others
                until = time.monotonic() + _SECONDS
            loaded += len(portion)
            for _, line, text in portion.records():
                looks.look(line, text)
            records += islice(portion.records(), ROWS_SHOWN - len(records))
            if loaded >= _ROWS_LOOKED_AT or time.monotonic() > until:
                return records, loaded + len(reader.rejected), False
        return records, loaded + len(reader.rejected), True
    finally:
        if isinstance(portions, Iterator) and hasattr(portions, "close"):
            portions.close()


def _as_loaded(text: str | bytes, disagreed: dict[str, TurnedToText]) -> str:
    """Return a record with quotes around what was a number before its column turned to text."""
    values = raw_values(text)
    for name in disagreed.keys() & values.keys():
        raw = bytes(values[name]).decode()
        if raw[0] not in '"n{[':
            values[name] = type(values[name])(quoted(raw))
    return join_values(values)


def _findings(
    source: SourceFile,
    options: ReadOptions,
    reader: RecordReader,
    disagreed: dict[str, TurnedToText],
    looks: _Looks,
) -> Iterator[ColumnFinding]:
    counts = reader.split_counts if isinstance(reader, TableReader) and options.split else reader.take_counts()
    if not source.is_table:
        for name, kinds in counts.items():
            yield ColumnFinding(name, name, column_type(kinds), _filled(kinds), options.empty)
        return
    plans = {plan.index: plan for plan in column_plans(source, options)}
    for index, written in enumerate(source.header):
        plan = plans.get(index)
        if plan is None:
            yield ColumnFinding(written, written, ColumnType.UNKNOWN, 0, options.empty, left_out=True)
        else:
            kinds = counts.get(plan.name, {})
            by_name = not plan.may_be_typed and options.choice(written).type is None and not options.all_text
            yield ColumnFinding(
                plan.name, written, column_type(kinds), _filled(kinds), plan.empty, disagreed.get(plan.name),
                by_name=by_name and written not in options.text_columns,
                nearly=looks.nearly(plan.name) if plan.may_be_typed else None,
            )  # fmt: skip


def _filled(kinds: dict[CellKind, int]) -> int:
    return sum(number for kind, number in kinds.items() if kind not in {CellKind.NULL, CellKind.EMPTY})
