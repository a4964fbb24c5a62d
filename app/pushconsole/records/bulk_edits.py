"""Carries out changes to many records, each as one command with an inverse.

Records stream through, so the memory does not grow with their number. A loop in Python over a million records holds
the interpreter, so whoever shows a window runs it in another process: `background_edits`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

import apsw

from pushconsole.errors import Cancelled
from pushconsole.records import history
from pushconsole.records.bulk_command import BulkCommand, NotApplicable, Values, characters, kind_word, text_of
from pushconsole.records.history import Change, ChangedRow, Done, Gain
from pushconsole.records.json_text import join_values, raw_values
from pushconsole.records.selections import Ranges
from pushconsole.records.value_commands import Replace
from pushconsole.records.workspace import Workspace

_NAMED = 100  # refused records told one by one
_TICK_S = 0.1
_LOOK_EVERY = 64  # records between two looks at the clock
_STEPS = 200_000  # of SQLite's machine between two questions whether to go on: some hundredths of a second


@dataclass(frozen=True)
class EditProgress:
    """How far a change is: records looked at, of how many; then SQLite writes them, which has no figure."""

    done: int
    whole: int


@dataclass(frozen=True)
class Refused:
    """A record to which the change cannot be made, and why, as a whole sentence."""

    record_id: int
    sentence: str


@dataclass(frozen=True)
class EditReport:
    """What became of a change to many records.

    Attributes:
        change: what was done; None where nothing was, by choice or because there was nothing to do.
        changed: how many records it changed, added or deleted.
        refused: how many it could not be made to.
        first_refused: the first of them.
        cancelled: nothing was changed, because it was cancelled.

    """

    change: Change | None
    changed: int
    refused: int
    first_refused: tuple[Refused, ...]
    cancelled: bool = False


@dataclass(frozen=True)
class Match:
    """A value that find and replace would change: its text before and after."""

    record_id: int
    line: int | None
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Matches:
    """What find and replace would change: how many values in how many records, and the first of them."""

    values: int
    records: int
    first: tuple[Match, ...]
    cancelled: bool = False


Step = Callable[[apsw.Connection], Done | None]


class _NoneWanted(Exception):
    """Some records cannot be changed, so none is to be."""


def _nobody(_: EditProgress) -> None:
    pass


def _never() -> bool:
    return False


def edit_many(
    workspace: Workspace,
    command: BulkCommand,
    ranges: Ranges | None = None,
    *,
    change_rest: bool = False,
    on_progress: Callable[[EditProgress], None] = _nobody,
    cancelled: Callable[[], bool] = _never,
) -> EditReport:
    """Make a change to many records, whole or not at all.

    Args:
        workspace: the records.
        command: the change.
        ranges: which records; None for all.
        change_rest: where the change cannot be made to some records, make it to the others; else to none.
        on_progress: called about every 0.1 s.
        cancelled: asked as often, also while SQLite writes; True takes all of it back.

    Raises:
        ValueNotUsable: the command makes no sense.
        WorkspaceFrozen: the records are in a run.

    """
    clock = _Clock(_whole(workspace, ranges), on_progress, cancelled)
    passing = _Passing(command, ranges, clock, change_rest=change_rest)
    try:
        change = workspace.moved(_interruptible(passing.carry_out, cancelled))
    except _NoneWanted:
        return EditReport(None, 0, passing.refused, tuple(passing.first_refused))
    except Cancelled:
        return EditReport(None, 0, passing.refused, tuple(passing.first_refused), cancelled=True)
    return EditReport(change, passing.changed, passing.refused, tuple(passing.first_refused))


def undo(workspace: Workspace, cancelled: Callable[[], bool] = _never) -> Change | None:
    """Take back the last edit, unless cancelled; None where nothing was."""
    return _stepped(workspace, history.undo, cancelled)


def redo(workspace: Workspace, cancelled: Callable[[], bool] = _never) -> Change | None:
    """Do the edit again that was taken back last, unless cancelled; None where nothing was."""
    return _stepped(workspace, history.redo, cancelled)


def _stepped(workspace: Workspace, step: Step, cancelled: Callable[[], bool]) -> Change | None:
    try:
        return workspace.moved(_interruptible(step, cancelled))
    except Cancelled:
        return None


def find_matches(
    workspace: Workspace,
    command: Replace,
    ranges: Ranges | None = None,
    *,
    limit: int = 100,
    on_progress: Callable[[EditProgress], None] = _nobody,
    cancelled: Callable[[], bool] = _never,
) -> Matches:
    """Return what find and replace would change, without changing it; numbers that would be none are passed over."""
    clock = _Clock(_whole(workspace, ranges), on_progress, cancelled)
    values, records, first = 0, 0, list[Match]()
    try:
        with workspace.database.reading() as connection:
            rule = command.rule(connection)
            for record_id, _, line, text in clock.passing(_selected(connection, command, ranges)):
                if not command.may_change(text):
                    continue
                before = raw_values(text)
                try:
                    after = rule(record_id, before)
                except NotApplicable:
                    continue
                if isinstance(after, dict):
                    names = [name for name, raw in after.items() if raw is not before[name]]
                    values, records = values + len(names), records + 1
                    first.extend(
                        Match(record_id, line, name, text_of(before[name]), text_of(after[name]))
                        for name in names[: limit - len(first)]
                    )
    except Cancelled:
        return Matches(values, records, tuple(first), cancelled=True)
    return Matches(values, records, tuple(first))


def _whole(workspace: Workspace, ranges: Ranges | None) -> int:
    """Return how many records there are in the ranges, at most."""
    known = workspace.count()
    return known if ranges is None else min(known, sum(last - first + 1 for first, last in ranges))


_Selected = tuple[int, str | bytes | None, int | None, str]


def _selected(connection: apsw.Connection, command: BulkCommand, ranges: Ranges | None) -> Iterator[_Selected]:
    condition, bound = command.condition()
    select = f"SELECT id, object_id, line, text FROM records WHERE id BETWEEN ? AND ? AND {condition} ORDER BY id"
    for pair in ((1, 2**62),) if ranges is None else ranges:
        yield from connection.execute(select, (*pair, *bound))


def _interruptible(step: Step, cancelled: Callable[[], bool]) -> Step:
    """Let SQLite ask, while it carries out a step, whether to go on."""

    def carry_out(connection: apsw.Connection) -> Done | None:
        connection.set_progress_handler(cancelled, _STEPS)
        try:
            return step(connection)
        finally:
            connection.set_progress_handler(None)

    return carry_out


class _Clock:
    """Tells how many records have passed, and asks whether to go on."""

    def __init__(self, whole: int, on_progress: Callable[[EditProgress], None], cancelled: Callable[[], bool]) -> None:
        self._whole = whole
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._next = time.monotonic() + _TICK_S

    def passing(self, rows: Iterator[_Selected]) -> Iterator[_Selected]:
        """Hand the records on.

        Raises:
            Cancelled: there is to be no more.

        """
        done = 0
        for done, row in enumerate(rows, 1):
            if done % _LOOK_EVERY == 0 and time.monotonic() > self._next:
                self._look(done)
            yield row
        self._look(done)

    def _look(self, done: int) -> None:
        if self._cancelled():
            raise Cancelled
        self._on_progress(EditProgress(done, max(done, self._whole)))
        self._next = time.monotonic() + _TICK_S


class _Passing:
    """One run of a command over the records.

    Attributes:
        changed: how many records changed, came or went.
        refused, first_refused: how many could not be changed, and the first of them.

    """

    def __init__(self, command: BulkCommand, ranges: Ranges | None, clock: _Clock, *, change_rest: bool) -> None:
        self._command = command
        self._ranges = ranges
        self._clock = clock
        self._change_rest = change_rest
        self._gains: Counter[tuple[str, str]] = Counter()
        self.changed = 0
        self.refused = 0
        self.first_refused: list[Refused] = []

    def carry_out(self, connection: apsw.Connection) -> Done | None:
        """Be a step of the history."""
        return history.do_rows(
            connection, self._command.label, self._rows(connection), lambda: self._all_gains(connection)
        )

    def _all_gains(self, connection: apsw.Connection) -> list[Gain]:
        gained: list[Gain] = [(name, kind, number) for (name, kind), number in self._gains.items() if number]
        return gained + self._command.column_gains(connection, whole=not self.refused)

    def _rows(self, connection: apsw.Connection) -> Iterator[ChangedRow]:
        for row in self._changes(connection):
            self.changed += 1
            yield row
        if self.refused and not self._change_rest:
            raise _NoneWanted

    def _changes(self, connection: apsw.Connection) -> Iterator[ChangedRow]:
        rule = self._command.rule(connection)
        new_ids = count(_last_id(connection) + 1)
        for record_id, object_id, line, text in self._clock.passing(_selected(connection, self._command, self._ranges)):
            if not self._command.may_change(text):
                continue
            before = raw_values(text)
            try:
                after = rule(record_id, before)
            except NotApplicable as refusal:
                self._refuse(record_id, line, object_id, refusal.reason)
                continue
            if after is None:
                continue
            if not isinstance(after, dict):
                self._count(before, {})
                yield record_id, line, text, object_id, None, None
            elif self._command.adds:
                yield self._added(next(new_ids), after)
            elif self._count(before, after):
                yield record_id, line, text, object_id, join_values(after), _object_id(before, after, object_id)
        for values in self._command.tail(connection):
            yield self._added(next(new_ids), values)

    def _added(self, record_id: int, values: Values) -> ChangedRow:
        self._count({}, values)
        return record_id, None, None, None, join_values(values), _object_id({}, values, None)

    def _count(self, before: Values, after: Values) -> bool:
        """Count what the columns gain and lose; return whether a value or the order of the names differs."""
        gains = self._gains
        # Values that were not touched are the same objects, which is seen faster than equal characters.
        touched = [name for name in self._command.touches or after if after.get(name) is not before.get(name)]
        touched = [name for name in touched if name in after]
        changed = [name for name in touched if name not in before or bytes(before[name]) != bytes(after[name])]
        for name in changed:
            gains[name, kind_word(after[name])] += 1
            if name in before:
                gains[name, kind_word(before[name])] -= 1
        if not touched and len(before) == len(after):
            return False
        came = len([name for name in changed if name not in before])
        if len(after) - came < len(before):
            for name in before.keys() - after.keys():
                gains[name, kind_word(before[name])] -= 1
        return bool(changed) or [*before] != [*after]

    def _refuse(self, record_id: int, line: int | None, object_id: object, reason: str) -> None:
        self.refused += 1
        if len(self.first_refused) < _NAMED:
            place = "A record added here" if line is None else f"Line {line:,}"
            named = f"{place} (objectID “{object_id}”)" if isinstance(object_id, str) and object_id else place
            self.first_refused.append(Refused(record_id, f"{named}: {reason}"))


def _last_id(connection: apsw.Connection) -> int:
    last = "SELECT max(coalesce((SELECT max(id) FROM records), 0), coalesce((SELECT max(id) FROM removed), 0))"
    return int(connection.execute(last).get)


def _object_id(before: Values, after: Values, known: str | bytes | None) -> str | bytes | None:
    """Return what the object_id column holds for a record: see `json_text.object_id_column`."""
    raw = after.get("objectID")
    if raw is before.get("objectID"):
        return known
    if raw is None or bytes(raw) == b"null":
        return None
    return text_of(raw) if characters(raw)[0] == '"' else bytes(raw)
