"""The closed accounting of a run: every record is in exactly one place, at any moment."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from pushconsole.errors import InternalError
from pushconsole.runs.events import BatchEnded, RunEvent, Verdict
from pushconsole.runs.plan import Batch, Plan


class Accounting:
    """Counts a run's records by verdict, from its events.

    Attributes:
        records: how many the plan has.
        batches: how many batches the plan has.
        sent_bytes: of bodies whose batch has a verdict.

    """

    def __init__(self, plan: Plan) -> None:
        self.records = plan.records
        self.batches = len(plan.batches)
        self.sent_bytes = 0
        self._batches = plan.batches
        self._last_ids = [batch.ranges[-1][1] if batch.ranges else 0 for batch in plan.batches]
        self._ended: dict[int, BatchEnded] = {}
        self._named: dict[int, str] = {}
        self._counts = dict.fromkeys(Verdict, 0)

    def apply(self, event: RunEvent) -> None:
        """Take an event in; only the end of a batch changes a number."""
        if not isinstance(event, BatchEnded):
            return
        if event.batch in self._ended:
            raise InternalError(f"Batch {event.batch} ended twice.")
        self._ended[event.batch] = event
        self._counts[event.verdict] += event.records
        self._named.update((failure.record_id, failure.reason) for failure in event.failures)
        if event.verdict is not Verdict.UNSENT:
            self.sent_bytes += event.bytes

    @property
    def succeeded(self) -> int:
        """Records whose event says they are indexed."""
        return self._counts[Verdict.SUCCEEDED]

    @property
    def failed(self) -> int:
        """Records the service refused."""
        return self._counts[Verdict.FAILED]

    @property
    def in_doubt(self) -> int:
        """Records that left and whose fate nobody knows."""
        return self._counts[Verdict.IN_DOUBT]

    @property
    def unsent(self) -> int:
        """Records that have not left or have no verdict yet."""
        waiting = sum(batch.records for batch in self._batches if batch.number not in self._ended)
        return self._counts[Verdict.UNSENT] + waiting

    @property
    def decided(self) -> int:
        """Records that have a verdict."""
        return sum(self._counts.values())

    @property
    def all_succeeded(self) -> bool:
        """Whether every batch ended well; a plan without records has a batch all the same."""
        return len(self._ended) == len(self._batches) and all(
            ended.verdict is Verdict.SUCCEEDED for ended in self._ended.values()
        )

    def check(self) -> None:
        """Raise `InternalError` unless the four numbers add up to the records."""
        total = self.succeeded + self.failed + self.in_doubt + self.unsent
        if total != self.records:
            raise InternalError(f"The run accounts for {total} of {self.records} records.")

    def outcome(self, record_id: int) -> tuple[Verdict, str] | None:
        """Return a record's verdict and its reason, or None while it has none or takes no part."""
        batch = self._batch_of(record_id)
        ended = self._ended.get(batch.number) if batch else None
        if ended is None:
            return None
        return ended.verdict, self._named.get(record_id, ended.reason)

    def ranges(self, verdict: Verdict) -> list[tuple[int, int]]:
        """Return the ids of all records of a verdict as inclusive ranges in file order."""
        return [span for batch in self._batches if self._verdict(batch) is verdict for span in batch.ranges]

    def ended(self, batch: Batch) -> BatchEnded | None:
        """Return how a batch ended, or None."""
        return self._ended.get(batch.number)

    def _verdict(self, batch: Batch) -> Verdict:
        ended = self._ended.get(batch.number)
        return ended.verdict if ended else Verdict.UNSENT

    def _batch_of(self, record_id: int) -> Batch | None:
        at = bisect.bisect_left(self._last_ids, record_id)
        batch = self._batches[at] if at < len(self._batches) else None
        return batch if batch and _holds(batch.ranges, record_id) else None


def _holds(ranges: Sequence[tuple[int, int]], record_id: int) -> bool:
    at = bisect.bisect_right(ranges, (record_id, float("inf"))) - 1
    return at >= 0 and ranges[at][0] <= record_id <= ranges[at][1]
