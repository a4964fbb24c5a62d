"""A task in the words of its field and its list."""

from __future__ import annotations

from datetime import UTC, datetime

from pushconsole.desktop.task_choices import TaskChoice
from pushconsole.desktop.task_standings import FRESH_S
from pushconsole.ingestion import Standing, Target
from pushconsole.runs import (
    age_in_words,
    failures_in_words,
    last_run_in_words,
    refusal_of,
    transformations_in_words,
)

_OUTCOMES = {"success": "succeeded", "failure": "failed"}


def choice_of(target: Target, standing: Standing | None = None, fault: str = "") -> TaskChoice:
    """Return a task as it can be chosen, with all that is known of it."""
    now = datetime.now(UTC)
    ran, failures = last_run_in_words(target, standing, now), failures_in_words(standing)
    warning = failures if standing is not None and standing.next_disables else ""
    return TaskChoice(
        target.key,
        target.name,
        target.index,
        detail=_detail(target, ran, failures, age_in_words(standing, now, fresh_s=FRESH_S), fault),
        refusal=refusal_of(target),
        sought=_sought(target, standing),
        facts=_facts(target, ran, "" if warning else failures),
        warning=warning,
        outcome=_OUTCOMES.get(standing.outcome, "") if standing else "",
        takes_pushes=target.takes_pushes,
        tip=_tip(target, standing, ran, failures),
    )


def resolved_key(key: str, targets: dict[str, Target]) -> Target | None:
    """Return what a key stands for among an application's tasks: a task, or a task for another index."""
    task_id, _, index = key.partition("/")
    target = targets.get(task_id)
    return target.pushing_to(index) if target is not None and index else target


def _detail(target: Target, ran: str, failures: str, age: str, fault: str) -> str:
    through = f"As {target.reference}: source" if target.reference else "Source"
    told = [f"{through} {target.source_type}", transformations_in_words(target), ran, failures, age]
    sentence = " · ".join(part for part in told if part)
    return f"{sentence}\nIts runs cannot be read: {fault}" if fault else sentence


def _facts(target: Target, ran: str, failures: str) -> str:
    told = [
        f"as {target.reference}" if target.reference else "",
        failures,
        ran,
        transformations_in_words(target) if target.transformations else "",
        f"action {target.action}" if target.action else "",
        f"owner {target.owner[:8]}" if target.owner else "",
    ]
    return " · ".join(part for part in told if part)


def _sought(target: Target, standing: Standing | None) -> str:
    state = "enabled" if target.enabled else "disabled"
    words = [state, target.source_type, target.action, target.owner, target.reference, target.last_run or ""]
    if standing is not None:
        words += [standing.last_at or "", _OUTCOMES.get(standing.outcome, ""), standing.reason]
    return " ".join([*words, *target.transformation_names])


def _tip(target: Target, standing: Standing | None, ran: str, failures: str) -> str:
    """Tell all that is known, a line each."""
    lines = [
        ("Task", target.task_id),
        ("Source", f"{target.name} ({target.source_type})"),
        ("Index", target.index),
        ("Passes", transformations_in_words(target)),
        ("Action", target.action),
        ("State", "enabled" if target.enabled else "disabled"),
        ("Runs", ran),
        ("Failures", failures),
        ("Reason", standing.reason if standing else ""),
        ("Owner", target.owner),
    ]
    return "\n".join(f"{name}: {value}" for name, value in lines if value)
