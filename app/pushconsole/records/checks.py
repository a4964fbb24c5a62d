"""What is wrong with the records, before anything is sent."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

import apsw

from pushconsole.records import repairs
from pushconsole.records.json_text import compact, size_of
from pushconsole.records.workspace import Workspace

RECORD_LIMIT_BYTES: Final = 10_000
"""The smallest record size limit of the service's plans (Build: 10 KB; others up to 100 KB)."""

_OTHERS_NAMED = 5


class ProblemKind(enum.Enum):
    """What can be wrong with a record or a row."""

    MISSING_OBJECT_ID = "missing objectID"
    EMPTY_OBJECT_ID = "empty objectID"
    OBJECT_ID_NOT_TEXT = "objectID is not text"
    DUPLICATE_OBJECT_ID = "duplicate objectID"
    OVERSIZE_RECORD = "large record"
    REJECTED_ROW = "rejected row"


@dataclass(frozen=True)
class Problem:
    """One problem of one record or row.

    Attributes:
        kind: what is wrong.
        severity: an error makes the record fail, a warning may.
        sentence: what is wrong, with where, as a whole sentence.
        record_id: the record, or None for a rejected row.
        line: the line of the file, or None for a record added here.
        column: the attribute at fault, or None.

    """

    kind: ProblemKind
    severity: Literal["error", "warning"]
    sentence: str
    record_id: int | None
    line: int | None
    column: str | None


@dataclass(frozen=True)
class Problems:
    """All problems counted by kind (records or rows), and the first of each kind."""

    counts: dict[ProblemKind, int]
    first: tuple[Problem, ...]


def check(workspace: Workspace, *, record_limit_bytes: int = RECORD_LIMIT_BYTES, limit: int = 1000) -> Problems:
    """Find what is wrong with the records.

    Args:
        workspace: the records.
        record_limit_bytes: size above which a record is large.
        limit: how many problems are told one by one; the kinds share them.

    """
    workspace.index_object_ids()
    with workspace.database.reading() as connection, connection:
        found = {
            ProblemKind.MISSING_OBJECT_ID: (_count(connection, _MISSING), _missing(connection)),
            ProblemKind.EMPTY_OBJECT_ID: (_count(connection, _EMPTY), _empty(connection)),
            ProblemKind.OBJECT_ID_NOT_TEXT: (_count(connection, _NOT_TEXT), _not_text(connection)),
            ProblemKind.DUPLICATE_OBJECT_ID: (_count_duplicates(connection), _duplicates(connection)),
            ProblemKind.OVERSIZE_RECORD: _oversize(connection, record_limit_bytes, limit),
            ProblemKind.REJECTED_ROW: (_count_rejected(connection), _rejected(connection)),
        }
        there = {kind: pair for kind, pair in found.items() if pair[0]}
        share = max(1, limit // max(1, len(there)))
        first = [problem for _, problems in there.values() for problem in islice(problems, share)]
    return Problems({kind: count for kind, (count, _) in there.items()}, tuple(first[:limit]))


_MISSING = "object_id IS NULL"
_EMPTY = "object_id = ''"
_NOT_TEXT = "object_id >= x''"  # SQLite orders every blob after every text


def _count(connection: apsw.Connection, condition: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM records WHERE {condition}").get)


def _where(connection: apsw.Connection, condition: str) -> Iterator[tuple[int, int | None, object]]:
    yield from connection.execute(f"SELECT id, line, object_id FROM records WHERE {condition} ORDER BY id")


def _missing(connection: apsw.Connection) -> Iterator[Problem]:
    for record_id, line, _ in _where(connection, _MISSING):
        sentence = f"{_place(line)} has no objectID; only “add” can make one, every other action needs it."
        yield Problem(ProblemKind.MISSING_OBJECT_ID, "warning", sentence, record_id, line, "objectID")


def _empty(connection: apsw.Connection) -> Iterator[Problem]:
    for record_id, line, _ in _where(connection, _EMPTY):
        sentence = f"{_place(line)} has an empty objectID, which names no record."
        yield Problem(ProblemKind.EMPTY_OBJECT_ID, "error", sentence, record_id, line, "objectID")


def _not_text(connection: apsw.Connection) -> Iterator[Problem]:
    for record_id, line, raw in _where(connection, _NOT_TEXT):
        shown = bytes(raw).decode()[:40] if isinstance(raw, bytes) else ""
        sentence = f"{_place(line)} has the objectID {shown}, which is not text; put it in quotes."
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
            sentence = f"{_place(line)} shares the objectID “{object_id}” with {_listed(others, number - 1)}."
            yield Problem(ProblemKind.DUPLICATE_OBJECT_ID, "warning", sentence, record_id, line, "objectID")


def _listed(lines: list[int | None], number: int) -> str:
    known = [f"{line:,}" for line in lines if line is not None]
    more = number - len(known)
    if not known:
        return "a record added here" if more == 1 else f"{more:,} other records"
    named = f"line {known[0]}" if len(known) == 1 else f"lines {', '.join(known)}"
    return f"{named} and {more:,} more" if more else named


def _oversize(connection: apsw.Connection, limit_bytes: int, limit: int) -> tuple[int, Iterator[Problem]]:
    """Count large records and tell the first; white space between tokens is not counted."""
    count, problems = 0, []
    rows = connection.execute(
        "SELECT id, line, object_id, text FROM records WHERE size > ? ORDER BY id", (limit_bytes,)
    )
    for record_id, line, object_id, text in rows:
        size = size_of(compact(text))
        if size > limit_bytes:
            count += 1
            if count <= limit:
                problems.append(_large(record_id, line, object_id, size, limit_bytes))
    return count, iter(problems)


def _large(record_id: int, line: int | None, object_id: object, size: int, limit_bytes: int) -> Problem:
    name = f" (objectID “{object_id}”)" if isinstance(object_id, str) else ""
    sentence = f"{_place(line)}{name} has about {size / 1000:,.1f} KB"
    sentence += f"; some plans of the service allow {limit_bytes / 1000:,.0f} KB."
    return Problem(ProblemKind.OVERSIZE_RECORD, "warning", sentence, record_id, line, None)


def _count_rejected(connection: apsw.Connection) -> int:
    return repairs.rejected_count(connection)


def _rejected(connection: apsw.Connection) -> Iterator[Problem]:
    for line, reason in connection.execute(f"SELECT line, reason FROM rejected WHERE {repairs.OPEN} ORDER BY id"):
        sentence = f"Line {line:,} was not read. {reason}"
        yield Problem(ProblemKind.REJECTED_ROW, "error", sentence, None, line, None)


def _place(line: int | None) -> str:
    return "A record added here" if line is None else f"Line {line:,}"
