"""Trying a transformation: what it would make of one record, before anything is pushed."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .access import permitted
from .answers import answer
from .catalogue import PUSH_ACL
from .errors import Refusal
from .service import Service, service_of
from .transforming import TransformationFailed, Transformer, code_of


class Trial(msgspec.Struct, rename="camel"):
    """What a caller wants tried."""

    sample_record: msgspec.Raw
    type: str | None = None
    input: dict[str, Any] | None = None
    code: str | None = None


async def try_transformation(request: Request) -> Response:
    """POST /1/transformations/try: with the code that the call brings."""
    return await _tried(service_of(request), request, needed=None)


async def try_existing_transformation(request: Request) -> Response:
    """POST /1/transformations/{id}/try: with the code that the call brings, else with the transformation's own."""
    return await _tried(service_of(request), request, needed=request.path_params["id"])


async def _tried(service: Service, request: Request, *, needed: str | None) -> Response:
    permitted(request, service.catalogue, PUSH_ACL)
    existing = service.catalogue.get("transformation", needed) if needed is not None else {}
    trial = await _trial(request)
    brought = {key: value for key in ("input", "code") if (value := getattr(trial, key)) is not None}
    limits = service.processing.settings
    sample = bytes(trial.sample_record).decode()

    def run() -> dict[str, object]:
        try:
            transformer = Transformer(
                code_of(brought or existing),
                time_s=limits.transformation_s,
                memory_bytes=limits.transformation_bytes,
            )
            return {"payloads": transformer.apply(sample)}
        except TransformationFailed as error:
            return {"payloads": [], "error": error.document}

    return answer(await asyncio.to_thread(run))


async def _trial(request: Request) -> Trial:
    try:
        body = await request.body()
        body.decode()  # msgspec does not look into the strings of a Raw value
        trial = msgspec.json.decode(body, type=Trial)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(400, f"The body cannot be used: {error}") from error
    if not bytes(trial.sample_record).startswith(b"{"):
        raise Refusal(400, "body.sampleRecord must be an object")
    return trial


ROUTES = [
    Route("/1/transformations/try", try_transformation, methods=["POST"]),
    Route("/1/transformations/{id}/try", try_existing_transformation, methods=["POST"]),
]
