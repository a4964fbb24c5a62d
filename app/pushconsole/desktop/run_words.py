"""What the window says of plans and runs."""

from __future__ import annotations

from datetime import datetime

from pushconsole import quantities
from pushconsole.desktop.run_bar import RunFigures
from pushconsole.desktop.runs_pane import RunRow
from pushconsole.runs import Accounting, PastRun, PlanSize

_CALLS_PER_MINUTE = 500  # the service's limit an application, which the estimate is made by


def figures(accounting: Accounting, speed: float | None = None, left_s: float | None = None) -> RunFigures:
    """Return the four counts of a run, and its speed in records a second where it is known."""
    return RunFigures(accounting.succeeded, accounting.failed, accounting.in_doubt, accounting.unsent, speed, left_s)


def row(run: PastRun) -> RunRow:
    """Return a past run as it is listed."""
    return RunRow(
        run_id=run.run_id,
        started=datetime.fromtimestamp(run.started_at).astimezone(),
        target=f"{run.task} → {run.index}",
        action=run.action,
        figures=RunFigures(run.succeeded, run.failed, run.in_doubt, run.unsent),
        state=run.state,
    )


def listed(names: list[str]) -> str:
    """Name one, count several."""
    return names[0] if len(names) == 1 else quantities.counted(len(names), "column", "columns")


def estimate(size: PlanSize) -> str:
    """Say how long a plan takes at least."""
    seconds = 60 * size.calls / _CALLS_PER_MINUTE
    least = "under a second" if seconds < 1 else f"at least {quantities.duration(seconds)}"
    return f"{least} at {_CALLS_PER_MINUTE} calls a minute"
