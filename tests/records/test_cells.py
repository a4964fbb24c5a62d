"""What a person types becomes a value of the cell's type."""

from __future__ import annotations

import pytest

from pushconsole.errors import ValueNotUsable
from pushconsole.records import Cell, CellKind, ColumnType, typed_value

NUMBER = Cell(CellKind.NUMBER, "1")
TEXT = Cell(CellKind.TEXT, "x")
BOOLEAN = Cell(CellKind.BOOLEAN, "true")
NULL = Cell(CellKind.NULL, "null")
EMPTY = Cell(CellKind.EMPTY, "")
NESTED = Cell(CellKind.NESTED, "[1]")


@pytest.mark.parametrize(
    ("text", "like", "column", "raw"),
    [
        ("2.50", NUMBER, ColumnType.NUMBER, "2.50"),
        ("2,50", NUMBER, ColumnType.NUMBER, '"2,50"'),
        ("01", NUMBER, ColumnType.NUMBER, '"01"'),
        ("", NUMBER, ColumnType.NUMBER, '""'),
        ("5", TEXT, ColumnType.NUMBER, '"5"'),
        ("false", BOOLEAN, ColumnType.BOOLEAN, "false"),
        ("no", BOOLEAN, ColumnType.BOOLEAN, '"no"'),
        ("5", None, ColumnType.NUMBER, "5"),
        ("5", EMPTY, ColumnType.NUMBER, "5"),
        ("5", None, ColumnType.TEXT, '"5"'),
        ("5", None, ColumnType.UNKNOWN, '"5"'),
        ("true", NULL, ColumnType.BOOLEAN, "true"),
        ("null", NULL, ColumnType.TEXT, "null"),
        ("null", TEXT, ColumnType.TEXT, '"null"'),
        ('say "é" \\ 漢\n', TEXT, ColumnType.TEXT, '"say \\"é\\" \\\\ 漢\\n"'),
        (' {"a": 1.10} ', NESTED, ColumnType.NESTED, '{"a": 1.10}'),
        ('["a"]', None, ColumnType.NESTED, '["a"]'),
    ],
)
def test_the_cells_type_is_kept_where_the_text_allows(
    text: str, like: Cell | None, column: ColumnType, raw: str
) -> None:
    assert typed_value(text, like, column) == raw


@pytest.mark.parametrize("text", ["[1", "", "red", "[NaN]", '{"a":1,"a":2}'])
def test_a_nested_value_that_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ValueNotUsable, match="written as JSON"):
        typed_value(text, NESTED, ColumnType.NESTED)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ValueNotUsable, match="surrogate"):
        typed_value("\ud800", TEXT, ColumnType.TEXT)
