"""The part of the Search API that the console needs: keys, indexes, browse, objects."""

from __future__ import annotations

import base64
import binascii
import time
from typing import Annotated, Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from . import indexes
from .access import check_index, permitted, remaining_s
from .answers import answer
from .errors import Refusal
from .index_settings import hidden_from, settings_of, without
from .moments import rfc3339
from .service import service_of

T = TypeVar("T")

HITS_PER_PAGE = 1000


class BrowseBody(msgspec.Struct, rename="camel"):
    """What a caller wants to browse; other search parameters are accepted and change nothing."""

    cursor: str | None = None
    hits_per_page: Annotated[int, msgspec.Meta(ge=1, le=HITS_PER_PAGE)] | None = None


class WantedObject(msgspec.Struct, rename="camel"):
    """A record that a caller wants, whole or some attributes of it."""

    index_name: str
    object_id: str = msgspec.field(name="objectID")
    attributes_to_retrieve: list[str] | None = None


class ObjectsBody(msgspec.Struct):
    """Records that a caller wants, of one index or several."""

    requests: list[WantedObject]


async def get_key(request: Request) -> Response:
    """GET /1/keys/{apiKey}: a key may always read itself, and no other."""
    service, value = service_of(request), request.path_params["key"]
    own = permitted(request, service.catalogue, ())
    if own["value"] != value:
        raise Refusal(403, "Method not allowed with this API key")
    return answer({**own, "validity": remaining_s(own)})


async def list_indexes(request: Request) -> Response:
    """GET /1/indexes."""
    service = service_of(request)
    permitted(request, service.catalogue, ("listIndexes",))
    items = [_item(state) for state in await service.store.read(indexes.index_states)]
    return answer({"items": items, "nbPages": 1})


async def browse(request: Request) -> Response:
    """POST /1/indexes/{index}/browse: records in the order in which they came, with the cursor to go on from."""
    service, started = service_of(request), time.monotonic()
    name = request.path_params["index"]
    key = permitted(request, service.catalogue, ("browse",))
    check_index(key, name)
    asked = _body(await request.body(), BrowseBody)
    count = asked.hits_per_page or HITS_PER_PAGE
    after = _position(asked.cursor) if asked.cursor else 0
    hits, last, total = await service.store.read(indexes.browse, name, after=after, count=count)
    hidden = hidden_from(key, await service.store.read(settings_of, name))
    document: dict[str, object] = {
        "hits": [msgspec.Raw(without(text, hidden).encode()) for text in hits],
        "nbHits": total,
        "page": 0,
        "nbPages": -(-total // count),
        "hitsPerPage": count,
        "processingTimeMS": int((time.monotonic() - started) * 1000),
        "query": "",
        "params": "",
    }
    return answer(document if last is None else {**document, "cursor": _cursor(last)})


async def get_object(request: Request) -> Response:
    """GET /1/indexes/{index}/{objectID}: the record, character for character."""
    service, names = service_of(request), request.path_params
    key = permitted(request, service.catalogue, ("search",))
    check_index(key, names["index"])
    text = await service.store.read(indexes.get_object, names["index"], names["object_id"])
    hidden = hidden_from(key, await service.store.read(settings_of, names["index"]))
    return Response(without(text, hidden), media_type="application/json")


async def get_objects(request: Request) -> Response:
    """POST /1/indexes/*/objects: records in the order they were asked for, null for each that is not there."""
    service = service_of(request)
    key = permitted(request, service.catalogue, ("search",))
    wanted = _body(await request.body(), ObjectsBody).requests
    for one in wanted:
        check_index(key, one.index_name)
    names = [(one.index_name, one.object_id) for one in wanted]
    texts = await service.store.read(indexes.get_objects, names)
    hidden = {index: hidden_from(key, await service.store.read(settings_of, index)) for index, _ in set(names)}
    seen = [text and without(text, hidden[one.index_name]) for text, one in zip(texts, wanted, strict=True)]
    return answer({"results": [_retrieved(text, one) for text, one in zip(seen, wanted, strict=True)]})


async def settings(request: Request) -> Response:
    """GET /1/indexes/{index}/settings; PUT changes some, and makes the index where it is missing."""
    service, name = service_of(request), request.path_params["index"]
    changes = request.method == "PUT"
    check_index(permitted(request, service.catalogue, ("editSettings" if changes else "settings",)), name)
    if changes:
        await service.store.write(indexes.configure, name, _body(await request.body(), dict[str, Any]))
        return answer({"taskID": int(time.time() * 1000), "updatedAt": rfc3339(time.time())})
    found = await service.store.read(settings_of, name)
    if found is None:
        raise Refusal(404, f"Index {name} does not exist")
    return answer({"unretrievableAttributes": None, **found})


def _retrieved(text: str | None, wanted: WantedObject) -> msgspec.Raw | dict[str, msgspec.Raw] | None:
    """Return a record with the attributes that are wanted of it, and its objectID in every case."""
    names = wanted.attributes_to_retrieve
    if text is None or names is None or "*" in names:
        return None if text is None else msgspec.Raw(text.encode())
    attributes = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    return {name: value for name, value in attributes.items() if name in names or name == "objectID"}


def _body(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body or b"{}", type=shape)
    except msgspec.DecodeError as error:
        raise Refusal(400, f"The body cannot be used: {error}") from error


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(str(position).encode()).decode()


def _position(cursor: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(cursor))
    except (ValueError, binascii.Error) as error:
        raise Refusal(400, "The cursor is not one of this index") from error


def _item(state: indexes.IndexState) -> dict[str, object]:
    return {
        "name": state.name,
        "createdAt": rfc3339(state.created_at),
        "updatedAt": rfc3339(state.updated_at),
        "entries": state.entries,
        "dataSize": state.data_size,
        "fileSize": state.data_size,
        "lastBuildTimeS": 0,
        "numberOfPendingTasks": 0,
        "pendingTask": False,
    }


ROUTES = [
    Route("/1/keys/{key}", get_key, methods=["GET"]),
    Route("/1/indexes", list_indexes, methods=["GET"]),
    Route("/1/indexes/*/objects", get_objects, methods=["POST"]),
    Route("/1/indexes/{index}/settings", settings, methods=["GET", "PUT"]),
    Route("/1/indexes/{index}/browse", browse, methods=["POST"]),
    Route("/1/indexes/{index}/{object_id:path}", get_object, methods=["GET"]),
]
