"""How fast a run goes now, which is not how fast it went since it began."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_KEPT_S = 10.0


class Speedometer:
    """Takes in how many records have a verdict, whenever somebody looks, and says how many more there are a second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def begin(self, decided: int) -> None:
        """Begin anew, at the start of a run or after a pause; what was decided before counts for nothing."""
        self._seen = deque([(self._clock(), decided)])

    def note(self, decided: int) -> None:
        """Take in how many have a verdict now."""
        now = self._clock()
        self._seen.append((now, decided))
        while self._seen[1][0] < now - _KEPT_S:
            self._seen.popleft()

    def per_second(self, last_s: float = _KEPT_S) -> float | None:
        """Return the records a second over the last seconds, or None where there were none."""
        newest, decided = self._seen[-1]
        since, before = next(((at, count) for at, count in self._seen if at >= newest - last_s), self._seen[-1])
        return (decided - before) / (newest - since) if decided > before and newest > since else None
