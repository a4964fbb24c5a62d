"""Tables whose cells need more than a look each become records: spreadsheets, decimal commas, columns that nest.

A column's type is settled in a first pass over all rows, so that no record has to be written twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Protocol

import msgspec

from pushconsole.errors import InputError
from pushconsole.records.column_plans import ColumnPlan, column_plans
from pushconsole.records.column_types import NUMBER, CellKind, Tally
from pushconsole.records.delimited import DelimitedReader
from pushconsole.records.dialect import DECIMAL_COMMA
from pushconsole.records.json_text import object_id_column, parse_record
from pushconsole.records.reading import EmptyCell, NewRecord, Portion, ReadOptions, Rejected, TurnedToText, portions
from pushconsole.records.source_file import SourceFile

Cell = str | msgspec.Raw
"""A cell: text, or a number or boolean that is known to be one, as JSON."""

_encode = msgspec.json.Encoder().encode
_ROWS_A_BREATH = 1000  # rows settled between two chances to cancel


class TableRows(Protocol):
    """The rows of a table, below its header.

    Attributes:
        rejected: rows that are none; whoever reads empties it.

    """

    rejected: list[Rejected]

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]] | None]:
        """Yield each row with its line, and None for a rejected one."""

    def read_bytes(self) -> int:
        """Return how many bytes were read."""

    def notes(self) -> Sequence[str]:
        """Return sentences about what was in the file and is in no row."""


class DelimitedRows:
    """The rows of delimited text, cell by cell; see `TableRows`."""

    def __init__(self, reader: DelimitedReader) -> None:
        self.rejected = reader.rejected
        self._reader = reader

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]] | None]:
        """Yield each row with its line, and None for a rejected one."""
        decode = msgspec.json.Decoder(dict[str, str]).decode
        for portion in self._reader.portions():
            for line, text in zip(portion.lines, portion.texts, strict=True):
                yield line, [*decode(text).values()]
            yield None

    def read_bytes(self) -> int:
        """Return how many bytes were read."""
        return self._reader.read_bytes()

    def notes(self) -> Sequence[str]:
        """Return sentences about what was in the file and is in no row."""
        return self._reader.notes()


class TableReader:
    """Reads a table; see `RecordReader`.

    Args:
        source: what the file is.
        options: how it is read.
        opened: opens the rows from the start, twice.
        kind_of: says what a cell is.
        first_rows: how many rows settle the columns; None for all.

    Attributes:
        split_counts: the values of each column that was split, by kind, as they were before.

    """

    def __init__(
        self,
        source: SourceFile,
        options: ReadOptions,
        opened: Callable[[], TableRows],
        kind_of: Callable[[Cell], CellKind],
        first_rows: int | None = None,
    ) -> None:
        self.rejected: list[Rejected] = []
        self.turned: list[TurnedToText] = []
        self._plans = column_plans(source, options)
        self._paths = _paths([plan.name for plan in self._plans], source.name) if options.split else None
        self._opened = opened
        self._kind_of = kind_of
        self._first_rows = first_rows
        self._tally = Tally()
        self.split_counts: dict[str, dict[CellKind, int]] = {}
        self._now: TableRows | None = None

    def read_bytes(self) -> int:
        """Return how many bytes of the file were read until now; the first pass counts for nothing."""
        return self._now.read_bytes() if self._now else 0

    def layout(self) -> None:
        """Return None: a table has no text around its records."""

    def notes(self) -> Sequence[str]:
        """Return what the table's rows leave out."""
        return self._now.notes() if self._now else ()

    def take_counts(self) -> dict[str, dict[CellKind, int]]:
        """Return the values counted by column and kind since the last call."""
        return self._tally.take()

    def portions(self) -> Iterator[Portion]:
        """Yield the records in file order, some at a time, and empty ones while columns are settled."""
        return portions(self._records())

    def _records(self) -> Iterator[NewRecord | None]:
        watched = {plan: CellKind.ABSENT for plan in self._plans if plan.may_be_typed}
        for number, row in enumerate(islice(self._opened().rows(), self._first_rows)):
            if row is not None and watched:
                self._settle(watched, *row)
            if number % _ROWS_A_BREATH == 0:
                yield None
        typed = {plan.index for plan in watched}
        self._now = table = self._opened()
        for row in table.rows():
            self.rejected += table.rejected
            table.rejected.clear()
            yield None if row is None else self._record(*row, typed)
        self.rejected += table.rejected

    def _settle(self, watched: dict[ColumnPlan, CellKind], line: int, cells: Sequence[Cell]) -> None:
        for plan, before in list(watched.items()):
            cell = cells[plan.index]
            if cell == "":
                continue
            kind = self._kind_of(cell)
            if kind is CellKind.TEXT or before not in {kind, CellKind.ABSENT}:
                del watched[plan]
                if before is not CellKind.ABSENT:
                    self.turned.append(TurnedToText(plan.name, line, text_of(cell)))
            else:
                watched[plan] = kind

    def _record(self, line: int, cells: Sequence[Cell], typed: set[int]) -> NewRecord:
        values: dict[str, object] = {}
        for plan in self._plans:
            cell = cells[plan.index]
            if cell != "":
                values[plan.name] = _raw(cell) if plan.index in typed else text_of(cell)
            elif plan.empty is not EmptyCell.OMIT:
                values[plan.name] = None if plan.empty is EmptyCell.NULL else ""
        if self._paths is not None:
            self._count_split(values)
            values = nested(values, self._paths)
        text = _encode(values)
        return object_id_column(parse_record(text, self._tally), text), line, text

    def _count_split(self, values: dict[str, object]) -> None:
        for name, value in values.items():
            kinds = self.split_counts.setdefault(name, {})
            kind = _kind_of_value(value)
            kinds[kind] = kinds.get(kind, 0) + 1


