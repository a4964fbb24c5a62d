"""Finds out what became of a push whose answer never came, by the events of its task.

A push is known again by its size and its time: where exactly one event fits that no other push of ours has, and no
other push of ours could have made it, it is the one. Where as many events fit as there are pushes in doubt of that
size, none of which can have arrived more than once, and all of the events succeeded, each push has one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pushconsole.errors import NothingSent, UserFacingError
from pushconsole.ingestion import Event, PushAnswer
from pushconsole.runs.open_run import OpenRun
from pushconsole.runs.plan import Batch

_SKEW_S = 2.0  # how well the service's clock is known
_RUNS = 20  # runs of the task that are looked through; a run can hold the pushes of many days
_PAUSES_S = (0.1, 2.0)


@dataclass(frozen=True)
class Doubt:
    """A batch whose answer never came.

    Attributes:
        batch: its records.
        since: when its first call left, in seconds since 1970.
        since_there: the same by the service's clock, taken then: this machine's may have been set meanwhile.
        attempts: how many calls left.
        once: whether no more than one of them can have arrived, as sending twice would do harm.

    """

    batch: Batch
    since: float
    since_there: float
    attempts: int
    once: bool


class Settling:
    """Settles the doubts of one run."""

    def __init__(self, run: OpenRun) -> None:
        self._run = run
        self._doubtful: dict[int, tuple[int, bool]] = {}  # records and `once` by number of the batch
        self._taken: set[str] = set()  # events that were found to be of a batch, also before the ledger has them
        self._under_way: dict[int, tuple[int, asyncio.Event]] = {}

    def begun(self, batch: Batch) -> None:
        """Note that a call for a batch leaves: an event may be its own until its answer is known."""
        self._under_way.setdefault(batch.number, (batch.records, asyncio.Event()))

    def known(self, batch: Batch) -> None:
        """Note that the eventID of a batch is in the ledger, or that there will be none."""
        if batch.number in self._under_way:
            self._under_way.pop(batch.number)[1].set()

    def doubted(self, batch: Batch, *, once: bool = False) -> None:
        """Note that an event may be that of a batch whose answer never came; `once` as in a `Doubt`."""
        self._doubtful[batch.number] = (batch.records, once)
        self.known(batch)

    async def found(self, doubt: Doubt, *, within_s: float) -> PushAnswer | None:
        """Look for the push of a batch until it is found, the time is up or the run is cancelled.

        The time begins anew while no connection comes about, within what a call is given for that.
        """
        self.doubted(doubt.batch, once=doubt.once)
        pause_s, slowest_s = _PAUSES_S
        clock = asyncio.get_running_loop().time
        deadline, last = clock() + within_s, clock() + max(within_s, self._run.pace.resending.for_s)
        while (left_s := deadline - clock()) > 0 and not self._run.control.cancelled:
            try:
                event = await self._fitting(doubt, left_s)
            except NothingSent:
                event, deadline = None, min(last, clock() + within_s)
            if event:
                del self._doubtful[doubt.batch.number]
                self._taken.add(event.event_id)
                return PushAnswer(run_id=event.run_id, event_id=event.event_id)
            if self._run.halted:
                deadline = min(deadline, clock() + slowest_s)  # a run that stops waits no longer than it must
            await asyncio.sleep(min(pause_s, left_s))
            pause_s = min(pause_s * 1.5, slowest_s)
        return None

    async def _fitting(self, doubt: Doubt, within_s: float) -> Event | None:
        """Return the event that fits; what other pushes were under way when it was seen must be known by then.

        Raises:
            NothingSent: no connection came about.

        """
        number, records = doubt.batch.number, doubt.batch.records
        try:
            seen = [event async for event in self._events(doubt.since_there) if event.batch_size == records]
            others = [known for at, (size, known) in self._under_way.items() if at != number and size == records]
            async with asyncio.timeout(within_s):
                for known in others:
                    await known.wait()
        except NothingSent:
            raise
        except (UserFacingError, TimeoutError):
            return None  # what cannot be read now may be read later, within the time there is
        ledger, run_id = self._run.ledger, self._run.run_id
        if await asyncio.to_thread(ledger.others_may_have_made, run_id, number, records, doubt.since):
            return None
        claimed = await asyncio.to_thread(ledger.event_ids, run_id)
        fitting = [event for event in seen if event.event_id not in claimed | self._taken]
        fitting.sort(key=lambda event: event.published_at)
        alike = [once for size, once in self._doubtful.values() if size == records]
        if len(alike) == 1:
            return fitting[-1] if 1 <= len(fitting) <= doubt.attempts else None
        each_has_one = len(fitting) == len(alike) and all(alike)
        return fitting[0] if each_has_one and all(event.status == "succeeded" for event in fitting) else None

    async def _events(self, since_there: float) -> AsyncIterator[Event]:
        client, looks = self._run.client, self._run.calls.looks
        start = (
            datetime.fromtimestamp(since_there - _SKEW_S, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )
        await looks.turn()
        runs = await client.runs(taskID=self._run.plan.target.task_id, type="push", itemsPerPage=_RUNS)
        for run in runs.runs:
            await looks.turn()
            page = await client.events(run.run_id, startDate=start, itemsPerPage=100)
            for event in page.events:
                yield event
