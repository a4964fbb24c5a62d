"""A run's events as the lines people read, the same in the window's log and in the terminal."""

from __future__ import annotations

import dataclasses
import enum
from dataclasses import dataclass
from typing import assert_never

from pushconsole.quantities import counted, number, size
from pushconsole.runs.events import (
    BatchAccepted,
    BatchEnded,
    BatchSending,
    Continued,
    Divided,
    Finished,
    Paused,
    RecordFailure,
    Retrying,
    RunEvent,
    Settling,
    Started,
    Stopping,
    Throttled,
    Verdict,
    Waiting,
)


class Level(enum.StrEnum):
    """How much a line matters."""

    DETAIL = "detail"
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Line:
    """One line of the log.

    Attributes:
        level: how much it matters.
        text: a row of facts or a whole sentence.
        record_id: the record it is about, or None.
        run_id: the run of which it tells what became of records; empty where it tells of none.
        batches: the batches whose records it is about; empty: of all the run's.

    """

    level: Level
    text: str
    record_id: int | None = None
    run_id: str = ""
    batches: tuple[int, ...] = ()


_LEVELS = {
    Verdict.SUCCEEDED: Level.SUCCESS,
    Verdict.FAILED: Level.ERROR,
    Verdict.IN_DOUBT: Level.WARNING,
    Verdict.UNSENT: Level.WARNING,
}
_VERDICT_WORDS = {
    Verdict.SUCCEEDED: "succeeded",
    Verdict.FAILED: "failed",
    Verdict.IN_DOUBT: "in doubt",
    Verdict.UNSENT: "not sent",
}
_CALL_WORDS = {
    Verdict.SUCCEEDED: "succeeded",
    Verdict.FAILED: "failed",
    Verdict.IN_DOUBT: "is in doubt",
    Verdict.UNSENT: "was not sent",
}


def lines(event: RunEvent) -> list[Line]:
    """Say an event in one line, and one more for each record the service named."""
    match event:
        case Started() | Stopping() | Finished():
            batches: tuple[int, ...] = ()
        case BatchSending() | BatchAccepted() | BatchEnded() | Settling() | Retrying():
            batches = (event.batch,)
        case Divided():
            batches = event.batches
        case Paused() | Continued() | Waiting() | Throttled():
            return _said(event)
        case _:
            assert_never(event)
    return [dataclasses.replace(line, run_id=event.run_id, batches=batches) for line in _said(event)]


def _said(event: RunEvent) -> list[Line]:  # noqa: C901, PLR0911, PLR0912  one a case
    match event:
        case Started():
            return [Line(Level.INFO, _started(event))]
        case BatchSending():
            what = f"{counted(event.records, 'record', 'records')} · {size(event.bytes)}"
            return [Line(Level.DETAIL, f"Batch {number(event.batch)} · sending {what}")]
        case BatchAccepted():
            ids = f"run {event.service_run_id} · event {event.event_id or 'unknown'}"
            return [Line(Level.DETAIL, f"Batch {number(event.batch)} · accepted, not yet indexed · {ids}")]
        case BatchEnded():
            return [Line(_LEVELS[event.verdict], _ended(event)), *map(_named, event.failures)]
        case Divided():
            return [Line(Level.DETAIL, _divided(event))]
        case Settling():
            what = f"Batch {number(event.batch)} · looking for what became of it among the task's events"
            return [Line(Level.WARNING, f"{what}. {event.reason}")]
        case Paused():
            what = "Paused: no call leaves; what is under way gets its verdict"
            return [Line(Level.WARNING, f"{what}. {event.reason}") if event.reason else Line(Level.INFO, what)]
        case Continued():
            return [Line(Level.INFO, "Continued")]
        case Waiting():
            batches = counted(event.batches, "batch", "batches")
            return [Line(Level.INFO, f"Waiting for the service to index {batches} · {event.seconds:.0f} s so far")]
        case Retrying():
            again = f"sending it again in {event.seconds:.1f} s"
            return [
                Line(
                    Level.WARNING,
                    f"Batch {number(event.batch)} · attempt {event.attempt} failed, {again}. {event.reason}",
                )
            ]
        case Throttled():
            rate = f", then at {event.calls_per_minute:.0f} calls a minute" if event.calls_per_minute else ""
            return [
                Line(
                    Level.WARNING, f"Slowing down: the next call leaves in {event.seconds:.1f} s{rate}. {event.reason}"
                )
            ]
        case Stopping():
            return [Line(Level.WARNING, f"Stopping, nothing more is sent. {event.reason}")]
        case Finished():
            return [_finished(event)]
        case _:
            assert_never(event)


def _started(event: Started) -> str:
    what = f"{counted(event.records, 'record', 'records')} in " if event.records else ""
    watch = " · watch" if event.watch else ""
    calls = counted(event.batches, "call", "calls")
    through = f" as {event.reference}" if event.reference else ""
    target = f"{event.task} → {event.index}{through}"
    line = f"{what}{calls} to {target} · {event.action}{watch} · {size(event.bytes)}"
    left_out = f"{counted(event.left_out, 'record', 'records')} left out: {event.left_out_because}"
    return f"{line} · {left_out}" if event.left_out else line


def _divided(event: Divided) -> str:
    of = event.into[0].of
    parts = ", ".join(f"{number(part.batch)} ({counted(part.records, 'record', 'records')})" for part in event.into)
    return f"Batch {number(of)} · dealt out anew as {parts}. {event.reason}"


def _ended(event: BatchEnded) -> str:
    parts = [
        f"Batch {number(event.batch)}",
        counted(event.records, "record", "records"),
        size(event.bytes),
        f"{event.seconds:.2f} s",
        *([f"event {event.event_id}"] if event.event_id else []),
        _VERDICT_WORDS[event.verdict],
    ]
    return " · ".join(parts) + (f": {event.reason}" if event.reason else "")


def _named(failure: RecordFailure) -> Line:
    place = f"Line {number(failure.line)}" if failure.line else "An added record"
    return Line(Level.ERROR, f"{place} · {failure.object_id or 'no objectID'} {failure.reason}", failure.record_id)


def _finished(event: Finished) -> Line:
    if event.call is not None:
        text = f"Finished in {event.seconds:.1f} s: the call for the whole index {_CALL_WORDS[event.call]}"
        return Line(_LEVELS[event.call], text)
    clean = event.succeeded == event.records
    counts = " · ".join(
        f"{number(count)} {word}"
        for count, word in (
            (event.succeeded, "succeeded"),
            (event.failed, "failed"),
            (event.in_doubt, "in doubt"),
            (event.unsent, "unsent"),
        )
    )
    text = f"Finished in {event.seconds:.1f} s · {counts} of {counted(event.records, 'record', 'records')}"
    return Line(Level.SUCCESS if clean else Level.WARNING, text)
