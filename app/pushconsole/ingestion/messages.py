"""The messages of the API, under their wire names, as far as the program reads them.

Attributes the service adds later are ignored; an attribute that is missing where the API promises it makes the
answer unreadable, which is told as such. Source of the shapes: Algolia's public OpenAPI description of the Ingestion
API and of the Search API.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec


class Action(enum.StrEnum):
    """What a push does with its records; the value is the wire name."""

    ADD_OBJECT = "addObject"
    UPDATE_OBJECT = "updateObject"
    PARTIAL_UPDATE_OBJECT = "partialUpdateObject"
    PARTIAL_UPDATE_OBJECT_NO_CREATE = "partialUpdateObjectNoCreate"
    DELETE_OBJECT = "deleteObject"
    DELETE = "delete"
    CLEAR = "clear"


class EventStatus(enum.StrEnum):
    """How far the service is with one push."""

    CREATED = "created"
    STARTED = "started"
    RETRIED = "retried"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CRITICAL = "critical"


FINAL_STATUSES = frozenset({EventStatus.SUCCEEDED, EventStatus.FAILED, EventStatus.CRITICAL})


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One observability event; (runID, eventID) identifies a push, a runID alone can be shared by many."""

    event_id: str = msgspec.field(name="eventID")
    run_id: str = msgspec.field(name="runID")
    status: str | None
    type: str
    batch_size: int = msgspec.field(name="batchSize", default=0)
    data: Mapping[str, object] | None = None
    published_at: str = msgspec.field(name="publishedAt", default="")


class PushAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a push (WatchResponse): accepted, which is not yet indexed."""

    run_id: str = msgspec.field(name="runID")
    event_id: str | None = msgspec.field(name="eventID", default=None)
    events: tuple[Event, ...] | None = None
    message: str | None = None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a task."""

    run_id: str = msgspec.field(name="runID")
    task_id: str = msgspec.field(name="taskID", default="")
    status: str
    outcome: str | None = None
    type: str
    reason: str | None = None
    reason_code: str | None = msgspec.field(name="reasonCode", default=None)
    created_at: str = msgspec.field(name="createdAt")
    started_at: str | None = msgspec.field(name="startedAt", default=None)
    finished_at: str | None = msgspec.field(name="finishedAt", default=None)


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A task: it joins a source to a destination."""

    task_id: str = msgspec.field(name="taskID")
    source_id: str = msgspec.field(name="sourceID")
    destination_id: str = msgspec.field(name="destinationID")
    enabled: bool
    action: str | None = None
    owner: str | None = None
    last_run: str | None = msgspec.field(name="lastRun", default=None)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where a task's records come from; type ``push`` takes them from a push."""

    source_id: str = msgspec.field(name="sourceID")
    type: str
    name: str


class DestinationInput(msgspec.Struct, frozen=True, kw_only=True):
    """The destination's settings."""

    index_name: str = msgspec.field(name="indexName", default="")
    record_type: str | None = msgspec.field(name="recordType", default=None)
    attributes_to_exclude: tuple[str, ...] | None = msgspec.field(name="attributesToExclude", default=None)


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where a task's records go: an index."""

    destination_id: str = msgspec.field(name="destinationID")
    type: str
    name: str
    input: DestinationInput
    transformation_ids: tuple[str, ...] | None = msgspec.field(name="transformationIDs", default=None)


class Transformation(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to each record on its way into an index.

    Attributes:
        input: its code or its steps, as the characters the service gave, which a trial hands back; null where it has
            only the older `code`.

    """

    transformation_id: str = msgspec.field(name="transformationID")
    name: str
    description: str | None = None
    type: str | None = None
    code: str | None = None
    input: msgspec.Raw = msgspec.Raw(b"null")


class TransformationError(msgspec.Struct, frozen=True, kw_only=True):
    """Why a transformation failed."""

    code: int | None = None
    message: str | None = None


class TransformationTrial(msgspec.Struct, frozen=True, kw_only=True):
    """What a transformation makes of one record: JSON texts of records, or an error."""

    payloads: tuple[str, ...] | None = None
    error: TransformationError | None = None


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """What an API key may do; its own value is not read."""

    acl: tuple[str, ...]
    indexes: tuple[str, ...] = ()
    validity: int = 0


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """One index as the Search API lists it."""

    name: str
    entries: int


class IndexSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What of an index's settings matters here."""

    unretrievable_attributes: tuple[str, ...] | None = msgspec.field(name="unretrievableAttributes", default=None)


class Pagination(msgspec.Struct, frozen=True, kw_only=True):
    """Where a list stands."""

    nb_pages: int = msgspec.field(name="nbPages")
    nb_items: int = msgspec.field(name="nbItems", default=0)


class TaskPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of tasks."""

    tasks: tuple[Task, ...]
    pagination: Pagination


class TransformationPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of transformations."""

    transformations: tuple[Transformation, ...]
    pagination: Pagination


class RunPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of runs."""

    runs: tuple[Run, ...]
    pagination: Pagination


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of events."""

    events: tuple[Event, ...]
    pagination: Pagination


class IndexPage(msgspec.Struct, frozen=True, kw_only=True):
    """Every index: the Search API pages this list only when asked to."""

    items: tuple[Index, ...]


class BrowsePage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of an index's records, each as the service wrote it; without a cursor it is the last."""

    hits: tuple[msgspec.Raw, ...]
    cursor: str | None = None


class RecordList(msgspec.Struct, frozen=True, kw_only=True):
    """Records that were asked for by their objectIDs, in that order; null for each that is not there."""

    results: tuple[msgspec.Raw, ...]


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of an error; position and objectID where the indexing engine names a record."""

    message: str = ""
    position: int | None = None
    object_id: str | None = msgspec.field(name="objectID", default=None)
