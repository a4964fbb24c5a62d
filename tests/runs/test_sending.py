"""A run, through a real socket to the sandbox: what leaves, what it comes to, and that nothing is lost on the way."""

import asyncio
from pathlib import Path

import httpx
import pytest

from pushconsole.errors import LedgerFailed
from pushconsole.ingestion import Action, IngestionClient
from pushconsole.runs import (
    BatchEnded,
    BatchLimits,
    Control,
    Finished,
    Ledger,
    Pace,
    Plan,
    RunEvent,
    StopCause,
    Stopping,
    Verdict,
    plan_index_action,
    plan_records,
    push,
)
from pushconsole.runs.events import BatchAccepted, BatchSending
from pushconsole.sandbox import RunningSandbox
from tests.ingestion.builders import ClearKey
from tests.runs.builders import AT_ONCE, IMPATIENT, PRODUCTS, followed, numbered, sandbox_client, workspace_of
from tests.sandbox.caller import Caller

_PUSH = {"path": "/push$"}


def _plan(folder: Path, count: int = 60, per_batch: int = 10, *, watch: bool = False) -> Plan:
    workspace = workspace_of(folder, numbered(count))
    limits = BatchLimits(max_records=per_batch)
    return plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=watch, limits=limits)


def _pushes(caller: Caller) -> int:
    return sum(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))


@pytest.mark.parametrize("watch", [False, True])
async def test_all_records_of_all_batches_arrive(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, watch: bool
) -> None:
    run = await followed(_plan(tmp_path, watch=watch), sandbox_client(sandbox), ledger)
    assert run.numbers == (60, 0, 0, 0)
    assert run.accounting.all_succeeded
    assert sorted(hit["objectID"] for hit in caller.hits()) == [record["objectID"] for record in numbered(60)]


