"""A laptop that sleeps and a network that goes away in the middle of a run: through real sockets and a real process."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pushconsole.credentials import Secret
from pushconsole.ingestion import Action, IngestionClient
from pushconsole.runs import (
    BatchEnded,
    BatchLimits,
    BatchSending,
    Control,
    Doubtful,
    Ledger,
    Pace,
    Patience,
    Plan,
    Resending,
    Retrying,
    RunEvent,
    StopCause,
    Stopping,
    plan_records,
    resume,
    resumption,
)
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import Shell, environment, written
from tests.faults.road import Road
from tests.runs.builders import PRODUCTS, followed, workspace_of
from tests.sandbox.caller import Caller, eventually

_COUNT, _IN_A_CALL = 400, 10
_ACTIONS = {Action.UPDATE_OBJECT: 1, Action.PARTIAL_UPDATE_OBJECT: {"_operation": "Increment", "value": 1}}
_PACE = Pace(
    patience=Patience(wait_s=10.0, first_pause_s=0.01, slowest_pause_s=0.05),
    resending=Resending(attempts=3, first_pause_s=0.01, longest_pause_s=0.05, for_s=20),
    settling_s=1.0,
    calls_per_minute=None,
)


@pytest.fixture
def road(sandbox: RunningSandbox) -> Iterator[Road]:
    """Give a road to the sandbox that can be closed."""
    with Road(sandbox.ingestion_url) as road:
        yield road


def _client(sandbox: RunningSandbox, url: str) -> IngestionClient:
    return IngestionClient(
        application_id=sandbox.app_id,
        api_key=Secret(sandbox.api_key),
        region="us",
        ingestion_url=url,
        search_url=sandbox.search_url,
    )


def _plan(folder: Path, action: Action) -> Plan:
    records: list[dict[str, object]] = [{"objectID": f"sku-{n:05}", "stock": _ACTIONS[action]} for n in range(_COUNT)]
    limits = BatchLimits(max_records=_IN_A_CALL)
    return plan_records(workspace_of(folder, records), PRODUCTS, action, watch=False, limits=limits)


def _at_verdict(number: int, do: Callable[[], object]) -> Callable[[RunEvent], None]:
    """Do something once, in a thread of its own, when so many batches have a verdict."""
    ended = 0

    def look(event: RunEvent) -> None:
        nonlocal ended
        if isinstance(event, BatchEnded):
            ended += 1
            if ended == number:
                asyncio.get_running_loop().run_in_executor(None, do)

    return look


def _check_applied(caller: Caller, numbers: tuple[int, int, int, int]) -> None:
    """Compare what the index holds with the account."""
    succeeded, _, in_doubt, _ = numbers
    stocks = [hit["stock"] for hit in caller.all_hits()]
    assert set(stocks) <= {1}, "nothing is applied twice"
    assert succeeded <= len(stocks) <= succeeded + in_doubt


@pytest.mark.parametrize("action", list(_ACTIONS))
async def test_a_network_that_goes_away_for_a_while_costs_no_record(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, road: Road, action: Action
) -> None:
    caller.settings(calls_per_minute=0)
    caller.fault({"delay_s": 0.05}, path="/push$")

    def go_away() -> None:
        road.close()
        time.sleep(2.5)  # far longer than three attempts take
        road.reopen()

    run = await followed(
        _plan(tmp_path, action), _client(sandbox, road.url), ledger, pace=_PACE, on_event=_at_verdict(5, go_away)
    )
    assert run.of(Retrying)
    assert not run.of(Stopping)
    assert (run.finished.failed, run.finished.unsent) == (0, 0)
    if action is Action.UPDATE_OBJECT:
        assert run.finished.succeeded == _COUNT
    else:  # no more than were under way when it went
        assert run.finished.in_doubt <= _PACE.concurrency * _IN_A_CALL
    _check_applied(caller, run.numbers)


async def test_what_was_under_way_when_the_network_went_is_settled_once_it_is_back(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, road: Road
) -> None:
    caller.settings(calls_per_minute=0)
    caller.fault({"drip": {"bytes": 1, "interval_s": 0.5}}, path="/push$", nth=2)  # applied, its answer on its way
    pace = Pace(
        concurrency=1, patience=_PACE.patience, resending=_PACE.resending, settling_s=1.0, calls_per_minute=None
    )

    def go_away() -> None:
        eventually(lambda: len(list(caller.all_hits())) == 2 * _IN_A_CALL)
        road.close()
        time.sleep(3.0)  # longer than a push is looked for where the service can be reached
        road.reopen()

    run = await followed(
        _plan(tmp_path, Action.PARTIAL_UPDATE_OBJECT),
        _client(sandbox, road.url),
        ledger,
        pace=pace,
        on_event=_at_verdict(1, go_away),
    )
    assert run.numbers == (_COUNT, 0, 0, 0)
    _check_applied(caller, run.numbers)


async def test_a_name_that_cannot_be_found_for_a_while_is_looked_up_again(
    sandbox: RunningSandbox,
    caller: Caller,
    ledger: Ledger,
    tmp_path: Path,
    road: Road,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caller.settings(calls_per_minute=0)
    look_up, gone = socket.getaddrinfo, False

    def answer(*of: Any, **more: Any) -> Any:
        if gone:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return look_up(*of, **more)

    def go_away() -> None:
        nonlocal gone
        gone = True
        road.close()
        time.sleep(2.5)
        road.reopen()
        gone = False

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    url = road.url.replace("127.0.0.1", "localhost")
    plan = _plan(tmp_path, Action.UPDATE_OBJECT)
    run = await followed(plan, _client(sandbox, url), ledger, pace=_PACE, on_event=_at_verdict(5, go_away))
    assert run.numbers == (_COUNT, 0, 0, 0)
    assert any("cannot be found" in event.reason for event in run.of(Retrying))


async def test_a_network_that_stays_away_ends_the_run_closed_and_it_is_resumed_on_another_day(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, road: Road
) -> None:
    caller.settings(calls_per_minute=0)
    caller.fault({"delay_s": 0.05}, path="/push$")
    plan = _plan(tmp_path, Action.PARTIAL_UPDATE_OBJECT)
    resending = Resending(attempts=3, first_pause_s=0.01, longest_pause_s=0.05, for_s=1.5)
    pace = Pace(patience=_PACE.patience, resending=resending, settling_s=1.0, calls_per_minute=None)
    run = await followed(plan, _client(sandbox, road.url), ledger, pace=pace, on_event=_at_verdict(5, road.close))
    assert [event.cause for event in run.of(Stopping)] == [StopCause.CONNECTION]
    assert run.finished.unsent > 0
    _check_applied(caller, run.numbers)
    road.reopen()
    saved = ledger.saved_run(run.finished.run_id)
    again = resumption(ledger, saved, PRODUCTS, plan.workspace, Doubtful.LEAVE)
    async with _client(sandbox, road.url) as client:
        async for _ in resume(again, client, ledger, control=Control(), pace=_PACE):
            pass
    succeeded, failed, in_doubt, unsent = ledger.totals(run.finished.run_id).values()
    assert (failed, unsent) == (0, 0)
    assert in_doubt <= pace.concurrency * _IN_A_CALL
    _check_applied(caller, (succeeded, failed, in_doubt, unsent))


@contextlib.asynccontextmanager
async def _asleep_midway(
    control: Control, fall_asleep: Callable[[], None]
) -> AsyncIterator[Callable[[RunEvent], None]]:
    """Give what pauses a run midway, so that all its connections are at rest, falls asleep and goes on."""
    paused = asyncio.Event()

    def look(event: RunEvent) -> None:
        if isinstance(event, BatchEnded) and not paused.is_set():
            control.pause()
            paused.set()

    async def sleep() -> None:
        await paused.wait()
        await asyncio.sleep(1.0)  # what was under way has long been answered
        await asyncio.to_thread(fall_asleep)
        control.go_on()

    sleeping = asyncio.create_task(sleep())
    yield look
    await sleeping


async def test_after_a_sleep_nothing_leaves_on_a_connection_from_before(
    sandbox: RunningSandbox,
    caller: Caller,
    ledger: Ledger,
    tmp_path: Path,
    road: Road,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caller.settings(calls_per_minute=0)
    slept_s = 0.0
    monkeypatch.setattr("pushconsole.ingestion.connections.asleep_s", lambda: slept_s)
    control = Control()

    def fall_asleep() -> None:
        nonlocal slept_s
        road.forget()
        slept_s += 8 * 60 * 60

    client = _client(sandbox, road.url)
    async with _asleep_midway(control, fall_asleep) as look, asyncio.timeout(20):  # a call would wait for 180 s
        run = await followed(
            _plan(tmp_path, Action.PARTIAL_UPDATE_OBJECT), client, ledger, pace=_PACE, control=control, on_event=look
        )
    assert run.numbers == (_COUNT, 0, 0, 0)
    assert all(event.attempt == 1 for event in run.of(BatchSending))


@pytest.mark.parametrize("jump_s", [-7_200.0, 7_200.0], ids=["back", "ahead"])
async def test_a_clock_that_is_set_while_an_answer_is_awaited_hides_no_event(
    sandbox: RunningSandbox,
    caller: Caller,
    ledger: Ledger,
    tmp_path: Path,
    road: Road,
    monkeypatch: pytest.MonkeyPatch,
    jump_s: float,
) -> None:
    caller.fault({"delay_s": 0.5, "close": "after_applying"}, path="/push$", nth=2)
    tell, ahead_s = time.time, 0.0
    monkeypatch.setattr(time, "time", lambda: tell() + ahead_s)

    def look(event: RunEvent) -> None:
        nonlocal ahead_s
        if isinstance(event, BatchSending) and event.batch == 2:
            ahead_s = jump_s

    pace = Pace(
        concurrency=1, patience=_PACE.patience, resending=_PACE.resending, settling_s=3.0, calls_per_minute=None
    )
    plan = _plan(tmp_path, Action.PARTIAL_UPDATE_OBJECT)
    run = await followed(plan, _client(sandbox, road.url), ledger, pace=pace, on_event=look)
    assert run.numbers == (_COUNT, 0, 0, 0)
    _check_applied(caller, run.numbers)


_WITH_SHORT_TIMEOUTS = """
from pushconsole.ingestion import client
client.PUSH_TIMEOUT_S = client.CALL_TIMEOUT_S = 1.0
from pushconsole.__main__ import main
main()
"""


@pytest.mark.parametrize("action", list(_ACTIONS))
def test_a_process_that_is_stopped_for_longer_than_its_timeouts_loses_nothing(
    sandbox: RunningSandbox, caller: Caller, tmp_path: Path, action: Action
) -> None:
    caller.settings(calls_per_minute=0)
    caller.fault({"delay_s": 0.2}, path="/push$")
    lines = (json.dumps({"objectID": f"sku-{n:05}", "stock": _ACTIONS[action]}) for n in range(_COUNT))
    shell = Shell(sandbox)
    words = shell.arguments(
        written(tmp_path / "records.ndjson", "\n".join(lines)),
        *("--max-batch-records", str(_IN_A_CALL), "--settle", "5", "--json"),
        action=action,
    )
    process = subprocess.Popen(
        [sys.executable, "-c", _WITH_SHORT_TIMEOUTS, *map(str, words)],
        env=environment(shell.environ),
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        for calls in (4, 12):
            eventually(functools.partial(_has_pushed, caller, calls))
            os.kill(process.pid, signal.SIGSTOP)
            time.sleep(2.5)
            os.kill(process.pid, signal.SIGCONT)
        out, _ = process.communicate(timeout=60)
    *_, finished = map(json.loads, out.splitlines())
    numbers = tuple(finished[word] for word in ("succeeded", "failed", "in_doubt", "unsent"))
    assert numbers == (_COUNT, 0, 0, 0)
    _check_applied(caller, (finished["succeeded"], 0, finished["in_doubt"], 0))


def _has_pushed(caller: Caller, calls: int) -> bool:
    return [call["path"].endswith("/push") for call in caller.get("/sandbox/calls")].count(True) >= calls
