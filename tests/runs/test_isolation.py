"""Bad records among good ones, through a real socket: the good ones arrive, the bad ones are named, at what cost."""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path

import pytest

from pushconsole.ingestion import Action
from pushconsole.runs import (
    BatchEnded,
    BatchLimits,
    BatchSending,
    Divided,
    Isolation,
    Ledger,
    Pace,
    Plan,
    Resending,
    StopCause,
    Stopping,
    Verdict,
    plan_records,
)
from pushconsole.sandbox import RunningSandbox
from tests.runs.builders import AT_ONCE, PRODUCTS, Followed, followed, numbered, sandbox_client, workspace_of
from tests.sandbox.caller import PRODUCTS as TASK
from tests.sandbox.caller import Caller

_PACE = Pace(calls_per_minute=None, resending=AT_ONCE, settling_s=0)
_LIMIT = 1_000


def _plan(folder: Path, count: int, bad: set[int], per_batch: int, action: Action = Action.UPDATE_OBJECT) -> Plan:
    records = numbered(count)
    for number in bad:
        records[number - 1]["text"] = "x" * 2_000
    limits = BatchLimits(max_records=per_batch)
    return plan_records(workspace_of(folder, records), PRODUCTS, action, watch=False, limits=limits)


async def _run(sandbox: RunningSandbox, ledger: Ledger, plan: Plan, pace: Pace = _PACE) -> Followed:
    return await followed(plan, sandbox_client(sandbox), ledger, pace=pace)


def _prepared(caller: Caller, oversize: str) -> None:
    caller.settings(record_limit_bytes=_LIMIT, oversize=oversize, calls_per_minute=0, delay_s=0.0)


def _named(run: Followed) -> dict[int, str]:
    """Return the lines of the records that were named, with their objectIDs."""
    failures = [failure for ended in run.of(BatchEnded) for failure in ended.failures]
    assert all(failure.reason for failure in failures)
    return {failure.line or 0: failure.object_id or "" for failure in failures}


@pytest.mark.parametrize("oversize", ["400 engine", "400 newer", "400 nameless", "event", "event nameless"])
@pytest.mark.parametrize("bad", [{1}, {17}, {40}, {1, 2}, {3, 9, 29, 38}], ids=str)
async def test_only_the_bad_records_fail(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, oversize: str, bad: set[int]
) -> None:
    _prepared(caller, oversize)
    run = await _run(sandbox, ledger, _plan(tmp_path, 40, bad, 20))
    assert run.numbers == (40 - len(bad), len(bad), 0, 0)
    assert _named(run) == {number: f"sku-{number:05}" for number in bad}
    assert {hit["objectID"] for hit in caller.hits()} == {f"sku-{n:05}" for n in range(1, 41) if n not in bad}


_TWO = (
    "Record at the position 2 objectID=sku-00003 is too big size=12822/10000 bytes; "
    "Record sku-00008 is too big: size: 12822 byte(s), maximum allowed: 10000 byte(s)"
)


@pytest.mark.parametrize("watch", [False, True])
async def test_an_event_that_names_several_records_fails_each_of_them_and_no_other(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, watch: bool
) -> None:
    caller.fault({"event": "failed", "message": _TWO}, path="/push$", nth=1)
    workspace = workspace_of(tmp_path, numbered(10))
    run = await _run(sandbox, ledger, plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=watch))
    assert run.numbers == (8, 2, 0, 0)
    assert _named(run) == {3: "sku-00003", 8: "sku-00008"}
    assert len(run.of(BatchSending)) == 2
    assert {hit["objectID"] for hit in caller.hits()} == {f"sku-{n:05}" for n in range(1, 11) if n not in {3, 8}}


