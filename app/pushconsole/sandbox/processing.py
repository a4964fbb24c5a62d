"""What happens to a push after it was accepted: waiting, an event, the index, a verdict."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import sqlite3
import sys
import traceback
import uuid
from collections import Counter
from dataclasses import dataclass, field

from . import indexes, observations
from .actions import without
from .catalogue import Catalogue
from .errors import BatchRefused
from .push_body import Push
from .settings import Settings
from .sizes import NAMELESS
from .store import Store
from .transforming import TRANSFORMED_ACTIONS, transformed


@dataclass(frozen=True)
class Ending:
    """How a push is to end whatever its records are: an event status, `null`, or `never` an event."""

    outcome: str
    message: str


@dataclass(eq=False)
class AcceptedPush:
    """A push on its way into its index.

    Attributes:
        ready_at: the loop's time from which its event may exist.
        forced: the ending it is given, or None where its records decide.
        applied: set when the index is as the push leaves it.
        ended: set when the event has its last status.
        status: the event's last status.

    """

    task_id: str
    index: str
    push: Push
    run_id: str
    ready_at: float
    forced: Ending | None
    event_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    applied: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    status: str | None = None


class Processing:
    """Indexes accepted pushes in the background: in the order of acceptance within an index, each after its delay.

    Attributes:
        settings: the limits and the pace; replaced as a whole when they change.

    """

    def __init__(self, store: Store, catalogue: Catalogue, settings: Settings) -> None:
        self.settings = settings
        self._store = store
        self._catalogue = catalogue
        self._failures: Counter[str] = Counter()
        self._queues: dict[str, asyncio.Queue[AcceptedPush | None]] = {}
        self._workers: list[asyncio.Task[None]] = []
        self._closing = asyncio.Event()

    async def accept(self, task_id: str, index: str, push: Push, forced: Ending | None) -> AcceptedPush:
        """Take a push in; it is applied and gets its event later."""
        run_id = await self._store.write(observations.open_run, task_id, window_s=self.settings.run_window_s)
        ready_at = asyncio.get_running_loop().time() + self.settings.delay_s
        if forced is None and self.settings.event_outcome != "real":
            forced = Ending(self.settings.event_outcome, "The sandbox's settings let every push end like this.")
        accepted = AcceptedPush(task_id, index, push, run_id, ready_at, forced)
        self._queue(index).put_nowait(accepted)
        return accepted

    def forgive(self, task_id: str) -> None:
        """Forget a task's failures in a row."""
        del self._failures[task_id]

    async def drop(self) -> None:
        """Forget every push that is not yet applied."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        self._workers.clear()
        self._queues.clear()
        self._failures.clear()

    async def pause(self, seconds: float) -> None:
        """Wait, unless the sandbox is in a hurry to end."""
        if seconds > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._closing.wait()

    def hurry(self) -> None:
        """End all pauses, so that what was accepted is applied at once."""
        self._closing.set()

    async def close(self) -> None:
        """Apply what was accepted, and stop."""
        for queue in self._queues.values():
            queue.put_nowait(None)
        await asyncio.gather(*self._workers)

    def _queue(self, index: str) -> asyncio.Queue[AcceptedPush | None]:
        if index not in self._queues:
            self._queues[index] = asyncio.Queue()
            self._workers.append(asyncio.create_task(self._work(self._queues[index])))
        return self._queues[index]

    async def _work(self, queue: asyncio.Queue[AcceptedPush | None]) -> None:
        while (accepted := await queue.get()) is not None:
            await self.pause(accepted.ready_at - asyncio.get_running_loop().time())
            if accepted.forced is not None and accepted.forced.outcome == "never":
                await self._apply(accepted)
                accepted.applied.set()
            else:
                await self._process(accepted)

    async def _process(self, accepted: AcceptedPush) -> None:
        names = (accepted.run_id, accepted.event_id)
        await self._store.write(observations.start_event, *names, len(accepted.push.records))
        await self.pause(self.settings.indexing_s)
        accepted.status, data = await self._verdict(accepted)
        await self._store.write(observations.end_event, *names, accepted.status, data)
        await self._count_failures(accepted.task_id, failed=accepted.status in ("failed", "critical"))
        accepted.applied.set()
        accepted.ended.set()

    async def _verdict(self, accepted: AcceptedPush) -> tuple[str | None, dict[str, object] | None]:
        forced = accepted.forced
        if forced is not None and forced.outcome != "null":
            return forced.outcome, {"message": forced.message}
        status, data = await self._apply(accepted)
        return (None if forced is not None else status), data

    async def _apply(self, accepted: AcceptedPush) -> tuple[str, dict[str, object] | None]:
        limit = self.settings.record_limit_bytes
        try:
            push = await self._transformed(self._without_excluded(accepted))
            await self._store.write(indexes.apply_push, accepted.index, push, limit_bytes=limit)
        except BatchRefused as error:
            nameless = self.settings.oversize == "event nameless"
            return "failed", {"message": NAMELESS} if nameless else error.data
        except (sqlite3.Error, ValueError, RecursionError) as error:
            # A full disk, a number or a depth that no parser takes: told in the only way the API has.
            traceback.print_exc(file=sys.stderr)
            return "critical", {"message": f"The sandbox could not index the push: {error}"}
        return "succeeded", None

    def _without_excluded(self, accepted: AcceptedPush) -> AcceptedPush:
        """Take out what the task's destination excludes, which its transformations do not see either."""
        excluded, push = self._catalogue.excluded_by(accepted.task_id), accepted.push
        if not excluded or push.action not in TRANSFORMED_ACTIONS:
            return accepted
        records = [record._replace(text=without(record.text, excluded)) for record in push.records]
        return dataclasses.replace(accepted, push=Push(push.action, records))

    async def _transformed(self, accepted: AcceptedPush) -> Push:
        through = self._catalogue.transformations_of(accepted.task_id)
        if not through or accepted.push.action not in TRANSFORMED_ACTIONS:
            return accepted.push
        time_s, memory_bytes = self.settings.transformation_s, self.settings.transformation_bytes
        return await asyncio.to_thread(transformed, accepted.push, through, time_s=time_s, memory_bytes=memory_bytes)

    async def _count_failures(self, task_id: str, *, failed: bool) -> None:
        if not failed:
            self.forgive(task_id)
            return
        self._failures[task_id] += 1
        if self._failures[task_id] == self.settings.disable_after_failures:
            await self._catalogue.set_enabled(task_id, enabled=False)
