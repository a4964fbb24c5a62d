"""The sandbox's own control paths, which need no key: faults, settings, calls, keys, tasks, transformations, reset."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .answers import answer
from .errors import Refusal
from .service import service_of

T = TypeVar("T")


class NewKey(msgspec.Struct, forbid_unknown_fields=True):
    """A key to make."""

    acl: list[str]
    indexes: list[str] = []
    validity: Annotated[int, msgspec.Meta(ge=0)] = 0


class NewTransformation(msgspec.Struct, forbid_unknown_fields=True):
    """A transformation to make, which the records of a task then pass."""

    task: str
    code: str
    name: str = "Transformation"


class NewTask(msgspec.Struct, forbid_unknown_fields=True):
    """A task to make, with a destination of the same name.

    Attributes:
        source: the name of a source of its own, which may be of another type than push; empty: the first push source.
        exclude: attributes that do not reach the index.

    """

    name: str
    index: str
    enabled: bool = True
    source: str = ""
    source_type: str = "push"
    exclude: list[str] = []
    action: str = "save"
    owner: str | None = None
    last_run: str | None = None


async def faults(request: Request) -> Response:
    """GET lists the rules, POST adds one, DELETE takes all away; each answers with the rules in force."""
    rules = service_of(request).faults
    if request.method == "POST":
        rules.add(await _document(request, dict[str, Any]))
    elif request.method == "DELETE":
        rules.clear()
    return answer(rules.documents())


async def settings(request: Request) -> Response:
    """GET shows the settings, PATCH changes those that it names; both answer with all of them."""
    processing = service_of(request).processing
    if request.method == "PATCH":
        processing.settings = processing.settings.patched(await _document(request, dict[str, Any]))
    return answer(processing.settings)


async def calls(request: Request) -> Response:
    """GET lists the requests to the two APIs in the order of their arrival; DELETE forgets them."""
    service = service_of(request)
    if request.method == "DELETE":
        service.calls.clear()
    return answer([asdict(call) for call in service.calls])


async def keys(request: Request) -> Response:
    """POST makes a key with the permissions of `acl`, for `indexes` and for `validity` seconds."""
    wanted = await _document(request, NewKey)
    return answer(await service_of(request).catalogue.add_key(wanted.acl, wanted.indexes, wanted.validity))


async def tasks(request: Request) -> Response:
    """POST makes a task, by default one that takes pushes."""
    wanted = await _document(request, NewTask)
    attributes = {"enabled": wanted.enabled, "action": wanted.action, "owner": wanted.owner}
    if wanted.last_run is not None:
        attributes["lastRun"] = wanted.last_run
    task = await service_of(request).catalogue.add_task(
        wanted.name,
        wanted.index,
        source=wanted.source,
        source_type=wanted.source_type,
        exclude=wanted.exclude,
        **attributes,
    )
    return answer(task)


async def transformations(request: Request) -> Response:
    """POST makes a transformation and puts it in the way of a task's records."""
    wanted = await _document(request, NewTransformation)
    return answer(await service_of(request).catalogue.transform_task(wanted.task, wanted.name, wanted.code))


async def reset(request: Request) -> Response:
    """POST takes the sandbox back to its start."""
    await service_of(request).reset()
    return answer({})


async def _document(request: Request, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.DecodeError as error:
        raise Refusal(400, f"The body cannot be used: {error}.") from error


ROUTES = [
    Route("/sandbox/faults", faults, methods=["GET", "POST", "DELETE"]),
    Route("/sandbox/settings", settings, methods=["GET", "PATCH"]),
    Route("/sandbox/calls", calls, methods=["GET", "DELETE"]),
    Route("/sandbox/keys", keys, methods=["POST"]),
    Route("/sandbox/tasks", tasks, methods=["POST"]),
    Route("/sandbox/transformations", transformations, methods=["POST"]),
    Route("/sandbox/reset", reset, methods=["POST"]),
]