@pytest.mark.parametrize("effect", [{"status": 503}, {"close": "after_reading"}], ids=str)
async def test_a_refusal_after_a_call_that_came_to_nothing_is_a_refusal_still(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, effect: dict[str, object]
) -> None:
    _prepared(caller, "400 engine")
    caller.fault(effect, path="/push$", nth=1)
    pace = Pace(calls_per_minute=None, settling_s=0, resending=Resending(attempts=3, first_pause_s=0.01))
    run = await _run(sandbox, ledger, _plan(tmp_path, 40, {3}, 40), pace)
    assert run.numbers == (39, 1, 0, 0)


@pytest.mark.parametrize("oversize", ["400 engine", "400 nameless"])
async def test_37_bad_records_among_10000_are_named_and_the_calls_are_bounded(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, oversize: str
) -> None:
    _prepared(caller, oversize)
    bad = set(random.Random(37).sample(range(1, 10_001), 37))
    plan = _plan(tmp_path, 10_000, bad, 10_000)
    run = await _run(sandbox, ledger, plan)
    assert run.numbers == (9_963, 37, 0, 0)
    assert _named(run) == {number: f"sku-{number:05}" for number in bad}
    calls = len(run.of(BatchSending))
    sys.stdout.write(f"{oversize}: {calls} calls for 37 bad records among 10,000 in {len(plan.batches)} batch\n")
    most = {"400 engine": 1, "400 nameless": math.ceil(math.log2(10_000)) + 2}[oversize]
    assert calls <= len(plan.batches) + 3 + most * 37


@pytest.mark.parametrize("action", [Action.UPDATE_OBJECT, Action.PARTIAL_UPDATE_OBJECT])
async def test_where_every_record_is_refused_alike_the_run_stops_early(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, action: Action
) -> None:
    caller.fault({"status": 400, "message": "no such attribute 12"}, path="/push$")
    plan = _plan(tmp_path, 200, set(), 10, action)
    run = await _run(sandbox, ledger, plan, Pace(concurrency=1, following=1, resending=AT_ONCE))
    assert [event.cause for event in run.of(Stopping)] == [StopCause.ALIKE]
    assert run.numbers == (0, 10, 0, 190)
    assert len(run.of(BatchSending)) == 4


@pytest.mark.parametrize(
    "fault", [{"status": 400, "message": "no 12"}, {"event": "failed", "message": "no 12"}], ids=str
)
async def test_where_the_first_batches_of_one_record_fail_alike_the_run_stops_early(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, fault: dict[str, object]
) -> None:
    caller.fault(fault, path="/push$")
    run = await _run(
        sandbox, ledger, _plan(tmp_path, 50, set(), 1), Pace(concurrency=1, following=1, resending=AT_ONCE)
    )
    assert [event.cause for event in run.of(Stopping)] == [StopCause.ALIKE]
    assert run.numbers == (0, 3, 0, 47)


async def test_a_task_that_is_disabled_midway_stops_the_run(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    plan = _plan(tmp_path, 200, set(), 10)

    def disable(event: object) -> None:
        if isinstance(event, BatchEnded) and event.batch == 3:
            caller.http.put(f"/2/tasks/{TASK}/disable").raise_for_status()

    pace = Pace(concurrency=1, following=1, resending=AT_ONCE)
    run = await followed(plan, sandbox_client(sandbox), ledger, pace=pace, on_event=disable)
    (stopping,) = run.of(Stopping)
    assert stopping.cause is StopCause.TARGET
    assert "disabled" in stopping.reason
    assert run.finished.succeeded >= 30
    assert run.finished.unsent >= 150
    assert len(caller.hits()) == run.finished.succeeded


async def test_failures_in_a_row_stop_the_run_before_the_service_disables_the_task(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"event": "failed", "message": "destination 7 is gone"}, path="/push$")
    plan = _plan(tmp_path, 200, set(), 10)
    run = await _run(sandbox, ledger, plan, Pace(concurrency=1, following=1, resending=AT_ONCE))
    assert run.of(Stopping)[0].cause in {StopCause.FAILING, StopCause.ALIKE}
    assert run.finished.succeeded == 0
    assert run.finished.unsent == 190
    assert caller.get(f"/2/tasks/{TASK}")["enabled"]