async def test_a_batch_is_in_the_ledger_as_sending_before_it_leaves(ledger: Ledger, tmp_path: Path) -> None:
    states: list[str] = []

    def service(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            (run,) = ledger.runs()
            states.append(ledger.batches(run.run_id)[0].state)
            return httpx.Response(200, json={"runID": "r", "eventID": "e"})
        event = {"eventID": "e", "runID": "r", "status": "succeeded", "type": "record", "batchSize": 1}
        return httpx.Response(200, json=event)

    client = IngestionClient(
        application_id="A", api_key=ClearKey(), region="us", transport=httpx.MockTransport(service)
    )
    run = await followed(_plan(tmp_path, count=1), client, ledger)
    assert states == ["sending"]
    assert run.numbers == (1, 0, 0, 0)


async def test_the_fingerprint_in_the_ledger_is_that_of_the_bytes(
    sandbox: RunningSandbox, ledger: Ledger, tmp_path: Path
) -> None:
    plan = _plan(tmp_path)
    run = await followed(plan, sandbox_client(sandbox), ledger)
    recorded = [entry.sha256 for entry in ledger.batches(run.finished.run_id)]
    assert recorded == [plan.payload(batch).sha256 for batch in plan.batches]


async def test_a_failed_event_fails_its_batch_and_names_the_record_with_its_line(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.settings(record_limit_bytes=1_000)
    records = numbered(30)
    records[16]["text"] = "x" * 2_000
    plan = plan_records(
        workspace_of(tmp_path, records),
        PRODUCTS,
        Action.UPDATE_OBJECT,
        watch=False,
        limits=BatchLimits(max_records=10),
    )
    run = await followed(plan, sandbox_client(sandbox), ledger)
    assert run.numbers == (29, 1, 0, 0)
    (ended,) = (event for event in run.of(BatchEnded) if event.verdict is Verdict.FAILED)
    (failure,) = ended.failures
    assert (failure.line, failure.object_id) == (17, "sku-00017")
    assert "too big" in failure.reason
    assert len(caller.hits()) == 29


@pytest.mark.parametrize("oversize", ["400 engine", "400 newer"])
async def test_a_refusal_names_the_record_in_either_text(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, oversize: str
) -> None:
    caller.settings(record_limit_bytes=1_000, oversize=oversize)
    records = numbered(5)
    records[3]["text"] = "x" * 2_000
    plan = plan_records(workspace_of(tmp_path, records), PRODUCTS, Action.UPDATE_OBJECT, watch=False)
    run = await followed(plan, sandbox_client(sandbox), ledger)
    assert run.numbers == (4, 1, 0, 0)
    (ended,) = (event for event in run.of(BatchEnded) if event.verdict is Verdict.FAILED)
    assert [failure.object_id for failure in ended.failures] == ["sku-00004"]


@pytest.mark.parametrize(
    "effect",
    [
        {"status": 500},
        {"status": 502, "body": "html"},
        {"body": "broken"},
        {"close": "after_reading"},
        {"close": "after_applying"},
        {"close": "before_reading"},
        {"event": "never"},
        {"event": "null"},
    ],
    ids=str,
)
async def test_what_nobody_knows_is_in_doubt_and_the_rest_goes_on(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, effect: dict[str, object]
) -> None:
    caller.fault(effect, **_PUSH, nth=2)
    run = await followed(_plan(tmp_path), sandbox_client(sandbox), ledger)
    assert run.numbers == (50, 0, 10, 0)
    assert not run.accounting.all_succeeded
    (ended,) = (event for event in run.of(BatchEnded) if event.verdict is Verdict.IN_DOUBT)
    assert ended.reason


@pytest.mark.parametrize("outcome", ["failed", "critical"])
@pytest.mark.parametrize("watch", [False, True])
async def test_that_an_event_exists_is_not_success(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, outcome: str, watch: bool
) -> None:
    caller.fault({"event": outcome, "message": "the destination is gone"}, **_PUSH)
    run = await followed(_plan(tmp_path, count=1, watch=watch), sandbox_client(sandbox), ledger)
    assert run.numbers == (0, 1, 0, 0)
    assert any("the destination is gone" in event.reason for event in run.of(BatchEnded))


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (401, StopCause.PERMISSION),
        (403, StopCause.PERMISSION),
        (404, StopCause.TARGET),
        (429, StopCause.LIMIT),
    ],
)
async def test_what_cannot_clear_up_by_itself_stops_the_run(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, status: int, cause: StopCause
) -> None:
    caller.fault({"status": status, "message": "not now"}, **_PUSH)
    pace = Pace(concurrency=1, patience=IMPATIENT.patience, resending=AT_ONCE)
    run = await followed(_plan(tmp_path), sandbox_client(sandbox), ledger, pace=pace)
    (stopping,) = run.of(Stopping)
    assert stopping.cause is cause
    assert _pushes(caller) == 1
    assert run.finished.unsent >= 50
    assert caller.index_names() == [] or caller.hits() == []


async def test_a_service_that_is_not_there_leaves_all_unsent(ledger: Ledger, tmp_path: Path) -> None:
    client = IngestionClient(
        application_id="A", api_key=ClearKey(), region="us", ingestion_url="http://127.0.0.1:9", search_url=None
    )
    run = await followed(_plan(tmp_path), client, ledger)
    assert run.numbers == (0, 0, 0, 60)
    assert [event.cause for event in run.of(Stopping)] == [StopCause.CONNECTION]


async def test_after_cancel_nothing_leaves_and_the_run_ends_within_a_second(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"delay_s": 30}, **_PUSH, nth=3)
    control = Control()
    cancelled_at = 0.0
    clock = asyncio.get_running_loop().time

    def cancel_at_the_first_verdict(event: RunEvent) -> None:
        nonlocal cancelled_at
        if isinstance(event, BatchEnded) and not control.cancelled:
            cancelled_at = clock()
            control.cancel()

    pace = Pace(concurrency=2, patience=IMPATIENT.patience)
    run = await followed(
        _plan(tmp_path, count=400),
        sandbox_client(sandbox),
        ledger,
        pace=pace,
        control=control,
        on_event=cancel_at_the_first_verdict,
    )
    assert clock() - cancelled_at < 1.0
    left = len(run.of(BatchSending))
    assert run.finished.unsent >= 400 - 10 * left > 0
    assert _pushes(caller) <= left
    assert [event.cause for event in run.of(Stopping)] == [StopCause.CANCELLED]


