"""Edits as commands with an inverse, kept in the workspace itself.

A command is a list of changes: a record's text before and after, None where the record was not there. Doing, undoing
and redoing are the same few statements in one transaction, so an edit is whole in the file or not there at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import apsw
import msgspec

from pushconsole.records import object_ids
from pushconsole.records.column_types import CellKind, Tally
from pushconsole.records.columns import add_counts, mark, move, read_columns
from pushconsole.records.json_text import object_id_column, parse_record

_NAMED_IDS = 1000
"""Up to how many records a change names; above, "many" says it all."""

_SLICE = 4096  # record ids changed by one statement: some megabytes

_MANY_SHARE = 4  # above this part of all records, the index of objectIDs is made anew


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit, an undo or a redo did.

    Attributes:
        label: what was done, as in a menu.
        record_ids: the records it touched; None where they are many.
        rows_changed: records came or went, so positions moved.
        columns_changed: columns came, went, or changed their type or count.

    """

    label: str
    record_ids: tuple[int, ...] | None
    rows_changed: bool
    columns_changed: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """One record's change: its text before and after, None where it is not there."""

    record_id: int
    before: str | None
    after: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Done:
    """A change with the records that came and went, for whoever keeps positions."""

    change: Change
    came: Sequence[int]
    went: Sequence[int]


ChangedRow = tuple[int, int | None, str | None, str | bytes | None, str | None, str | bytes | None]
"""A record's change as the file keeps it: record id, line, text and objectID column before, the same after."""

Gain = tuple[str, str, int]
"""A column's name, a `CellKind`'s value, and how many values of that kind the column gains (negative: loses); or
``DECLARED``, ``UNSENT`` or ``MOVED`` in place of a kind."""

DECLARED = "declared"
"""The column is shown, or (-1) not shown any more, when no record has it."""

UNSENT = "unsent"
"""The column is not sent by a push, or (-1) is again."""

MOVED = "position"
"""The column moves by so many places."""


def do(connection: apsw.Connection, label: str, edits: Iterable[Edit]) -> Done | None:
    """Carry out a command and put it on top of the stack; what was undone before cannot be redone any more.

    Without any edit nothing happens, and None is returned.
    """
    before, after = Tally(), Tally()
    return do_rows(connection, label, _rows(edits, before, after), lambda: _difference(before, after))


def do_rows(
    connection: apsw.Connection, label: str, rows: Iterable[ChangedRow], gains: Callable[[], Sequence[Gain]]
) -> Done | None:
    """Do what `do` does, with what the columns gain told by ``gains`` once all rows have passed."""
    remaining = iter(rows)
    first = next(remaining, None)
    if first is None and not gains():
        return None
    connection.execute("DELETE FROM changes WHERE command IN (SELECT id FROM commands WHERE undone)")
    connection.execute("DELETE FROM commands WHERE undone")
    connection.execute("INSERT INTO commands(label, rows_changed, column_counts) VALUES(?, 0, '[]')", (label,))
    command = connection.last_insert_rowid()
    if first is not None:
        numbered = ((command, *row) for row in chain([first], remaining))
        connection.executemany("INSERT INTO changes VALUES(?, ?, ?, ?, ?, ?, ?)", numbered)
    connection.execute(
        "UPDATE commands SET column_counts = ?, rows_changed = EXISTS("
        "SELECT 1 FROM changes WHERE command = commands.id AND (before IS NULL OR after IS NULL)) WHERE id = ?",
        (msgspec.json.encode(gains()).decode(), command),
    )
    return _carry_out(connection, command, undo=False)


def _rows(edits: Iterable[Edit], before: Tally, after: Tally) -> Iterator[ChangedRow]:
    """Yield the rows of the changes table, and count the values before and after on the way."""
    for edit in edits:
        old, new = _object_id(edit.before, before), _object_id(edit.after, after)
        yield edit.record_id, edit.line, edit.before, old, edit.after, new


def _object_id(text: str | None, tally: Tally) -> str | bytes | None:
    return None if text is None else object_id_column(parse_record(text, tally), text)


def _difference(before: Tally, after: Tally) -> list[Gain]:
    """Return how many values of which kind the columns gain (negative: lose)."""
    gains: Counter[tuple[str, CellKind]] = Counter()
    for tally, sign in ((after, 1), (before, -1)):
        for name, kinds in tally.take().items():
            for kind, number in kinds.items():
                gains[name, kind] += sign * number
    return [(name, kind.value, number) for (name, kind), number in gains.items() if number]


def undo(connection: apsw.Connection) -> Done | None:
    """Take back the last command, or return None where there is none."""
    command = connection.execute("SELECT max(id) FROM commands WHERE NOT undone").get
    return None if command is None else _carry_out(connection, command, undo=True)


