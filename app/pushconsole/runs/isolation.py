"""Finds the records that others are refused with, so that one bad record does not hold back 9,999 good ones.

Named culprits leave the batch and the rest goes on. Without a name, a refused set is searched by halves: the first half
is sent; if it is taken, the culprit is in the other one, which is then divided without having been sent. Halves of
which nothing is known wait until the culprit stands alone, and then go in one call. So a culprit among n costs at most
log2(n) calls to find, one to be sure of it, and one for what waited.

A run of which nothing was taken yet sends up to three records alone first: where all three are refused in the same
words, no record is at fault, and the run stops; so it does where the first three batches fail whole in the same words.
Where refusals come as failed events, single records go in between, since the service disables a task after five
failures in a row.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass

from pushconsole.errors import UserFacingError
from pushconsole.runs import record_ids
from pushconsole.runs.delivery import Delivered, Delivery
from pushconsole.runs.events import RecordFailure, StopCause, Verdict
from pushconsole.runs.open_run import OpenRun, shortened
from pushconsole.runs.plan import Batch
from pushconsole.runs.resending import safe_to_send_twice
from pushconsole.runs.verdicts import Ending

_PROBES = 3
_FIRST = 3
_BREATH = 2  # failures in a row after which a single record goes, and whatever is not yet under way waits
_LOOK_S = 0.05
_VARYING = re.compile(r"\d+|[“\"'`][^”\"'`]*[”\"'`]")


@dataclass(frozen=True)
class _Refused:
    """A set of records that was refused, and how; `itself` is false where it is the rest of what was sent."""

    batch: Batch
    sent: Delivered
    itself: bool = True

    @property
    def ending(self) -> Ending:
        """Why it was refused."""
        assert self.sent.ending is not None, "a refusal is an ending"
        return self.sent.ending


@dataclass(frozen=True)
class _Sent:
    """What was sent of a part, after single records had gone out of it or out of what is left beside it.

    Attributes:
        batch: what was sent, which may be less than the part.
        beside: what is left beside it.
        found: whether one of the single records was refused.

    """

    batch: Batch
    delivered: Delivered
    beside: Batch | None = None
    found: bool = False


class Isolator:
    """Gives every record of the refused batches of one run its verdict."""

    def __init__(self, run: OpenRun, delivery: Delivery) -> None:
        self._run = run
        self._delivery = delivery
        self._spent = 0
        self._failed_whole: list[str] = []  # why, of the plan's batches, as long as nothing was taken
        self._probing = asyncio.Lock()
        self._in_turn = asyncio.Lock()
        self._active = 0

    async def end(self, batch: Batch, sent: Delivered) -> None:
        """Give a batch of which something came its verdict; a refused one record by record, as far as that goes."""
        async with asyncio.TaskGroup() as group:
            refused = deque(await self._ended(batch, sent, group))
            self._active += bool(refused)
            active = bool(refused)
            while refused:
                refused.extend(await self._divided(refused.popleft(), group))
            self._active -= active

    async def calm(self) -> None:
        """Wait while pushes fail one after the other and single records are on their way to end that."""
        while self._active and self._delivery.failed_in_a_row >= _BREATH and not self._run.halted:
            await self._run.wait(_LOOK_S)

    async def _ended(self, batch: Batch, sent: Delivered, group: asyncio.TaskGroup) -> list[_Refused]:
        """End a batch, or follow it, or return it where it was refused."""
        if sent.ending is None:
            group.create_task(self._followed(batch, sent))
            return []
        if sent.ending.refused:
            return [_Refused(batch, sent)]
        await self._run.end(batch, sent.ending, seconds=sent.seconds, answer=sent.answer)
        return []

    async def _followed(self, batch: Batch, sent: Delivered) -> None:
        await self.end(batch, await self._delivery.verdict(sent))

    async def _divided(self, refused: _Refused, group: asyncio.TaskGroup) -> list[_Refused]:
        """Take a refused set apart by one step, and return what of it is refused still."""
        if why := await self._indivisible(refused):
            await self._fail(refused, why.strip())
            return []
        if refused.ending.too_large:
            return await self._halves(refused, group)
        if named := await self._run.failures(refused.batch, refused.ending):
            return await self._without(refused, named, group)
        if await self._task_disabled():
            await self._fail(refused)
            return []
        rest = refused if self._run.proven else await self._probed(refused, group)
        if rest is None:
            return []
        return await self._searched(rest, group) if rest.batch.records > 1 else await self._alone(rest, group)

    async def _indivisible(self, refused: _Refused) -> str:
        """Say why a refused set stays as it is, as a sentence or a blank; empty where it can be divided."""
        batch, run = refused.batch, self._run
        if batch.records <= 1 or run.halted:
            return " "
        if refused.ending.by_event and not safe_to_send_twice(
            run.plan.action, (await asyncio.to_thread(run.plan.payload, batch)).body
        ):
            return "Its records cannot be sent apart, since a part may have taken effect and would do so twice."
        if not self._calls_left:
            return f"Its records were not sent apart: {self._spent} calls were spent on that already."
        return ""

    @property
    def _calls_left(self) -> bool:
        return self._spent < max(self._run.pace.isolation.calls, len(self._run.plan.batches))

    async def _fail(self, refused: _Refused, why: str = "", failures: tuple[RecordFailure, ...] = ()) -> None:
        sent, ending = refused.sent, shortened(refused.ending, why)
        await self._run.end(refused.batch, ending, seconds=sent.seconds, answer=sent.answer, failures=failures)
        if refused.batch.of is None and not self._run.proven:
            await self._heed_first(refused.ending.reason)

    async def _heed_first(self, reason: str) -> None:
        """Stop the run where its first batches fail whole and alike: that is no record's fault."""
        self._failed_whole.append(reason)
        alike = sum(_alike(other, reason) for other in self._failed_whole)
        if alike >= _FIRST:
            await self._run.halt(StopCause.ALIKE, f"The first {_FIRST} batches failed in the same words: {reason}")

    async def _task_disabled(self) -> bool:
        """Look whether the task is disabled, which refuses every record and is not a record's fault."""
        run = self._run
        try:
            await run.calls.looks.turn()
            task = await run.client.task(run.plan.target.task_id)
        except UserFacingError:
            return False
        if not task.enabled:
            await run.halt(
                StopCause.TARGET,
                f"The task {run.plan.target.name} is disabled. Enable it in Algolia's dashboard, then resume the run.",
            )
        return not task.enabled

    async def _sent(
        self, batch: Batch, refused: _Refused, group: asyncio.TaskGroup, beside: Batch | None = None
    ) -> _Sent:
        """Send a part; where an event refused the whole, one part at a time, and its own event is waited for.

        After failures in a row single records go before it, until one succeeds: from what is left beside it, where
        the culprit is less likely to be, else from itself.
        """
        if not refused.ending.by_event:
            return _Sent(batch, await self._taken(batch), beside)
        async with self._in_turn:
            found = False
            while self._delivery.failed_in_a_row >= _BREATH and not self._run.halted:
                source = beside if beside is not None and beside.records > 1 else batch
                if source.records <= 1:
                    break
                others, one = record_ids.parted(source.ranges, source.records - 1)  # culprits stand together, in front
                single, rest = await self._run.divide([source], (one, others), refused.ending.reason)
                batch, beside = (batch, rest) if source is beside else (rest, beside)
                sent = await self._taken(single, watched=True)
                found = await self._end_single(single, sent, group) or found
            return _Sent(batch, await self._taken(batch, watched=True), beside, found)

    async def _taken(self, batch: Batch, *, watched: bool = False) -> Delivered:
        """Make the calls for a part, and note when the service takes it."""
        self._spent += 1
        sent = await self._delivery.sent(batch)
        if sent.ending is None and watched:
            sent = await self._delivery.verdict(sent)
        if sent.ending is None or sent.ending.verdict is Verdict.SUCCEEDED:
            self._run.proven = True
        return sent

    async def _end_single(self, single: Batch, sent: Delivered, group: asyncio.TaskGroup) -> bool:
        """End a record that was sent alone, and return whether it was refused."""
        if sent.ending is not None and sent.ending.refused:
            await self._fail(_Refused(single, sent))
            return True
        await self._ended(single, sent, group)
        return False

    async def _passed_on(self, batch: Batch, refused: _Refused, group: asyncio.TaskGroup) -> list[_Refused]:
        sent = await self._sent(batch, refused, group)
        return await self._ended(sent.batch, sent.delivered, group)

    async def _halves(self, refused: _Refused, group: asyncio.TaskGroup) -> list[_Refused]:
        """Send both halves of what was too large for one call."""
        batch = refused.batch
        parts = await self._run.divide(
            [batch], record_ids.parted(batch.ranges, batch.records // 2), refused.ending.reason
        )
        return [one for part in parts for one in await self._passed_on(part, refused, group)]

    async def _without(
        self, refused: _Refused, named: tuple[RecordFailure, ...], group: asyncio.TaskGroup
    ) -> list[_Refused]:
        """Fail the named records, and send the others."""
        batch = refused.batch
        culprits = record_ids.of(failure.record_id for failure in named)
        if record_ids.count(culprits) == batch.records:
            await self._fail(refused, failures=named)
            return []
        others = record_ids.without(batch.ranges, (failure.record_id for failure in named))
        bad, rest = await self._run.divide([batch], (culprits, others), refused.ending.reason)
        await self._fail(_Refused(bad, refused.sent), failures=named)
        return await self._passed_on(rest, refused, group)

    async def _alone(self, refused: _Refused, group: asyncio.TaskGroup) -> list[_Refused]:
        """End the last record of a refused set: it is sent alone before it is called the culprit."""
        if refused.itself:
            await self._fail(refused)
            return []
        await self._end_single(refused.batch, (await self._sent(refused.batch, refused, group)).delivered, group)
        return []

    async def _single(
        self, refused: _Refused, ranges: record_ids.Ranges, group: asyncio.TaskGroup
    ) -> tuple[Batch | None, Ending | None]:
        """Send one record of a refused set alone; return the rest, and how the record was refused, if it was."""
        batch = refused.batch
        others = record_ids.without(batch.ranges, [ranges[0][0]])
        single, *rest = await self._run.divide([batch], (ranges, others), refused.ending.reason)
        sent = (await self._sent(single, refused, group)).delivered
        failed = await self._end_single(single, sent, group)
        return (rest[0] if rest else None), sent.ending if failed else None

    async def _probed(self, refused: _Refused, group: asyncio.TaskGroup) -> _Refused | None:
        """Find out whether the records are at fault; return what is still known to be refused."""
        async with self._probing:
            alike = 0
            for at in range(_PROBES):
                if self._run.proven or self._run.halted or refused.batch.records <= 1:
                    break
                skipped = (refused.batch.records - 1) * at // (_PROBES - 1)
                _, tail = record_ids.parted(refused.batch.ranges, skipped)
                one, _ = record_ids.parted(tail, 1)
                rest, ending = await self._single(refused, one, group)
                if rest is None:
                    return None
                refused = _Refused(rest, refused.sent, itself=False)
                alike += ending is not None and _alike(ending.reason, refused.ending.reason)
            if alike == _PROBES:
                reason = f"Three records sent alone were refused in the same words: {refused.ending.reason}"
                await self._run.halt(StopCause.ALIKE, reason)
                await self._fail(refused)
                return None
            if alike or self._run.halted:
                more = await self._passed_on(refused.batch, refused, group)
                return more[0] if more else None
            return refused

    async def _searched(self, refused: _Refused, group: asyncio.TaskGroup) -> list[_Refused]:
        """Find one culprit of a refused set; return what is refused of the rest."""
        waiting: list[Batch] = []
        bad: _Refused | None = refused
        while bad is not None and bad.batch.records > 1 and self._calls_left and not self._run.halted:
            ranges = record_ids.parted(bad.batch.ranges, bad.batch.records // 2)
            left, right = await self._run.divide([bad.batch], ranges, bad.ending.reason)
            sent = await self._sent(left, bad, group, right)
            left, ending = sent.batch, sent.delivered.ending
            right = sent.beside or right
            if ending is not None and ending.refused:
                waiting.append(right)
                bad = _Refused(left, sent.delivered)
                if await self._run.failures(left, ending):
                    break
            else:
                await self._ended(left, sent.delivered, group)
                taken = ending is None or ending.verdict is Verdict.SUCCEEDED
                bad = _Refused(right, bad.sent, itself=False) if taken and not sent.found else None
                waiting.extend([right] if bad is None else [])
        return [*await self._concluded(bad, group), *await self._released(waiting, refused, group)]

    async def _concluded(self, bad: _Refused | None, group: asyncio.TaskGroup) -> list[_Refused]:
        if bad is None:
            return []
        return await self._alone(bad, group) if bad.batch.records == 1 else [bad]

    async def _released(self, waiting: list[Batch], refused: _Refused, group: asyncio.TaskGroup) -> list[_Refused]:
        """Send what waited in one call."""
        if not waiting or self._run.halted:
            return []
        if len(waiting) == 1:
            return await self._passed_on(waiting[0], refused, group)
        together = record_ids.united(batch.ranges for batch in waiting)
        (merged,) = await self._run.divide(waiting, [together], "Sent together: nothing is known against them.")
        return await self._passed_on(merged, refused, group)


def _alike(one: str, other: str) -> bool:
    """Return whether two sentences differ in numbers and quoted names only."""
    return _VARYING.sub("", one) == _VARYING.sub("", other)
