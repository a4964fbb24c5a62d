"""The sandbox's tasks, sources, destinations, transformations and keys: small documents as the API shows them."""

from __future__ import annotations

import copy
import json
import secrets
import sqlite3
import time
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from .errors import Refusal
from .moments import rfc3339
from .store import Store

Document = dict[str, Any]

APP_ID = "SANDBOX001"
PUSH_ACL = ("addObject", "deleteIndex", "editSettings")
KINDS = ("task", "source", "destination", "transformation", "key")

_CREATED = "2026-01-01T00:0{}:00.000Z"
_CATALOGUE_SOURCE = "aaaaaaaa-0000-4000-8000-000000000001"
_TRACKING_SOURCE = "aaaaaaaa-0000-4000-8000-000000000002"
_PRICE_WITH_TAX = "ffffffff-0000-4000-8000-000000000001"
_TRANSFORMATION_CODE = """\
function transform(record, helper) {
  if (record.price !== undefined) {
    record.price_with_tax = Math.round(record.price * 120) / 100;
  }
  return record;
}
"""


class Catalogue:
    """Documents by kind and identifier, kept in memory and written to the store at every change."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._documents: dict[str, dict[str, Document]] = {kind: {} for kind in KINDS}

    async def open(self) -> None:
        """Read the documents; in a new store, write the first ones with a key of its own."""
        rows = await self._store.read(_all)
        for kind, identifier, text in rows:
            self._documents[kind][identifier] = json.loads(text)
        if not rows:
            await self._begin(_key(secrets.token_hex(16), [*PUSH_ACL, "browse", "listIndexes", "search", "settings"]))

    async def reset(self) -> None:
        """Go back to the first documents; the first key keeps its value."""
        key = next(iter(self._documents["key"].values()))
        self._documents = {kind: {} for kind in KINDS}
        await self._store.write(_forget)
        await self._begin(key)

    @property
    def api_key(self) -> str:
        """The value of the key that may do everything the sandbox can do."""
        return next(iter(self._documents["key"]))

    def all(self, kind: str) -> list[Document]:
        """Return every document of a kind."""
        return list(self._documents[kind].values())

    def get(self, kind: str, identifier: str) -> Document:
        """Return a document; raises a 404 for an unknown identifier."""
        document = self.find(kind, identifier)
        if document is None:
            raise Refusal.not_found(kind, identifier)
        return document

    def find(self, kind: str, identifier: str) -> Document | None:
        """Return a document, or None."""
        return self._documents[kind].get(identifier)

    def index_of(self, task: Document) -> str:
        """Return the name of the index a task writes to."""
        return str(self.get("destination", task["destinationID"])["input"]["indexName"])

    def tasks_of_index(self, index: str) -> list[Document]:
        """Return every task that writes to an index."""
        return [task for task in self.all("task") if self.index_of(task) == index]

    def excluded_by(self, task_id: str) -> frozenset[str]:
        """Return the attributes of its source that a task does not pass on."""
        destination = self.get("destination", self.get("task", task_id)["destinationID"])
        return frozenset(destination["input"].get("attributesToExclude", ()))

    def transformations_of(self, task_id: str) -> list[Document]:
        """Return the transformations that the records of a task pass, in their order."""
        destination = self.get("destination", self.get("task", task_id)["destinationID"])
        return [self.get("transformation", identifier) for identifier in destination["transformationIDs"]]

    async def put(self, kind: str, identifier: str, document: Document) -> None:
        """Add or replace a document."""
        self._documents[kind][identifier] = document
        await self._store.write(_put, [(kind, identifier, json.dumps(document))])

    async def set_enabled(self, task_id: str, *, enabled: bool) -> Document:
        """Enable or disable a task; raises a 404 for an unknown one."""
        task = {**self.get("task", task_id), "enabled": enabled, "updatedAt": rfc3339(time.time())}
        await self.put("task", task_id, task)
        return task

    async def add_task(
        self,
        name: str,
        index: str,
        *,
        source: str = "",
        source_type: str = "push",
        exclude: Sequence[str] = (),
        **attributes: object,
    ) -> Document:
        """Add a task with a destination of its own, and with a source of its own where one is named."""
        now = rfc3339(time.time())
        task, destination = _task(str(uuid.uuid4()), str(uuid.uuid4()), name, index, now)
        if source:
            task["sourceID"] = str(uuid.uuid4())
            await self.put("source", task["sourceID"], _source(task["sourceID"], source, source_type, now))
        if exclude:
            destination["input"]["attributesToExclude"] = list(exclude)
        task |= attributes
        await self.put("destination", destination["destinationID"], destination)
        await self.put("task", task["taskID"], task)
        return task

    async def transform_task(self, task_id: str, name: str, code: str) -> Document:
        """Let the records of a task pass a new transformation and no other; raises a 404 for an unknown task."""
        destination = self.get("destination", self.get("task", task_id)["destinationID"])
        now = rfc3339(time.time())
        transformation = _transformation(str(uuid.uuid4()), name, code, now)
        identifier = transformation["transformationID"]
        await self.put("transformation", identifier, transformation)
        changed = {**destination, "transformationIDs": [identifier], "updatedAt": now}
        await self.put("destination", destination["destinationID"], changed)
        return transformation

    async def add_key(self, acl: list[str], indexes: list[str], validity_s: int) -> Document:
        """Add a key with the permissions named, for indexes of these names (none: all) and for a time (0: for ever)."""
        key = {**_key(secrets.token_hex(16), acl), "indexes": indexes, "validity": validity_s}
        await self.put("key", key["value"], key)
        return key

    async def _begin(self, key: Document) -> None:
        for kind, identifier, document in [*_first_documents(), ("key", key["value"], key)]:
            self._documents[kind][identifier] = copy.deepcopy(document)
        rows = [(kind, id_, json.dumps(doc)) for kind, docs in self._documents.items() for id_, doc in docs.items()]
        await self._store.write(_put, rows)


def _first_documents() -> Iterable[tuple[str, str, Document]]:
    sources = ((_CATALOGUE_SOURCE, "Shop export"), (_TRACKING_SOURCE, "Tracking"))
    for minute, (identifier, name) in enumerate(sources):
        created = _CREATED.format(minute)
        yield "source", identifier, _source(identifier, name, "push", created)
    for number, name in enumerate(("products", "articles", "events", "archive"), start=1):
        created = _CREATED.format(number)
        task, destination = _task(
            _fixed_id(str(number)), _fixed_id("bcde"[number - 1]), name.capitalize(), name, created
        )
        task["enabled"] = name != "archive"
        task["sourceID"] = _TRACKING_SOURCE if name == "events" else _CATALOGUE_SOURCE
        destination["transformationIDs"] = [_PRICE_WITH_TAX] if name == "articles" else []
        yield "destination", destination["destinationID"], destination
        yield "task", task["taskID"], task
    transformation = _transformation(_PRICE_WITH_TAX, "Price with tax", _TRANSFORMATION_CODE, _CREATED.format(5))
    transformation["description"] = "Adds the price with 20 % tax to every record that has a price."
    yield "transformation", transformation["transformationID"], transformation


def _fixed_id(digit: str) -> str:
    """Return a valid UUID (version 4) that a person recognises, such as 11111111-1111-4111-8111-111111111111."""
    return f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}"


def _task(task_id: str, destination_id: str, name: str, index: str, created: str) -> tuple[Document, Document]:
    moments = {"createdAt": created, "updatedAt": created}
    destination: Document = {
        "destinationID": destination_id,
        "type": "search",
        "name": name,
        "owner": None,
        "input": {"indexName": index},
        "transformationIDs": [],
        **moments,
    }
    task: Document = {
        "taskID": task_id,
        "sourceID": _CATALOGUE_SOURCE,
        "destinationID": destination_id,
        "enabled": True,
        "action": "save",
        "subscriptionAction": "save",
        "failureThreshold": 0,
        "owner": None,
        **moments,
    }
    return task, destination


def _source(identifier: str, name: str, kind: str, created: str) -> Document:
    source = {"sourceID": identifier, "type": kind, "name": name, "owner": None}
    return {**source, "createdAt": created, "updatedAt": created}


def _transformation(identifier: str, name: str, code: str, created: str) -> Document:
    return {
        "transformationID": identifier,
        "name": name,
        "description": "",
        "type": "code",
        "code": code,
        "input": {"code": code},
        "authenticationIDs": [],
        "owner": None,
        "createdAt": created,
        "updatedAt": created,
    }


def _key(value: str, acl: list[str]) -> Document:
    return {"value": value, "acl": acl, "createdAt": int(time.time() * 1000), "validity": 0, "description": "Sandbox"}


def _all(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    return connection.execute("SELECT kind, id, document FROM resources ORDER BY rowid").fetchall()


def _put(connection: sqlite3.Connection, rows: list[tuple[str, str, str]]) -> None:
    statement = (
        "INSERT INTO resources VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET document = excluded.document"
    )
    connection.executemany(statement, rows)


def _forget(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM resources")