def redo(connection: apsw.Connection) -> Done | None:
    """Do the command again that was taken back last, or return None where there is none."""
    command = connection.execute("SELECT min(id) FROM commands WHERE undone").get
    return None if command is None else _carry_out(connection, command, undo=False)


def labels(connection: apsw.Connection) -> tuple[str | None, str | None]:
    """Return what undo and redo would take back and do again."""
    undo_label = connection.execute("SELECT label FROM commands WHERE NOT undone ORDER BY id DESC LIMIT 1").get
    redo_label = connection.execute("SELECT label FROM commands WHERE undone ORDER BY id LIMIT 1").get
    return undo_label, redo_label


def _carry_out(connection: apsw.Connection, command: int, *, undo: bool) -> Done:
    label, rows_changed, counts_text = next(
        connection.execute("SELECT label, rows_changed, column_counts FROM commands WHERE id = ?", (command,))
    )
    old, new = ("after", "before") if undo else ("before", "after")
    _change_rows(connection, command, old, new)
    came, went = _move_rows(connection, command, old, new) if rows_changed else ((), ())
    columns_changed = _count(connection, counts_text, -1 if undo else 1)
    connection.execute("UPDATE commands SET undone = ? WHERE id = ?", (undo, command))
    ids = [row[0] for row in connection.execute(
        "SELECT record_id FROM changes WHERE command = ? LIMIT ?", (command, _NAMED_IDS + 1)
    )]  # fmt: skip
    named = tuple(ids) if len(ids) <= _NAMED_IDS else None
    return Done(Change(label, named, bool(rows_changed), columns_changed), came, went)


def _change_rows(connection: apsw.Connection, command: int, old: str, new: str) -> None:
    """Give the records their other text, some thousand at a time.

    SQLite first copies what an UPDATE … FROM takes into a table on the disk: 431 MB for a million records, which took
    longer than all the rest. And to take a million entries out of the index one by one and put them in again costs
    several times what making it anew does, which the next to need it does.
    """
    first, last = next(
        connection.execute("SELECT min(record_id), max(record_id) FROM changes WHERE command = ?", (command,))
    )
    if first is None:
        return
    known = connection.execute("SELECT max(id) FROM records").get or 0
    changed = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM changes WHERE command = ? LIMIT ?)",
        (command, known // _MANY_SHARE + _SLICE),
    ).get
    if changed == known // _MANY_SHARE + _SLICE:
        connection.execute(object_ids.NO_INDEX)
    for begin in range(first, last + 1, _SLICE):
        connection.execute(
            f"UPDATE records SET text = c.{new}, object_id = c.{new}_object_id, size = octet_length(c.{new}) "
            "FROM changes c WHERE c.command = ? AND c.record_id BETWEEN ? AND ? AND c.record_id = records.id "
            f"AND c.{old} IS NOT NULL AND c.{new} IS NOT NULL",
            (command, begin, begin + _SLICE - 1),
        )


def _move_rows(connection: apsw.Connection, command: int, old: str, new: str) -> tuple[list[int], list[int]]:
    """Bring back and take away the records that the command makes come and go; return their ids."""
    coming = f"FROM changes WHERE command = ? AND {old} IS NULL"
    going = f"FROM changes WHERE command = ? AND {new} IS NULL"
    came = [row[0] for row in connection.execute(f"SELECT record_id {coming}", (command,))]
    went = [row[0] for row in connection.execute(f"SELECT record_id {going}", (command,))]
    connection.execute(
        "INSERT INTO records(id, object_id, size, line, text) "
        f"SELECT record_id, {new}_object_id, octet_length({new}), line, {new} {coming}",
        (command,),
    )
    connection.execute(f"DELETE FROM removed WHERE id IN (SELECT record_id {coming})", (command,))
    connection.execute(f"DELETE FROM records WHERE id IN (SELECT record_id {going})", (command,))
    connection.execute(f"INSERT INTO removed SELECT record_id {going}", (command,))
    return came, went


def _count(connection: apsw.Connection, gains_text: str, sign: int) -> bool:
    """Bring the columns up to date; return whether any column changed."""
    counts: dict[str, dict[CellKind, int]] = {}
    marks: dict[str, dict[str, int]] = {DECLARED: {}, UNSENT: {}, MOVED: {}}
    for name, kind, number in msgspec.json.decode(gains_text, type=list[Gain]):
        of_name = counts.setdefault(name, {})
        if kind in marks:
            marks[kind][name] = sign * number
        else:
            of_name[CellKind(kind)] = sign * number
    before = read_columns(connection, counts)
    add_counts(connection, counts)
    for flag in (DECLARED, UNSENT):
        mark(connection, flag, marks[flag])
    move(connection, marks[MOVED])
    return bool(marks[MOVED]) or before != read_columns(connection, counts)
