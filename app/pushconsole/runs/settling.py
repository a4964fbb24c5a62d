"""Finds out what became of a push whose answer never came, by the events of its task.

A push is known again by its size and its time: where exactly one event fits that no other push of ours has, and no
other push of ours could have made it, it is the one. Where sending twice does no harm, the newest of several is taken.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pushconsole.errors import UserFacingError
from pushconsole.ingestion import Event, PushAnswer
from pushconsole.runs.open_run import OpenRun
from pushconsole.runs.plan import Batch

_SKEW_S = 30.0  # how far the clocks of this machine and of the service may be apart
_RUNS = 20  # runs of the task that are looked through; a run can hold the pushes of many days
_PAUSES_S = (0.1, 2.0)


@dataclass(frozen=True)
class Doubt:
    """A batch whose answer never came; `since`, in seconds since 1970, is when its first call left."""

    batch: Batch
    since: float
    safe_twice: bool


class Settling:
    """Settles the doubts of one run."""

    def __init__(self, run: OpenRun) -> None:
        self._run = run
        self._open: dict[int, Doubt] = {}

    async def found(self, doubt: Doubt, *, within_s: float) -> PushAnswer | None:
        """Look for the push of a batch until it is found, the time is up or the run is cancelled."""
        self._open[doubt.batch.number] = doubt
        try:
            pause_s, slowest_s = _PAUSES_S
            left_s = within_s
            while left_s > 0 and not self._run.control.cancelled:
                if event := await self._fitting(doubt):
                    return PushAnswer(run_id=event.run_id, event_id=event.event_id)
                await self._run.wait(min(pause_s, left_s))
                left_s, pause_s = left_s - pause_s, min(pause_s * 1.5, slowest_s)
                if self._run.halted:
                    left_s = min(left_s, slowest_s)
            return None
        finally:
            del self._open[doubt.batch.number]

    async def _fitting(self, doubt: Doubt) -> Event | None:
        if any(other is not doubt and other.batch.records == doubt.batch.records for other in self._open.values()):
            return None
        known = self._run.ledger.event_ids(self._run.run_id)
        try:
            fitting = [
                event
                async for event in self._events(doubt.since)
                if event.batch_size == doubt.batch.records and event.event_id not in known
            ]
        except UserFacingError:
            return None  # what cannot be read now may be read later, within the time there is
        if doubt.safe_twice:
            return max(fitting, key=lambda event: event.published_at, default=None)
        return fitting[0] if len(fitting) == 1 else None

    async def _events(self, since: float) -> AsyncIterator[Event]:
        client, looks = self._run.client, self._run.calls.looks
        start = datetime.fromtimestamp(since - _SKEW_S, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        await looks.turn()
        runs = await client.runs(taskID=self._run.plan.target.task_id, type="push", itemsPerPage=_RUNS)
        for run in runs.runs:
            await looks.turn()
            page = await client.events(run.run_id, startDate=start, itemsPerPage=100)
            for event in page.events:
                yield event
