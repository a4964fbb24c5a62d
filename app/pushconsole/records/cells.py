"""Rows and cells as the table shows them, and what a person types into one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from pushconsole.errors import ValueNotUsable
from pushconsole.records.column_types import NUMBER, CellKind, ColumnType
from pushconsole.records.json_text import NotARecord, compact, kind_of_raw, parse_value, quoted, raw_values

_decode_text = msgspec.json.Decoder(str).decode


@dataclass(frozen=True, slots=True)
class Cell:
    """One value.

    Attributes:
        kind: what it is.
        text: what to show: texts decoded, numbers as they were written, nested values compact.

    """

    kind: CellKind
    text: str


def cell_of(raw: str) -> Cell:
    """Return the cell of a valid JSON value."""
    kind = kind_of_raw(raw)
    if kind is CellKind.NESTED:
        return Cell(kind, compact(raw))
    return Cell(kind, _decode_text(raw) if kind in {CellKind.TEXT, CellKind.EMPTY} else raw)


class Cells(Mapping[str, Cell]):
    """A record's cells by column, made when they are looked at.

    A screen shows few of a thousand columns and a tenth of a page's rows, and values that were taken apart for nothing
    have to be freed again, where whoever drops the page waits for it.
    """

    __slots__ = ("_made", "_text", "_values")

    def __init__(self, text: str) -> None:
        self._text = text
        self._values: dict[str, msgspec.Raw] | None = None
        self._made: dict[str, Cell] = {}

    @property
    def _raw(self) -> dict[str, msgspec.Raw]:
        if self._values is None:
            self._values = raw_values(self._text)
        return self._values

    def __getitem__(self, name: str) -> Cell:
        cell = self._made.get(name)
        if cell is None:
            cell = self._made[name] = cell_of(bytes(self._raw[name]).decode())
        return cell

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __contains__(self, name: object) -> bool:
        return name in self._raw

    def __repr__(self) -> str:
        return f"Cells({dict(self)!r})"


@dataclass(frozen=True, slots=True)
class Row:
    """A record as the table shows it.

    Attributes:
        record_id: its number in the workspace.
        object_id: its objectID where that is text (also ""), else None.
        line: the line of the file it began in, from 1; None for a record added here.
        cells: its values by column; an absent attribute is absent here too.

    """

    record_id: int
    object_id: str | None
    line: int | None
    cells: Mapping[str, Cell]


def row_of(record_id: int, object_id: object, line: int | None, text: str) -> Row:
    """Return the row of a record as the workspace holds it."""
    return Row(record_id, object_id if isinstance(object_id, str) else None, line, Cells(text))


def typed_value(text: str, like: Cell | None, column: ColumnType) -> str:
    """Return the JSON text of what a person typed into a cell.

    The cell's present type is kept where the text allows it; a cell without one (absent, null, "") takes the column's.
    What is no number becomes text, because that is what was typed.

    Args:
        text: what was typed.
        like: the cell it was typed into, or None for an absent one.
        column: the type of the column.

    Raises:
        ValueNotUsable: a nested value that is not JSON, or a text that no JSON can hold.

    """
    if like is not None and like.kind is CellKind.NULL and text == like.text:
        return "null"
    kind = _kind_to_keep(like, column)
    if kind is CellKind.NESTED:
        return _nested(text)
    if kind is CellKind.NUMBER and NUMBER.fullmatch(text):
        return text
    if kind is CellKind.BOOLEAN and text in {"true", "false"}:
        return text
    try:
        return quoted(text)
    except UnicodeEncodeError:
        raise ValueNotUsable("The text holds half a character (a lone surrogate), which JSON cannot carry.") from None


_KIND_OF_COLUMN = {
    ColumnType.NUMBER: CellKind.NUMBER,
    ColumnType.BOOLEAN: CellKind.BOOLEAN,
    ColumnType.NESTED: CellKind.NESTED,
}


def _kind_to_keep(like: Cell | None, column: ColumnType) -> CellKind:
    if like is None or like.kind in {CellKind.ABSENT, CellKind.NULL, CellKind.EMPTY}:
        return _KIND_OF_COLUMN.get(column, CellKind.TEXT)
    return like.kind


def _nested(text: str) -> str:
    try:
        parse_value(text)
    except NotARecord as refusal:
        raise ValueNotUsable(
            f"A list or an object is written as JSON. {refusal.reason}", 'For example ["a", "b"] or {"width": 12}.'
        ) from None
    return text.strip(" \t\r\n")
