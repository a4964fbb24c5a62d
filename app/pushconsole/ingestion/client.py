"""The API client: one method a call, messages in, messages out, errors of our own.

It retries nothing and waits for nothing: whether a call may be made again is known only to the run.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from pushconsole import __version__
from pushconsole.errors import NotFound, NotOneTask, RequestRefused
from pushconsole.ingestion.addresses import ingestion_address, search_address
from pushconsole.ingestion.boundary import ApiKey, decoded, mapped, moment_s, raise_for_status
from pushconsole.ingestion.connections import Connections
from pushconsole.ingestion.failures import tasks_named
from pushconsole.ingestion.messages import (
    BrowsePage,
    Destination,
    Event,
    EventPage,
    Index,
    IndexPage,
    IndexSettings,
    Key,
    PushAnswer,
    RecordList,
    Run,
    RunPage,
    Source,
    Task,
    TaskPage,
    Transformation,
    TransformationPage,
    TransformationTrial,
)
from pushconsole.ingestion.network import proxies, transports

_Shape = TypeVar("_Shape")

PUSH_TIMEOUT_S = 180.0
"""The service ends a `watch` after 3 minutes; the official clients wait as long for a push."""
CALL_TIMEOUT_S = 25.0
"""What the official Ingestion clients allow any other call."""
PAGE_ITEMS = 100
"""The most items a page of a list may have."""
BROWSE_RECORDS = 1000
"""The most records that a page of an index's records may have."""
RETRIEVED_RECORDS = 1000
"""How many records are asked for by their objectIDs in one call, as many as a page of a browse has."""
_NULL = msgspec.Raw(b"null")
_HALF_A_SECOND = 0.5  # the Date of an answer is cut to whole seconds
_SLICE_BYTES = 512 * 1024  # a body leaves in slices, so that the event loop breathes between them

# Both libraries log whole requests, and the address of one of them holds the API key (GET /1/keys/{key}).
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class _Authentication(httpx.Auth):
    """Puts both headers on each request, so that no client attribute holds the key in the clear."""

    def __init__(self, application_id: str, api_key: ApiKey) -> None:
        self._application_id = application_id
        self._api_key = api_key

    async def async_auth_flow(self, request: httpx.Request) -> AsyncIterator[httpx.Request]:  # type: ignore[override]
        request.headers["x-algolia-application-id"] = self._application_id
        request.headers["x-algolia-api-key"] = self._api_key.reveal()
        yield request


