"""`pushconsole try`: what a task's transformation would make of a file's records."""

from __future__ import annotations

import asyncio
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
import typer

from pushconsole.command_line.change_tables import change_table
from pushconsole.command_line.connection import (
    Choice,
    Connection,
    connected,
)
from pushconsole.command_line.console import console
from pushconsole.command_line.exit_status import ExitStatus
from pushconsole.command_line.reading import (
    Reading,
    input_file,
    load,
    reading,
    temporary_workspace,
)
from pushconsole.command_line.shared_options import sharing
from pushconsole.errors import CommandError, TargetError
from pushconsole.ingestion import find_target, found_or_why, transformations_of
from pushconsole.quantities import counted
from pushconsole.records import Workspace
from pushconsole.runs import (
    MOST_SAMPLES,
    Outcome,
    Sample,
    Trial,
    samples_of,
    stratified,
    try_records,
)

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")

_ROWS = re.compile(r"(\d+)(?:-(\d+))?")
_OBJECT_ID = "objectID:"


@application.command()
@sharing(how=reading, choice=Choice)
def try_(
    *,
    file: Annotated[str, typer.Argument(help="CSV, JSON, NDJSON, XLSX …; - reads standard input.")],
    task: Annotated[str, typer.Option(help="The task's UUID, as `pushconsole tasks` lists it.", metavar="UUID")],
    rows: Annotated[
        str | None,
        typer.Option(
            help=f"Which records, up to {MOST_SAMPLES}: 1-5 are the first five, other words are objectIDs, "
            "objectID:7 is one that looks like a number. Without it: first, last, largest, and one that lacks most.",
            metavar="1-5,ID,…",
        ),
    ] = None,
    choice: Choice,
    how: Reading,
    as_json: Annotated[bool, typer.Option("--json", help="Print one record a line as JSON, nothing else.")] = False,
) -> None:
    """Show what a task's transformation makes of records, before and after. Nothing is pushed.

    The exit status is 1 where the transformation fails for a record. Numbers are those of JavaScript afterwards, so a
    price 1.10 becomes 1.1.
    """
    with input_file(file) as path, temporary_workspace() as workspace:
        report = load(workspace, path, how, is_standard_input=file == "-")
        if report.rejected:
            left = counted(report.rejected, "row that is not a record", "rows that are not records")
            sys.stderr.write(f"{report.source.name} has {left}; `pushconsole check` names each.\n")
        chosen = _chosen(workspace, rows) if rows is not None else stratified(workspace)
        samples = samples_of(workspace, chosen)
    with connected(choice) as connection:
        outcomes = asyncio.run(_shown(connection, task, samples, as_json=as_json))
    if outcomes[Outcome.FAILED]:
        raise typer.Exit(ExitStatus.SOME_DID_NOT)


def _chosen(workspace: Workspace, rows: str) -> list[int]:
    """Return the records that were asked for, in the order asked for.

    Raises:
        CommandError: one of them is not there, or there are too many.

    """
    chosen: dict[int, None] = {}
    for word in filter(None, (word.strip() for word in rows.split(","))):
        chosen.update(dict.fromkeys(_meant(workspace, word)))
        if len(chosen) > MOST_SAMPLES:
            raise CommandError(f"--rows names more than {MOST_SAMPLES} records.", "Try fewer at once.")
    if not chosen:
        raise CommandError("--rows names no record.", "Give rows like 1-5, or objectIDs.")
    return list(chosen)


def _meant(workspace: Workspace, word: str) -> list[int]:
    match = _ROWS.fullmatch(word)
    if match is None:
        return _named(workspace, word.removeprefix(_OBJECT_ID))
    first = int(match[1])
    last = int(match[2] or first)
    if not 1 <= first <= last <= workspace.count():
        records = counted(workspace.count(), "record", "records")
        remedy = f"Rows count from 1; an objectID that looks like a number is written {_OBJECT_ID}{word}."
        raise CommandError(f"There is no row {word}: the file has {records}.", remedy)
    return [row.record_id for row in workspace.page(first - 1, min(last - first, MOST_SAMPLES) + 1)]


def _named(workspace: Workspace, object_id: str) -> list[int]:
    found = workspace.find_object_id(object_id)
    if not found:
        raise CommandError(f"No record has the objectID {object_id}.", "Look it up in the file.")
    return found


async def _shown(connection: Connection, task_id: str, samples: list[Sample], *, as_json: bool) -> Counter[Outcome]:
    outcomes: Counter[Outcome] = Counter()
    async for trial in _trials(connection, task_id, samples):
        outcomes[trial.outcome] += 1
        (_print_json if as_json else _print)(trial)
    if as_json:
        counts = {outcome.value: outcomes[outcome] for outcome in Outcome}
        _line({"event": "finished", "records": len(samples), **counts})
    else:
        said = ", ".join(f"{count} {outcome.value}" for outcome, count in outcomes.items())
        console().print(f"{counted(len(samples), 'record', 'records')} tried{said and f': {said}'}", soft_wrap=True)
    return outcomes


async def _trials(connection: Connection, task_id: str, samples: list[Sample]) -> AsyncIterator[Trial]:
    async with connection.client as client:
        known = connection.profile.key_expires_at if connection.profile else None
        target = await found_or_why(client, find_target(client, task_id), known)
        transformations = await transformations_of(client, task_id)
        if not transformations:
            raise TargetError(
                f"The task {target.name} ({task_id}) has no transformation: its records go to {target.index} as they "
                "are.",
                "Choose a task with one.",
            )
        async for trial in try_records(client, transformations, samples):
            yield trial


def _print(trial: Trial) -> None:
    screen = console()
    milliseconds = f"{trial.seconds * 1000:.0f} ms"
    many = f" into {len(trial.made)}" if trial.outcome is Outcome.MULTIPLIED else ""
    screen.print(f"{trial.sample.name}: {trial.outcome.value}{many} ({milliseconds})", soft_wrap=True)
    if trial.error is not None:
        screen.print(f"  {trial.error}", style="red", soft_wrap=True)
    for number, changes in enumerate(trial.changes, start=1):
        if many:
            screen.print(f"  record {number} of {len(trial.made)}")
        if changes:
            screen.print(change_table(changes))


def _print_json(trial: Trial) -> None:
    _line(
        {
            "event": "tried",
            "line": trial.sample.line,
            "object_id": trial.sample.object_id,
            "outcome": trial.outcome.value,
            "before": msgspec.Raw(trial.sample.text.encode()),
            "after": [msgspec.Raw(text.encode()) for text in trial.made],
            "changes": trial.changes,
            "error": trial.error,
            "seconds": round(trial.seconds, 4),
        }
    )


def _line(event: object) -> None:
    sys.stdout.write(msgspec.json.encode(event).decode() + "\n")
