"""What is said of a task, in the window and on the terminal: what it passes, how it went, why it takes no push."""

from __future__ import annotations

from datetime import datetime

from pushconsole.ingestion import FAILURES_THAT_DISABLE, Standing, Target
from pushconsole.quantities import ago, counted

_OUTCOMES = {"success": "succeeded", "failure": "failed"}


def refusal_of(target: Target) -> str:
    """Say in a few words why a task takes no push; nothing where it takes one."""
    if not target.takes_pushes:
        return f"its source is of type {target.source_type}, not push"
    return "" if target.enabled else "disabled"


def transformations_in_words(target: Target) -> str:
    """Name the transformations that records pass, or count those whose names are not known."""
    if not target.transformations:
        return "no transformation"
    if len(target.transformation_names) == target.transformations:
        named = ", ".join(f"“{name}”" for name in target.transformation_names)
        return f"transformation {named}" if target.transformations == 1 else f"transformations {named}"
    return counted(target.transformations, "transformation", "transformations")


def last_run_in_words(target: Target, standing: Standing | None, now: datetime) -> str:
    """Say when a task last ran and how that went, as far as it is known; nothing where nothing is."""
    at = _last_at(target, standing)
    if at is None:
        return "" if standing is None else "no run in 30 days"
    when = f"last run {ago((now - at).total_seconds())}"
    if standing is None or standing.last_at is None:
        return when
    return f"{when}, {_OUTCOMES.get(standing.outcome, 'under way')}"


def failures_in_words(standing: Standing | None) -> str:
    """Say how many pushes failed in a row, and that the next one turns the task off; nothing where none did."""
    if standing is None or not standing.failures_in_a_row:
        return ""
    pushes = counted(standing.failures_in_a_row, "push", "pushes in a row")
    if standing.next_disables:
        return f"{pushes} failed: the next failure turns it off"
    if standing.failures_in_a_row >= FAILURES_THAT_DISABLE:
        return f"{pushes} or more failed"
    return f"the last {pushes} failed" if standing.failures_in_a_row > 1 else "the last push failed"


def age_in_words(standing: Standing | None, now: datetime, *, fresh_s: float) -> str:
    """Say how old what is known is, unless it is fresh."""
    if standing is None or (age_s := now.timestamp() - standing.looked_at) <= fresh_s:
        return ""
    return f"as of {ago(age_s)}"


def _last_at(target: Target, standing: Standing | None) -> datetime | None:
    """Return the later of what the runs tell and what the task says, which knows of scheduled runs only."""
    known = [text for text in (target.last_run, standing.last_at if standing else None) if text]
    return max((datetime.fromisoformat(text) for text in known), default=None)
