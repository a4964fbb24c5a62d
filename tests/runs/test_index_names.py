"""Pushes to an index by its name, through the task of another: what is sent, settled, refused and taken up again."""

from __future__ import annotations

from pathlib import Path

import pytest

from pushconsole.errors import TargetError
from pushconsole.ingestion import Action, Target
from pushconsole.runs import (
    BatchEnded,
    BatchLimits,
    Control,
    Ledger,
    Pace,
    Patience,
    Plan,
    Resending,
    StopCause,
    Stopping,
    plan_records,
    resume,
    resumption,
    target_of,
)
from pushconsole.runs.events import BatchAccepted, BatchSending, RunEvent, Settling
from pushconsole.sandbox import RunningSandbox
from tests.runs.builders import AT_ONCE, followed, numbered, sandbox_client, workspace_of
from tests.sandbox.caller import ARTICLES, Caller

_TMP = "articles_tmp"


def _of(reference: str) -> Target:
    task = Target(ARTICLES, "Shop export", reference, "push", enabled=True, transformations=1, last_run=None)
    return task.pushing_to(_TMP)


_TARGET = _of("articles")
_PACE = Pace(
    concurrency=1,
    following=1,
    patience=Patience(wait_s=2.0, first_pause_s=0.01, slowest_pause_s=0.05),
    resending=AT_ONCE,
    settling_s=3,
    calls_per_minute=None,
)


def _plan(folder: Path, target: Target = _TARGET) -> Plan:
    records = [{**record, "price": 10} for record in numbered(40)]
    limits = BatchLimits(max_records=10)
    return plan_records(workspace_of(folder, records), target, Action.UPDATE_OBJECT, watch=False, limits=limits)


def _pushes(caller: Caller) -> list[tuple[str, str]]:
    return [(call["path"], call["query"]) for call in caller.get("/sandbox/calls") if "/push" in call["path"]]


def test_a_target_by_name_is_another_than_its_task() -> None:
    assert (_TARGET.index, _TARGET.reference, _TARGET.own_index) == (_TMP, "articles", "articles")
    own = _TARGET.pushing_to("articles")
    assert (own.index, own.reference, own.key) == ("articles", "", ARTICLES)
    assert _TARGET.key != own.key


async def test_the_records_go_to_the_named_index_through_the_transformation_of_the_other(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    run = await followed(_plan(tmp_path), sandbox_client(sandbox), ledger, pace=_PACE)
    assert run.numbers == (40, 0, 0, 0)
    assert set(_pushes(caller)) == {(f"/1/push/{_TMP}", "referenceIndexName=articles")}
    assert caller.index_names() == [_TMP]
    assert {hit["price_with_tax"] for hit in caller.hits(_TMP)} == {12}


async def test_an_answer_that_is_lost_is_settled_by_the_events_of_the_references_task(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"close": "after_applying"}, path=f"/1/push/{_TMP}$", nth=2)
    run = await followed(_plan(tmp_path), sandbox_client(sandbox), ledger, pace=_PACE)
    assert run.numbers == (40, 0, 0, 0)
    assert len(run.of(Settling)) == 1
    assert len(_pushes(caller)) == 4, "nothing was sent twice"


async def test_a_run_that_is_taken_up_again_sends_the_same_to_the_same_index(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    control = Control()

    def cancel(event: RunEvent) -> None:
        if isinstance(event, BatchEnded):
            control.cancel()

    plan = _plan(tmp_path)
    first = await followed(plan, sandbox_client(sandbox), ledger, pace=_PACE, control=control, on_event=cancel)
    assert first.finished.unsent
    saved = ledger.saved_run(first.finished.run_id)
    assert (saved.index, saved.reference) == (_TMP, "articles")
    async with sandbox_client(sandbox) as client:
        target = await target_of(client, saved)
        assert (target.task_id, target.index, target.reference) == (ARTICLES, _TMP, "articles")
        again = resumption(ledger, saved, target, plan.workspace)
        told = [event async for event in resume(again, client, ledger, control=Control(), pace=_PACE)]
    sent = [event for event in [*first.of(BatchSending), *told] if isinstance(event, BatchSending)]
    assert sorted(event.batch for event in sent) == [1, 2, 3, 4]
    assert set(_pushes(caller)) == {(f"/1/push/{_TMP}", "referenceIndexName=articles")}
    assert len(caller.hits(_TMP)) == 40


async def test_a_run_whose_task_has_moved_is_not_taken_up_again(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.control("POST", "/sandbox/tasks", {"name": "Drafts", "index": "drafts"}).raise_for_status()
    run = await followed(_plan(tmp_path, _of("drafts")), sandbox_client(sandbox), ledger, pace=_PACE)
    saved = ledger.saved_run(run.finished.run_id)
    async with sandbox_client(sandbox) as client:
        with pytest.raises(TargetError, match="goes to the index articles now, not to drafts any more"):
            await target_of(client, saved)


@pytest.mark.parametrize(
    ("others", "said"), [(1, "multiple tasks"), (0, "no task found")], ids=["several tasks", "no task"]
)
async def test_a_reference_that_is_not_one_task_stops_the_run_at_once(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, others: int, said: str
) -> None:
    for _ in range(others):
        caller.control("POST", "/sandbox/tasks", {"name": "Again", "index": "articles"}).raise_for_status()
    plan = _plan(tmp_path, _of("articles" if others else "nowhere"))
    run = await followed(plan, sandbox_client(sandbox), ledger, pace=_PACE)
    assert run.numbers == (0, 10, 0, 30)
    (stopping,) = run.of(Stopping)
    assert stopping.cause is StopCause.TARGET
    assert said in stopping.reason
    assert not run.of(BatchAccepted)
    assert len(_pushes(caller)) == 1


async def test_a_call_that_may_have_arrived_is_sent_again_to_the_same_index(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"status": 503}, path=f"/1/push/{_TMP}$", nth=1)
    pace = Pace(concurrency=1, following=1, resending=Resending(first_pause_s=0.01), calls_per_minute=None)
    run = await followed(_plan(tmp_path), sandbox_client(sandbox), ledger, pace=pace)
    assert run.numbers == (40, 0, 0, 0)
    assert len(_pushes(caller)) == 5
