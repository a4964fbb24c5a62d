"""A task and what happened to it, in the words of its page."""

from __future__ import annotations

from datetime import UTC, datetime

from pushconsole import quantities
from pushconsole.desktop.task_page import Code, Happening, Heading
from pushconsole.ingestion import (
    FAILURES_THAT_DISABLE,
    Event,
    EventStatus,
    Run,
    Standing,
    Target,
    TaskDetails,
    code_of,
    moment_of,
)
from pushconsole.runs import failures_in_words, last_run_in_words, refusal_of, transformations_in_words

_LOOKS = {"success": ("check", "succeeded"), "failure": ("cross", "failed")}
_WORDS = {"success": "succeeded", "failure": "failed"}
_EVENT_LOOKS = {
    EventStatus.SUCCEEDED: ("check", "succeeded"),
    EventStatus.FAILED: ("cross", "failed"),
    EventStatus.CRITICAL: ("cross", "failed"),
}
_UNDER_WAY = ("refresh", "muted")


def heading_of(target: Target, standing: Standing | None) -> Heading:
    """Return what stands at the top: the name, and whether it takes pushes now."""
    refusal, failures = refusal_of(target), failures_in_words(standing)
    state, look = ("Takes pushes", "test") if not refusal else ("Disabled", "production")
    if not target.takes_pushes:
        state, look = "Takes no pushes", "read-only"
    warning = f"{failures}." if failures else ""
    if standing is not None and failures and standing.reason:
        warning = f"{warning} The service said: {standing.reason}"
    return Heading(
        f"{target.name}  →  {target.own_index}", target.task_id, state, look, warning[:1].upper() + warning[1:]
    )


def facts_of(details: TaskDetails, standing: Standing | None) -> list[tuple[str, str, bool]]:
    """Return names with values, and whether a value is an identifier."""
    target, destination = details.target, details.destination
    excluded = ", ".join(destination.input.attributes_to_exclude or ())
    return [
        ("Source", f"{details.source.name}, type {details.source.type}", False),
        ("Destination", f"{destination.name}, type {destination.type}", False),
        ("Index", target.own_index or "none", False),
        ("Excluded attributes", excluded or "none", bool(excluded)),
        ("Records pass", transformations_in_words(target), False),
        ("Action", target.action or "not said", False),
        ("Runs", last_run_in_words(target, standing, datetime.now(UTC)) or "not known yet", False),
        ("Failures in a row", _failures(standing), False),
        ("Owner", target.owner or "not said", bool(target.owner)),
    ]


def _failures(standing: Standing | None) -> str:
    if standing is None:
        return "not known yet"
    many = f"{standing.failures_in_a_row} of the {FAILURES_THAT_DISABLE} that turn it off"
    return many if standing.failures_in_a_row else "none"


def codes_of(details: TaskDetails) -> list[Code]:
    """Return the transformations that records pass, in their order."""
    return [Code(one.name, one.description or "", code_of(one)) for one in details.transformations]


def run_row(run: Run) -> Happening:
    """Return a run as a line."""
    icon, tone = _LOOKS.get(run.outcome or "", _UNDER_WAY)
    when, tip = _moment(moment_of(run))
    outcome = _WORDS.get(run.outcome or "", run.status)
    return Happening(run.run_id, when, f"{tip}\nrun {run.run_id}", outcome, icon, tone, run.reason or "")


def event_row(event: Event) -> Happening:
    """Return an event as a line: how many records, and what was said of them."""
    icon, tone = _EVENT_LOOKS.get(EventStatus(event.status), _UNDER_WAY) if event.status else ("question", "warning")
    when, tip = _moment(event.published_at)
    said = str((event.data or {}).get("message", ""))
    records = quantities.counted(event.batch_size, "record", "records")
    what = " · ".join(part for part in (records, said) if part)
    return Happening(
        event.event_id, when, f"{tip}\nevent {event.event_id}", event.status or "unknown", icon, tone, what
    )


def _moment(text: str) -> tuple[str, str]:
    """Return a moment in local time, and the same with its offset."""
    if not text:
        return "", ""
    moment = datetime.fromisoformat(text).astimezone()
    return f"{moment:%Y-%m-%d %H:%M:%S}", quantities.moment_with_offset(moment)
