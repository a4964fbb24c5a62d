"""What a run will be, is and was, in the form in which the panes show it."""

from __future__ import annotations

from datetime import datetime

from pushconsole import quantities
from pushconsole.desktop.run_bar import RunFigures
from pushconsole.desktop.runs_pane import RunRow
from pushconsole.runs import Accounting, PastRun, PlanSize, Throughput

_CALLS_PER_MINUTE = 500  # the service's limit an application, which the estimate is made by


def figures_of(accounting: Accounting, speed: float | None = None, left_s: float | None = None) -> RunFigures:
    """Return the five numbers of a run."""
    four = (accounting.succeeded, accounting.failed, accounting.in_doubt, accounting.unsent)
    return RunFigures(*four, speed, left_s, accounting.call)


def row_of(run: PastRun, state: str, can: frozenset[str], speed: Throughput | None) -> RunRow:
    """Return a line of the list of runs, with how it stands in a word and what can be done about it."""
    return RunRow(
        run_id=run.run_id,
        started=datetime.fromtimestamp(run.started_at).astimezone(),
        target=f"{run.task} → {run.index}",
        action=run.action,
        figures=RunFigures(run.succeeded, run.failed, run.in_doubt, run.unsent, call=run.call),
        state=state,
        can=can,
        speed=speed,
    )


def columns_in_words(names: list[str]) -> str:
    """Name one, count several."""
    return names[0] if len(names) == 1 else quantities.counted(len(names), "column", "columns")


def estimate_of(size: PlanSize) -> str:
    """Say how long a push will take at least."""
    seconds = 60 * size.calls / _CALLS_PER_MINUTE
    least = "under a second" if seconds < 1 else f"at least {quantities.duration(seconds)}"
    return f"{least} at {_CALLS_PER_MINUTE} calls a minute"


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters, with an ellipsis where some were left out."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