def _kind_of_value(value: object) -> CellKind:
    if isinstance(value, msgspec.Raw):
        return CellKind.BOOLEAN if bytes(value)[:1] in b"tf" else CellKind.NUMBER
    return CellKind.NULL if value is None else CellKind.TEXT if value else CellKind.EMPTY


def text_of(cell: Cell) -> str:
    """Return a cell as text."""
    return cell if isinstance(cell, str) else bytes(cell).decode()


def _raw(cell: Cell) -> msgspec.Raw:
    """Return a cell that is a number or boolean as JSON; a decimal comma becomes a point."""
    return msgspec.Raw(cell.replace(",", ".")) if isinstance(cell, str) else cell


def kind_of_text(cell: Cell, *, decimal_comma: bool) -> CellKind:
    """Return what a cell of delimited text is."""
    text = text_of(cell)
    if text in {"true", "false"}:
        return CellKind.BOOLEAN
    return CellKind.NUMBER if (DECIMAL_COMMA if decimal_comma else NUMBER).fullmatch(text) else CellKind.TEXT


Way = tuple[str | int, ...]
"""The way to a value: keys of objects and places in lists."""

_PATH = re.compile(r"[^.\[\]]+(?:\[[0-9]{1,4}\])*(?:\.[^.\[\]]+(?:\[[0-9]{1,4}\])*)*")
_STEP = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")


def path_of(name: str) -> Way:
    """Return the way that a column's name says: ``a.b`` and ``tags[0]``; any other name is an attribute's."""
    if not _PATH.fullmatch(name):
        return (name,)
    return tuple(int(step[2]) if step[2] else step[1] for step in _STEP.finditer(name))


def _paths(names: Sequence[str], file: str) -> dict[str, Way]:
    paths = {name: path_of(name) for name in names}
    for name, path in paths.items():
        for other, longer in paths.items():
            kinds_differ = any(
                longer[:place] == path[:place] and type(longer[place]) is not type(path[place])
                for place in range(1, min(len(path), len(longer)))
            )
            if other != name and (longer[: len(path)] == path or kinds_differ):
                raise InputError(
                    f"The columns “{name}” and “{other}” of {file} cannot be split: one value cannot be both.",
                    "Rename one of them, or leave it out.",
                    file=file,
                    attribute=name,
                )
    return paths


def nested(values: dict[str, object], paths: dict[str, Way]) -> dict[str, object]:
    """Return a record whose columns are put where their names say; places of lists that are absent are closed up."""
    root: dict[str | int, object] = {}
    for name, value in values.items():
        *way, last = paths[name]
        here = root
        for step in way:
            inner = here.setdefault(step, {})
            assert isinstance(inner, dict)
            here = inner
        here[last] = value
    return {str(key): _listed(value) for key, value in root.items()}


def _listed(value: object) -> object:
    if not isinstance(value, dict):
        return value
    if any(isinstance(key, int) for key in value):
        return [_listed(value[key]) for key in sorted(value)]
    return {key: _listed(inner) for key, inner in value.items()}
