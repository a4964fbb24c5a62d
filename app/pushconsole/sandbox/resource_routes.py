"""Tasks, sources, destinations and transformations: list, get, search; enable and disable for tasks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .access import permitted
from .answers import answer
from .catalogue import PUSH_ACL, Catalogue, Document
from .errors import Refusal
from .listing import choices, ordered, page_of
from .service import Service, service_of

Handler = Callable[[Request], Awaitable[Response]]
ValueOf = Callable[[Catalogue, Document], str]

SOURCE_TYPES = (
    "algoliaIndex bigcommerce bigquery commercetools csv docker ga4BigqueryExport json shopify push".split()  # noqa: SIM905
)
TRIGGER_TYPES = ("onDemand", "schedule", "subscription", "streaming")
TASK_ACTIONS = ("replace", "save", "partial", "partialNoCreate", "append")


@dataclass(frozen=True)
class Filter:
    """A query parameter that chooses among a list's items.

    Attributes:
        value: the item's value, compared with those of the parameter.
        allowed: the values that the parameter may have, or None for any.

    """

    value: ValueOf
    allowed: Sequence[str] | None = None


@dataclass(frozen=True)
class Resource:
    """A kind of document and how it is listed."""

    kind: str
    path: str
    sort_keys: Sequence[str]
    filters: dict[str, Filter] = field(default_factory=dict)

    @property
    def plural(self) -> str:
        """The key of a list in an answer."""
        return f"{self.kind}s"


def _own(key: str) -> ValueOf:
    return lambda _, document: str(document.get(key, "none"))


def _source_type(catalogue: Catalogue, task: Document) -> str:
    return str(catalogue.get("source", task["sourceID"])["type"])


def _trigger(_: Catalogue, task: Document) -> str:
    """Say what starts a task: for a push task, the push that arrives."""
    return "schedule" if "cron" in task else "subscription"


def _transformation(_: Catalogue, destination: Document) -> str:
    return ",".join(destination["transformationIDs"]) or "none"


TASKS = Resource(
    "task",
    "/2/tasks",
    ("enabled", "triggerType", "action", "updatedAt", "createdAt"),
    {
        "action": Filter(_own("action"), TASK_ACTIONS),
        "enabled": Filter(lambda _, task: str(task["enabled"]).lower(), ("true", "false")),
        "sourceID": Filter(_own("sourceID")),
        "sourceType": Filter(_source_type, SOURCE_TYPES),
        "destinationID": Filter(_own("destinationID")),
        "triggerType": Filter(_trigger, TRIGGER_TYPES),
        # No task of the sandbox sends e-mail.
        "withEmailNotifications": Filter(lambda *_: "false", ("true", "false")),
    },
)
SOURCES = Resource(
    "source",
    "/1/sources",
    ("name", "type", "updatedAt", "createdAt"),
    {"type": Filter(_own("type"), SOURCE_TYPES), "authenticationID": Filter(_own("authenticationID"))},
)
DESTINATIONS = Resource(
    "destination",
    "/1/destinations",
    ("name", "type", "updatedAt", "createdAt"),
    {
        "type": Filter(_own("type"), ("search", "insights")),
        "authenticationID": Filter(_own("authenticationID")),
        "transformationID": Filter(_transformation),
    },
)
TRANSFORMATIONS = Resource(
    "transformation",
    "/1/transformations",
    ("name", "updatedAt", "createdAt"),
    {"type": Filter(_own("type"), ("code", "noCode"))},
)


def _listing(resource: Resource) -> Handler:
    async def list_documents(request: Request) -> Response:
        service, query = _admitted(request), request.query_params
        chosen = _chosen(service.catalogue, resource, query)
        page = page_of(query)
        return answer({resource.plural: page.cut(chosen), "pagination": page.pagination(len(chosen))})

    return list_documents


def _chosen(catalogue: Catalogue, resource: Resource, query: QueryParams) -> list[Document]:
    documents = catalogue.all(resource.kind)
    for name, chosen_by in resource.filters.items():
        wanted = choices(query, name, chosen_by.allowed)
        if wanted is not None:
            documents = [document for document in documents if chosen_by.value(catalogue, document) in wanted]
    trigger_type = resource.filters.get("triggerType")

    def value(document: Document, key: str) -> object:
        return trigger_type.value(catalogue, document) if key == "triggerType" and trigger_type else document.get(key)

    return ordered(documents, query, resource.sort_keys, value)


def _getting(resource: Resource) -> Handler:
    async def get_document(request: Request) -> Response:
        return answer(_admitted(request).catalogue.get(resource.kind, request.path_params["id"]))

    return get_document


def _searching(resource: Resource) -> Handler:
    key = f"{resource.kind}IDs"

    async def search_documents(request: Request) -> Response:
        catalogue = _admitted(request).catalogue
        try:
            wanted = msgspec.json.decode(await request.body(), type=dict[str, list[str]])[key]
        except (msgspec.DecodeError, KeyError) as error:
            raise Refusal(400, f"body.{key} must be an array of strings") from error
        return answer([found for id_ in wanted if (found := catalogue.find(resource.kind, id_)) is not None])

    return search_documents


def _switching(*, enabled: bool) -> Handler:
    async def switch_task(request: Request) -> Response:
        service, task_id = _admitted(request), request.path_params["id"]
        task = await service.catalogue.set_enabled(task_id, enabled=enabled)
        service.processing.forgive(task_id)
        return answer({"taskID": task_id, "updatedAt": task["updatedAt"]})

    return switch_task


def _admitted(request: Request) -> Service:
    service = service_of(request)
    permitted(request, service.catalogue, PUSH_ACL)
    return service


ROUTES = [
    *(
        route
        for resource in (TASKS, SOURCES, DESTINATIONS, TRANSFORMATIONS)
        for route in (
            Route(resource.path, _listing(resource), methods=["GET"]),
            Route(f"{resource.path}/search", _searching(resource), methods=["POST"]),
            Route(f"{resource.path}/{{id}}", _getting(resource), methods=["GET"]),
        )
    ),
    Route("/2/tasks/{id}/enable", _switching(enabled=True), methods=["PUT"]),
    Route("/2/tasks/{id}/disable", _switching(enabled=False), methods=["PUT"]),
]
