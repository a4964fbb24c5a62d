"""Who may call: the two headers, the key's permissions, and the number of pushes a minute."""

from __future__ import annotations

import math
import re
import time
from collections import deque
from collections.abc import Iterable

from starlette.requests import Request

from .catalogue import APP_ID, Catalogue, Document
from .errors import Refusal

APP_ID_HEADER = "x-algolia-application-id"
API_KEY_HEADER = "x-algolia-api-key"
WINDOW_S = 60.0


def permitted(request: Request, catalogue: Catalogue, acl: Iterable[str]) -> Document:
    """Return the key a request comes with; raises 401 without the headers, 403 for a key that may not."""
    for header in (APP_ID_HEADER, API_KEY_HEADER):
        if not request.headers.get(header):
            raise Refusal(401, f"The header {header} is missing")
    key = catalogue.find("key", request.headers[API_KEY_HEADER])
    if key is None or is_expired(key) or request.headers[APP_ID_HEADER] != APP_ID:
        raise Refusal(403, "Invalid Application-ID or API key")
    if not set(acl) <= set(key["acl"]):
        raise Refusal(403, "Method not allowed with this API key")
    return key


def is_expired(key: Document) -> bool:
    """Tell whether a key's time is over; the service then knows it no more."""
    return bool(key["validity"]) and remaining_s(key) <= 0


def remaining_s(key: Document) -> int:
    """Return how many more seconds a key is valid; 0 for one without an end."""
    if not key["validity"]:
        return 0
    until_s = float(key["createdAt"]) / 1000 + float(key["validity"])
    return math.ceil(until_s - time.time())


def check_index(key: Document, index: str) -> None:
    """Raise a 403 for an index that is not among those the key is for; `*` in their names stands for anything."""
    patterns = key.get("indexes") or ["*"]
    if not any(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), index, re.DOTALL) for pattern in patterns):
        raise Refusal(403, "Index not allowed with this API key")


class PushRate:
    """Counts the pushes of the last minute."""

    def __init__(self) -> None:
        self._moments: deque[float] = deque()

    def count(self, limit: int) -> None:
        """Count a push; raises a 429 with Retry-After where `limit` pushes came in the last minute; 0 is no limit."""
        now = time.monotonic()
        while self._moments and self._moments[0] <= now - WINDOW_S:
            self._moments.popleft()
        if limit and len(self._moments) >= limit:
            wait_s = math.ceil(self._moments[-limit] + WINDOW_S - now)
            message = f"Too many push requests: at most {limit} in {WINDOW_S:.0f} seconds are allowed"
            raise Refusal(429, message, headers={"Retry-After": str(max(1, wait_s))})
        self._moments.append(now)

    def reset(self) -> None:
        """Forget the pushes."""
        self._moments.clear()
