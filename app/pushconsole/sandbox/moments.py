"""Moments in time: seconds since 1970 inside, RFC 3339 text (UTC, milliseconds) outside."""

from __future__ import annotations

from datetime import UTC, datetime

from .errors import Refusal


def rfc3339(moment_s: float) -> str:
    """Write a moment the way the API does."""
    return datetime.fromtimestamp(moment_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_s(text: str, *, path: str) -> float:
    """Read a moment from a request; raise a 400 naming `path` where it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, f"{path} must be a date and time in RFC 3339 format") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
