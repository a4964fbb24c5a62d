"""The index of objectIDs, and what it answers: who has one, and who shares one.

Loading does without the index, and is faster for it; whoever needs it first makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pushconsole.records.database import Database

_INDEX = "CREATE INDEX IF NOT EXISTS records_object_id ON records(object_id, size, line)"

NO_INDEX = "DROP INDEX IF EXISTS records_object_id"
"""For whoever changes so many records that making the index anew costs less than to keep it."""


def index(database: Database) -> None:
    """Index the objectIDs, after the edits that wait."""
    if not _is_indexed(database):
        with database.writing() as connection:
            connection.execute(_INDEX)


def index_giving_way(database: Database, cancelled: Callable[[], bool]) -> None:
    """Index the objectIDs unless somebody wants to edit: a million take some tenths of a second, an edit none.

    Raises:
        Cancelled: ``cancelled`` said so, or an edit goes first; nothing is indexed then.

    """
    if not _is_indexed(database):
        with database.giving_way(cancelled) as connection:
            connection.execute(_INDEX)


def _is_indexed(database: Database) -> bool:
    with database.reading() as connection:
        return bool(connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'records_object_id'").get)


def find(database: Database, object_id: str) -> list[int]:
    """Return the records with that objectID, ascending."""
    index(database)
    with database.reading() as connection:
        rows = connection.execute("SELECT id FROM records WHERE object_id = ? ORDER BY id", (object_id,))
        return [row[0] for row in rows]


def duplicates(database: Database) -> Iterator[tuple[str, list[int]]]:
    """Yield each objectID that several records have, "" aside, with their ids ascending."""
    index(database)
    with database.reading() as connection:
        for (object_id,) in connection.execute(
            "SELECT object_id FROM records WHERE object_id > '' AND object_id < x'' "
            "GROUP BY object_id HAVING count(*) > 1"
        ):
            rows = connection.execute("SELECT id FROM records WHERE object_id = ? ORDER BY id", (object_id,))
            yield object_id, [row[0] for row in rows]
