"""A long run under constant faults ends closed and leaves nothing behind; pausing and cancelling it takes no time."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from pushconsole.ingestion import Action
from pushconsole.runs import (
    BatchEnded,
    BatchLimits,
    Control,
    Ledger,
    Pace,
    Patience,
    Plan,
    Resending,
    RunEvent,
    Verdict,
    plan_records,
)
from pushconsole.sandbox import RunningSandbox
from tests.runs.builders import PRODUCTS, Followed, followed, numbered, sandbox_client, workspace_of
from tests.sandbox.caller import Caller

_BATCHES = 2_000
_FAULTS: tuple[dict[str, object], ...] = (  # together they hit 5 % of the pushes
    {"status": 429, "headers": {"retry-after": "0.1"}},
    {"status": 500},
    {"status": 502, "body": "html"},
    {"status": 503},
    {"body": "broken"},
    {"close": "before_reading"},
    {"close": "after_reading"},
    {"close": "after_applying"},
    {"event": "failed"},
    {"delay_s": 0.5},
)
_SWIFT = Pace(
    patience=Patience(wait_s=2.0, first_pause_s=0.01, slowest_pause_s=0.05),
    resending=Resending(attempts=5, first_pause_s=0.01, longest_pause_s=0.05),
    settling_s=0.2,
    calls_per_minute=None,
)


@dataclass(frozen=True)
class _Footprint:
    """What the process holds of the machine; the connections of the calls that are under way are as many as these."""

    megabytes: float
    files: int
    connections: int
    tasks: int
    threads: int

    @classmethod
    def now(cls) -> _Footprint:
        gc.collect()
        process = psutil.Process(os.getpid())
        tasks = len(asyncio.all_tasks())
        connections = len(process.net_connections())
        files = process.num_fds() - connections
        return cls(process.memory_info().rss / 1e6, files, connections, tasks, threading.active_count())


def _plan(folder: Path, batches: int, *, per_batch: int = 10) -> Plan:
    workspace = workspace_of(folder, numbered(batches * per_batch))
    limits = BatchLimits(max_records=per_batch)
    return plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=limits)


@pytest.mark.timeout(400)
async def test_2000_batches_with_faults_end_closed_and_nothing_grows(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.settings(calls_per_minute=0)
    for seed, effect in enumerate(_FAULTS):
        caller.fault(effect, path="/push$", probability=0.05 / len(_FAULTS), seed=seed)
    footprints: list[_Footprint] = []
    ended = 0

    def look(event: RunEvent) -> None:
        nonlocal ended
        ended += isinstance(event, BatchEnded)
        if isinstance(event, BatchEnded) and ended % (_BATCHES // 4) == 0:
            footprints.append(_Footprint.now())

    plan = _plan(tmp_path, _BATCHES)
    before = _Footprint.now()
    run = await followed(plan, sandbox_client(sandbox), ledger, pace=_SWIFT, on_event=look)
    after = _Footprint.now()
    hit = sum(rule["hit"] for rule in caller.get("/sandbox/faults"))
    sys.stdout.write(
        f"{_BATCHES:,} batches, {hit} faults: {run.numbers}\n" + "".join(f"{f}\n" for f in (before, *footprints, after))
    )
    assert hit >= 0.03 * _BATCHES
    assert run.finished.unsent == 0
    assert run.finished.succeeded >= 0.99 * run.finished.records
    there = {hit["objectID"] for hit in caller.all_hits()}
    assert run.finished.succeeded <= len(there) <= run.finished.succeeded + run.finished.in_doubt
    first, last = footprints[0], footprints[-1]
    assert last.megabytes <= first.megabytes + 20
    assert last.files <= first.files + 2
    assert after.connections <= before.connections
    assert last.threads <= first.threads + 2
    assert max(f.tasks for f in footprints) <= 8 * _SWIFT.following


async def _loaded(sandbox: RunningSandbox, ledger: Ledger, folder: Path, control: Control) -> asyncio.Task[Followed]:
    """Start a run of many batches, and return it once it is in full swing."""
    swinging = asyncio.Event()
    ended = 0

    def count(event: RunEvent) -> None:
        nonlocal ended
        ended += isinstance(event, BatchEnded)
        if ended >= 20:
            swinging.set()

    work = followed(_plan(folder, 400), sandbox_client(sandbox), ledger, pace=_SWIFT, control=control, on_event=count)
    running = asyncio.create_task(work)
    await swinging.wait()
    return running


def _arrivals(caller: Caller) -> list[float]:
    return [call["time"] for call in caller.get("/sandbox/calls") if call["path"].endswith("/push")]


@pytest.mark.parametrize("delay_s", [0.0, 0.1, 3.0], ids=lambda s: f"answers after {s} s")
async def test_cancel_returns_at_once_and_nothing_leaves_any_more(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path, delay_s: float
) -> None:
    caller.settings(calls_per_minute=0)
    control = Control()
    running = await _loaded(sandbox, ledger, tmp_path, control)
    if delay_s:
        caller.fault({"delay_s": delay_s}, path="/push$")
    await asyncio.sleep(0.3)
    cancelled, cancelled_at = time.perf_counter(), time.time()
    control.cancel()
    run = await running
    took_s = time.perf_counter() - cancelled
    sys.stdout.write(f"cancelled in {took_s:.2f} s: {run.numbers}\n")
    assert took_s < 1.0
    assert run.finished.unsent > 0
    await asyncio.sleep(0.5)
    arrivals = _arrivals(caller)
    assert max(arrivals) <= cancelled_at + 0.1, "nothing leaves after the cancel"
    unsent = {f"sku-{n:05}" for first, last in run.accounting.ranges(Verdict.UNSENT) for n in range(first, last + 1)}
    assert unsent.isdisjoint(hit["objectID"] for hit in caller.all_hits())


async def test_a_pause_holds_at_once_until_the_run_goes_on(
    sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path
) -> None:
    caller.settings(calls_per_minute=0)
    control = Control()
    running = await _loaded(sandbox, ledger, tmp_path, control)
    paused_at = time.time()
    control.pause()
    await asyncio.sleep(1.0)
    arrivals = _arrivals(caller)
    assert max(arrivals) <= paused_at + 0.1
    before = len(arrivals)
    await asyncio.sleep(0.5)
    assert len(_arrivals(caller)) == before < 400
    control.go_on()
    run = await running
    assert run.numbers == (run.finished.records, 0, 0, 0)
