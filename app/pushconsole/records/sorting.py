"""The order of a sorted view, as SQL.

Numbers come first, by their exact decimal value; then texts, by `ordering.sorted_by`; then booleans, false before
true; then lists and objects, by how many characters they have; at the end, in either direction, what is null or
missing. What is equal keeps the order of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import apsw

from pushconsole.records.column_types import COUNTED, CellKind
from pushconsole.records.filter_sql import Bindings
from pushconsole.records.ordering import long_sql, number_order_sql, path_of


@dataclass(frozen=True)
class SortKey:
    """A column to sort by."""

    column: str
    descending: bool = False


class LongNumberMet(Exception):
    """A number is too long for `order_sql` with ``all_short``."""


def _meet_long_number(raw: object) -> NoReturn:
    raise LongNumberMet(raw)


def prepare_sorting(connection: apsw.Connection) -> None:
    """Give a connection what the statements of `order_sql` need beyond `filter_sql.prepare`."""
    function: Callable[..., Any] = _meet_long_number
    connection.create_scalar_function("long_number_met", function, 1)


def order_sql(
    key: SortKey,
    kinds: Mapping[CellKind, int],
    bindings: Bindings,
    *,
    all_short: bool = False,
    records: int | None = None,
) -> list[str]:
    """Return the terms of an ORDER BY over rows with a column ``text``.

    Args:
        key: column and direction.
        kinds: how many values of each kind the column holds: a column of one kind is sorted in half the time.
        bindings: takes the values.
        all_short: trust that no number is long, which takes half the time; the statement raises `LongNumberMet` at the
            first that is.
        records: how many there are, if that is known: where all have a value, nothing has to be put last, and SQLite
            compares faster.

    """
    path = bindings.add(path_of((key.column,)))
    value, raw, kind = f"json_extract(text, {path})", f"(text -> {path})", f"json_type(text, {path})"
    direction = "DESC" if key.descending else "ASC"
    if records is None or sum(number for kind, number in kinds.items() if kind is not CellKind.NULL) != records:
        direction += " NULLS LAST"
    there = {found for found, number in kinds.items() if number > 0} - {CellKind.NULL}
    if there <= {CellKind.NUMBER}:
        terms = [f"CASE WHEN {long_sql(raw)} THEN long_number_met({raw}) ELSE {value} END"]
        if not all_short:
            terms = _of_numbers(value, raw)
    elif there <= {CellKind.TEXT, CellKind.EMPTY}:
        terms = [f"sorted_by({value})"]
    elif there <= {CellKind.BOOLEAN}:
        terms = [value]
    else:
        return [_rank(kind), *(f"{term} {direction}" for term in _of_any_kind(value, raw, kind))]
    return [f"{term} {direction}" for term in terms]


def _rank(kind: str) -> str:
    return (
        f"CASE {kind} WHEN 'integer' THEN 0 WHEN 'real' THEN 0 WHEN 'text' THEN 1 WHEN 'true' THEN 2 "
        "WHEN 'false' THEN 2 WHEN 'array' THEN 3 WHEN 'object' THEN 3 ELSE 4 END"
    )


def _of_numbers(value: str, raw: str) -> list[str]:
    """Return the terms for a column of numbers and nulls."""
    double, *others = number_order_sql(value, raw)
    return [f"CASE WHEN {value} IS NOT NULL THEN {double} END", *others]


def _of_any_kind(value: str, raw: str, kind: str) -> list[str]:
    double, side, exact = number_order_sql(value, raw)
    numeric = f"{kind} IN ('integer', 'real')"
    exact, collation = exact.rsplit(" COLLATE ", 1)
    key = (
        f"CASE {kind} WHEN 'integer' THEN {double} WHEN 'real' THEN {double} WHEN 'text' THEN sorted_by({value}) "
        f"WHEN 'array' THEN length({raw}) WHEN 'object' THEN length({raw}) WHEN 'null' THEN NULL ELSE {value} END"
    )
    return [
        key,
        f"CASE WHEN {numeric} THEN {side} END",
        f"CASE WHEN {numeric} THEN {exact} END COLLATE {collation}",
    ]


def kinds_of(connection: apsw.Connection, column: str) -> dict[CellKind, int]:
    """Return how many values of each kind a column holds, from the workspace attached as ``workspace``."""
    fields = "nulls, empties, texts, numbers, booleans, nested"
    for row in connection.execute(f"SELECT {fields} FROM workspace.columns WHERE name = ?", (column,)):
        return dict(zip(COUNTED, row, strict=True))
    return {}
