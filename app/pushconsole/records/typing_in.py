"""What a person types, where it looks like another type than its column has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pushconsole.errors import ValueNotUsable
from pushconsole.records.cells import Cell, typed_value
from pushconsole.records.column_types import NUMBER, CellKind, ColumnType
from pushconsole.records.value_commands import ValueType, boolean_meant, number_meant
from pushconsole.records.workspace import Workspace

_OF_TYPE = {
    ValueType.TEXT: ColumnType.TEXT,
    ValueType.NUMBER: ColumnType.NUMBER,
    ValueType.BOOLEAN: ColumnType.BOOLEAN,
    ValueType.NESTED: ColumnType.NESTED,
}


@dataclass(frozen=True)
class Oddity:
    """A text that would turn a column of numbers, or of true and false, into a mixed one.

    Attributes:
        column: the column.
        text: what was typed or pasted.
        meant: the number, or the boolean, that was probably meant, as JSON writes it, or None.
        type: what the column's values are, number or boolean.

    """

    column: str
    text: str
    meant: str | None
    type: ColumnType = ColumnType.NUMBER


_EXPECTED = {CellKind.NUMBER: ColumnType.NUMBER, CellKind.BOOLEAN: ColumnType.BOOLEAN}


def oddity_of(workspace: Workspace, record_id: int, column: str, text: str) -> Oddity | None:
    """Return what is odd about a text typed into a cell, or None.

    Raises:
        InputError: there is no such record.

    """
    cell = workspace.row(record_id).cells.get(column)
    types = {known.name: known.type for known in workspace.columns()}
    return _odd(column, text, cell, types.get(column, ColumnType.UNKNOWN))


def first_oddity(
    columns: Iterable[str], rows: Iterable[Iterable[str]], types: Mapping[str, ColumnType]
) -> Oddity | None:
    """Return the first text of a block that does not fit its column, or None."""
    names = list(columns)
    odd = (
        _odd(name, text, None, types.get(name, ColumnType.UNKNOWN))
        for row in rows
        for name, text in zip(names, row, strict=False)
    )
    return next((found for found in odd if found is not None), None)


def _odd(column: str, text: str, cell: Cell | None, column_type: ColumnType) -> Oddity | None:
    blank = cell is None or cell.kind in {CellKind.ABSENT, CellKind.NULL, CellKind.EMPTY}
    expected = column_type if cell is None or blank else _EXPECTED.get(cell.kind)
    if not text or (cell is not None and text == cell.text):
        return None
    if expected is ColumnType.NUMBER and not NUMBER.fullmatch(text):
        return Oddity(column, text, number_meant(text))
    if expected is ColumnType.BOOLEAN and text not in {"true", "false"}:
        return Oddity(column, text, boolean_meant(text), ColumnType.BOOLEAN)
    return None


def meant(text: str, expected: ColumnType) -> str | None:
    """Return the number or the boolean that a text probably means, as JSON writes it, or None."""
    return boolean_meant(text) if expected is ColumnType.BOOLEAN else number_meant(text)


def value_as(text: str, wanted: ValueType | None, column: ColumnType) -> str:
    """Return the JSON text of what a person typed as a value of a type; None: of the column's own.

    Raises:
        ValueNotUsable: the text is no such value.

    """
    raw = typed_value(text, None, column if wanted is None else _OF_TYPE[wanted])
    if wanted in {ValueType.NUMBER, ValueType.BOOLEAN} and raw.startswith('"'):
        kind = "a number, such as 12.5" if wanted is ValueType.NUMBER else "true or false"
        raise ValueNotUsable(f"“{text}” is not {kind}.")
    return raw
