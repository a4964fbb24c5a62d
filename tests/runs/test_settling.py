"""Doubt that is settled by what the service says of its runs and events, and doubt that stays."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pushconsole.ingestion import Action
from pushconsole.runs import (
    BatchLimits,
    BatchSending,
    CallPaces,
    Control,
    Finished,
    Ledger,
    Pace,
    Patience,
    Plan,
    Resending,
    Settling,
    plan_records,
    push,
)
from pushconsole.sandbox import RunningSandbox
from tests.runs.builders import AT_ONCE, PRODUCTS, Followed, followed, sandbox_client, workspace_of
from tests.sandbox.caller import Caller

_PUSH = {"path": "/push$"}
_PATIENCE = Patience(wait_s=2.0, first_pause_s=0.01, slowest_pause_s=0.05)
_PACE = Pace(concurrency=2, patience=_PATIENCE, resending=AT_ONCE, settling_s=1.0, calls_per_minute=None)


def _counting(folder: Path, count: int = 9, per_batch: int = 3) -> Plan:
    """Return a plan that must not be applied twice: each record counts up by one."""
    records = [{"objectID": str(n), "stock": {"_operation": "Increment", "value": 1}} for n in range(count)]
    limits = BatchLimits(max_records=per_batch)
    workspace = workspace_of(folder, records)
    return plan_records(workspace, PRODUCTS, Action.PARTIAL_UPDATE_OBJECT, watch=False, limits=limits)


async def _run(sandbox: RunningSandbox, ledger: Ledger, plan: Plan, pace: Pace = _PACE) -> Followed:
    return await followed(plan, sandbox_client(sandbox), ledger, pace=pace)


@pytest.mark.parametrize("effect", [{"close": "after_applying"}, {"body": "broken"}, {"body": "html"}], ids=str)
async def test_a_push_whose_answer_was_lost_is_found_by_its_event_and_not_sent_again(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, effect: dict[str, object]
) -> None:
    caller.fault(effect, **_PUSH, nth=2)
    run = await _run(sandbox, ledger, _counting(tmp_path))
    assert run.numbers == (9, 0, 0, 0)
    assert len(run.of(Settling)) == 1
    assert len(run.of(BatchSending)) == 3
    assert [hit["stock"] for hit in caller.hits()] == [1] * 9


@pytest.mark.parametrize("effect", [{"close": "before_reading"}, {"close": "after_reading"}, {"status": 500}], ids=str)
async def test_a_push_that_left_no_event_stays_in_doubt(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, effect: dict[str, object]
) -> None:
    caller.fault(effect, **_PUSH, nth=2)
    run = await _run(sandbox, ledger, _counting(tmp_path))
    assert run.numbers == (6, 0, 3, 0)
    assert len(caller.hits()) == 6


async def test_an_event_that_two_pushes_could_have_made_settles_neither(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"close": "after_applying"}, **_PUSH, nth=1)
    caller.fault({"close": "after_reading"}, **_PUSH, nth=2)
    run = await _run(sandbox, ledger, _counting(tmp_path, count=6))
    assert run.numbers == (0, 0, 6, 0)
    assert len(caller.hits()) == 3


async def test_an_event_of_another_size_or_of_another_push_settles_nothing(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.push("updateObject", [{"objectID": "other"}])
    caller.fault({"close": "after_reading"}, **_PUSH, nth=1)
    run = await _run(sandbox, ledger, _counting(tmp_path, count=3))
    assert run.numbers == (0, 0, 3, 0)


async def test_pushes_that_each_have_an_event_are_all_found(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"close": "after_applying"}, **_PUSH)
    run = await _run(sandbox, ledger, _counting(tmp_path))
    assert run.numbers == (9, 0, 0, 0)
    assert len(run.of(BatchSending)) == 3
    assert [hit["stock"] for hit in caller.hits()] == [1] * 9


async def test_a_push_of_somebody_else_a_moment_before_is_not_taken_for_ours(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.push("updateObject", [{"objectID": f"other-{n}"} for n in range(3)])
    await asyncio.sleep(5.0)  # the service's clock is known to a second or two
    caller.fault({"close": "before_reading"}, **_PUSH)
    records: list[dict[str, object]] = [{"objectID": str(n)} for n in range(3)]
    plan = plan_records(workspace_of(tmp_path, records), PRODUCTS, Action.UPDATE_OBJECT, watch=False)
    run = await _run(sandbox, ledger, plan)
    assert run.numbers == (0, 0, 3, 0)


async def test_a_watched_push_that_outlasts_its_call_is_followed_by_its_event(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.settings(watch_limit_s=0.1, indexing_s=0.5)
    records: list[dict[str, object]] = [{"objectID": str(n)} for n in range(3)]
    plan = plan_records(workspace_of(tmp_path, records), PRODUCTS, Action.UPDATE_OBJECT, watch=True)
    run = await _run(sandbox, ledger, plan)
    assert run.numbers == (3, 0, 0, 0)
    assert len(run.of(BatchSending)) == 1


async def test_a_watched_push_whose_connection_ends_is_looked_for_before_it_is_sent_again(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"close": "after_applying"}, **_PUSH, nth=1)
    records: list[dict[str, object]] = [{"objectID": str(n)} for n in range(3)]
    plan = plan_records(workspace_of(tmp_path, records), PRODUCTS, Action.UPDATE_OBJECT, watch=True)
    run = await _run(sandbox, ledger, plan, Pace(patience=_PATIENCE, resending=Resending()))
    assert run.numbers == (3, 0, 0, 0)
    assert len(run.of(BatchSending)) == 1


async def test_a_limit_on_reading_events_slows_the_looks_down(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.settings(delay_s=1.0)
    caller.fault({"status": 429, "headers": {"retry-after": "1"}}, path="/events/", nth=1)
    run = await _run(sandbox, ledger, _counting(tmp_path, count=3))
    assert run.numbers == (3, 0, 0, 0)
    looks = [call for call in caller.get("/sandbox/calls") if "/events/" in call["path"]]
    assert looks[1]["time"] - looks[0]["time"] >= 0.95


async def test_looks_climb_back_to_their_rate_after_the_service_has_limited_them(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.settings(delay_s=1.0)
    caller.fault({"status": 429, "headers": {"retry-after": "0"}}, path="/events/", nth=1)
    calls, plan = CallPaces.of(480.0), _counting(tmp_path, count=3)
    async with sandbox_client(sandbox) as client:
        events = [event async for event in push(plan, client, ledger, control=Control(), pace=_PACE, calls=calls)]
    assert [(event.succeeded, event.records) for event in events if isinstance(event, Finished)] == [(3, 3)]
    assert calls.looks.per_minute is not None
    assert calls.looks.per_minute > 240.0
