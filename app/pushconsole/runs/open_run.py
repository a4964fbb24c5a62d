"""What all who work on a run share: its plan, its ledger, its account, and whether it stops."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pushconsole.ingestion import PushAnswer
from pushconsole.runs.accounting import Accounting
from pushconsole.runs.control import Control
from pushconsole.runs.events import BatchEnded, Divided, Part, RecordFailure, RunEvent, StopCause, Stopping, Verdict
from pushconsole.runs.ledger import Ledger
from pushconsole.runs.pace import CallPace
from pushconsole.runs.plan import Batch, Plan
from pushconsole.runs.record_ids import Ranges
from pushconsole.runs.resending import Resending
from pushconsole.runs.verdicts import Ending, Patience, located

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there


CANARY_RECORDS = 10
"""How many records go first and alone where a run begins carefully."""


@dataclass(frozen=True)
class Isolation:
    """How far a run goes to find the records that others are refused with.

    Attributes:
        calls: that may be spent on it, at least; a large run may spend as many as its plan has calls.
        failures_in_a_row: pushes that failed after they were accepted; with one more the service disables the task.

    """

    calls: int = 1_000
    failures_in_a_row: int = 4


@dataclass(frozen=True)
class Pace:
    """How a run goes about it.

    Attributes:
        concurrency: calls under way at once.
        following: batches under way at once, those included whose verdict is waited for.
        cancel_grace_s: how long a cancelled run waits for the answers of calls under way.
        report_waiting_s: how often the run tells how many verdicts it waits for.
        patience: with which an event is waited for.
        calls_per_minute: at most; the service's limit is about 500 an application. None: as many as there are.
        resending: how often a call is made again that failed for a reason that may clear up.
        settling_s: how long the event of a batch is looked for whose answer never came; 0: not at all.
        isolation: how far the run goes to find the records that others are refused with.
        canary: how many records go first, alone, until their verdict is known; 0: none.

    """

    concurrency: int = 4
    following: int = 32
    cancel_grace_s: float = 0.8
    report_waiting_s: float = 5.0
    patience: Patience = field(default_factory=Patience)
    calls_per_minute: float | None = 480.0
    resending: Resending = field(default_factory=Resending)
    settling_s: float = 20.0
    isolation: Isolation = field(default_factory=Isolation)
    canary: int = 0


@dataclass(frozen=True)
class CallPaces:
    """When a call may leave, shared by all runs of an application.

    Attributes:
        pushes: for pushes.
        looks: for reading runs and events, which the service counts apart.

    """

    pushes: CallPace
    looks: CallPace

    @classmethod
    def of(cls, per_minute: float | None) -> CallPaces:
        """Begin with as many calls a minute for each."""
        return cls(CallPace(per_minute), CallPace(per_minute, burst=60))

    def allow(self, per_minute: float | None) -> None:
        """Take another limit for each."""
        self.pushes.allow(per_minute)
        self.looks.allow(per_minute)


class OpenRun:
    """One run under way.

    Attributes:
        run_id: its id.
        told: what it tells; None ends it.
        accounting: what became of its records so far.
        proven: whether any push of this run was taken, so that a refusal is about records and not about all.

    """

    def __init__(
        self,
        run_id: str,
        plan: Plan,
        client: IngestionClient,
        ledger: Ledger,
        control: Control,
        pace: Pace,
        calls: CallPaces,
    ) -> None:
        self.run_id = run_id
        self.plan = plan
        self.client = client
        self.ledger = ledger
        self.control = control
        self.pace = pace
        self.calls = calls
        self.accounting = Accounting(plan)
        self.told: asyncio.Queue[RunEvent | None] = asyncio.Queue()
        self.proven = False
        self.stopping = asyncio.Event()
        self._stop: Stopping | None = None
        self._numbers = itertools.count(len(plan.batches) + 1)

    @property
    def halted(self) -> bool:
        """Whether no call may leave any more."""
        return self._stop is not None or self.control.cancelled

    async def tell(self, event: RunEvent) -> None:
        """Write an event down, take it into the account, and show it."""
        await asyncio.to_thread(self.ledger.record, event)
        self.replay(event)
        self.told.put_nowait(event)

    def replay(self, event: RunEvent) -> None:
        """Take an event into the account that stands in the ledger."""
        self.accounting.apply(event)
        if isinstance(event, Divided):
            highest = max(part.batch for part in event.into)
            self._numbers = itertools.count(max(highest + 1, next(self._numbers)))

    async def halt(self, cause: StopCause, reason: str) -> None:
        """Let no further call leave; the first cause is the one that is told."""
        self.stopping.set()
        if self._stop is None:
            self._stop = Stopping(run_id=self.run_id, cause=cause, reason=reason)
            await self.tell(self._stop)

    async def wait(self, seconds: float) -> None:
        """Wait so long, or until the run stops."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)

    async def divide(self, batches: Sequence[Batch], sets: Iterable[Ranges], reason: str) -> list[Batch]:
        """Deal the records of batches without a verdict out anew and return the parts; empty sets have none."""
        whole = self.plan.batches[batches[0].root - 1]
        numbered = [(next(self._numbers), ranges) for ranges in sets if ranges]
        parts = [await asyncio.to_thread(self.plan.part, whole, number, ranges) for number, ranges in numbered]
        into = tuple(
            Part(batch=p.number, of=p.root, first=p.first, records=p.records, bytes=p.body_bytes, ranges=p.ranges)
            for p in parts
        )
        numbers = tuple(batch.number for batch in batches)
        await self.tell(Divided(run_id=self.run_id, batches=numbers, into=into, reason=reason))
        return parts

    async def failures(self, batch: Batch, ending: Ending) -> tuple[RecordFailure, ...]:
        """Return the records that an ending names."""
        identities = await asyncio.to_thread(self.plan.identities, batch) if ending.named else []
        return located(ending.named, identities)

    async def end(
        self,
        batch: Batch,
        ending: Ending,
        *,
        seconds: float = 0.0,
        answer: PushAnswer | None = None,
        failures: tuple[RecordFailure, ...] = (),
    ) -> None:
        """Give a batch its verdict; a record that failed alone is named with the reason."""
        if ending.verdict is Verdict.FAILED and not failures:
            failures = await self.failures(batch, ending) or await self._alone(batch, ending)
        await self.tell(
            BatchEnded(
                run_id=self.run_id,
                batch=batch.number,
                verdict=ending.verdict,
                records=batch.records,
                bytes=batch.body_bytes,
                seconds=round(seconds, 3),
                service_run_id=answer.run_id if answer else None,
                event_id=answer.event_id if answer else None,
                reason=ending.reason,
                failures=failures,
            )
        )

    async def _alone(self, batch: Batch, ending: Ending) -> tuple[RecordFailure, ...]:
        """Name the only record of a batch; those of larger ones share a reason that may be another's."""
        identities = await asyncio.to_thread(self.plan.identities, batch) if batch.records == 1 else []
        return tuple(
            RecordFailure(record_id=who.record_id, line=who.line, object_id=who.object_id, reason=ending.reason)
            for who in identities
        )


def shortened(ending: Ending, why: str) -> Ending:
    """Add a sentence to the reason of an ending."""
    return dataclasses.replace(ending, reason=f"{ending.reason} {why}".strip())
