"""What is sent again, and what is not: through a real socket, and counted on the service's side."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pushconsole.ingestion import Action
from pushconsole.runs import (
    BatchLimits,
    BatchSending,
    Control,
    Ledger,
    Pace,
    Plan,
    Resending,
    Retrying,
    RunEvent,
    StopCause,
    Stopping,
    Throttled,
    plan_records,
    safe_to_send_twice,
)
from pushconsole.sandbox import RunningSandbox
from tests.runs.builders import IMPATIENT, PRODUCTS, Followed, followed, sandbox_client, workspace_of
from tests.sandbox.caller import Caller

_PUSH = {"path": "/push$"}
_QUICK = Resending(attempts=3, first_pause_s=0.01, longest_pause_s=0.02, for_s=5)
_PACE = Pace(concurrency=1, patience=IMPATIENT.patience, resending=_QUICK, settling_s=0)
_LOST: list[dict[str, object]] = [
    {"status": 500},
    {"status": 503},
    {"status": 502, "body": "html"},
    {"close": "before_reading"},
    {"close": "after_reading"},
    {"close": "after_applying"},
]


def _plan(folder: Path, action: Action, records: list[dict[str, object]] | None = None) -> Plan:
    records = records or [{"objectID": f"sku-{number}", "stock": number} for number in range(4)]
    return plan_records(workspace_of(folder, records), PRODUCTS, action, watch=False)


async def _run(sandbox: RunningSandbox, ledger: Ledger, plan: Plan, pace: Pace = _PACE) -> Followed:
    return await followed(plan, sandbox_client(sandbox), ledger, pace=pace)


@pytest.mark.parametrize("effect", _LOST, ids=str)
async def test_what_is_safe_to_send_twice_is_sent_again_and_ends_well(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, effect: dict[str, object]
) -> None:
    caller.fault(effect, **_PUSH, nth=1)
    run = await _run(sandbox, ledger, _plan(tmp_path, Action.UPDATE_OBJECT))
    assert run.numbers == (4, 0, 0, 0)
    assert [event.attempt for event in run.of(BatchSending)] == [1, 2]
    assert [event.attempt for event in run.of(Retrying)] == [1]
    assert {hit["objectID"] for hit in caller.hits()} == {"sku-0", "sku-1", "sku-2", "sku-3"}


@pytest.mark.parametrize("effect", [{"status": 500}, {"close": "after_applying"}], ids=str)
async def test_an_increment_is_never_sent_twice(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, effect: dict[str, object]
) -> None:
    records: list[dict[str, object]] = [{"objectID": "a", "stock": {"_operation": "Increment", "value": 1}}]
    caller.fault(effect, **_PUSH, nth=1)
    run = await _run(sandbox, ledger, _plan(tmp_path, Action.PARTIAL_UPDATE_OBJECT, records))
    assert run.numbers == (0, 0, 1, 0)
    assert len(run.of(BatchSending)) == 1


async def test_what_fails_each_time_is_in_doubt_in_the_end(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"status": 500}, **_PUSH)
    run = await _run(sandbox, ledger, _plan(tmp_path, Action.UPDATE_OBJECT))
    assert run.numbers == (0, 0, 4, 0)
    assert [event.attempt for event in run.of(BatchSending)] == [1, 2, 3]


async def test_after_an_attempt_that_may_have_taken_effect_a_refusal_leaves_the_doubt(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"close": "after_applying"}, **_PUSH, nth=1)
    caller.fault({"status": 403, "message": "no more"}, **_PUSH, nth=2)
    run = await _run(sandbox, ledger, _plan(tmp_path, Action.UPDATE_OBJECT))
    assert run.numbers == (0, 0, 4, 0)
    assert [event.cause for event in run.of(Stopping)] == [StopCause.PERMISSION]


async def test_a_cancel_before_the_second_attempt_leaves_the_doubt_of_the_first(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"close": "after_applying"}, **_PUSH, nth=1)
    control = Control()

    def cancel_while_it_waits(event: RunEvent) -> None:
        if isinstance(event, Retrying):
            control.cancel()

    plan = _plan(tmp_path, Action.UPDATE_OBJECT)
    client = sandbox_client(sandbox)
    run = await followed(plan, client, ledger, pace=_PACE, control=control, on_event=cancel_while_it_waits)
    assert run.numbers == (0, 0, 4, 0)
    assert len(caller.hits()) == 4


async def test_a_key_that_may_not_read_events_leaves_accepted_batches_in_doubt_and_closes_the_account(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"status": 403, "message": "no events for you"}, path="/events/")
    run = await _run(sandbox, ledger, _plan(tmp_path, Action.UPDATE_OBJECT))
    assert run.numbers == (0, 0, 4, 0)
    assert [event.cause for event in run.of(Stopping)] == [StopCause.PERMISSION]
    assert ledger.runs()[0].state == "finished"


async def test_a_run_that_stops_does_not_wait_out_a_pause(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"status": 429, "headers": {"retry-after": "60"}}, **_PUSH, nth=1)
    records: list[dict[str, object]] = [{"objectID": f"sku-{number}"} for number in range(2)]
    workspace = workspace_of(tmp_path, records)
    limits = BatchLimits(max_records=1)
    plan = plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=limits)
    control = Control()

    def cancel_when_throttled(event: RunEvent) -> None:
        if isinstance(event, Throttled):
            control.cancel()

    pace = Pace(concurrency=1, patience=IMPATIENT.patience, resending=Resending(for_s=300))
    begun = time.monotonic()
    run = await followed(
        plan, sandbox_client(sandbox), ledger, pace=pace, control=control, on_event=cancel_when_throttled
    )
    assert run.numbers == (0, 0, 0, 2)
    assert time.monotonic() - begun < 5


async def test_the_limit_of_calls_is_waited_for(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"status": 429, "message": "slow down"}, **_PUSH, nth=1)
    run = await _run(sandbox, ledger, _plan(tmp_path, Action.PARTIAL_UPDATE_OBJECT))
    assert run.numbers == (4, 0, 0, 0)
    (throttled,) = run.of(Throttled)
    assert 0.5 <= throttled.seconds <= 1.0
    assert throttled.calls_per_minute == 240


@pytest.mark.parametrize(
    ("action", "body", "safe"),
    [
        (Action.UPDATE_OBJECT, b'{"a":{"_operation":"Increment","value":1}}', True),
        (Action.PARTIAL_UPDATE_OBJECT, b'{"a":1}', True),
        (Action.PARTIAL_UPDATE_OBJECT, b'{"a":{"_operation": "Add","value":1}}', False),
        (Action.PARTIAL_UPDATE_OBJECT, b'{"a":{"_operation":"AddUnique","value":1}}', True),
        (Action.PARTIAL_UPDATE_OBJECT_NO_CREATE, b'{"a":{"_operation":"Decrement","value":1}}', False),
        (Action.PARTIAL_UPDATE_OBJECT, b'{"a":{"_operation":"\\u0049ncrement","value":1}}', False),
        (Action.PARTIAL_UPDATE_OBJECT, b'{"a":"caf\\u00e9"}', True),
    ],
)
def test_operations_that_count_or_add_make_a_body_unsafe(action: Action, body: bytes, safe: bool) -> None:
    assert safe_to_send_twice(action, body) is safe
