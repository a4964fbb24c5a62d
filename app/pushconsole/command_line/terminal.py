"""What the terminal shows: lines, a bar and a table for people, or one JSON event a line for programs."""

from __future__ import annotations

import contextlib
import math
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from pushconsole.command_line.console import console, table
from pushconsole.command_line.surveying import counts_as_event, counts_in_words
from pushconsole.quantities import counted, duration, number, rate, size
from pushconsole.records import LoadProgress, LoadReport, Problems, SourceFile
from pushconsole.runs import Accounting, Backup, Finished, Level, Plan, RunEvent, Started, Survey, Throttled, lines

_STYLES = {Level.WARNING: "yellow", Level.ERROR: "red"}


class Terminal(Protocol):
    """Somebody to show a push to, in the order of these methods."""

    def loading(self, progress: LoadProgress) -> None:
        """Show how far the file is read; called from a worker thread."""

    def loaded(self, report: LoadReport) -> None:
        """Show what the file was found to be."""

    def problems(self, problems: Problems) -> None:
        """Show what the checks found."""

    def warned(self, sentence: str) -> None:
        """Show what a person may want to know before the push."""

    def backing_up(self, done: int, total: int) -> None:
        """Show how many of an index's records are in its backup."""

    def backed_up(self, backup: Backup) -> None:
        """Show where the backup is."""

    def compared(self, known: Survey) -> None:
        """Show how the records stand beside those of the index."""

    def planned(self, plan: Plan) -> None:
        """Show what would be sent."""

    def running(self, accounting: Accounting) -> contextlib.AbstractContextManager[None]:
        """Show progress as long as the context lasts."""

    def show(self, event: RunEvent) -> None:
        """Show an event, which the accounting has taken in."""

    def reported(self, files: Sequence[Path]) -> None:
        """Show which files the report has."""

    def closed(self, finished: Finished) -> None:
        """Show the closed accounting."""


class JsonLines:
    """Prints each event as one line of JSON on standard output; what is not an event goes to standard error."""

    def loading(self, progress: LoadProgress) -> None:
        """Say nothing: standard output is for the run's events alone."""

    def loaded(self, report: LoadReport) -> None:
        """Say which columns were not what they seemed."""
        sys.stderr.writelines(f"{sentence}\n" for sentence in _turned_to_text(report))

    def problems(self, problems: Problems) -> None:
        """Say how many problems of each kind there are."""
        sys.stderr.writelines(f"{sentence}\n" for sentence in _problem_sentences(problems))

    def warned(self, sentence: str) -> None:
        """Say it."""
        sys.stderr.write(f"{sentence}\n")

    def backing_up(self, done: int, total: int) -> None:
        """Say nothing until it is done."""

    def backed_up(self, backup: Backup) -> None:
        """Say where it is."""
        sys.stderr.write(f"{_backup_sentence(backup)}\n")

    def compared(self, known: Survey) -> None:
        """Print the counts as an event."""
        self._print({"event": "compared", "index": known.index, "records": known.records, **counts_as_event(known)})

    def planned(self, plan: Plan) -> None:
        """Print the plan as an event."""
        self._print(
            {
                "event": "planned",
                "task_id": plan.target.task_id,
                "index": plan.target.index,
                "reference": plan.target.reference,
                "action": plan.action,
                "records": plan.records,
                "batches": len(plan.batches),
                "bytes": plan.body_bytes,
                "left_out": plan.left_out.records,
                "left_out_because": plan.left_out.reason,
            }
        )

    @contextlib.contextmanager
    def running(self, accounting: Accounting) -> Iterator[None]:  # noqa: ARG002  the events say it all
        """Add nothing to the events."""
        yield

    def show(self, event: RunEvent) -> None:
        """Print an event."""
        self._print(event)

    def reported(self, files: Sequence[Path]) -> None:
        """Say where the report is."""
        sys.stderr.writelines(f"{file}\n" for file in files)

    def closed(self, finished: Finished) -> None:
        """Say nothing more: the last event said it."""

    def _print(self, event: object) -> None:
        sys.stdout.write(msgspec.json.encode(event).decode() + "\n")
        sys.stdout.flush()


class _Countdown(ProgressColumn):
    """Says how long the service's limit of calls lets nothing leave; nothing where it does not."""

    max_refresh = 0.5

    def __init__(self) -> None:
        super().__init__()
        self.until = 0.0

    def render(self, task: Task) -> Text:  # noqa: ARG002  rich's
        """Return the words of the moment."""
        held_s = math.ceil(self.until - time.monotonic())
        return Text(f"call limit · {duration(held_s)}" if held_s > 0 else "", style=_STYLES[Level.WARNING])


