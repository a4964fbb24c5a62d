"""The closed accounting of a run: every record is in exactly one place, at any moment."""

from __future__ import annotations

import bisect
from collections.abc import Iterator

from pushconsole.errors import InternalError
from pushconsole.runs import record_ids
from pushconsole.runs.events import BatchEnded, Divided, Part, RunEvent, Verdict
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
        self._open = {batch.number: batch for batch in plan.batches}
        self._parts: dict[int, dict[int, Batch]] = {}
        self._alone: dict[int, Batch] = {}
        self._ended: dict[int, BatchEnded] = {}
        self._named: dict[int, str] = {}
        self._counts = dict.fromkeys(Verdict, 0)

    def apply(self, event: RunEvent) -> None:
        """Take an event in; only the end of a batch changes a number."""
        if isinstance(event, BatchEnded):
            self._end(event)
        elif isinstance(event, Divided):
            self._divide(event)

    def _end(self, event: BatchEnded) -> None:
        batch = self._open.pop(event.batch, None)
        if batch is None or batch.records != event.records:
            raise InternalError(f"Batch {event.batch} ended twice, or not as it was planned.")
        self._ended[event.batch] = event
        self._counts[event.verdict] += event.records
        self._named.update((failure.record_id, failure.reason) for failure in event.failures)
        if event.verdict is not Verdict.UNSENT:
            self.sent_bytes += event.bytes

    def _divide(self, event: Divided) -> None:
        """Put parts in the place of batches that hold the same records."""
        before = [self._open.pop(number, None) for number in event.batches]
        after = [_batch(part) for part in event.into]
        for batch in before:
            if batch is not None and batch.records == 1:
                self._alone.pop(batch.ranges[0][0], None)
        ids = record_ids.united(batch.ranges for batch in before if batch is not None)
        if None in before or ids != record_ids.united(part.ranges for part in after):
            raise InternalError(f"The parts of {event.batches} do not hold the records of these batches.")
        for part in after:
            parts = self._parts.setdefault(part.root, {})
            for number in event.batches:
                parts.pop(number, None)
            parts[part.number] = self._open[part.number] = part
            if part.records == 1:
                self._alone[part.ranges[0][0]] = part

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
        return self._counts[Verdict.UNSENT] + sum(batch.records for batch in self._open.values())

    @property
    def decided(self) -> int:
        """Records that have a verdict."""
        return sum(self._counts.values())

    @property
    def all_succeeded(self) -> bool:
        """Whether every batch ended well; a plan without records has a batch all the same."""
        return not self._open and all(ended.verdict is Verdict.SUCCEEDED for ended in self._ended.values())

    @property
    def call(self) -> Verdict | None:
        """What became of the call of an action on the whole index; None where records travel, or nothing does."""
        return None if self.records or not self._batches else self._verdict(self._batches[0])

    def doubts(self, number: int) -> bool:
        """Return whether any record of one of the plan's batches is in doubt."""
        parts = self._parts.get(number) or {number: self._batches[number - 1]}
        return any(self._verdict(part) is Verdict.IN_DOUBT for part in parts.values())

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
        return list(record_ids.united(batch.ranges for batch in self.leaves() if self._verdict(batch) is verdict))

    def leaves(self) -> Iterator[Batch]:
        """Yield what has a verdict or waits for one: the plan's batches, or the parts of those that were divided."""
        for batch in self._batches:
            parts = self._parts.get(batch.number)
            yield from sorted(parts.values(), key=lambda part: part.ranges) if parts else (batch,)

    def ended(self, batch: Batch) -> BatchEnded | None:
        """Return how a batch ended, or None."""
        return self._ended.get(batch.number)

    def _verdict(self, batch: Batch) -> Verdict:
        ended = self._ended.get(batch.number)
        return ended.verdict if ended else Verdict.UNSENT

    def _batch_of(self, record_id: int) -> Batch | None:
        if record_id in self._alone:
            return self._alone[record_id]
        at = bisect.bisect_left(self._last_ids, record_id)
        batch = self._batches[at] if at < len(self._batches) else None
        if batch is None or not record_ids.holds(batch.ranges, record_id):
            return None
        parts = self._parts.get(batch.number, {batch.number: batch}).values()
        return next(part for part in parts if record_ids.holds(part.ranges, record_id))


def _batch(part: Part) -> Batch:
    return Batch(part.batch, part.first, part.records, part.bytes, part.ranges, of=part.of)