async def test_many_bad_records_that_only_events_tell_of_do_not_disable_the_task(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    _prepared(caller, "event nameless")
    bad = set(range(5, 200, 20))
    run = await _run(sandbox, ledger, _plan(tmp_path, 200, bad, 200))
    assert run.numbers == (190, 10, 0, 0)
    assert set(_named(run)) == bad
    assert caller.get(f"/2/tasks/{TASK}")["enabled"]


async def test_what_may_not_be_sent_twice_is_not_taken_apart_after_its_event_failed(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    _prepared(caller, "event")
    records: list[dict[str, object]] = [
        {"objectID": str(n), "stock": {"_operation": "Increment", "value": 1}} for n in range(10)
    ]
    records[4]["text"] = "x" * 2_000
    plan = plan_records(workspace_of(tmp_path, records), PRODUCTS, Action.PARTIAL_UPDATE_OBJECT, watch=False)
    run = await _run(sandbox, ledger, plan)
    assert run.numbers == (0, 10, 0, 0)
    assert len(run.of(BatchSending)) == 1
    assert _named(run) == {5: "4"}


async def test_a_body_that_is_too_large_for_the_service_is_halved(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.settings(push_limit_bytes=1_500, delay_s=0.0)
    records = numbered(100)
    records[30]["text"] = "x" * 2_000
    plan = plan_records(workspace_of(tmp_path, records), PRODUCTS, Action.UPDATE_OBJECT, watch=False)
    run = await _run(sandbox, ledger, plan)
    assert run.numbers == (99, 1, 0, 0)
    assert _named(run) == {31: "sku-00031"}
    assert len(caller.hits()) == 99


async def test_isolation_ends_where_its_calls_are_spent_and_says_so(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    _prepared(caller, "400 nameless")
    plan = _plan(tmp_path, 200, set(range(2, 200, 2)), 200)
    pace = Pace(calls_per_minute=None, resending=AT_ONCE, isolation=Isolation(calls=20))
    run = await _run(sandbox, ledger, plan, pace)
    assert len(run.of(BatchSending)) <= 25
    assert run.finished.failed > 0
    rest = [event for event in run.of(BatchEnded) if event.verdict is Verdict.FAILED and event.records > 1]
    assert any("were not sent apart" in event.reason for event in rest)


async def test_the_ledger_keeps_every_call_and_what_came_of_it(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    _prepared(caller, "400 nameless")
    run = await _run(sandbox, ledger, _plan(tmp_path, 40, {17}, 40))
    attempts = ledger._read("SELECT batch, outcome FROM attempts WHERE run_id=?", (run.finished.run_id,))
    assert len(attempts) == len(run.of(BatchSending))
    assert all(outcome for _, outcome in attempts)
    states = {entry.state for entry in ledger.batches(run.finished.run_id)}
    assert states == {"divided", "succeeded", "failed"}


async def test_the_first_records_go_alone_and_the_rest_follows(
    sandbox: RunningSandbox, ledger: Ledger, tmp_path: Path
) -> None:
    pace = Pace(canary=10, resending=AT_ONCE)
    run = await _run(sandbox, ledger, _plan(tmp_path, 60, set(), 20), pace)
    assert run.numbers == (60, 0, 0, 0)
    assert next(event.records for event in run.of(BatchSending)) == 10
    first_end = next(at for at, event in enumerate(run.events) if isinstance(event, BatchEnded))
    assert sum(isinstance(event, BatchSending) for event in run.events[:first_end]) == 1
    assert len(run.of(Divided)) == 1


async def test_where_the_first_records_fail_the_rest_stays(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    _prepared(caller, "400 engine")
    pace = Pace(canary=10, resending=AT_ONCE)
    run = await _run(sandbox, ledger, _plan(tmp_path, 60, set(range(1, 11)), 20), pace)
    assert run.numbers == (0, 10, 0, 50)
    assert [event.cause for event in run.of(Stopping)] == [StopCause.CANARY]
