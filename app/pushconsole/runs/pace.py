"""How fast calls leave: evenly under the service's limit, slower after it was reached, and back again.

A bucket of tokens. aiolimiter has one too, but at a fixed rate that nobody can lower while calls wait for it.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Callable
from typing import Self

_SLOWEST_PER_MINUTE = 6.0
_CLIMB = 1.1  # by how much the rate grows with each call that was taken
_ANSWERS_TO_WIDEN = 10
_UNSAID_S = (1.0, 60.0)  # how long to wait where the service does not say: the first time, and at most
_WINDOW = re.compile(
    r"(?:\b(?:per|in|within|every|each|window)\b|/)(?:\W|\b(?:a|an|the|of|is)\b)*(\d+(?:\.\d+)?)?\s*"
    r"(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)(?:0+s)?\b",
    re.IGNORECASE,
)
"""As in ``500 calls per minute``, ``500/60s``, ``window: 30 seconds`` and, as Go writes it, ``in 1m0s``."""
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


class CallPace:
    """Lets calls leave one by one.

    Attributes:
        per_minute: how many may leave a minute now.

    """

    def __init__(
        self, per_minute: float | None = 480.0, burst: int = 20, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with a full bucket.

        Args:
            per_minute: the most calls a minute; None: as many as there are.
            burst: how many may leave at once after a pause.
            clock: seconds.

        """
        self.per_minute = per_minute
        self._most = per_minute
        self._burst = float(burst)
        self._clock = clock
        self._tokens = self._burst
        self._filled_at = self._not_before = clock()
        self._refusals = 0

    def allow(self, per_minute: float | None) -> None:
        """Let at most so many leave a minute from now on; what the service has asked for still holds."""
        slowed = self.per_minute is not None and self._most is not None and self.per_minute < self._most
        self._most = per_minute
        if per_minute is None or self.per_minute is None or not slowed:
            self.per_minute = per_minute
        else:
            self.per_minute = min(self.per_minute, per_minute)

    def wait_s(self) -> float:
        """Take a turn and return 0, or return how many seconds to wait before asking again."""
        now = self._clock()
        if now < self._not_before:
            return self._not_before - now
        if self.per_minute is None:
            return 0.0
        a_second = self.per_minute / 60
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * a_second)
        self._filled_at = now
        if self._tokens < 1:
            return (1 - self._tokens) / a_second
        self._tokens -= 1
        return 0.0

    async def turn(self) -> None:
        """Take a turn, however long it takes to come."""
        while (wait_s := self.wait_s()) > 0:  # noqa: ASYNC110  nothing but the clock tells when a turn comes
            await asyncio.sleep(wait_s)

    @property
    def held(self) -> bool:
        """Whether nothing leaves for a while because the service said so."""
        return self._clock() < self._not_before

    def refused(self, retry_after_s: float | None, message: str) -> float:
        """Let nothing leave after a 429 for as long as the service said, and return the seconds; halve the rate.

        Calls that are refused together halve it once.

        Args:
            retry_after_s: its ``Retry-After``, or None.
            message: its words, which name the window where it gives no ``Retry-After``.

        """
        together = self.held
        self._refusals += not together
        pause_s = retry_after_s if retry_after_s is not None else _window_s(message)
        if pause_s is None:
            first, most = _UNSAID_S
            pause_s = min(most, first * 2.0 ** (self._refusals - 1)) * random.uniform(0.5, 1.0)  # noqa: S311  jitter
        if self.per_minute is not None and not together:
            self.per_minute = max(_SLOWEST_PER_MINUTE, self.per_minute / 2)
        self._tokens = min(self._tokens, 1.0)
        self._not_before = max(self._not_before, self._clock() + pause_s)
        return pause_s

    def taken(self) -> None:
        """Climb back: the service took a call."""
        self._refusals = 0
        if self.per_minute is not None and self._most is not None:
            self.per_minute = min(self._most, self.per_minute * _CLIMB)


def _window_s(message: str) -> float | None:
    """Return the window that a limit's message names; None where it names none."""
    found = _WINDOW.search(message)
    if found is None:
        return None
    unit = found[2].lower()
    milliseconds = unit == "ms" or unit.startswith("milli")
    return float(found[1] or 1) * (0.001 if milliseconds else _SECONDS[unit[0]])


class CallLines:
    """How many calls may be under way at once: fewer after one timed out, and slowly more again.

    Attributes:
        allowed: how many may be under way now.

    """

    def __init__(self, most: int) -> None:
        """Begin with as many as may ever be under way."""
        self.allowed = most
        self._most = most
        self._busy = 0
        self._answered = 0
        self._free = asyncio.Condition()

    async def __aenter__(self) -> Self:
        async with self._free:
            await self._free.wait_for(lambda: self._busy < self.allowed)
            self._busy += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        async with self._free:
            self._busy -= 1
            self._free.notify_all()

    def timed_out(self) -> None:
        """Halve: what does not answer in time is not helped by more of it."""
        self.allowed, self._answered = max(1, self.allowed // 2), 0

    def answered(self) -> None:
        """Allow one more after as many answers as now fit ten times."""
        self._answered += 1
        if self._answered >= _ANSWERS_TO_WIDEN * self.allowed:
            self.allowed, self._answered = min(self._most, self.allowed + 1), 0
