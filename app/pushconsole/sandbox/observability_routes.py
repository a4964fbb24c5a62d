"""Runs and events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from . import observations
from .access import permitted
from .answers import answer
from .catalogue import APP_ID, PUSH_ACL
from .listing import Page, Window, choice, choices, descending, page_of, window_of
from .observations import STATUS_OF_RUN, Choice
from .service import Service, service_of

HOUR_S = 3600.0
EVENTS_WINDOW_S = 3 * HOUR_S
RUNS_WINDOW_S = 7 * 24 * HOUR_S

RUN_STATUSES = ("created", "started", "finished", "skipped")
RUN_TYPES = ("reindex", "update", "discover", "validate", "push")
EVENT_STATUSES = ("created", "started", "retried", "failed", "succeeded", "critical")
EVENT_TYPES = ("fetch", "record", "log", "transform")
RUN_SORTS = {"createdAt": "created_at", "updatedAt": "updated_at", "status": STATUS_OF_RUN}
EVENT_SORTS = {"publishedAt": "published_at", "status": "status", "type": "type"}


async def get_event(request: Request) -> Response:
    """GET /1/runs/{runID}/events/{eventID}: 404 until the event exists."""
    service, names = _admitted(request), request.path_params
    return answer(await service.store.read(observations.get_event, names["run_id"], names["event_id"]))


async def list_events(request: Request) -> Response:
    """GET /1/runs/{runID}/events: those of the last three hours, where no window is asked for."""
    service, query, run_id = _admitted(request), request.query_params, request.path_params["run_id"]
    await service.store.read(observations.get_run, run_id, APP_ID)
    page, window = page_of(query), window_of(query, default_s=EVENTS_WINDOW_S)
    among = {
        "run_id": [run_id],
        "status": choices(query, "status", EVENT_STATUSES),
        "type": choices(query, "type", EVENT_TYPES),
    }
    chosen = _choice(query, "published_at", EVENT_SORTS, among, page, window)
    events, total = await service.store.read(observations.list_events, chosen)
    return answer({"events": events, "pagination": page.pagination(total), "window": window.document})


async def get_run(request: Request) -> Response:
    """GET /1/runs/{runID}."""
    service = _admitted(request)
    return answer(await service.store.read(observations.get_run, request.path_params["run_id"], APP_ID))


async def list_runs(request: Request) -> Response:
    """GET /1/runs: those of the last seven days, where no window is asked for."""
    service, query = _admitted(request), request.query_params
    page, window = page_of(query), window_of(query, default_s=RUNS_WINDOW_S)
    among = {
        "task_id": choices(query, "taskID"),
        STATUS_OF_RUN: choices(query, "status", RUN_STATUSES),
        "'push'": choices(query, "type", RUN_TYPES),
    }
    chosen = _choice(query, "created_at", RUN_SORTS, among, page, window)
    runs, total = await service.store.read(observations.list_runs, chosen, APP_ID)
    return answer({"runs": runs, "pagination": page.pagination(total), "window": window.document})


def _choice(
    query: QueryParams,
    moment: str,
    sorts: Mapping[str, str],
    among: Mapping[str, Sequence[str] | None],
    page: Page,
    window: Window,
) -> Choice:
    return Choice(
        moment=moment,
        start=window.start,
        end=window.end,
        sort=sorts[choice(query, "sort", list(sorts), next(iter(sorts)))],
        descending=descending(query),
        first=page.first,
        count=page.size,
        among={column: wanted for column, wanted in among.items() if wanted is not None},
    )


def _admitted(request: Request) -> Service:
    service = service_of(request)
    permitted(request, service.catalogue, PUSH_ACL)
    return service


ROUTES = [
    Route("/1/runs", list_runs, methods=["GET"]),
    Route("/1/runs/{run_id}", get_run, methods=["GET"]),
    Route("/1/runs/{run_id}/events", list_events, methods=["GET"]),
    Route("/1/runs/{run_id}/events/{event_id}", get_event, methods=["GET"]),
]
