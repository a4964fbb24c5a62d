"""Takes a run up again that was cancelled, stopped or killed: same run, same batches, same bytes.

What has a verdict keeps it. What left and has none is settled: by its event where that is known, else by the events of
the task, else by sending it again where that does no harm, else as the user decides. What has not left is sent.
"""

from __future__ import annotations

import asyncio
import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pushconsole.errors import TargetError
from pushconsole.ingestion import PushAnswer, Target, find_target
from pushconsole.records import Workspace
from pushconsole.runs.accounting import Accounting
from pushconsole.runs.events import BatchEnded, Divided, Part, RecordFailure, RunEvent, Verdict
from pushconsole.runs.ledger import Ledger
from pushconsole.runs.ledger_rows import SavedBatch, SavedRun
from pushconsole.runs.plan import Batch, Plan

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

_LEFT = frozenset({"sending", "accepted", "in_doubt"})


class Doubtful(enum.StrEnum):
    """What becomes of a batch that left, whose fate cannot be found out, and which is not safe to send twice."""

    LEAVE = "leave"
    SEND_AGAIN = "send-again"
    COUNT_AS_SENT = "count-as-sent"


@dataclass(frozen=True)
class LeftBatch:
    """A batch that left before its run ended, without a verdict.

    Attributes:
        batch: its records.
        sha256: of the body that left.
        since: when, in seconds since 1970.
        answer: what it was accepted with, or None.

    """

    batch: Batch
    sha256: str
    since: float
    answer: PushAnswer | None


@dataclass(frozen=True)
class Resumption:
    """A run to be taken up again.

    Attributes:
        run_id: the run's.
        plan: as it was made.
        history: what is known of its batches, as the events that say so; an account takes them in first.
        left: batches without a verdict that left.
        waiting: batches that did not leave, in the order of their records: those that wait for others come after them.
        doubtful: what becomes of those of `left` that cannot be settled.

    """

    run_id: str
    plan: Plan
    history: tuple[RunEvent, ...]
    left: tuple[LeftBatch, ...]
    waiting: tuple[Batch, ...]
    doubtful: Doubtful

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do."""
        return not self.left and not self.waiting


async def target_of(client: IngestionClient, saved: SavedRun) -> Target:
    """Return where a run went, as it is now.

    Raises:
        TargetError: the task is gone, or belongs to another index than the one it was the reference for.

    """
    target = await find_target(client, saved.task_id)
    if not saved.reference:
        return target
    if target.index != saved.reference:
        raise TargetError(
            f"The task {target.name} goes to the index {target.index} now, not to {saved.reference} any more, "
            f"so the run to {saved.index} cannot go on as it began.",
            "Push these records anew.",
        )
    return target.pushing_to(saved.index)


def resumption(
    ledger: Ledger,
    saved: SavedRun,
    target: Target,
    workspace: Workspace | None,
    doubtful: Doubtful = Doubtful.LEAVE,
) -> Resumption:
    """Return what is left to do of a run, from the ledger. Blocks."""
    batches = ledger.saved_batches(saved.run_id)
    whole = tuple(_batch(one) for one in batches if one.of is None)
    plan = Plan(target, saved.action, saved.watch, whole, saved.source, workspace, saved.left_out)
    leaves = [one for one in batches if one.state != "divided"]
    waiting = (_batch(one) for one in leaves if one.state in {"planned", "unsent"})
    failures = ledger.failures(saved.run_id)
    return Resumption(
        run_id=saved.run_id,
        plan=plan,
        history=(*_divisions(saved.run_id, leaves), *_endings(saved.run_id, leaves, failures)),
        left=tuple(_left(one) for one in leaves if one.state in _LEFT),
        waiting=tuple(sorted(waiting, key=lambda batch: batch.first)),
        doubtful=doubtful,
    )


def accounting_of(again: Resumption) -> Accounting:
    """Return the account of a run as it stands, what left without a verdict in doubt."""
    accounting = Accounting(again.plan)
    for event in again.history:
        accounting.apply(event)
    for left in again.left:
        batch = left.batch
        accounting.apply(
            BatchEnded(
                run_id=again.run_id,
                batch=batch.number,
                verdict=Verdict.IN_DOUBT,
                records=batch.records,
                bytes=batch.body_bytes,
                seconds=0.0,
                reason="The run ended before the service said what became of it.",
            )
        )
    return accounting


async def sendable(plan: Plan, batch: Batch) -> bool:
    """Return whether a batch that has not left still has the size it was planned with."""
    payload = await asyncio.to_thread(plan.payload, batch)
    return len(payload.body) == batch.body_bytes


def _batch(saved: SavedBatch) -> Batch:
    return Batch(saved.batch, saved.first, saved.records, saved.bytes, saved.ranges, saved.waits_for, of=saved.of)


def _left(saved: SavedBatch) -> LeftBatch:
    answer = None
    if saved.service_run_id is not None and saved.event_id is not None:
        answer = PushAnswer(run_id=saved.service_run_id, event_id=saved.event_id)
    return LeftBatch(_batch(saved), saved.sha256 or "", saved.sent_at or 0.0, answer)


def _divisions(run_id: str, leaves: Iterable[SavedBatch]) -> Iterator[Divided]:
    parts: defaultdict[int, list[Part]] = defaultdict(list)
    for one in leaves:
        if one.of is not None:
            part = Part(
                batch=one.batch, of=one.of, first=one.first, records=one.records, bytes=one.bytes, ranges=one.ranges
            )
            parts[one.of].append(part)
    for root, into in parts.items():
        yield Divided(run_id=run_id, batches=(root,), into=tuple(into), reason="")


def _endings(run_id: str, leaves: Iterable[SavedBatch], failures: dict[int, list[RecordFailure]]) -> Iterator[RunEvent]:
    for one in leaves:
        if one.state in {Verdict.SUCCEEDED, Verdict.FAILED}:
            yield BatchEnded(
                run_id=run_id,
                batch=one.batch,
                verdict=Verdict(one.state),
                records=one.records,
                bytes=one.bytes,
                seconds=0.0,
                service_run_id=one.service_run_id,
                event_id=one.event_id,
                reason=one.reason,
                failures=tuple(failures.get(one.batch, ())),
            )
