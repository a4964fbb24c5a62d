"""Sends a plan and tells how it goes: the run itself.

`push` is the one way a record leaves, for the window and the command line alike. Each event is in the ledger before
it is yielded. `pace` says when a call may leave, `resending` which may be made again.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import uuid_utils

from pushconsole.errors import TooManyCalls, UserFacingError
from pushconsole.ingestion import PushAnswer
from pushconsole.runs.accounting import Accounting
from pushconsole.runs.control import Control
from pushconsole.runs.events import (
    BatchAccepted,
    BatchEnded,
    BatchSending,
    Finished,
    Retrying,
    RunEvent,
    Started,
    StopCause,
    Stopping,
    Throttled,
    Verdict,
    Waiting,
)
from pushconsole.runs.ledger import Ledger
from pushconsole.runs.pace import CallPace
from pushconsole.runs.plan import Batch, Payload, Plan
from pushconsole.runs.resending import Resending, cannot_have_arrived, may_clear_up, safe_to_send_twice
from pushconsole.runs.verdicts import ABANDONED, Ending, Patience, ending_of_error, follow, located

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Pace:
    """How a run goes about it.

    Attributes:
        concurrency: calls under way at once.
        following: accepted batches whose verdict is waited for at once.
        cancel_grace_s: how long a cancelled run waits for the answers of calls under way.
        report_waiting_s: how often the run tells how many verdicts it waits for.
        patience: with which an event is waited for.
        calls_per_minute: at most; the service's limit is about 500 an application. None: as many as there are.
        resending: how often a call is made again that failed for a reason that may clear up.

    """

    concurrency: int = 4
    following: int = 32
    cancel_grace_s: float = 0.8
    report_waiting_s: float = 5.0
    patience: Patience = field(default_factory=Patience)
    calls_per_minute: float | None = 480.0
    resending: Resending = field(default_factory=Resending)


async def push(
    plan: Plan, client: IngestionClient, ledger: Ledger, *, control: Control, pace: Pace = Pace()
) -> AsyncGenerator[RunEvent, None]:
    """Send a plan and yield what happens, from `Started` to `Finished`.

    The workspace is frozen meanwhile. Closing the iterator early abandons the run: what is under way is in doubt,
    the rest is unsent, and the ledger says so.

    Raises:
        LedgerFailed: the ledger cannot be written; nothing more is sent.

    """
    sender = _Sender(plan, client, ledger, control, pace)
    sending = asyncio.create_task(sender.run(), name=f"run {sender.run_id}")
    try:
        while (event := await sender.told.get()) is not None:
            yield event
    finally:
        if not sending.done():
            control.abandon()
        await sending


_NOT_LEFT = Ending(Verdict.UNSENT, "The run stopped before it left.")
_NOT_SAID = Ending(Verdict.IN_DOUBT, "The run stopped before the service said what became of it.")


class _Sender:
    """One run under way."""

    def __init__(self, plan: Plan, client: IngestionClient, ledger: Ledger, control: Control, pace: Pace) -> None:
        self.run_id = str(uuid_utils.uuid7())
        self.told: asyncio.Queue[RunEvent | None] = asyncio.Queue()
        self._plan = plan
        self._client = client
        self._ledger = ledger
        self._control = control
        self._pace = pace
        self._accounting = Accounting(plan)
        self._pending = iter(plan.batches)
        self._ended = {number: asyncio.Event() for batch in plan.batches for number in batch.waits_for}
        self._following = asyncio.Semaphore(pace.following)
        self._awaited = 0
        self._calls = CallPace(pace.calls_per_minute)
        self._stop: Stopping | None = None
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Drive the run to its end and close the accounting."""
        begun = time.monotonic()
        try:
            await self._open()
            await self._send_all(begun)
            await self._finish(begun)
        finally:
            if self._plan.workspace:
                await asyncio.to_thread(self._plan.workspace.thaw)
            self.told.put_nowait(None)

    async def _open(self) -> None:
        plan, target = self._plan, self._plan.target
        if plan.workspace:
            await asyncio.to_thread(plan.workspace.freeze, "These records are being pushed.")
        started = Started(
            run_id=self.run_id,
            application_id=self._client.application_id,
            task_id=target.task_id,
            task=target.name,
            index=target.index,
            action=plan.action,
            watch=plan.watch,
            source=plan.source_name,
            records=plan.records,
            batches=len(plan.batches),
            bytes=plan.body_bytes,
        )
        await asyncio.to_thread(self._ledger.open_run, started, plan)
        self.told.put_nowait(started)

    async def _send_all(self, begun: float) -> None:
        cancelling = asyncio.create_task(self._heed_cancel())
        reporting = asyncio.create_task(self._report_waiting(begun))
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._pace.concurrency):
                    group.create_task(self._work(group))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        finally:
            reporting.cancel()
            if self._control.cancelled:
                self._control.abandon()  # nothing is under way any more, so the grace is over
            else:
                cancelling.cancel()
            await asyncio.gather(cancelling, reporting, return_exceptions=True)

    async def _finish(self, begun: float) -> None:
        accounting = self._accounting
        accounting.check()
        await self._tell(
            Finished(
                run_id=self.run_id,
                records=accounting.records,
                succeeded=accounting.succeeded,
                failed=accounting.failed,
                in_doubt=accounting.in_doubt,
                unsent=accounting.unsent,
                batches=accounting.batches,
                bytes=accounting.sent_bytes,
                seconds=round(time.monotonic() - begun, 3),
            )
        )

    async def _tell(self, event: RunEvent) -> None:
        await asyncio.to_thread(self._ledger.record, event)
        self._accounting.apply(event)
        self.told.put_nowait(event)

    async def _heed_cancel(self) -> None:
        await self._control.wait_cancelled()
        await self._halt(StopCause.CANCELLED, "The run was cancelled.")
        await self._control.abandon_after(self._pace.cancel_grace_s)

    async def _report_waiting(self, begun: float) -> None:
        while True:
            await asyncio.sleep(self._pace.report_waiting_s)
            if self._awaited:
                seconds = round(time.monotonic() - begun, 1)
                await self._tell(Waiting(run_id=self.run_id, batches=self._awaited, seconds=seconds))

    async def _halt(self, cause: StopCause, reason: str) -> None:
        """Let no further batch leave; the first cause is the one that is told."""
        self._stopping.set()
        if self._stop is None:
            self._stop = Stopping(run_id=self.run_id, cause=cause, reason=reason)
            await self._tell(self._stop)

    @property
    def _halted(self) -> bool:
        return self._stop is not None or self._control.cancelled

    async def _work(self, group: asyncio.TaskGroup) -> None:
        """Send one batch after the other until none is left or the run stops."""
        for batch in self._pending:
            for number in batch.waits_for:
                await self._ended[number].wait()
            payload = await asyncio.to_thread(self._plan.payload, batch)
            await self._following.acquire()
            if self._halted:
                self._let_go(batch)
                return
            await self._send(batch, payload, group)

    async def _send(self, batch: Batch, payload: Payload, group: asyncio.TaskGroup) -> None:
        begun = time.monotonic()
        answer = await self._exchanged(batch, payload, begun)
        if isinstance(answer, Ending):
            await self._end(batch, answer, begun)
            return
        self._calls.taken()
        await self._tell(
            BatchAccepted(
                run_id=self.run_id, batch=batch.number, service_run_id=answer.run_id, event_id=answer.event_id
            )
        )
        group.create_task(self._await_verdict(batch, answer, begun))

    async def _exchanged(self, batch: Batch, payload: Payload, begun: float) -> PushAnswer | Ending:
        """Make the call, again where that is safe and may help; return its answer, or how the batch ended without.

        Once an attempt may have taken effect, only an accepted answer says more than that.
        """
        attempt, arrived = 1, False
        while True:
            if not await self._may_leave():
                return _NOT_SAID if arrived else _NOT_LEFT
            answer = await self._attempt(batch, payload, attempt)
            if not isinstance(answer, UserFacingError):
                return _NOT_SAID if answer is _NOT_LEFT and arrived else answer
            arrived = arrived or (may_clear_up(answer) and not cannot_have_arrived(answer))
            if not await self._goes_on(batch, payload, answer, attempt, begun):
                return await self._given_up(answer, arrived=arrived)
            attempt += not isinstance(answer, TooManyCalls)

    async def _may_leave(self) -> bool:
        """Wait for the turn of a call; return False where the run stops meanwhile."""
        while (wait_s := 0.0 if self._halted else self._calls.wait_s()) > 0:
            await self._pause(wait_s)
        return not self._halted

    async def _pause(self, seconds: float) -> None:
        """Wait so long, or until the run stops."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _attempt(self, batch: Batch, payload: Payload, attempt: int) -> PushAnswer | Ending | UserFacingError:
        await self._tell(
            BatchSending(
                run_id=self.run_id,
                batch=batch.number,
                records=batch.records,
                bytes=len(payload.body),
                sha256=payload.sha256,
                attempt=attempt,
            )
        )
        if self._halted:
            return _NOT_LEFT
        call = self._client.push(self._plan.target.task_id, payload.body, watch=self._plan.watch)
        try:
            return await self._control.unless_abandoned(call) or ABANDONED
        except UserFacingError as error:
            return error

    async def _goes_on(
        self, batch: Batch, payload: Payload, error: UserFacingError, attempt: int, begun: float
    ) -> bool:
        """Return, after a pause, whether the call is made again."""
        rules = self._pace.resending
        again = may_clear_up(error) and (
            cannot_have_arrived(error) or safe_to_send_twice(self._plan.action, payload.body)
        )
        if not again or (attempt >= rules.attempts and not isinstance(error, TooManyCalls)):
            return False
        pause_s = await self._slowed_down(error) if isinstance(error, TooManyCalls) else rules.pause_s(attempt)
        if time.monotonic() - begun + pause_s > rules.for_s:
            return False
        if not isinstance(error, TooManyCalls):
            await self._tell(
                Retrying(
                    run_id=self.run_id, batch=batch.number, attempt=attempt, seconds=pause_s, reason=error.sentence
                )
            )
            await self._pause(pause_s)
        return True

    async def _slowed_down(self, error: TooManyCalls) -> float:
        """Slow all calls down; say so once for the calls that are refused together."""
        known = self._calls.held
        pause_s = self._calls.refused(error.retry_after_s, error.message)
        if not known:
            await self._tell(
                Throttled(
                    run_id=self.run_id,
                    seconds=round(pause_s, 3),
                    calls_per_minute=self._calls.per_minute,
                    reason=error.sentence,
                )
            )
        return pause_s

    async def _given_up(self, error: UserFacingError, *, arrived: bool) -> Ending:
        ending = ending_of_error(error)
        if ending.stop is not None:
            await self._halt(ending.stop, ending.reason)
        if arrived and ending.verdict is not Verdict.IN_DOUBT:
            return Ending(Verdict.IN_DOUBT, f"An earlier attempt may have taken effect. {ending.reason}")
        return ending

    async def _await_verdict(self, batch: Batch, answer: PushAnswer, begun: float) -> None:
        self._awaited += 1
        try:
            verdict = follow(self._client, answer, self._pace.patience)
            ending = await self._control.unless_abandoned(verdict) or ABANDONED
        finally:
            self._awaited -= 1
        if ending.stop is not None:
            await self._halt(ending.stop, ending.reason)
        await self._end(batch, ending, begun, answer)

    async def _end(self, batch: Batch, ending: Ending, begun: float, answer: PushAnswer | None = None) -> None:
        identities = await asyncio.to_thread(self._plan.identities, batch) if ending.named else []
        await self._tell(
            BatchEnded(
                run_id=self.run_id,
                batch=batch.number,
                verdict=ending.verdict,
                records=batch.records,
                bytes=batch.body_bytes,
                seconds=round(time.monotonic() - begun, 3),
                service_run_id=answer.run_id if answer else None,
                event_id=answer.event_id if answer else None,
                reason=ending.reason,
                failures=located(ending.named, identities),
            )
        )
        self._let_go(batch)

    def _let_go(self, batch: Batch) -> None:
        """Make room for another batch, and let those go on that wait for this one."""
        self._following.release()
        if batch.number in self._ended:
            self._ended[batch.number].set()
