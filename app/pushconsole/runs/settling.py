"""Finds out what became of a push whose answer never came, by the events of its task.

A push is known again by its size and its time: where exactly one event fits that no other push of ours has, and no
other push of ours could have made it, it is the one. Where sending twice does no harm, the newest of several is taken.
"""

from __future__ import annotations

import asyncio
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
        self._doubtful: dict[int, int] = {}  # records by number of the batch
        self._under_way: dict[int, tuple[int, asyncio.Event]] = {}

    def begun(self, batch: Batch) -> None:
        """Note that a call for a batch leaves: an event may be its own until its answer is known."""
        self._under_way.setdefault(batch.number, (batch.records, asyncio.Event()))

    def known(self, batch: Batch) -> None:
        """Note that the eventID of a batch is in the ledger, or that there will be none."""
        if batch.number in self._under_way:
            self._under_way.pop(batch.number)[1].set()

    def doubted(self, batch: Batch) -> None:
        """Note that an event may be that of a batch whose answer never came."""
        self._doubtful[batch.number] = batch.records
        self.known(batch)

    async def found(self, doubt: Doubt, *, within_s: float) -> PushAnswer | None:
        """Look for the push of a batch until it is found, the time is up or the run is cancelled."""
        self.doubted(doubt.batch)
        pause_s, slowest_s = _PAUSES_S
        clock = asyncio.get_running_loop().time
        deadline = clock() + within_s
        while (left_s := deadline - clock()) > 0 and not self._run.control.cancelled:
            if event := await self._fitting(doubt, left_s):
                del self._doubtful[doubt.batch.number]
                return PushAnswer(run_id=event.run_id, event_id=event.event_id)
            if self._run.halted:
                deadline = min(deadline, clock() + slowest_s)  # a run that stops waits no longer than it must
            await asyncio.sleep(min(pause_s, left_s))
            pause_s = min(pause_s * 1.5, slowest_s)
        return None

    async def _fitting(self, doubt: Doubt, within_s: float) -> Event | None:
        """Return the event that fits; what other pushes were under way when it was seen must be known by then."""
        number, records = doubt.batch.number, doubt.batch.records
        try:
            seen = [event async for event in self._events(doubt.since) if event.batch_size == records]
            others = [known for at, (size, known) in self._under_way.items() if at != number and size == records]
            async with asyncio.timeout(within_s):
                for known in others:
                    await known.wait()
        except (UserFacingError, TimeoutError):
            return None  # what cannot be read now may be read later, within the time there is
        claimed = await asyncio.to_thread(self._run.ledger.event_ids, self._run.run_id)
        fitting = [event for event in seen if event.event_id not in claimed]
        if any(at != number and size == records for at, size in self._doubtful.items()):
            return None
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
