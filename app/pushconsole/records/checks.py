"""What is wrong with the records, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import Final

import apsw

from pushconsole.records import attribute_checks, object_id_checks, object_ids, repairs
from pushconsole.records.problems import Found, Problem, ProblemKind, Problems, Severity, place
from pushconsole.records.workspace import Workspace

RECORD_LIMIT_BYTES: Final = 10_000
"""The smallest record size limit of the service's plans (Build: 10 KB; others up to 100 KB)."""

_OTHERS_NAMED = 5
_ALL = 2**62  # more problems than there can be
_SHOWN = 120  # letters of a rejected row


LARGEST_RECORD_BYTES: Final = 100_000
"""The largest record size limit of the service's plans."""


def _never() -> bool:
    return False


def check(
    workspace: Workspace,
    *,
    record_limit_bytes: int = RECORD_LIMIT_BYTES,
    largest_record_bytes: int = LARGEST_RECORD_BYTES,
    partial_update: bool = False,
    limit: int = 1000,
    cancelled: Callable[[], bool] = _never,
) -> Problems:
    """Find what is wrong with the records.

    Args:
        workspace: the records.
        record_limit_bytes: size above which a record is too large for the plan of the profile; the smallest limit of
            all plans where that is not known.
        largest_record_bytes: size above which every plan refuses it.
        partial_update: the records are meant for a partial update.
        limit: how many problems are told one by one; the kinds share them.
        cancelled: asked every few milliseconds.

    Raises:
        Cancelled: ``cancelled`` said so, or an edit waited for the file, which goes first.

    """
    object_ids.index_giving_way(workspace.database, cancelled)
    largest_record_bytes = max(record_limit_bytes, largest_record_bytes)  # a plan may be larger than those we know
    with workspace.database.reading(cancelled) as connection, connection:
        found = _found(connection, limit, record_limit_bytes, largest_record_bytes, partial_update=partial_update)
        there = {kind: pair for kind, pair in found.items() if pair[0]}
        share = max(1, limit // max(1, len(there)))
        first = [problem for _, problems in there.values() for problem in islice(problems, share)]
    return Problems({kind: count for kind, (count, _) in there.items()}, tuple(first[:limit]))


def records_with_problems(
    workspace: Workspace,
    kinds: Collection[ProblemKind],
    *,
    record_limit_bytes: int = RECORD_LIMIT_BYTES,
    partial_update: bool = False,
    cancelled: Callable[[], bool] = _never,
) -> list[tuple[int, int]]:
    """Return the ids of all records that have a problem of one of these kinds, as inclusive ranges in file order.

    A loop in Python over all of them, so call it where none waits for the interpreter. For problems that several
    records share, as objectIDs that are alike, it is the record that is named.

    Raises:
        Cancelled: as `check`.

    """
    object_ids.index_giving_way(workspace.database, cancelled)
    with workspace.database.reading(cancelled) as connection, connection:
        limits = (_ALL, record_limit_bytes, max(record_limit_bytes, LARGEST_RECORD_BYTES))
        found = _found(connection, *limits, partial_update=partial_update)
        ids = {problem.record_id for kind in kinds for problem in found[kind][1]} - {None}
    ranges: list[tuple[int, int]] = []
    for record_id in sorted(record_id for record_id in ids if record_id is not None):
        if ranges and ranges[-1][1] == record_id - 1:
            ranges[-1] = (ranges[-1][0], record_id)
        else:
            ranges.append((record_id, record_id))
    return ranges


def _found(
    connection: apsw.Connection,
    limit: int,
    record_limit_bytes: int,
    largest_record_bytes: int,
    *,
    partial_update: bool,
) -> dict[ProblemKind, Found]:
    return {
        ProblemKind.MISSING_OBJECT_ID: (_count(connection, _MISSING), _missing(connection)),
        ProblemKind.EMPTY_OBJECT_ID: (_count(connection, _EMPTY), _empty(connection)),
        ProblemKind.OBJECT_ID_NOT_TEXT: (_count(connection, _NOT_TEXT), _not_text(connection)),
        ProblemKind.DUPLICATE_OBJECT_ID: (_count_duplicates(connection), _duplicates(connection)),
        ProblemKind.OVER_LIMIT_RECORD: _oversize(connection, largest_record_bytes, None, limit),
        ProblemKind.OVERSIZE_RECORD: _oversize(connection, record_limit_bytes, largest_record_bytes, limit),
        ProblemKind.REJECTED_ROW: (_count_rejected(connection), _rejected(connection)),
        **object_id_checks.found(connection, limit),
        **attribute_checks.found(connection, limit, partial_update=partial_update),
    }


_MISSING = "object_id IS NULL"
_EMPTY = "object_id = ''"
_NOT_TEXT = "object_id >= x''"  # SQLite orders every blob after every text


def _count(connection: apsw.Connection, condition: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM records WHERE {condition}").get)


def _where(connection: apsw.Connection, condition: str) -> Iterator[tuple[int, int | None, object]]:
    yield from connection.execute(f"SELECT id, line, object_id FROM records WHERE {condition} ORDER BY id")


def _missing(connection: apsw.Connection) -> Iterator[Problem]:
    for record_id, line, _ in _where(connection, _MISSING):
        sentence = f"{place(line)} has no objectID; only “add” can make one, every other action needs it."
        yield Problem(ProblemKind.MISSING_OBJECT_ID, "warning", sentence, record_id, line, "objectID")


def _empty(connection: apsw.Connection) -> Iterator[Problem]:
    for record_id, line, _ in _where(connection, _EMPTY):
        sentence = f"{place(line)} has an empty objectID, which names no record."
        yield Problem(ProblemKind.EMPTY_OBJECT_ID, "error", sentence, record_id, line, "objectID")


def _not_text(connection: apsw.Connection) -> Iterator[Problem]:
    for record_id, line, raw in _where(connection, _NOT_TEXT):
        shown = bytes(raw).decode()[:40] if isinstance(raw, bytes) else ""
        sentence = f"{place(line)} has the objectID {shown}, which is not text; put it in quotes."
        yield Problem(ProblemKind.OBJECT_ID_NOT_TEXT, "error", sentence, record_id, line, "objectID")


_GROUPS = (
    "SELECT object_id, count(*) AS number FROM records WHERE object_id > '' AND object_id < x'' "
    "GROUP BY object_id HAVING number > 1"
)


def _count_duplicates(connection: apsw.Connection) -> int:
    return int(connection.execute(f"SELECT coalesce(sum(number), 0) FROM ({_GROUPS})").get)


def _duplicates(connection: apsw.Connection) -> Iterator[Problem]:
    for object_id, number in connection.execute(_GROUPS):
        members = "SELECT id, line FROM records WHERE object_id = ? ORDER BY id"
        some = list(connection.execute(f"{members} LIMIT {_OTHERS_NAMED + 1}", (object_id,)))
        for record_id, line in connection.execute(members, (object_id,)):
            others = [place for other, place in some if other != record_id][:_OTHERS_NAMED]
            sentence = f"{place(line)} shares the objectID “{object_id}” with {_listed(others, number - 1)}."
            yield Problem(ProblemKind.DUPLICATE_OBJECT_ID, "warning", sentence, record_id, line, "objectID")


def _listed(lines: list[int | None], number: int) -> str:
    known = [f"{line:,}" for line in lines if line is not None]
    more = number - len(known)
    if not known:
        return "a record added here" if more == 1 else f"{more:,} other records"
    named = f"line {known[0]}" if len(known) == 1 else f"lines {', '.join(known)}"
    return f"{named} and {more:,} more" if more else named


def _oversize(connection: apsw.Connection, over: int, up_to: int | None, limit: int) -> Found:
    """Count records by size and tell the first; white space between tokens is not counted."""
    # Sizes stand in an index; only what is large by its size is looked at.
    larger = "id IN (SELECT id FROM records WHERE size > ?) AND octet_length(json(text))"
    condition = f"{larger} > ?" if up_to is None else f"{larger} BETWEEN ? + 1 AND ?"
    bound = (over, over) if up_to is None else (over, over, up_to)
    count = int(connection.execute(f"SELECT count(*) FROM records WHERE {condition}", bound).get)
    rows = connection.execute(
        f"SELECT id, line, object_id, octet_length(json(text)) FROM records WHERE {condition} ORDER BY id LIMIT ?",
        (*bound, limit),
    )
    return count, [_large(*row, limit_bytes=over, will_fail=up_to is None) for row in rows] if count else ()


def _large(
    record_id: int, line: int | None, object_id: object, size: int, *, limit_bytes: int, will_fail: bool
) -> Problem:
    name = f" (objectID “{object_id}”)" if isinstance(object_id, str) else ""
    sentence = f"{place(line)}{name} has about {size / 1000:,.1f} KB"
    if will_fail:
        sentence += f"; no plan of the service takes more than {limit_bytes / 1000:,.0f} KB."
    else:
        whose = "some plans of the service allow" if limit_bytes == RECORD_LIMIT_BYTES else "the profile's plan allows"
        sentence += f"; {whose} {limit_bytes / 1000:,.4g} KB."
    kind = ProblemKind.OVER_LIMIT_RECORD if will_fail else ProblemKind.OVERSIZE_RECORD
    known = will_fail or limit_bytes != RECORD_LIMIT_BYTES
    severity: Severity = "error" if known else "warning"
    return Problem(kind, severity, sentence, record_id, line, None)


def _count_rejected(connection: apsw.Connection) -> int:
    return repairs.rejected_count(connection)


def _rejected(connection: apsw.Connection) -> Iterator[Problem]:
    rows = f"SELECT id, line, reason, substr(text, 1, 121) FROM rejected WHERE {repairs.OPEN} ORDER BY id"
    for rejected_id, line, reason, text in connection.execute(rows):
        shown = " ".join(text[:_SHOWN].split()) + ("…" if len(text) > _SHOWN else "")
        sentence = f"Line {line:,} was not read. {reason}" + (f" It reads “{shown}”." if shown else "")
        yield Problem(ProblemKind.REJECTED_ROW, "error", sentence, None, line, None, rejected_id)
