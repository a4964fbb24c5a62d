"""Brings one batch to the service and back: its calls, again where that is safe, and the verdict of its event."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from pushconsole.errors import AnswerLost, NothingSent, RequestRefused, TooManyCalls, UserFacingError
from pushconsole.ingestion import PushAnswer
from pushconsole.runs import events
from pushconsole.runs.events import BatchAccepted, BatchSending, Retrying, StopCause, Throttled, Verdict
from pushconsole.runs.open_run import OpenRun
from pushconsole.runs.pace import CallLines
from pushconsole.runs.plan import Batch, Payload
from pushconsole.runs.resending import cannot_have_arrived, may_clear_up, safe_to_send_twice
from pushconsole.runs.settling import Doubt, Settling
from pushconsole.runs.verdicts import ABANDONED, Ending, ending_of_error, follow

NOT_LEFT = Ending(Verdict.UNSENT, "The run stopped before it left.")
_OF_THE_BYTES = frozenset({400, 413})  # what refuses these bytes now would have refused them before
_NOT_SAID = Ending(Verdict.IN_DOUBT, "The run stopped before the service said what became of it.")


@dataclass(frozen=True)
class Delivered:
    """What came of a batch.

    Attributes:
        ending: its verdict; None as long as it is only accepted.
        answer: that of the accepted push, or None.
        seconds: since its first call.
        attempts: how many calls were made.

    """

    ending: Ending | None
    answer: PushAnswer | None
    seconds: float
    attempts: int


class Delivery:
    """Delivers the batches of one run.

    Attributes:
        awaited: accepted batches whose verdict is waited for.
        calls: pushes that were made.
        failed_in_a_row: pushes whose events failed, since the last that succeeded.

    """

    def __init__(self, run: OpenRun) -> None:
        self.awaited = 0
        self.calls = 0
        self._run = run
        self._lines = CallLines(run.pace.concurrency)
        self._settling = Settling(run)
        self.failed_in_a_row = 0

    async def delivered(self, batch: Batch, *, again: bool = False) -> Delivered:
        """Send a batch and wait for its verdict; `again` where it left before the run was taken up."""
        sent = await self.sent(batch, again=again)
        return sent if sent.ending is not None else await self.verdict(sent)

    async def sent(self, batch: Batch, *, again: bool = False) -> Delivered:
        """Send a batch until it is accepted, refused or given up; what is in doubt is settled, if it can be."""
        async with self._lines:
            payload = NOT_LEFT if self._run.halted else await asyncio.to_thread(self._run.plan.payload, batch)
            if isinstance(payload, Ending):
                return Delivered(payload, None, 0.0, 0)
            call = _Call(self._run, batch, payload, self._settling, self._lines, again=again)
            answer = await call.exchanged()
            self.calls += call.attempts
            if isinstance(answer, Ending):
                self._settling.known(batch)
        if isinstance(answer, Ending) and answer.verdict is Verdict.IN_DOUBT and call.arrived:
            answer = await call.settled(answer)
        if isinstance(answer, Ending):
            return Delivered(answer, None, call.seconds, call.attempts)
        await self._accepted(batch, answer)
        return Delivered(None, answer, call.seconds, call.attempts)

    async def _accepted(self, batch: Batch, answer: PushAnswer) -> None:
        await self._run.tell(
            BatchAccepted(
                run_id=self._run.run_id, batch=batch.number, service_run_id=answer.run_id, event_id=answer.event_id
            )
        )
        self._settling.known(batch)

    def doubted(self, batch: Batch) -> None:
        """Note that an event may be that of a batch which left before its run was taken up again."""
        self._settling.doubted(batch)

    async def recovered(self, batch: Batch, payload: Payload, answer: PushAnswer | None, since: float) -> Delivered:
        """Find out what became of a batch that left before its run was taken up again."""
        if answer is None:
            call = _Call(self._run, batch, payload, self._settling, self._lines, since=since)
            found = await call.settled(_NOT_SAID)
            if isinstance(found, Ending):
                return Delivered(found, None, 0.0, 0)
            answer = found
            await self._accepted(batch, answer)
        return await self.verdict(Delivered(None, answer, 0.0, 0))

    async def verdict(self, sent: Delivered) -> Delivered:
        """Wait for the verdict of an accepted batch."""
        run, begun = self._run, time.monotonic()
        assert sent.answer is not None, "it was accepted"
        self.awaited += 1
        try:
            verdict = follow(run.client, sent.answer, run.pace.patience, run.calls.looks)
            ending = await run.control.unless_abandoned(verdict) or ABANDONED
        finally:
            self.awaited -= 1
        await self._heed(ending)
        return Delivered(ending, sent.answer, sent.seconds + time.monotonic() - begun, sent.attempts)

    async def _heed(self, ending: Ending) -> None:
        """Stop the run for what cannot clear up, and hold it before one failure more would disable the task."""
        if ending.stop is not None:
            await self._run.halt(ending.stop, ending.reason)
        if ending.verdict is Verdict.SUCCEEDED:
            self._run.proven, self.failed_in_a_row = True, 0
        elif ending.by_event:
            self.failed_in_a_row += 1
            if self.failed_in_a_row >= self._run.pace.isolation.failures_in_a_row:
                await self._hold(ending)

    async def _hold(self, ending: Ending) -> None:
        """Let nothing more leave until somebody has looked at what fails: a pause where there is one, else the end."""
        why = (
            f"{self.failed_in_a_row} pushes in a row failed; the service disables a task after five. "
            f"The last one said: {ending.reason}"
        )
        if not self._run.control.attended:
            await self._run.halt(StopCause.FAILING, why)
        elif not self._run.halted and not self._run.control.paused:
            self._run.control.pause(why)


class _Call:
    """The calls for one batch."""

    def __init__(
        self,
        run: OpenRun,
        batch: Batch,
        payload: Payload,
        settling: Settling,
        lines: CallLines,
        since: float | None = None,
        again: bool = False,
    ) -> None:
        self.attempts = 0
        self.arrived = since is not None
        self._run = run
        self._batch = batch
        self._payload = payload
        self._settling = settling
        self._lines = lines
        self._begun: float | None = None
        self._since = since
        self._since_there = (since or 0.0) + run.client.clock_ahead_s
        self._again = again
        self._refusals = self._unreached = 0

    @property
    def seconds(self) -> float:
        """Since the first call."""
        return time.monotonic() - self._begun if self._begun is not None else 0.0

    async def exchanged(self) -> PushAnswer | Ending:
        """Make the call, again where that is safe and may help; return its answer, or how the batch ended without.

        Once an attempt may have taken effect, only an accepted answer says more than that.
        """
        while True:
            if not await self._may_leave():
                return _NOT_SAID if self.arrived else NOT_LEFT
            answer = await self._attempt()
            if not isinstance(answer, UserFacingError):
                return _NOT_SAID if answer is NOT_LEFT and self.arrived else answer
            self._note(answer)
            if isinstance(answer, AnswerLost) and self._run.plan.watch and (found := await self._already_there()):
                return found
            if not await self._goes_on(answer):
                return await self._given_up(answer)

    async def settled(self, ending: Ending) -> PushAnswer | Ending:
        """Return the answer that would have come, as far as the task's events tell; else the ending as it is."""
        run = self._run
        if run.pace.settling_s <= 0 or run.control.cancelled:
            return ending
        await run.tell(events.Settling(run_id=run.run_id, batch=self._batch.number, reason=ending.reason))
        looking = self._settling.found(self._doubt(), within_s=run.pace.settling_s)
        return await run.control.unless_abandoned(looking) or ending

    def _doubt(self) -> Doubt:
        assert self._since is not None, "it left"
        safe = safe_to_send_twice(self._run.plan.action, self._payload.body)
        attempts = max(1, self.attempts) if safe else 1
        return Doubt(self._batch, self._since, self._since_there, attempts, once=not safe)

    async def _already_there(self) -> PushAnswer | None:
        """Look once for a watched push that outlasted its call: it may well have been accepted."""
        if self._run.pace.settling_s <= 0:
            return None
        return await self._settling.found(self._doubt(), within_s=min(1.0, self._run.pace.settling_s))

    async def _may_leave(self) -> bool:
        """Wait for the turn of a call; return False where the run stops meanwhile."""
        run = self._run
        while not run.halted:
            if run.control.paused:
                await unless_stopping(run)
            elif (wait_s := run.calls.pushes.wait_s()) > 0:
                await run.wait(wait_s)
            else:
                return True
        return False

    async def _attempt(self) -> PushAnswer | Ending | UserFacingError:
        run, body = self._run, self._payload.body
        await run.tell(
            BatchSending(
                run_id=run.run_id,
                batch=self._batch.number,
                records=self._batch.records,
                bytes=len(body),
                sha256=self._payload.sha256,
                attempt=self.attempts + 1,
                again=self.arrived or self._again,
            )
        )
        if run.halted:
            return NOT_LEFT
        self.attempts += 1
        self._settling.begun(self._batch)
        self._begun = self._begun if self._begun is not None else time.monotonic()
        if self._since is None:
            self._since = time.time()
            self._since_there = self._since + run.client.clock_ahead_s
        try:
            answer = await run.control.unless_abandoned(self._push(body))
        except UserFacingError as error:
            return error
        if answer is None:
            self.arrived = True
            return ABANDONED
        run.calls.pushes.taken()
        self._lines.answered()
        return answer

    async def _push(self, body: bytes) -> PushAnswer:
        client, target, watch = self._run.client, self._run.plan.target, self._run.plan.watch
        if target.reference:
            return await client.push_to_index(target.index, target.reference, body, watch=watch)
        return await client.push(target.task_id, body, watch=watch)

    def _note(self, error: UserFacingError) -> None:
        """Keep that an attempt may have taken effect, and leave the service more room where it did not answer."""
        self.arrived = self.arrived or (may_clear_up(error) and not cannot_have_arrived(error))
        self._refusals += isinstance(error, TooManyCalls)
        self._unreached += self._is_network_gone(error)
        if isinstance(error, AnswerLost):
            self._lines.timed_out()

    async def _goes_on(self, error: UserFacingError) -> bool:
        """Return, after a pause, whether the call is made again."""
        run, rules = self._run, self._run.pace.resending
        again = may_clear_up(error) and (
            cannot_have_arrived(error) or safe_to_send_twice(run.plan.action, self._payload.body)
        )
        if not again or (pause_s := await self._pause_s(error)) is None or self.seconds + pause_s > rules.for_s:
            return False
        if not isinstance(error, TooManyCalls):
            await run.tell(
                Retrying(
                    run_id=run.run_id,
                    batch=self._batch.number,
                    attempt=self.attempts,
                    seconds=pause_s,
                    reason=error.sentence,
                )
            )
            await run.wait(pause_s)
        return True

    async def _pause_s(self, error: UserFacingError) -> float | None:
        """Return how long to wait before the call is made again; None where it was made often enough."""
        rules = self._run.pace.resending
        if isinstance(error, TooManyCalls):
            return await self._slowed_down(error)
        if self._is_network_gone(error):
            return min(rules.unreachable_pause_s, rules.pause_s(self._unreached))
        made = self.attempts - self._refusals - self._unreached
        return rules.pause_s(made) if made < rules.attempts else None

    def _is_network_gone(self, error: UserFacingError) -> bool:
        """Whether no connection comes about to a service that has answered before."""
        return isinstance(error, NothingSent) and self._run.client.reached

    async def _slowed_down(self, error: TooManyCalls) -> float:
        """Slow all calls down; say so once for the calls that are refused together."""
        calls = self._run.calls.pushes
        known = calls.held
        pause_s = calls.refused(error.retry_after_s, error.message)
        if not known:
            await self._run.tell(
                Throttled(
                    run_id=self._run.run_id,
                    seconds=round(pause_s, 3),
                    calls_per_minute=calls.per_minute,
                    reason=error.sentence,
                )
            )
        return pause_s

    async def _given_up(self, error: UserFacingError) -> Ending:
        ending = ending_of_error(error)
        if ending.stop is not None:
            await self._run.halt(ending.stop, ending.reason)
        of_the_bytes = isinstance(error, RequestRefused) and error.status in _OF_THE_BYTES
        if self.arrived and ending.verdict is not Verdict.IN_DOUBT and not of_the_bytes:
            return Ending(Verdict.IN_DOUBT, f"An earlier attempt may have taken effect. {ending.reason}")
        return ending


async def unless_stopping(run: OpenRun) -> None:
    """Wait for the end of a pause, or until the run stops."""
    waits = {asyncio.create_task(run.control.wait_going()), asyncio.create_task(run.stopping.wait())}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
