"""Runs that were ended before their end, and taken up again."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from pushconsole.errors import TargetError
from pushconsole.ingestion import Action
from pushconsole.records import Workspace
from pushconsole.runs import (
    Accounting,
    BatchEnded,
    BatchLimits,
    BatchSending,
    Continued,
    Control,
    Doubtful,
    Ledger,
    Pace,
    Patience,
    Paused,
    Plan,
    Resending,
    RunEvent,
    SavedRun,
    plan_records,
    push,
    resume,
    resumption,
)
from pushconsole.sandbox import RunningSandbox
from tests.runs.builders import AT_ONCE, PRODUCTS, Followed, followed, numbered, sandbox_client, workspace_of
from tests.sandbox.caller import Caller

_PUSH = {"path": "/push$"}
_PATIENCE = Patience(wait_s=2.0, first_pause_s=0.01, slowest_pause_s=0.05)
_PACE = Pace(concurrency=2, patience=_PATIENCE, resending=AT_ONCE, settling_s=0.5, calls_per_minute=None)


def _plan(folder: Path, count: int = 60, action: Action = Action.UPDATE_OBJECT) -> Plan:
    workspace = workspace_of(folder, numbered(count))
    return plan_records(workspace, PRODUCTS, action, watch=False, limits=BatchLimits(max_records=10))


def _counting(folder: Path) -> Plan:
    records = [{"objectID": str(n), "stock": {"_operation": "Increment", "value": 1}} for n in range(30)]
    workspace = workspace_of(folder, records)
    limits = BatchLimits(max_records=10)
    return plan_records(workspace, PRODUCTS, Action.PARTIAL_UPDATE_OBJECT, watch=False, limits=limits)


def _workspace_of(saved: SavedRun) -> Workspace:
    assert saved.workspace is not None
    return Workspace.open(Path(saved.workspace))


async def _resumed(
    sandbox: RunningSandbox, ledger: Ledger, run_id: str, doubtful: Doubtful = Doubtful.LEAVE
) -> Followed:
    """Take a run up again from the ledger alone, and check that every account of it is closed and says the same."""
    saved = ledger.saved_run(run_id)
    again = resumption(ledger, saved, PRODUCTS, _workspace_of(saved), doubtful)
    result = Followed(Accounting(again.plan))
    for event in again.history:
        result.accounting.apply(event)
    async with sandbox_client(sandbox) as client:
        async for event in resume(again, client, ledger, control=Control(), pace=_PACE):
            result.accounting.apply(event)
            result.events.append(event)
    accounting = result.accounting
    assert tuple(ledger.totals(run_id).values()) == result.numbers
    assert (accounting.succeeded, accounting.failed, accounting.in_doubt, accounting.unsent) == result.numbers
    return result


async def _cancelled(sandbox: RunningSandbox, ledger: Ledger, plan: Plan, when: Callable[[RunEvent], bool]) -> Followed:
    control = Control()
    return await followed(
        plan,
        sandbox_client(sandbox),
        ledger,
        pace=Pace(concurrency=1, following=1, patience=_PATIENCE, resending=AT_ONCE, settling_s=0),
        control=control,
        on_event=lambda event: control.cancel() if when(event) else None,
    )


async def test_a_cancelled_run_is_finished_and_nothing_of_it_is_sent_twice(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    plan = _plan(tmp_path)
    first = await _cancelled(sandbox, ledger, plan, lambda event: isinstance(event, BatchEnded) and event.batch == 2)
    assert first.finished.unsent >= 30
    second = await _resumed(sandbox, ledger, first.finished.run_id)
    assert second.numbers == (60, 0, 0, 0)
    sent = [event.batch for event in first.of(BatchSending) + second.of(BatchSending)]
    assert sorted(sent) == [1, 2, 3, 4, 5, 6]
    assert len(caller.hits()) == 60
    assert len(ledger.runs()) == 1


async def test_a_run_whose_parts_have_verdicts_keeps_them(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.settings(record_limit_bytes=1_000, oversize="400 engine")
    records = numbered(60)
    records[4]["text"] = "x" * 2_000
    workspace = workspace_of(tmp_path, records)
    limits = BatchLimits(max_records=10)
    plan = plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=limits)
    first = await _cancelled(sandbox, ledger, plan, lambda event: isinstance(event, BatchEnded) and event.batch == 3)
    second = await _resumed(sandbox, ledger, first.finished.run_id)
    assert second.numbers == (59, 1, 0, 0)
    outcome = second.accounting.outcome(5)
    assert outcome is not None
    assert "too big" in outcome[1]


@pytest.mark.parametrize(
    ("doubtful", "numbers", "stock"),
    [
        (Doubtful.LEAVE, (20, 0, 10, 0), 20),
        (Doubtful.COUNT_AS_SENT, (30, 0, 0, 0), 20),
        (Doubtful.SEND_AGAIN, (30, 0, 0, 0), 30),
    ],
)
async def test_what_cannot_be_settled_is_as_the_user_decides(
    sandbox: RunningSandbox,
    caller: Caller,
    ledger: Ledger,
    tmp_path: Path,
    doubtful: Doubtful,
    numbers: tuple[int, int, int, int],
    stock: int,
) -> None:
    caller.fault({"close": "after_reading"}, **_PUSH, nth=2)
    first = await followed(_counting(tmp_path), sandbox_client(sandbox), ledger, pace=_PACE)
    assert first.numbers == (20, 0, 10, 0)
    second = await _resumed(sandbox, ledger, first.finished.run_id, doubtful)
    assert second.numbers == numbers
    assert sum(hit["stock"] for hit in caller.hits()) == stock


async def test_what_was_edited_after_it_had_left_is_not_sent_again(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"close": "after_reading"}, **_PUSH, nth=2)
    plan = _plan(tmp_path)
    pace = Pace(concurrency=1, patience=_PATIENCE, resending=AT_ONCE, settling_s=0, calls_per_minute=None)
    first = await followed(plan, sandbox_client(sandbox), ledger, pace=pace)
    assert plan.workspace is not None
    plan.workspace.set_value(15, "stock", "99")
    second = await _resumed(sandbox, ledger, first.finished.run_id)
    assert second.numbers == (50, 0, 10, 0)
    assert second.of(BatchSending) == []
    assert "edited" in second.of(BatchEnded)[0].reason


async def test_what_was_edited_after_it_had_been_accepted_has_the_verdict_of_its_event(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.settings(delay_s=0.3)
    caller.fault({"event": "failed", "message": "no room"}, **_PUSH, nth=1)
    plan = _plan(tmp_path)
    first = await followed(
        plan, sandbox_client(sandbox), ledger, pace=dataclasses.replace(_PACE, patience=Patience(0.05))
    )
    assert first.numbers == (0, 0, 60, 0)
    assert plan.workspace is not None
    plan.workspace.set_value(5, "stock", "99")
    plan.workspace.set_value(15, "stock", "99")
    second = await _resumed(sandbox, ledger, first.finished.run_id)
    assert second.numbers == (50, 10, 0, 0)
    assert second.of(BatchSending) == []


async def test_what_was_edited_after_it_had_left_can_be_counted_as_sent(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"close": "after_reading"}, **_PUSH, nth=2)
    plan = _counting(tmp_path)
    first = await followed(plan, sandbox_client(sandbox), ledger, pace=_PACE)
    assert first.numbers == (20, 0, 10, 0)
    assert plan.workspace is not None
    plan.workspace.set_value(15, "stock", "99")
    second = await _resumed(sandbox, ledger, first.finished.run_id, Doubtful.COUNT_AS_SENT)
    assert second.numbers == (30, 0, 0, 0)


async def test_a_second_run_of_a_task_is_refused_while_one_is_open(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"delay_s": 5}, **_PUSH)
    plan = _plan(tmp_path)
    control = Control()
    async with sandbox_client(sandbox) as client, aclosing(push(plan, client, ledger, control=control)) as events:
        assert await anext(events)
        with pytest.raises(TargetError, match=r"Another run pushes to the task Products now \(process \d+\)"):
            async for _ in push(plan, client, ledger, control=Control()):
                pass
        assert plan.workspace is not None
        assert plan.workspace.frozen, "the run that is open keeps its records as they are"
        control.abandon()
    assert len(ledger.runs()) == 1


async def test_nothing_leaves_while_a_run_is_paused_and_it_ends_well_afterwards(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"delay_s": 0.05}, **_PUSH)
    control = Control()
    loop = asyncio.get_running_loop()
    paused_calls: list[int] = []

    def calls() -> int:
        return sum(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))

    def look(event: RunEvent) -> None:
        if isinstance(event, BatchEnded) and not paused_calls:
            control.pause()
            paused_calls.append(0)
            loop.call_later(0.3, lambda: paused_calls.append(calls()))
            loop.call_later(0.6, lambda: paused_calls.append(calls()))
            loop.call_later(0.61, control.go_on)

    pace = Pace(concurrency=2, patience=_PATIENCE, resending=Resending(), calls_per_minute=None)
    run = await followed(
        _plan(tmp_path, 200), sandbox_client(sandbox), ledger, pace=pace, control=control, on_event=look
    )
    assert run.numbers == (200, 0, 0, 0)
    assert len(run.of(Paused)) == len(run.of(Continued)) == 1
    assert paused_calls[1] == paused_calls[2] < 20


async def test_a_paused_run_can_be_cancelled(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    control = Control()
    loop = asyncio.get_running_loop()
    begun = loop.time()

    def look(event: RunEvent) -> None:
        if isinstance(event, Paused):
            loop.call_later(0.05, control.cancel)

    control.pause()
    run = await followed(_plan(tmp_path), sandbox_client(sandbox), ledger, pace=_PACE, control=control, on_event=look)
    assert run.numbers == (0, 0, 0, 60)
    assert loop.time() - begun < 1.0
    assert not [call for call in caller.get("/sandbox/calls") if call["path"].endswith("/push")]


async def test_the_rest_of_a_batch_goes_before_the_batches_that_wait_for_it(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    workspace = workspace_of(tmp_path, [{"objectID": "same", "n": at} for at in range(120)])
    plan = plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=BatchLimits(max_records=3))
    assert len(plan.batches) > _PACE.following
    pace, control = dataclasses.replace(_PACE, canary=1), Control()
    first = await followed(
        plan,
        sandbox_client(sandbox),
        ledger,
        pace=pace,
        control=control,
        on_event=lambda event: control.cancel() if isinstance(event, BatchEnded) else None,
    )
    assert first.numbers == (1, 0, 0, 119)
    second = await _resumed(sandbox, ledger, first.finished.run_id)
    assert second.numbers == (120, 0, 0, 0)
    assert [hit["n"] for hit in caller.hits()] == [119]


async def test_an_earlier_record_in_doubt_does_not_win_over_a_later_one_of_its_objectid(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    workspace = workspace_of(tmp_path, [{"objectID": "same", "n": at} for at in range(3)])
    plan = plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=BatchLimits(max_records=1))
    caller.fault({"close": "after_reading"}, **_PUSH, nth=1)
    first = await followed(plan, sandbox_client(sandbox), ledger, pace=_PACE)
    assert first.numbers == (0, 0, 1, 2)
    assert all("Batch 1 has an earlier record" in ended.reason for ended in first.of(BatchEnded)[1:])
    second = await _resumed(sandbox, ledger, first.finished.run_id)
    assert second.numbers == (3, 0, 0, 0)
    assert [hit["n"] for hit in caller.hits()] == [2]
