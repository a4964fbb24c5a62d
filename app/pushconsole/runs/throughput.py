"""How fast a run went, from when its calls ended."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

_PAUSE_S = 60.0  # a longer time with no call under way is none of the run's: it was paused, or ended and taken up again


class TimedCalls(NamedTuple):
    """A batch that has a verdict: when its first call left, when it had it (seconds since 1970), and its records."""

    sent_at: float
    ended_at: float
    records: int


@dataclass(frozen=True)
class Throughput:
    """Records a second.

    Attributes:
        average: over the whole time.
        course: in equal parts of the time; empty where one batch is all there was.

    """

    average: float
    course: tuple[float, ...] = ()


def throughput(batches: Sequence[TimedCalls], parts: int) -> Throughput | None:
    """Return how fast batches got their verdicts, long pauses left out; None where none has one."""
    if not batches:
        return None
    ends = sorted(batches, key=lambda batch: batch.ended_at)
    begun = min(batch.sent_at for batch in batches)
    moments = _without_pauses(batches, begun)
    length_s = max(moments[ends[-1].ended_at] - begun, 0.001)
    records = sum(batch.records for batch in batches)
    if len(batches) == 1:
        return Throughput(records / length_s)
    course = in_parts([(moments[batch.ended_at], batch.records) for batch in ends], begun, length_s, parts)
    return Throughput(records / length_s, tuple(count * parts / length_s for count in course))


def in_parts(ends: Sequence[tuple[float, int]], begun: float, length_s: float, parts: int) -> list[int]:
    """Count the records that ended in each of so many equal parts of a time."""
    counts = [0] * parts
    for ended_at, records in ends:
        at = math.ceil((ended_at - begun) / length_s * parts) - 1  # what ends with a part was done in it
        counts[min(parts - 1, max(0, at))] += records
    return counts


def _without_pauses(batches: Sequence[TimedCalls], begun: float) -> dict[float, float]:
    """Return where each end lies once the pauses are cut out."""
    spans = sorted((batch.sent_at, batch.ended_at) for batch in batches)
    reached = itertools.accumulate((end for _, end in spans), max)
    pauses = [
        (end, start - end)
        for end, (start, _) in zip(itertools.chain([begun], reached), spans, strict=False)
        if start - end > _PAUSE_S
    ]
    return {end: end - sum(length for at, length in pauses if at < end) for _, end in spans}
