"""Pages as the table asks for them."""

from __future__ import annotations

import random

from tests.benchmarks.measuring import Bench, Measured, percentile, timed

_FETCHES = 400
_GOAL_MS = 4


def measure(bench: Bench) -> list[Measured]:
    """Fetch pages of 100 rows from all over the file."""
    workspace, chance = bench.loaded, random.Random(1)
    places = [chance.randrange(max(1, bench.inputs.records - 100)) for _ in range(_FETCHES)]
    p95 = percentile([timed(lambda place=place: workspace.page(place, 100)) for place in places]) * 1000  # type: ignore[misc]
    return [Measured("page of 100 rows", f"p95 {p95:.2f} ms", "", f"{p95:.2f} ms", f"≤ {_GOAL_MS} ms", p95 <= _GOAL_MS)]
