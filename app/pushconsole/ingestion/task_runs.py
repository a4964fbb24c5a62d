"""How a task's last runs went, from the observability endpoints: what nobody may look at for 500 tasks at once."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pushconsole.ingestion.messages import FINAL_STATUSES, EventPage, EventStatus, Run, RunPage

if TYPE_CHECKING:
    from pushconsole.ingestion.client import IngestionClient

FAILURES_THAT_DISABLE = 5
"""So many failed pushes in a row turn a task off (Algolia's documentation of tasks)."""
RUNS_SHOWN = 20
EVENTS_SHOWN = 50
_LOOK_BACK = timedelta(days=30)  # the service's own window ends after seven days
_PUSH = "push"
_SKIPPED = "skipped"

Turn = Callable[[], Awaitable[None]]
"""Waited for before each call, so that whoever asks keeps to a limit."""


@dataclass(frozen=True)
class Standing:
    """How a task stands.

    Attributes:
        task_id: the task's.
        last_at: when its newest run of the last 30 days ended or began, RFC 3339; None where there was none.
        outcome: of that run: success, failure, or empty while it is under way.
        reason: why it failed, in the service's words; empty where it did not say.
        failures_in_a_row: pushes that failed since the last that succeeded, as far as five.
        looked_at: when this was found out, in seconds since 1970.

    """

    task_id: str
    last_at: str | None = None
    outcome: str = ""
    reason: str = ""
    failures_in_a_row: int = 0
    looked_at: float = 0.0

    @property
    def next_disables(self) -> bool:
        """Whether one more failure turns the task off."""
        return self.failures_in_a_row == FAILURES_THAT_DISABLE - 1


async def _at_once() -> None:
    """Wait for nothing."""


async def standing_of(client: IngestionClient, task_id: str, turn: Turn = _at_once) -> Standing:
    """Find out how a task stands: one call, and one more for each of its newest runs that failed, as far as five.

    A run can hold many pushes, so the failures are counted by its events.

    Raises:
        ServiceError, ConnectionFailed: a call does not succeed.

    """
    await turn()
    page = await runs_of(client, task_id, count=FAILURES_THAT_DISABLE)
    runs = [run for run in page.runs if run.status != _SKIPPED]
    if not runs:
        return Standing(task_id, looked_at=time.time())
    newest = runs[0]
    return Standing(
        task_id,
        last_at=moment_of(newest),
        outcome=newest.outcome or "",
        reason=(newest.reason or "") if newest.outcome == "failure" else "",
        failures_in_a_row=await _failures(client, runs, turn),
        looked_at=time.time(),
    )


async def runs_of(client: IngestionClient, task_id: str, *, count: int = RUNS_SHOWN) -> RunPage:
    """Return the newest runs of a task in the last 30 days."""
    return await client.runs(
        taskID=task_id, sort="updatedAt", order="desc", itemsPerPage=count, startDate=_rfc3339(-_LOOK_BACK)
    )


async def events_of(client: IngestionClient, run: Run, page: int = 1) -> EventPage:
    """Return a page of a run's events, the newest first, however long ago they were."""
    return await client.events(
        run.run_id, sort="publishedAt", order="desc", itemsPerPage=EVENTS_SHOWN, page=page, startDate=run.created_at
    )


def moment_of(run: Run) -> str:
    """Return when a run ended, or else began."""
    return run.finished_at or run.started_at or run.created_at


async def _failures(client: IngestionClient, runs: Sequence[Run], turn: Turn) -> int:
    failures = 0
    for run in runs:
        if run.outcome == "success" or failures >= FAILURES_THAT_DISABLE:
            break
        if run.type != _PUSH:
            failures += run.outcome == "failure"
            continue
        await turn()
        statuses = await _last_statuses(client, run)
        succeeded = next((at for at, status in enumerate(statuses) if status == EventStatus.SUCCEEDED), None)
        failures += len(statuses) if succeeded is None else succeeded
        if succeeded is not None:
            break
    return min(failures, FAILURES_THAT_DISABLE)


async def _last_statuses(client: IngestionClient, run: Run) -> list[str | None]:
    """Return how the newest pushes of a run ended, the newest first."""
    final = ",".join(sorted(FINAL_STATUSES))
    page = await client.events(
        run.run_id,
        status=final,
        sort="publishedAt",
        order="desc",
        itemsPerPage=FAILURES_THAT_DISABLE,
        startDate=run.created_at,
    )
    return [event.status for event in page.events]


def _rfc3339(ago: timedelta) -> str:
    return (datetime.now(UTC) + ago).isoformat(timespec="seconds").replace("+00:00", "Z")
