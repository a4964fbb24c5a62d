"""Answers as bytes on the wire, errors among them."""

from __future__ import annotations

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from .errors import Refusal


def answer(content: object, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(msgspec.json.encode(content), status, media_type="application/json")


async def refused(_: Request, error: Exception) -> Response:
    """Turn a refusal into the service's error body."""
    assert isinstance(error, Refusal), "registered for refusals only"
    response = answer({"message": error.message, "status": error.status, **error.details}, error.status)
    response.headers.update(error.headers)
    return response


async def cut_off(_: Request, __: Exception) -> Response:
    """Answer nobody: the caller went away before its whole body had come."""
    return answer({"message": "The connection was lost", "status": 400}, 400)


async def unknown_path(_: Request, error: Exception) -> Response:
    """Answer for a path or a method that does not exist, as JSON too."""
    assert isinstance(error, HTTPException), "registered for the router's own errors only"
    return answer({"message": error.detail, "status": error.status_code}, error.status_code)
