"""Indexes and their records in the store; every function takes the connection it works on."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .actions import OperationRefused, merged, with_object_id
from .errors import BatchRefused, Refusal
from .index_settings import change_settings, forget_settings
from .push_body import Push, PushedRecord
from .sizes import engine_text

UPSERT = """
INSERT INTO records (index_id, object_id, text) VALUES (?, ?, ?)
ON CONFLICT (index_id, object_id) DO UPDATE SET text = excluded.text
"""


class IndexState(NamedTuple):
    """An index as a whole; sizes in bytes, moments in seconds since 1970."""

    name: str
    created_at: float
    updated_at: float
    entries: int
    data_size: int


def apply_push(connection: sqlite3.Connection, index: str, push: Push, *, limit_bytes: int) -> None:
    """Do to an index what a push says; raises BatchRefused for a record that cannot be indexed."""
    match push.action:
        case "delete" | "clear":
            _empty(connection, index, remove=push.action == "delete")
        case "deleteObject":
            _delete(connection, index, push.records)
        case "partialUpdateObject" | "partialUpdateObjectNoCreate":
            _update(connection, index, push, limit_bytes)
        case _:
            _replace(connection, index, push.records, limit_bytes)


def index_states(connection: sqlite3.Connection) -> list[IndexState]:
    """Return every index, by name."""
    rows = connection.execute("""
        SELECT name, created_at, updated_at, count(text), coalesce(sum(length(CAST(text AS BLOB))), 0)
        FROM indexes LEFT JOIN records ON index_id = indexes.id GROUP BY indexes.id ORDER BY name
    """)
    return [IndexState(*row) for row in rows]


def browse(connection: sqlite3.Connection, index: str, *, after: int, count: int) -> tuple[list[str], int | None, int]:
    """Return up to `count` records after a position, the position to go on from (None at the end), and the total."""
    index_id = _existing(connection, index)
    rows = connection.execute(
        "SELECT position, text FROM records WHERE index_id = ? AND position > ? ORDER BY position LIMIT ?",
        (index_id, after, count + 1),
    ).fetchall()
    total: int = connection.execute("SELECT count(*) FROM records WHERE index_id = ?", (index_id,)).fetchone()[0]
    return [text for _, text in rows[:count]], rows[count - 1][0] if len(rows) > count else None, total


def get_object(connection: sqlite3.Connection, index: str, object_id: str) -> str:
    """Return one record's text; raises a 404 for an unknown index or objectID."""
    text = _text_of(connection, _existing(connection, index), object_id)
    if text is None:
        raise Refusal(404, "ObjectID does not exist")
    return text


def get_objects(connection: sqlite3.Connection, names: list[tuple[str, str]]) -> list[str | None]:
    """Return the texts of records by index and objectID, None for each that is not there; a 404 for an unknown index.

    All are of one moment: a connection reads one snapshot in a transaction.
    """
    ids = {index: _existing(connection, index) for index in dict.fromkeys(index for index, _ in names)}
    return [_text_of(connection, ids[index], object_id) for index, object_id in names]


def configure(connection: sqlite3.Connection, index: str, changes: dict[str, Any]) -> None:
    """Change some settings of an index, which is made where it is missing."""
    change_settings(connection, _created(connection, index), index, changes)


def remove_everything(connection: sqlite3.Connection) -> None:
    """Delete all indexes."""
    connection.execute("DELETE FROM records")
    connection.execute("DELETE FROM index_settings")
    connection.execute("DELETE FROM indexes")


def _replace(connection: sqlite3.Connection, index: str, records: list[PushedRecord], limit_bytes: int) -> None:
    index_id = _created(connection, index)
    connection.executemany(UPSERT, _rows(index_id, records, limit_bytes))


def _rows(index_id: int, records: Iterable[PushedRecord], limit_bytes: int) -> Iterator[tuple[int, str, str]]:
    for given_id, text, position in records:
        object_id = given_id or str(uuid.uuid4())
        stored = text if given_id else with_object_id(text, object_id)
        _check_size(stored, position, object_id, limit_bytes)
        yield index_id, object_id, stored


def _update(connection: sqlite3.Connection, index: str, push: Push, limit_bytes: int) -> None:
    creates = push.action == "partialUpdateObject"
    index_id = _created(connection, index) if creates else _found(connection, index)
    if index_id is None:
        return
    for object_id, text, position in push.records:
        assert object_id is not None, "the schema lets no partial update pass without objectID"
        existing = _text_of(connection, index_id, object_id)
        if existing is None and not creates:
            continue
        result = _merged(existing, text, position, object_id)
        if result is not None:
            _check_size(result, position, object_id, limit_bytes)
            connection.execute(UPSERT, (index_id, object_id, result))
    _touch(connection, index_id)


def _merged(existing: str | None, text: str, position: int, object_id: str) -> str | None:
    try:
        return merged(existing, text)
    except OperationRefused as error:
        message = f"Record at the position {position} objectID={object_id} cannot be updated: {error}"
        raise BatchRefused(message, position=position, object_id=object_id) from error


def _check_size(text: str, position: int, object_id: str, limit_bytes: int) -> None:
    size = len(text.encode())
    if size > limit_bytes:
        raise BatchRefused(engine_text(position, object_id, size, limit_bytes), position=position, object_id=object_id)


def _delete(connection: sqlite3.Connection, index: str, records: list[PushedRecord]) -> None:
    index_id = _found(connection, index)
    if index_id is not None:
        rows = ((index_id, record.object_id) for record in records)
        connection.executemany("DELETE FROM records WHERE index_id = ? AND object_id = ?", rows)
        _touch(connection, index_id)


def _empty(connection: sqlite3.Connection, index: str, *, remove: bool) -> None:
    index_id = _found(connection, index)
    if index_id is None:
        return
    connection.execute("DELETE FROM records WHERE index_id = ?", (index_id,))
    if remove:
        forget_settings(connection, index_id)
        connection.execute("DELETE FROM indexes WHERE id = ?", (index_id,))
    else:
        _touch(connection, index_id)


def _text_of(connection: sqlite3.Connection, index_id: int, object_id: str) -> str | None:
    statement = "SELECT text FROM records WHERE index_id = ? AND object_id = ?"
    row = connection.execute(statement, (index_id, object_id)).fetchone()
    return row[0] if row else None


def _created(connection: sqlite3.Connection, index: str) -> int:
    now = time.time()
    statement = """
        INSERT INTO indexes (name, created_at, updated_at) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET updated_at = excluded.updated_at RETURNING id
    """
    index_id: int = connection.execute(statement, (index, now, now)).fetchone()[0]
    return index_id


def _found(connection: sqlite3.Connection, index: str) -> int | None:
    row = connection.execute("SELECT id FROM indexes WHERE name = ?", (index,)).fetchone()
    return row[0] if row else None


def _existing(connection: sqlite3.Connection, index: str) -> int:
    index_id = _found(connection, index)
    if index_id is None:
        raise Refusal(404, f"Index {index} does not exist")
    return index_id


def _touch(connection: sqlite3.Connection, index_id: int) -> None:
    connection.execute("UPDATE indexes SET updated_at = ? WHERE id = ?", (time.time(), index_id))
