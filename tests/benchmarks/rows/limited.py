"""A push to a service that keeps to the documented limits."""

from __future__ import annotations

import asyncio

from pushconsole.ingestion import Action
from pushconsole.runs import Pace, plan_records
from tests.benchmarks.measuring import Bench, Measured
from tests.benchmarks.rows.pushing import TARGET, official, pushed
from tests.benchmarks.sink import CALLS_A_MINUTE, MOST_BYTES, running_sink

_BYTES_A_SECOND = MOST_BYTES * CALLS_A_MINUTE / 60
_OFFICIAL_PART = 20_000  # 20 calls, one after the other
_GOAL = 1.15


def measure(bench: Bench) -> list[Measured]:
    """Push all records once, and a part of them through the official client."""
    plan = plan_records(bench.loaded, TARGET, Action.UPDATE_OBJECT, watch=False)
    bound_s = plan.body_bytes / _BYTES_A_SECOND
    with running_sink(limits=True) as url:
        ours_s = asyncio.run(pushed(plan, url, bench.folder / "limited-ledger", Pace()))
    with running_sink(limits=True) as url:
        rate = official(bench.inputs.ndjson, url, _OFFICIAL_PART)
    ratio = ours_s / bound_s
    return [
        Measured(
            "push, documented limits, 300 ms", f"{plan.records / ours_s:,.0f} records/s ({ours_s:.1f} s)",
            f"bytes ÷ (5 MB × 500/min): {bound_s:.1f} s; official client: {rate:,.0f} records/s",
            f"{ratio:.2f} ×", f"≤ {_GOAL} ×", ratio <= _GOAL,
        )
    ]  # fmt: skip
