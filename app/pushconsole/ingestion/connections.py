"""The connections of a client, which are others after the machine has slept.

What was open before a sleep is dead on the other side, or forgotten by a router in between: a call on it would be lost,
or wait for an answer until its time is up. httpx cannot tell, since its clock stands still while the machine sleeps.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import httpx

_NAP_S = 2.0  # a shorter one is none: the two clocks are not read at the same moment


def asleep_s() -> float:
    """Return for how long the machine has slept, counted from some moment.

    Where no clock tells, a clock that is set counts as a sleep, which costs some new connections and nothing else.
    """
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return (time.time() if boot is None else time.clock_gettime(boot)) - time.monotonic()


class Connections:
    """Sends requests over connections that were made since the machine last slept."""

    def __init__(self, made: Callable[[], httpx.AsyncClient]) -> None:
        """Begin without a connection; `made` gives clients that are alike."""
        self._made = made
        self._newest = made()
        self._asleep_s = asleep_s()
        self._under_way: dict[httpx.AsyncClient, set[asyncio.Task[httpx.Response]]] = {}

    @property
    def build_request(self) -> Callable[..., httpx.Request]:
        """Makes a request with the headers that all have."""
        return self._newest.build_request

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its answer, read to its end."""
        client = await self._awake()
        call = asyncio.create_task(client.send(request))
        self._under_way.setdefault(client, set()).add(call)
        try:
            return await call
        finally:
            self._under_way[client].discard(call)
            await self._close_unused()

    async def aclose(self) -> None:
        """Cancel every call, whoever waits for it, and close every connection.

        httpx does not close a connection that is only being made, and nobody would afterwards.
        """
        calls = [call for under_way in self._under_way.values() for call in under_way]
        for call in calls:
            call.cancel()
        if calls:
            await asyncio.wait(calls)
        for client in {self._newest, *self._under_way}:
            await client.aclose()

    async def _awake(self) -> httpx.AsyncClient:
        now_s = asleep_s()
        if abs(now_s - self._asleep_s) > _NAP_S:
            self._under_way.setdefault(self._newest, set())  # known here, so that it is closed with its last answer
            self._asleep_s, self._newest = now_s, self._made()
            await self._close_unused()
        return self._newest

    async def _close_unused(self) -> None:
        """Close what was made before a sleep, once nothing is under way on it."""
        unused = [client for client, calls in self._under_way.items() if not calls and client is not self._newest]
        for client in unused:
            del self._under_way[client]
            await client.aclose()
