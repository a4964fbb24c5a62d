"""The two texts in which the indexing engine says that a record is too big, and the check made at once for a 400."""

from __future__ import annotations

from .errors import Refusal
from .push_body import Push

NAMELESS = "A record of the push could not be indexed"


def engine_text(position: int, object_id: str, size: int, limit: int) -> str:
    """Name the record by its position (from 0) in the push and by its objectID."""
    return f"Record at the position {position} objectID={object_id} is too big size={size}/{limit} bytes"


def newer_text(object_id: str, size: int, limit: int) -> str:
    """Name the record by its objectID only."""
    return f"Record objectID={object_id} is too big: size: {size} byte(s), maximum allowed: {limit} byte(s)"


def refuse_oversize(push: Push, limit: int, *, text: str) -> None:
    """Raise a 400 for the first record over the limit, in the text of the `engine`, the `newer` one, or `nameless`."""
    for position, record in enumerate(push.records):
        size = len(record.text.encode())
        if size <= limit:
            continue
        if text == "nameless":
            raise Refusal(400, NAMELESS)
        object_id = record.object_id or ""
        if text == "newer":
            raise Refusal(400, newer_text(object_id, size, limit))
        details = {"position": position, "objectID": object_id}
        raise Refusal(400, engine_text(position, object_id, size, limit), details=details)
