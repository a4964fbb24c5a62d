"""objectIDs that are probably not what they were meant to be.

All of it is asked of the index of objectIDs, which a scan reads in a fraction of the time that the records take.
"""

from __future__ import annotations

import unicodedata

import apsw

from pushconsole.records.problems import Found, Problem, ProblemKind, place

_TEXT = "object_id > '' AND object_id < x''"
_SPACED = f"{_TEXT} AND object_id <> trim(object_id, char(32, 9, 10, 13, 160))"
# Excel and others show a long number as 1.23457E+11 and give that to files; errors of formulas look like #REF!.
_DAMAGED = (
    f"{_TEXT} AND (object_id GLOB '[0-9]*[eE]+[0-9]*' OR object_id GLOB '[0-9]*[eE][0-9][0-9]' "
    "OR object_id IN ('#REF!', '#N/A', '#NAME?', '#VALUE!', '#DIV/0!', '#NULL!', '#NUM!'))"
)
# SQLite's own functions do for ASCII; a call into Python for each of a million would take seconds.
_KEY = (
    "CASE WHEN octet_length(object_id) = length(object_id) THEN lower(replace(object_id, ' ', '')) "
    "ELSE plain(object_id) END"
)
_ALL = f"SELECT id, object_id, {_KEY} AS key FROM records WHERE {_TEXT}"
_ODD = f"{_ALL} AND object_id <> {_KEY}"
_MET_BY_ODD = (
    "SELECT records.id, records.object_id, other.key FROM (SELECT DISTINCT key FROM odd) AS other "
    f"CROSS JOIN records ON object_id = other.key WHERE {_TEXT} AND object_id = {_KEY}"
)
_BOTH = f"SELECT * FROM odd UNION ALL {_MET_BY_ODD}"
_GROUPED = (
    "SELECT min(id) AS first, max(id) AS last, count(*) AS number, min(object_id) AS one, max(object_id) AS other "
    "FROM ({members}) GROUP BY key HAVING one <> other"
)
_FEW = 10_000  # odd ones, up to which to look for what each meets is cheaper than to sort all


def found(connection: apsw.Connection, limit: int) -> dict[ProblemKind, Found]:
    """Return what is doubtful, by kind."""
    return {
        ProblemKind.SPACED_OBJECT_ID: _told(
            connection, _SPACED, ProblemKind.SPACED_OBJECT_ID, "has white space around it", limit
        ),
        ProblemKind.DAMAGED_OBJECT_ID: _told(
            connection, _DAMAGED, ProblemKind.DAMAGED_OBJECT_ID, "looks as if a spreadsheet had rewritten it", limit
        ),
        ProblemKind.SIMILAR_OBJECT_ID: _similar(connection, limit),
    }


def _told(connection: apsw.Connection, condition: str, kind: ProblemKind, what: str, limit: int) -> Found:
    count = int(connection.execute(f"SELECT count(*) FROM records WHERE {condition}").get)
    if not count:
        return 0, ()
    rows = connection.execute(
        f"SELECT id, line, object_id FROM records WHERE {condition} ORDER BY id LIMIT ?", (limit,)
    )
    return count, (
        Problem(kind, "warning", f"{place(line)}: the objectID “{object_id}” {what}.", record_id, line, "objectID")
        for record_id, line, object_id in rows
    )


def _plain(object_id: object) -> str:
    """Return what stays of an objectID without capitals, white space and the forms of Unicode."""
    return "".join(unicodedata.normalize("NFKC", str(object_id)).casefold().split())


def _similar(connection: apsw.Connection, limit: int) -> Found:
    if not connection.execute("SELECT count(*) FROM pragma_function_list WHERE name = 'plain'").get:
        connection.create_scalar_function("plain", lambda *values: _plain(values[0]), 1, deterministic=True)
    groups = _groups(connection)
    if not groups:
        return 0, ()
    count, told = 0, list[tuple[int, int, int, str, str]]()
    for first, last, number, one, other in connection.execute(groups):
        count += number
        if len(told) < limit:
            told.append((first, last, number, one, other))
    return count, (_alike(connection, *group) for group in sorted(told))


def _groups(connection: apsw.Connection) -> str:
    """Return the statement that groups objectIDs that are alike, or "" where there are none.

    Most files' objectIDs are what stays of them, and then only the others have to be sorted, with those they meet.
    """
    odd = connection.execute(f"SELECT count(*) FROM ({_ODD} LIMIT {_FEW})").get
    if odd == _FEW:
        return _GROUPED.format(members=_ALL)
    return f"WITH odd AS MATERIALIZED ({_ODD}) {_GROUPED.format(members=_BOTH)}" if odd else ""


def _alike(connection: apsw.Connection, first: int, last: int, number: int, one: str, other: str) -> Problem:
    line = connection.execute("SELECT line FROM records WHERE id = ?", (first,)).get
    last_line = connection.execute("SELECT line FROM records WHERE id = ?", (last,)).get
    where = f"{place(line)} and line {last_line:,}" if last_line is not None else place(line)
    rest = f" and {number - 2:,} more" if number > 2 else ""  # noqa: PLR2004  two are named
    sentence = f"{where}{rest}: “{one}” and “{other}” differ by capitals, spaces or Unicode form only."
    return Problem(ProblemKind.SIMILAR_OBJECT_ID, "warning", sentence, first, line, "objectID")
