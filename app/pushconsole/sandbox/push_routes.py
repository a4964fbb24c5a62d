"""Both push calls."""

from __future__ import annotations

import asyncio
import contextlib
import time

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from . import observations
from .access import check_index, permitted
from .answers import answer
from .catalogue import PUSH_ACL, Document
from .errors import Refusal
from .faults import Effect
from .moments import rfc3339
from .processing import AcceptedPush, Ending
from .push_body import Push, parse_push
from .service import Service, service_of
from .sizes import refuse_oversize

INLINE_BYTES = 65_536


async def push_to_task(request: Request) -> Response:
    """POST /2/tasks/{taskID}/push."""
    service, key = _admitted(request)
    task = service.catalogue.get("task", request.path_params["task_id"])
    index = service.catalogue.index_of(task)
    check_index(key, index)
    return await _push(request, service, task, index)


async def push_to_index(request: Request) -> Response:
    """POST /1/push/{indexName}: the task is the one that writes to the index, or to `referenceIndexName`."""
    service, key = _admitted(request)
    index = request.path_params["index"]
    check_index(key, index)
    reference = request.query_params.get("referenceIndexName") or index
    tasks = service.catalogue.tasks_of_index(reference)
    if not tasks:
        raise Refusal(400, f"no task found for index {reference}")
    if len(tasks) > 1:
        named = ", ".join(task["taskID"] for task in tasks)
        raise Refusal(400, f"multiple tasks ({named}) found for index {reference}")
    return await _push(request, service, tasks[0], index)


def _admitted(request: Request) -> tuple[Service, Document]:
    service = service_of(request)
    key = permitted(request, service.catalogue, PUSH_ACL)
    service.rate.count(service.processing.settings.calls_per_minute)
    return service, key


async def _push(request: Request, service: Service, task: Document, index: str) -> Response:
    if not task["enabled"]:
        raise Refusal(400, f"task {task['taskID']} is disabled")
    settings = service.processing.settings
    push = await _parsed(await _body(request, settings.push_limit_bytes))
    if settings.oversize.startswith("400") and push.action != "deleteObject":
        refuse_oversize(push, settings.record_limit_bytes, text=settings.oversize.removeprefix("400 "))
    effect: Effect | None = getattr(request.state, "effect", None)
    forced = Ending(effect.event, effect.message) if effect and effect.event else None
    accepted = await service.processing.accept(task["taskID"], index, push, forced)
    if effect and effect.close == "after_applying":
        await accepted.applied.wait()
    return await _acceptance(request, service, accepted)


async def _acceptance(request: Request, service: Service, accepted: AcceptedPush) -> Response:
    document: dict[str, object] = {"runID": accepted.run_id, "eventID": accepted.event_id, "data": None}
    if request.query_params.get("watch") == "true":
        document |= await _outcome(service, accepted)
    return answer({**document, "createdAt": rfc3339(time.time())})


async def _outcome(service: Service, accepted: AcceptedPush) -> dict[str, object]:
    """Wait for the push's end; say something only of a failure, or of an end that did not come in time."""
    limit_s = service.processing.settings.watch_limit_s
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(limit_s):
            await accepted.ended.wait()
    if not accepted.ended.is_set():
        return {"message": f"The push was accepted but has not ended within {limit_s:g} seconds."}
    if accepted.status not in ("failed", "critical"):
        return {}
    event = await service.store.read(observations.get_event, accepted.run_id, accepted.event_id)
    data = event["data"]
    assert isinstance(data, dict), "a failed event says why"
    return {"events": [event], "message": data["message"]}


async def _body(request: Request, limit: int) -> bytes:
    """Read the body; raises a 413 before reading one that is announced as too large, or as soon as it is."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refusal(415, "The body's content-encoding is not supported")
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(int(announced), limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_large(len(body), limit)
    return bytes(body)


def _too_large(size: int, limit: int) -> Refusal:
    return Refusal(413, f"Request body too large: {size} bytes, at most {limit} bytes are allowed")


async def _parsed(body: bytes) -> Push:
    # The hop to a thread costs more than reading a small body.
    return parse_push(body) if len(body) < INLINE_BYTES else await asyncio.to_thread(parse_push, body)


ROUTES = [
    Route("/2/tasks/{task_id}/push", push_to_task, methods=["POST"]),
    Route("/1/push/{index}", push_to_index, methods=["POST"]),
]