class Screen:
    """Shows lines, a progress bar and a closing table on standard output."""

    def __init__(self) -> None:
        self._console = console()
        self._held = _Countdown()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            self._held,
            console=self._console,
            transient=True,
        )
        self._bar = self._progress.add_task("Pushing")
        self._accounting: Accounting | None = None
        self._decided_before = 0

    def loading(self, progress: LoadProgress) -> None:
        """Replace the line that says how far the file is read."""
        if self._console.is_terminal:
            read = f"{size(progress.read_bytes)} of {size(progress.size_bytes)}"
            self._console.print(f"Read {number(progress.loaded)} records, {read}", end="\r")

    def loaded(self, report: LoadReport) -> None:
        """Say what was found, and which columns were not what they seemed."""
        source = report.source
        kind = ", ".join(_facts(source))
        records = counted(report.loaded, "record", "records")
        self._say(f"{source.name}: {records}, {size(source.size_bytes)} ({kind})")
        for sentence in _turned_to_text(report):
            self._say(sentence, _STYLES[Level.WARNING])

    def problems(self, problems: Problems) -> None:
        """Say how many problems of each kind there are, with the first of each."""
        for sentence in _problem_sentences(problems):
            self._say(sentence, _STYLES[Level.WARNING])

    def warned(self, sentence: str) -> None:
        """Say it."""
        self._say(sentence, _STYLES[Level.WARNING])

    def backing_up(self, done: int, total: int) -> None:
        """Replace the line that says how far it is."""
        if self._console.is_terminal:
            self._console.print(f"Backed up {number(done)} of {number(total)} records", end="\r")

    def backed_up(self, backup: Backup) -> None:
        """Say where it is."""
        self._say(_backup_sentence(backup))

    def compared(self, known: Survey) -> None:
        """Say the counts."""
        self._say(counts_in_words(known))

    def planned(self, plan: Plan) -> None:
        """Say what goes where."""
        calls = counted(len(plan.batches), "call", "calls")
        what = f"{counted(plan.records, 'record', 'records')} in " if plan.records else ""
        through = f" (as {plan.target.reference})" if plan.target.reference else ""
        target = f"{plan.target.name} → {plan.target.index}{through}"
        self._say(f"Plan: {plan.action} {what}{calls}, {size(plan.body_bytes)}, to {target}")
        if plan.left_out.records:
            self._say(f"{counted(plan.left_out.records, 'record', 'records')} left out: {plan.left_out.reason}")

    @contextlib.contextmanager
    def running(self, accounting: Accounting) -> Iterator[None]:
        """Show the bar."""
        self._accounting, self._decided_before = accounting, accounting.decided
        self._progress.update(self._bar, total=accounting.records)
        with self._progress:
            yield

    def show(self, event: RunEvent) -> None:
        """Print the lines of an event that matter to people and move the bar."""
        for line in lines(event):
            if line.level is not Level.DETAIL and not isinstance(event, Started | Finished):
                self._say(line.text, _STYLES.get(line.level))
        if isinstance(event, Throttled):
            self._held.until = time.monotonic() + event.seconds
        if self._accounting is not None:
            self._progress.update(self._bar, completed=self._accounting.decided)

    def reported(self, files: Sequence[Path]) -> None:
        """Say where the report is."""
        for file in files:
            self._say(f"Wrote {file}")

    def closed(self, finished: Finished) -> None:
        """Print the table that closes the accounting."""
        words = ("succeeded", "failed", "in doubt", "unsent", "records")
        account = table(*(Column(word, justify="right") for word in words))
        numbers = (finished.succeeded, finished.failed, finished.in_doubt, finished.unsent, finished.records)
        account.add_row(*map(number, numbers))
        self._console.print(account)
        decided = finished.records - finished.unsent - self._decided_before
        speed = f", {rate(decided / finished.seconds)}" if decided > 0 and finished.seconds else ""
        calls = counted(finished.batches, "call", "calls")
        self._say(f"{calls}, {size(finished.bytes)}, {finished.seconds:.1f} s{speed}")

    def _say(self, text: str, style: str | None = None) -> None:
        """Print a line whole; a terminal folds it where it ends."""
        self._console.print(text, style=style, soft_wrap=True)


def _backup_sentence(backup: Backup) -> str:
    return f"Backed up {counted(backup.records, 'record', 'records')} to {backup.file}"


def _facts(source: SourceFile) -> Iterator[str]:
    """Yield what a file was found to be, as far as it may surprise."""
    yield source.format.value
    if source.sheet is not None:
        yield f"sheet “{source.sheet}”"
        return
    yield source.encoding if source.encoding_sure else f"{source.encoding}, most likely"
    if source.compression is not None:
        yield source.compression
    if source.wrapper is not None:
        yield f"records in “{source.wrapper}”"
    if not source.has_header:
        yield "no header"
    if source.skip_lines:
        yield f"{counted(source.skip_lines, 'line', 'lines')} before the table not read"


def _turned_to_text(report: LoadReport) -> list[str]:
    turned = [
        f"Column {turned.column} is text: line {turned.line}{f' of {turned.file}' if turned.file else ''} "
        f"has “{turned.value}”."
        for turned in report.turned_to_text
    ]
    return [*turned, *report.notes]


def _problem_sentences(problems: Problems) -> list[str]:
    sentences = []
    for kind, count in problems.counts.items():
        first = next((problem for problem in problems.first if problem.kind is kind), None)
        if count and first:
            more = f" ({number(count - 1)} more like this)" if count > 1 else ""
            sentences.append(first.sentence + more)
    return sentences
