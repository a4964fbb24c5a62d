"""A push to a sink that answers at once."""

from __future__ import annotations

import asyncio
import time
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import orjson
from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.ingestion.client import IngestionClientSync
from algoliasearch.ingestion.config import IngestionConfig

from pushconsole.credentials import Secret
from pushconsole.ingestion import Action, IngestionClient, Target
from pushconsole.runs import Control, Finished, Ledger, Pace, Plan, plan_records, push
from tests.benchmarks.measuring import Bench, Measured
from tests.benchmarks.sink import running_sink

TARGET = Target("11111111-1111-4111-8111-111111111111", "Products", "products", "push", True, 0, None)  # noqa: FBT003
_OFFICIAL_PART = 50_000  # records given to the official client: its rate does not depend on their number
_CONCURRENT = 4  # as many as a run sends at once


def measure(bench: Bench) -> list[Measured]:
    """Push all records, the same bytes prepared, and a part through the official client."""
    records = bench.inputs.records
    plan = plan_records(bench.loaded, TARGET, Action.UPDATE_OBJECT, watch=False)
    ours, bare = [], []
    with running_sink() as url:
        for number in range(bench.rounds):
            bare.append(asyncio.run(_bare(plan, url)))
            ours.append(asyncio.run(pushed(plan, url, bench.folder / f"ledger-{number}")))
        theirs = official(bench.inputs.ndjson, url, _OFFICIAL_PART)
    rate, bare_rate = records / min(ours), records / min(bare)
    return [
        _row("push, sink", rate, "official chunked_push", theirs, 8),
        _row("push, sink", rate, "bare httpx, bytes prepared", bare_rate, 0.7),
    ]


def _row(what: str, rate: float, against: str, theirs: float, goal: float) -> Measured:
    ratio = rate / theirs
    figures = f"{rate:,.0f} records/s", f"{against}: {theirs:,.0f}/s", f"{ratio:.2f} ×", f"≥ {goal:g} ×"
    return Measured(what, *figures, ratio >= goal)


_UNPACED = Pace(calls_per_minute=None)


async def pushed(plan: Plan, url: str, ledger_file: Path, pace: Pace = _UNPACED) -> float:
    """Push a plan; return how many seconds it takes."""
    ledger = Ledger(ledger_file)
    client = IngestionClient(application_id="A", api_key=Secret("key"), region="us", ingestion_url=url, search_url=url)
    async with client:
        begun = time.perf_counter()
        async for event in push(plan, client, ledger, control=Control(), pace=pace):
            if isinstance(event, Finished):
                assert event.succeeded == plan.records
        taken = time.perf_counter() - begun
    ledger.close()
    return taken


async def _bare(plan: Plan, url: str) -> float:
    """Send the same bytes, all of them made before the clock starts."""
    bodies = [plan.payload(batch).body for batch in plan.batches]
    waiting = iter(bodies)
    async with httpx.AsyncClient(base_url=url) as client:
        begun = time.perf_counter()

        async def work() -> None:
            for body in waiting:
                (await client.post("/2/tasks/x/push", content=body)).raise_for_status()

        await asyncio.gather(*(work() for _ in range(_CONCURRENT)))
        return time.perf_counter() - begun


def official(file: Path, url: str, part: int) -> float:
    """Return the official client's records a second; they are decoded before the clock starts."""
    with file.open("rb") as lines:
        records = [orjson.loads(line) for line in islice(lines, part)]
    config = IngestionConfig("A", "key", "us")
    address = urlsplit(url)
    config.hosts = HostsCollection([Host(address.hostname or "", scheme="http", port=address.port)])
    client = IngestionClientSync.create_with_config(config)
    begun = time.perf_counter()
    client.chunked_push("products", records)
    taken = time.perf_counter() - begun
    client.close()
    return len(records) / taken
