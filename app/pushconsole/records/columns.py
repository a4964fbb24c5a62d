"""The columns table: which attributes there are and how many values of each kind they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import apsw

from pushconsole.records.column_types import COUNTED, CellKind, Column, column_type

Counts = Mapping[str, Mapping[CellKind, int]]

_FIELDS = ("nulls", "empties", "texts", "numbers", "booleans", "nested")
_SELECT = f"SELECT name, declared, unsent, {', '.join(_FIELDS)} FROM columns"
_ADD = (
    f"INSERT INTO columns(name, {', '.join(_FIELDS)}) VALUES(?, ?, ?, ?, ?, ?, ?) "
    f"ON CONFLICT(name) DO UPDATE SET {', '.join(f'{name} = {name} + excluded.{name}' for name in _FIELDS)}"
)


def declare(connection: apsw.Connection, names: Iterable[str]) -> None:
    """Make columns that stay even when no record has them, because the file itself has them."""
    connection.executemany(
        "INSERT INTO columns(name, declared) VALUES(?, 1) ON CONFLICT(name) DO UPDATE SET declared = 1",
        ((name,) for name in names),
    )


def add_counts(connection: apsw.Connection, counts: Counts) -> None:
    """Add (negative: take away) values by column and kind; unknown columns are made."""
    rows = ((name, *(kinds.get(kind, 0) for kind in COUNTED)) for name, kinds in counts.items())
    connection.executemany(_ADD, rows)


def mark(connection: apsw.Connection, flag: str, steps: Mapping[str, int]) -> None:
    """Set a flag of columns, ``declared`` or ``unsent`` (1), or take it back (-1)."""
    connection.executemany(
        f"UPDATE columns SET {flag} = {flag} + ? WHERE name = ?", ((step, name) for name, step in steps.items())
    )


def move(connection: apsw.Connection, moved: Mapping[str, int]) -> None:
    """Move columns by places; what takes a place leaves its own."""
    # By way of negative numbers, since two columns that change places would meet otherwise.
    steps = ((step, name) for name, step in moved.items())
    connection.executemany("UPDATE columns SET position = -(position + ?) WHERE name = ?", steps)
    if moved:
        connection.execute("UPDATE columns SET position = -position WHERE position < 0")


def unsent_columns(connection: apsw.Connection) -> list[str]:
    """Return the names of the columns that a push leaves out."""
    return [row[0] for row in connection.execute("SELECT name FROM columns WHERE unsent ORDER BY position")]


def read_columns(connection: apsw.Connection, names: Iterable[str] | None = None) -> list[Column]:
    """Return the columns (all, or those among ``names``) in order of first appearance."""
    if names is None:
        rows = list(connection.execute(f"{_SELECT} ORDER BY position"))
    else:
        rows = [row for name in names for row in connection.execute(f"{_SELECT} WHERE name = ?", (name,))]
    return [column for column in map(_column, rows) if column is not None]


def _column(row: tuple[object, ...]) -> Column | None:
    name, declared, unsent, *numbers = row
    counts = {kind: number for kind, number in zip(COUNTED, numbers, strict=True) if isinstance(number, int)}
    present = sum(counts.values())
    if not present and not declared:
        return None
    return Column(str(name), column_type(counts), present, sent=not unsent)