async def test_closing_the_iterator_early_closes_the_account(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"delay_s": 30}, **_PUSH)
    plan = _plan(tmp_path)
    async with sandbox_client(sandbox) as client:
        events = push(plan, client, ledger, control=Control())
        async for event in events:
            if isinstance(event, BatchSending):
                break
        await events.aclose()
    (run,) = ledger.runs()
    assert run.state == "finished"
    assert run.succeeded + run.failed + run.in_doubt + run.unsent == run.records == 60
    assert run.succeeded == 0
    assert plan.workspace is not None
    plan.workspace.add_record()  # and the table can be edited again


async def test_records_with_the_same_objectid_are_never_under_way_at_once(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    records = [{"objectID": "same", "n": at} for at in range(8)]
    workspace = workspace_of(tmp_path, records)
    plan = plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=BatchLimits(max_records=1))
    under_way: set[int] = set()
    most = 0

    def count(event: RunEvent) -> None:
        nonlocal most
        if isinstance(event, BatchSending):
            under_way.add(event.batch)
        elif isinstance(event, BatchEnded):
            under_way.discard(event.batch)
        most = max(most, len(under_way))

    run = await followed(plan, sandbox_client(sandbox), ledger, on_event=count)
    assert run.numbers == (8, 0, 0, 0)
    assert most == 1
    assert [hit["n"] for hit in caller.hits()] == [7]


async def test_halting_lets_batches_go_that_wait_for_one_another(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.fault({"status": 403}, **_PUSH)
    workspace = workspace_of(tmp_path, [{"objectID": "same", "n": at} for at in range(8)])
    plan = plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=BatchLimits(max_records=1))
    async with asyncio.timeout(20):
        run = await followed(plan, sandbox_client(sandbox), ledger)
    assert run.numbers == (0, 1, 0, 7)


@pytest.mark.parametrize("action", [Action.CLEAR, Action.DELETE])
async def test_an_action_on_the_index_succeeds_without_records(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, action: Action
) -> None:
    caller.push("updateObject", numbered(3))
    run = await followed(plan_index_action(PRODUCTS, action, watch=False), sandbox_client(sandbox), ledger)
    assert run.numbers == (0, 0, 0, 0)
    assert run.accounting.all_succeeded
    assert ("products" in caller.index_names()) is (action is Action.CLEAR)


async def test_a_ledger_that_cannot_be_written_lets_nothing_leave(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    ledger._connection.execute("DROP TABLE failed_records; DROP TABLE batches")
    async with sandbox_client(sandbox) as client:
        with pytest.raises(LedgerFailed, match="Nothing more is sent"):
            async for _ in push(_plan(tmp_path), client, ledger, control=Control()):
                pass
    assert _pushes(caller) == 0


async def test_the_workspace_is_frozen_while_the_run_is_open(
    sandbox: RunningSandbox, ledger: Ledger, tmp_path: Path
) -> None:
    plan = _plan(tmp_path)
    assert plan.workspace is not None
    frozen: list[bool] = []

    def look(event: RunEvent) -> None:
        if isinstance(event, BatchAccepted | Finished):
            try:
                plan.workspace.add_record()  # type: ignore[union-attr]
            except Exception as error:
                frozen.append("pushed" in str(error))

    await followed(plan, sandbox_client(sandbox), ledger, on_event=look)
    assert frozen
    assert all(frozen)


async def test_a_run_that_ends_while_it_is_paused_leaves_no_task_behind(
    sandbox: RunningSandbox, ledger: Ledger, tmp_path: Path
) -> None:
    before, control = asyncio.all_tasks(), Control()

    def pause(event: RunEvent) -> None:
        if isinstance(event, BatchAccepted):
            control.pause()

    run = await followed(_plan(tmp_path, count=1), sandbox_client(sandbox), ledger, control=control, on_event=pause)
    assert run.numbers == (1, 0, 0, 0)
    assert asyncio.all_tasks() == before
