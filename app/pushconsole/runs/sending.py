"""Sends a plan and tells how it goes: the run itself.

`push` is the one way a record leaves, for the window and the command line alike. Each event is in the ledger before
it is yielded. `delivery` brings one batch to the service, `isolation` takes a refused one apart.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import TYPE_CHECKING

import uuid_utils

from pushconsole.runs import record_ids
from pushconsole.runs.control import Control
from pushconsole.runs.delivery import Delivery, unless_stopping
from pushconsole.runs.events import Continued, Finished, Paused, RunEvent, Started, StopCause, Verdict, Waiting
from pushconsole.runs.isolation import Isolator
from pushconsole.runs.ledger import Ledger
from pushconsole.runs.open_run import CallPaces, OpenRun, Pace, shortened
from pushconsole.runs.plan import Batch, Plan
from pushconsole.runs.resending import safe_to_send_twice
from pushconsole.runs.resuming import Doubtful, LeftBatch, Resumption, sendable
from pushconsole.runs.task_lock import TaskLock
from pushconsole.runs.verdicts import Ending

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

_EDITED = "Its records were edited after they had left, so they are not sent again."
_HELD = (
    "Batch {} has an earlier record with the same objectID and is in doubt. "
    "Resume the run to settle that; this is sent after it."
)


def push(
    plan: Plan,
    client: IngestionClient,
    ledger: Ledger,
    *,
    control: Control,
    pace: Pace | None = None,
    calls: CallPaces | None = None,
) -> AsyncGenerator[RunEvent, None]:
    """Send a plan and yield what happens, from `Started` to `Finished`.

    The workspace is frozen meanwhile. Closing the iterator early abandons the run: what is under way is in doubt,
    the rest is unsent, and the ledger says so.

    Args:
        plan: what is sent where.
        client: for the application of the plan's target.
        ledger: in which everything is written before it is told.
        control: pauses and cancels.
        pace: how fast, and how far it goes for a batch; the usual one without.
        calls: the limits of calls that this run shares with others of the same application; its own without.

    Raises:
        LedgerFailed: the ledger cannot be written; nothing more is sent.

    """
    pace = pace or Pace()
    calls = calls or CallPaces.of(pace.calls_per_minute)
    run = OpenRun(str(uuid_utils.uuid7()), plan, client, ledger, control, pace, calls)
    return _followed(_Sender(run), control)


def resume(
    again: Resumption,
    client: IngestionClient,
    ledger: Ledger,
    *,
    control: Control,
    pace: Pace | None = None,
    calls: CallPaces | None = None,
) -> AsyncGenerator[RunEvent, None]:
    """Take a run up again and yield what happens, as `push` does; `Started` speaks of the whole plan."""
    pace = pace or Pace()
    calls = calls or CallPaces.of(pace.calls_per_minute)
    run = OpenRun(again.run_id, again.plan, client, ledger, control, pace, calls)
    return _followed(_Sender(run, again), control)


async def _followed(sender: _Sender, control: Control) -> AsyncGenerator[RunEvent, None]:
    sending = asyncio.create_task(sender.run(), name=f"run {sender.open_run.run_id}")
    try:
        while (event := await sender.open_run.told.get()) is not None:
            yield event
    finally:
        if not sending.done():
            control.abandon()
        await sending


class _Sender:
    """Drives one run."""

    def __init__(self, run: OpenRun, again: Resumption | None = None) -> None:
        self.open_run = self._run = run
        self._again = again
        self._lock: TaskLock | None = None
        self._delivery = Delivery(run)
        self._isolator = Isolator(run, self._delivery)
        self._ended = {number: asyncio.Event() for batch in run.plan.batches for number in batch.waits_for}
        self._following = asyncio.Semaphore(run.pace.following)
        self._held: dict[int, int] = {}  # batches that were not sent, by the batch in doubt that they wait for
        self._remaining: Counter[int] = Counter()  # parts of a batch under way, where there is more than the batch

    async def run(self) -> None:
        """Drive the run to its end and close the accounting."""
        begun = time.monotonic()
        run = self._run
        try:
            await self._open()
            await self._send_all(begun)
            await self._finish(begun)
        finally:
            if run.plan.workspace and self._lock is not None:
                await asyncio.to_thread(run.plan.workspace.thaw)
            if self._lock is not None:
                self._lock.end()
            run.told.put_nowait(None)

    async def _open(self) -> None:
        run, plan, target = self._run, self._run.plan, self._run.plan.target
        self._lock = await asyncio.to_thread(TaskLock, run.ledger.tasks, run.client.application_id, target)
        if plan.workspace:
            await asyncio.to_thread(plan.workspace.freeze, "These records are being pushed.")
        started = Started(
            run_id=run.run_id,
            application_id=run.client.application_id,
            task_id=target.task_id,
            task=target.name,
            index=target.index,
            action=plan.action,
            watch=plan.watch,
            source=plan.source_name,
            records=plan.records,
            batches=len(plan.batches),
            bytes=plan.body_bytes,
            left_out=plan.left_out.records,
            left_out_because=plan.left_out.reason,
            reference=target.reference,
        )
        if self._again is None:
            await asyncio.to_thread(run.ledger.open_run, started, plan)
        else:
            await asyncio.to_thread(run.ledger.reopen, run.run_id)
            for event in self._again.history:
                run.replay(event)
        run.told.put_nowait(started)

    async def _send_all(self, begun: float) -> None:
        control = self._run.control
        helping = [
            asyncio.create_task(work) for work in (self._heed_cancel(), self._heed_pause(), self._report_waiting(begun))
        ]
        try:
            async with asyncio.TaskGroup() as group:
                if self._again is not None:
                    await self._feed_again(self._again, group)
                elif self._run.pace.canary and self._run.plan.batches:
                    await self._feed(await self._after_canary(), group)
                else:
                    await self._feed(self._run.plan.batches, group)
        except BaseExceptionGroup as failures:
            raise _first(failures) from failures
        finally:
            for helper in helping[1:]:
                helper.cancel()
            if control.cancelled:
                control.abandon()  # nothing is under way any more, so the grace is over
            else:
                helping[0].cancel()
            await asyncio.gather(*helping, return_exceptions=True)

    async def _feed(self, pending: Iterable[Batch], group: asyncio.TaskGroup) -> None:
        """Begin with one batch after the other until none is left or the run stops."""
        for batch in pending:
            await self._following.acquire()
            await self._isolator.calm()
            if self._run.halted:
                return
            group.create_task(self._carry(batch))

    async def _feed_again(self, again: Resumption, group: asyncio.TaskGroup) -> None:
        """Settle what left, and send what did not."""
        unsettled = {left.batch.root for left in again.left} | {batch.root for batch in again.waiting}
        for number in self._ended.keys() - unsettled:
            self._ended[number].set()
        remaining = Counter([left.batch.root for left in again.left] + [batch.root for batch in again.waiting])
        self._remaining = remaining
        for left in again.left:
            if left.answer is None:
                self._delivery.doubted(left.batch)
        for left in again.left:
            await self._following.acquire()
            group.create_task(self._settle(left, again.doubtful))
        await self._feed(again.waiting, group)

    async def _settle(self, left: LeftBatch, doubtful: Doubtful) -> None:
        """Find out what became of a batch that left; send it again only where that does no harm or is wished.

        Records that were edited since are not sent again, in no part either; what became of them is found out.
        """
        run, batch = self._run, left.batch
        try:
            payload = await asyncio.to_thread(run.plan.payload, batch)
            edited = payload.sha256 != left.sha256
            sent = await self._delivery.recovered(batch, payload, left.answer, left.since)
            ending = sent.ending
            if ending is not None and ending.verdict is Verdict.IN_DOUBT and not run.halted:
                if doubtful is Doubtful.COUNT_AS_SENT:
                    sent = dataclasses.replace(sent, ending=Ending(Verdict.SUCCEEDED, "Counted as sent, as decided."))
                elif edited:
                    sent = dataclasses.replace(sent, ending=shortened(ending, _EDITED))
                elif doubtful is Doubtful.SEND_AGAIN or safe_to_send_twice(run.plan.action, payload.body):
                    sent = await self._delivery.delivered(batch, again=True)
            if edited and sent.ending is not None:
                whole = dataclasses.replace(sent.ending, named=())  # places in the body are not those of now
                await run.end(batch, whole, seconds=sent.seconds, answer=sent.answer)
            else:
                await self._isolator.end(batch, sent)
        finally:
            self._let_go(batch)

    async def _carry(self, batch: Batch) -> None:
        """Bring a batch from here to its verdict."""
        try:
            for number in batch.waits_for:
                await self._ended[number].wait()
            if not self._run.halted and (doubtful := self._doubtful_before(batch)):
                await self._run.end(batch, Ending(Verdict.UNSENT, _HELD.format(doubtful)))
            elif self._again is not None and not await sendable(self._run.plan, batch):
                edited = "Its records were edited since it was planned. Push them anew."
                await self._run.end(batch, Ending(Verdict.UNSENT, edited))
            elif not self._run.halted:
                await self._isolator.end(batch, await self._delivery.delivered(batch))
        finally:
            self._let_go(batch)

    def _doubtful_before(self, batch: Batch) -> int | None:
        """Return a batch in doubt that an earlier record of an objectID is in: sent again later, it would win."""
        for number in batch.waits_for:
            doubtful = number if self._run.accounting.doubts(number) else self._held.get(number)
            if doubtful is not None:
                self._held[batch.number] = doubtful
                return doubtful
        return None

    def _let_go(self, batch: Batch) -> None:
        """Make room for another batch, and let those go on that wait for this one."""
        self._following.release()
        self._remaining[batch.root] -= 1
        if self._remaining[batch.root] <= 0 and batch.root in self._ended:
            self._ended[batch.root].set()

    async def _after_canary(self) -> Sequence[Batch]:
        """Send the first records and wait for their verdict; return what is left to send."""
        run, first = self._run, self._run.plan.batches[0]
        canary, *rest = [first]
        if first.records > run.pace.canary:
            ranges = record_ids.parted(first.ranges, run.pace.canary)
            canary, *rest = await run.divide([first], ranges, "These go first, and the rest waits for their verdict.")
        await self._isolator.end(canary, await self._delivery.delivered(canary))
        accounting = run.accounting
        if accounting.decided and not accounting.succeeded:
            what = f"None of the first {accounting.decided} records" if accounting.decided > 1 else "The first record"
            await run.halt(StopCause.CANARY, f"{what} succeeded, so the rest was not sent.")
        if not rest and first.number in self._ended:
            self._ended[first.number].set()
        return [*rest, *run.plan.batches[1:]]

    async def _finish(self, begun: float) -> None:
        accounting = self._run.accounting
        accounting.check()
        await self._run.tell(
            Finished(
                run_id=self._run.run_id,
                records=accounting.records,
                succeeded=accounting.succeeded,
                failed=accounting.failed,
                in_doubt=accounting.in_doubt,
                unsent=accounting.unsent,
                batches=accounting.batches,
                bytes=accounting.sent_bytes,
                seconds=round(time.monotonic() - begun, 3),
                call=accounting.call,
            )
        )

    async def _heed_cancel(self) -> None:
        control = self._run.control
        await control.wait_cancelled()
        await self._run.halt(StopCause.CANCELLED, "The run was cancelled.")
        await control.abandon_after(self._run.pace.cancel_grace_s)

    async def _heed_pause(self) -> None:
        run = self._run
        while True:
            await run.control.wait_paused()
            await run.tell(Paused(run_id=run.run_id, reason=run.control.why_paused))
            await unless_stopping(run)
            if run.halted:
                return
            await run.tell(Continued(run_id=run.run_id))

    async def _report_waiting(self, begun: float) -> None:
        while True:
            await asyncio.sleep(self._run.pace.report_waiting_s)
            if self._delivery.awaited:
                seconds = round(time.monotonic() - begun, 1)
                await self._run.tell(Waiting(run_id=self._run.run_id, batches=self._delivery.awaited, seconds=seconds))


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first exception that is none of a group of tasks."""
    first = failures.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
