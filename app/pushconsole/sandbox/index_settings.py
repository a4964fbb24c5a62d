"""The settings of an index, of which only `unretrievableAttributes` changes what this service answers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import Any

import msgspec

from .catalogue import Document

SEES_ALL = "seeUnretrievableAttributes"
"""The permission of a key from which nothing is hidden."""


def settings_of(connection: sqlite3.Connection, index: str) -> dict[str, Any] | None:
    """Return an index's settings, or None where there is no such index."""
    row = connection.execute(
        "SELECT settings FROM indexes LEFT JOIN index_settings ON index_id = indexes.id WHERE name = ?", (index,)
    ).fetchone()
    return None if row is None else json.loads(row[0] or "{}")


def change_settings(connection: sqlite3.Connection, index_id: int, index: str, changes: dict[str, Any]) -> None:
    """Change some settings of an index and leave the others."""
    settings = (settings_of(connection, index) or {}) | changes
    connection.execute(
        "INSERT INTO index_settings VALUES (?, ?) ON CONFLICT (index_id) DO UPDATE SET settings = excluded.settings",
        (index_id, json.dumps(settings)),
    )


def forget_settings(connection: sqlite3.Connection, index_id: int) -> None:
    """Remove the settings of an index that is removed."""
    connection.execute("DELETE FROM index_settings WHERE index_id = ?", (index_id,))


def hidden_from(key: Document, settings: dict[str, Any] | None) -> frozenset[str]:
    """Return the attributes of an index's records that a key does not get to see."""
    hidden = (settings or {}).get("unretrievableAttributes") or ()
    return frozenset() if SEES_ALL in key["acl"] else frozenset(hidden) - {"objectID"}


def without(text: str, hidden: Collection[str]) -> str:
    """Return a record without some attributes; where there are none to hide, character for character."""
    if not hidden:
        return text
    attributes = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    return msgspec.json.encode({name: value for name, value in attributes.items() if name not in hidden}).decode()
