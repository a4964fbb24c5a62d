"""Records enter the workspace many at a time, by statements that SQLite carries out without the interpreter.

Python runs one thread at a time. To insert record by record takes and gives back the interpreter for each, and then a
thread that reads the file meanwhile waits most of its time; a list that is bound as a whole does not.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import apsw

from pushconsole.records.database import Database
from pushconsole.records.reading import Portion

_IDS = "arriving_ids"
_LINES = "arriving_lines"
_TABLE = "CREATE TEMP TABLE {0}(at INTEGER PRIMARY KEY, value)"
# What is left over of a longer list before is never asked for.
_FILL = "INSERT OR REPLACE INTO temp.{0} SELECT rowid, value FROM carray(?)"
_INSERT = (
    "INSERT INTO records(object_id, size, line, text) "
    "SELECT {object_id}, octet_length(texts.value), {line}, CAST(texts.value AS TEXT) FROM carray(:texts) AS texts"
)
_JOIN = " CROSS JOIN temp.{0} ON {0}.at = texts.rowid"

# objectIDs that are not all text travel behind a letter that says what they are.
_TAGGED = (
    f"CASE substr({_IDS}.value, 1, 1) WHEN x'74' THEN CAST(substr({_IDS}.value, 2) AS TEXT) "
    f"WHEN x'72' THEN substr({_IDS}.value, 2) END"
)


_PAGES_MOVED_AT_ONCE = 250
"""16 MB. SQLite's own 1,000 pages are 64 MB of this file's, and moving those to their place lets the reader wait."""


@contextmanager
def arriving(database: Database) -> Iterator[None]:
    """Give the connection that writes what `insert` needs, as long as a file loads."""
    with database.writing() as connection:
        before = connection.pragma("wal_autocheckpoint")
        connection.pragma("wal_autocheckpoint", _PAGES_MOVED_AT_ONCE)
        for table in (_IDS, _LINES):
            connection.execute(_TABLE.format(table))
    try:
        yield
    finally:
        with database.writing() as connection:
            connection.pragma("wal_autocheckpoint", before)
            for table in (_IDS, _LINES):
                connection.execute(f"DROP TABLE temp.{table}")


def insert(connection: apsw.Connection, records: Portion) -> None:
    """Insert records in their order."""
    if not records.texts:
        return
    object_id, joins = _object_ids(connection, records.object_ids)
    if isinstance(records.lines, range):
        line = f"{records.lines.start - 1} + texts.rowid"
    else:
        connection.execute(_FILL.format(_LINES), (apsw.carray(array("q", records.lines)),))
        line, joins = f"{_LINES}.value", joins + _JOIN.format(_LINES)
    statement = _INSERT.format(object_id=object_id, line=line) + joins
    connection.execute(statement, {"texts": apsw.carray(tuple(records.texts))})


def _object_ids(connection: apsw.Connection, object_ids: Sequence[str | bytes | None]) -> tuple[str, str]:
    """Put the objectIDs where the statement finds them; return how it calls one, and what it joins for that."""
    if object_ids.count(None) == len(object_ids):
        return "NULL", ""
    join = _JOIN.format(_IDS)
    try:
        connection.execute(_FILL.format(_IDS), (apsw.carray(tuple(object_ids)),))
    except (TypeError, ValueError):  # not all are text, or one holds a NUL, where an array of texts would end them
        connection.execute(_FILL.format(_IDS), (apsw.carray(tuple(map(_tagged, object_ids))),))
        return _TAGGED, join
    return f"{_IDS}.value", join


def _tagged(object_id: str | bytes | None) -> bytes:
    if object_id is None:
        return b"n"
    return b"t" + object_id.encode() if isinstance(object_id, str) else b"r" + object_id
