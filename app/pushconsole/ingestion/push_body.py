"""The body of a push, made of records' JSON texts as they stand, and its exact size before it is made."""

from __future__ import annotations

from pushconsole.ingestion.messages import Action

MAX_BODY_BYTES = 5_000_000
"""The service refuses a larger body with 413 (5 MB a call, https://www.algolia.com/doc/guides/sending-and-managing-data/
send-and-update-your-data/connectors/push). Read as decimal megabytes, the smaller of the two readings."""

_END = b"]}"


def push_body(action: Action, records: bytes) -> bytes:
    """Return the request's body for records given as JSON texts in UTF-8 with commas between them."""
    return b"".join((_start(action), records, _END))


def body_overhead_bytes(action: Action) -> int:
    """Return how many bytes a body has around its records, the commas between them not counted."""
    return len(_start(action)) + len(_END)


def _start(action: Action) -> bytes:
    return b'{"action":"%s","records":[' % action.value.encode()