class IngestionClient:
    """The Ingestion API, and of the Search API what a push needs to know, for one application.

    Every method raises a `ServiceError` or a `ConnectionFailed` where the call does not succeed.

    Attributes:
        application_id: the application all calls are for.
        reached: whether the service ever answered, so that it is the network that is gone where it does not any more.
        clock_ahead_s: by how much the service's clock is ahead of this machine's, as its last answer told; to a second.

    """

    def __init__(
        self,
        *,
        application_id: str,
        api_key: ApiKey,
        region: str,
        ingestion_url: str | None = None,
        search_url: str | None = None,
        proxy: str | None = None,
        ca_bundle: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare a client; nothing is sent yet.

        Raises:
            ConfigurationError: the region, an address, the proxy or the CA bundle cannot be used.

        """
        self.application_id = application_id
        self.reached = False
        self.clock_ahead_s = 0.0
        self._api_key = api_key
        self._ingestion = ingestion_address(region, ingestion_url)
        self._search = search_address(application_id, search_url)
        self._proxies = proxies((self._ingestion, self._search), proxy)

        def connected() -> httpx.AsyncClient:
            return httpx.AsyncClient(
                auth=_Authentication(application_id, api_key),
                headers={"user-agent": f"Push Console/{__version__}", "content-type": "application/json"},
                timeout=httpx.Timeout(CALL_TIMEOUT_S, pool=None),  # waiting for a free connection is ours, not a fault
                transport=transport,
                mounts=None if transport else transports((self._ingestion, self._search), proxy, ca_bundle),
                verify=False,  # noqa: S501  every host there is has a transport of its own, which checks certificates
                trust_env=False,  # the environment is read only where the user asks for it
            )

        self._http = Connections(connected)

    @property
    def ingestion_host(self) -> str:
        """The host of the Ingestion API."""
        return self._ingestion.host

    @property
    def search_host(self) -> str:
        """The host of the Search API."""
        return self._search.host

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def push(self, task_id: str, body: bytes, *, watch: bool) -> PushAnswer:
        """Push a body made by `push_body` to a task; with `watch` the answer comes when ingestion has ended."""
        return await self._push(f"/2/tasks/{task_id}/push", {}, body, watch=watch)

    async def push_to_index(self, index: str, reference: str, body: bytes, *, watch: bool) -> PushAnswer:
        """Push to an index by its name, through the task of another index, the reference.

        Raises:
            NotOneTask: no task pushes to the reference, or several do.

        """
        try:
            path = f"/1/push/{quote(index, safe='')}"
            return await self._push(path, {"referenceIndexName": reference}, body, watch=watch)
        except RequestRefused as error:
            if (task_ids := tasks_named(error.message)) is None:
                raise
            raise NotOneTask(error.sentence, "Name the task instead of the index.", task_ids=task_ids) from error

    async def _push(self, path: str, query: dict[str, str], body: bytes, *, watch: bool) -> PushAnswer:
        request = self._http.build_request(
            "POST",
            f"{self._ingestion}{path}",
            params={**query, **({"watch": "true"} if watch else {})},
            content=_slices(body),
            headers={"content-length": str(len(body))},
            timeout=httpx.Timeout(PUSH_TIMEOUT_S, connect=CALL_TIMEOUT_S, pool=None),
        )
        return await self._answer(request, PushAnswer)

    async def tasks(self, page: int) -> TaskPage:
        """Return a page of the application's tasks, counted from 1."""
        return await self._get("/2/tasks", TaskPage, itemsPerPage=PAGE_ITEMS, page=page)

    async def transformations(self, page: int) -> TransformationPage:
        """Return a page of the application's transformations, counted from 1."""
        return await self._get("/1/transformations", TransformationPage, itemsPerPage=PAGE_ITEMS, page=page)

    async def task(self, task_id: str) -> Task:
        """Return one task."""
        return await self._get(f"/2/tasks/{task_id}", Task)

    async def enable_task(self, task_id: str) -> None:
        """Let a task take pushes again."""
        await self._answer(self._http.build_request("PUT", f"{self._ingestion}/2/tasks/{task_id}/enable"), msgspec.Raw)

    async def source(self, source_id: str) -> Source:
        """Return one source."""
        return await self._get(f"/1/sources/{source_id}", Source)

    async def sources(self, source_ids: Sequence[str]) -> list[Source]:
        """Return the sources with these IDs."""
        return await self._post("/1/sources/search", {"sourceIDs": source_ids}, list[Source])

    async def destination(self, destination_id: str) -> Destination:
        """Return one destination."""
        return await self._get(f"/1/destinations/{destination_id}", Destination)

    async def destinations(self, destination_ids: Sequence[str]) -> list[Destination]:
        """Return the destinations with these IDs."""
        return await self._post("/1/destinations/search", {"destinationIDs": destination_ids}, list[Destination])

    async def transformation(self, transformation_id: str) -> Transformation:
        """Return one transformation with its code."""
        return await self._get(f"/1/transformations/{transformation_id}", Transformation)

    async def try_transformation(self, transformation: Transformation, record: str) -> TransformationTrial:
        """Return what a transformation, as it was read, makes of a record's JSON text; nothing is indexed."""
        body = {
            "type": transformation.type or "code",
            "input": {"code": transformation.code or ""}
            if bytes(transformation.input) == b"null"
            else transformation.input,
            "sampleRecord": msgspec.Raw(record.encode()),
        }
        path = f"/1/transformations/{transformation.transformation_id}/try"
        return await self._post(path, body, TransformationTrial)

    async def event(self, run_id: str, event_id: str) -> Event | None:
        """Return the event of one push, or None as long as the service has none (it answers 404)."""
        try:
            return await self._get(f"/1/runs/{run_id}/events/{event_id}", Event)
        except NotFound:
            return None

    async def events(self, run_id: str, **filters: str | int) -> EventPage:
        """Return a page of a run's events; the filters are the API's own (status, type, page, startDate, …)."""
        return await self._get(f"/1/runs/{run_id}/events", EventPage, **filters)

    async def run(self, run_id: str) -> Run:
        """Return one run."""
        return await self._get(f"/1/runs/{run_id}", Run)

    async def runs(self, **filters: str | int) -> RunPage:
        """Return a page of runs; the filters are the API's own (taskID, status, page, startDate, …)."""
        return await self._get("/1/runs", RunPage, **filters)

    async def key(self) -> Key:
        """Return what the client's own key may do."""
        url = self._search.copy_with(path=f"/1/keys/{self._api_key.reveal()}")
        return await self._answer(self._http.build_request("GET", url), Key)

    async def index(self, name: str) -> Index | None:
        """Return an index with its number of records, or None where there is none of that name."""
        answer = await self._answer(self._http.build_request("GET", f"{self._search}/1/indexes"), IndexPage)
        return next((index for index in answer.items if index.name == name), None)

    async def hidden_attributes(self, name: str) -> tuple[str, ...]:
        """Return the attributes that an index keeps from its readers; the key needs the ACL ``settings``."""
        url = self._search.copy_with(path=f"/1/indexes/{quote(name, safe='')}/settings")
        try:
            settings = await self._answer(self._http.build_request("GET", url), IndexSettings)
        except NotFound:
            return ()
        return settings.unretrievable_attributes or ()

    async def record(self, name: str, object_id: str) -> str | None:
        """Return a record of an index as its JSON text, or None where there is none."""
        url = self._search.copy_with(path=f"/1/indexes/{quote(name, safe='')}/{quote(object_id, safe='')}")
        try:
            return bytes(await self._answer(self._http.build_request("GET", url), msgspec.Raw)).decode()
        except NotFound:
            return None

    async def records(
        self, name: str, object_ids: Sequence[str], attributes: Sequence[str] = ("*",)
    ) -> list[bytes | None]:
        """Return records of an index as JSON texts in the order asked for, None for each that is not there.

        Args:
            name: the index's; where there is none, no record is there.
            object_ids: up to `RETRIEVED_RECORDS`.
            attributes: those that matter; the objectID always comes along.

        """
        wanted = [{"indexName": name, "objectID": one, "attributesToRetrieve": attributes} for one in object_ids]
        url = self._search.copy_with(path="/1/indexes/*/objects")
        request = self._http.build_request("POST", url, content=msgspec.json.encode({"requests": wanted}))
        try:
            answer = await self._answer(request, RecordList)
        except NotFound:
            return [None] * len(object_ids)
        return [None if result == _NULL else bytes(result) for result in answer.results]

    async def browse(self, name: str, cursor: str | None = None, *, count: int = BROWSE_RECORDS) -> BrowsePage:
        """Return records of an index with all their attributes: the first page, or the one of a cursor."""
        body = {"hitsPerPage": count, "attributesToRetrieve": ["*"]} | ({"cursor": cursor} if cursor else {})
        url = self._search.copy_with(path=f"/1/indexes/{quote(name, safe='')}/browse")
        content = msgspec.json.encode(body)
        return await self._answer(self._http.build_request("POST", url, content=content), BrowsePage)

    async def _get(self, path: str, shape: type[_Shape], **parameters: str | int) -> _Shape:
        return await self._answer(self._http.build_request("GET", f"{self._ingestion}{path}", params=parameters), shape)

    async def _post(self, path: str, body: Mapping[str, object], shape: type[_Shape]) -> _Shape:
        content = msgspec.json.encode(body)
        return await self._answer(self._http.build_request("POST", f"{self._ingestion}{path}", content=content), shape)

    async def _answer(self, request: httpx.Request, shape: type[_Shape]) -> _Shape:
        with mapped(request.url.host, self._proxies.get(request.url.host, "")):
            response = await self._http.send(request)
        self.reached = True
        self._heed_clock(response.headers.get("date", ""))
        raise_for_status(response, self._api_key)
        return decoded(response, shape, self._api_key)

    def _heed_clock(self, date: str) -> None:
        with contextlib.suppress(ValueError):
            self.clock_ahead_s = moment_s(date) + _HALF_A_SECOND - time.time()


async def _slices(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), _SLICE_BYTES):
        yield body[start : start + _SLICE_BYTES]
        await asyncio.sleep(0)  # a fast connection takes every slice without ever giving way
