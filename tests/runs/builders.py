"""Plans and runs for tests: a workspace from lines of JSON, and a run that is followed to its end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pushconsole.credentials import Secret
from pushconsole.ingestion import IngestionClient, Target
from pushconsole.records import Workspace
from pushconsole.runs import Accounting, Control, Finished, Ledger, Pace, Patience, Plan, Resending, RunEvent, push
from pushconsole.sandbox import RunningSandbox

_Event = TypeVar("_Event")

PRODUCTS = Target(
    task_id="11111111-1111-4111-8111-111111111111",
    name="Products",
    index="products",
    source_type="push",
    enabled=True,
    transformations=0,
    last_run=None,
)
AT_ONCE = Resending(attempts=1, for_s=0)
"""Nothing is sent again."""
IMPATIENT = Pace(
    patience=Patience(wait_s=0.3, first_pause_s=0.01, slowest_pause_s=0.05),
    calls_per_minute=None,
    resending=AT_ONCE,
    settling_s=0,
)


def numbered(count: int) -> list[dict[str, object]]:
    """Return this many small records with objectIDs."""
    return [{"objectID": f"sku-{number:05}", "stock": number} for number in range(1, count + 1)]


def workspace_of(folder: Path, records: Sequence[Mapping[str, object]]) -> Workspace:
    """Return a workspace loaded from an NDJSON file of these records; empty where there are none."""
    workspace = Workspace.create(folder / "workspace.sqlite")
    if records:
        file = folder / "records.ndjson"
        lines = (json.dumps(record, separators=(",", ":")) + "\n" for record in records)
        file.write_text("".join(lines), encoding="utf-8")
        workspace.load(file)
    return workspace


def sandbox_client(running: RunningSandbox, *, api_key: str | None = None) -> IngestionClient:
    """Return a client for a sandbox."""
    return IngestionClient(
        application_id=running.app_id,
        api_key=Secret(api_key or running.api_key),
        region="us",
        ingestion_url=running.ingestion_url,
        search_url=running.search_url,
    )


@dataclass
class Followed:
    """What a run told, from its first event to its last."""

    accounting: Accounting
    events: list[RunEvent] = field(default_factory=list)

    @property
    def finished(self) -> Finished:
        """The closing event."""
        last = self.events[-1]
        assert isinstance(last, Finished)
        return last

    @property
    def numbers(self) -> tuple[int, int, int, int]:
        """Succeeded, failed, in doubt and unsent."""
        return self.finished.succeeded, self.finished.failed, self.finished.in_doubt, self.finished.unsent

    def of(self, kind: type[_Event]) -> list[_Event]:
        """Return the events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]


async def followed(
    plan: Plan,
    client: IngestionClient,
    ledger: Ledger,
    *,
    pace: Pace = IMPATIENT,
    control: Control | None = None,
    on_event: Callable[[RunEvent], None] = lambda _: None,
) -> Followed:
    """Run a plan to its end, and check that every account of it is closed and says the same."""
    result = Followed(Accounting(plan))
    async for event in _events(plan, client, ledger, control or Control(), pace):
        result.accounting.apply(event)
        result.events.append(event)
        on_event(event)
    finished = result.finished
    assert sum(result.numbers) == finished.records == plan.records
    assert tuple(ledger.totals(finished.run_id).values()) == result.numbers
    accounting = result.accounting
    assert (accounting.succeeded, accounting.failed, accounting.in_doubt, accounting.unsent) == result.numbers
    return result


async def _events(
    plan: Plan, client: IngestionClient, ledger: Ledger, control: Control, pace: Pace
) -> AsyncIterator[RunEvent]:
    async with client:
        async for event in push(plan, client, ledger, control=control, pace=pace):
            yield event
