"""`pushconsole tasks`: the list of them, and `show`, which tells all of one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Column, Table

from pushconsole.command_line.connection import (
    Choice,
    Connection,
    connected,
)
from pushconsole.command_line.console import console, table
from pushconsole.command_line.shared_options import sharing
from pushconsole.errors import TooManyCalls, UserFacingError
from pushconsole.ingestion import (
    Event,
    IngestionClient,
    Run,
    Standing,
    Target,
    TaskDetails,
    code_of,
    details_of,
    events_of,
    list_targets,
    moment_of,
    runs_of,
    standing_of,
)
from pushconsole.quantities import counted, moment_with_offset
from pushconsole.runs import (
    CallPace,
    CallPaces,
    failures_in_words,
    last_run_in_words,
    refusal_of,
    transformations_in_words,
)

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, nothing else.")]
_AT_ONCE = 4  # looks at runs under way: they are counted apart from pushes, and limited too
_Known = dict[str, Standing]


@application.callback(invoke_without_command=True)
@sharing(choice=Choice)
def tasks(
    *,
    context: typer.Context,
    choice: Choice,
    with_runs: Annotated[
        bool, typer.Option("--runs", help="Also how each last ran, which takes a call or more for every task.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the tasks a push can aim at, with the index each ends in."""
    if context.invoked_subcommand is not None:
        return
    with connected(choice) as connection:
        targets, standings = asyncio.run(_listed(connection, with_runs=with_runs))
    if as_json:
        sys.stdout.write(msgspec.json.encode(_documents(targets, standings)).decode() + "\n")
    else:
        console().print(_table(targets, standings) if targets else "The application has no tasks.")


@application.command()
@sharing(choice=Choice)
def show(
    *,
    task: Annotated[str, typer.Argument(help="The task's UUID, as `pushconsole tasks` lists it.", metavar="TASK")],
    choice: Choice,
    events: Annotated[bool, typer.Option("--events", help="Also the newest events of each run.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show a task: source, destination, the code of its transformations, its last 20 runs."""
    with connected(choice) as connection:
        page = asyncio.run(_looked_up(connection, task, with_events=events))
    if as_json:
        sys.stdout.write(msgspec.json.encode(_page_document(*page, with_events=events)).decode() + "\n")
    else:
        _print_page(console(), *page)


async def _listed(connection: Connection, *, with_runs: bool) -> tuple[list[Target], _Known]:
    async with connection.client as client:
        targets = await list_targets(client)
        if not with_runs:
            return targets, {}
        looks, lines = CallPaces.of(connection.calls_per_minute).looks, asyncio.Semaphore(_AT_ONCE)

        async def look(target: Target) -> Standing | None:
            async with lines:
                return await _standing(client, target, looks)

        standings = await asyncio.gather(*map(look, targets))
        return targets, {standing.task_id: standing for standing in standings if standing is not None}


async def _standing(client: IngestionClient, target: Target, looks: CallPace) -> Standing | None:
    """Find out how a task stands; where that cannot be, say so and go on with the others."""
    for last in (False, False, True):
        try:
            return await standing_of(client, target.task_id, looks.turn)
        except UserFacingError as error:
            if isinstance(error, TooManyCalls):
                looks.refused(error.retry_after_s, error.message)
            if last or not error.retryable:
                sys.stderr.write(f"The runs of {target.name} → {target.index} cannot be read: {error}\n")
                return None
    return None


async def _looked_up(
    connection: Connection, task_id: str, *, with_events: bool
) -> tuple[TaskDetails, Standing, list[Run], dict[str, tuple[Event, ...]]]:
    async with connection.client as client:
        details = await details_of(client, task_id)
        standing, page = await asyncio.gather(standing_of(client, task_id), runs_of(client, task_id))
        events = [(await events_of(client, run)).events for run in page.runs] if with_events else []
        return details, standing, list(page.runs), {run.run_id: of for run, of in zip(page.runs, events, strict=False)}


# As JSON


def _documents(targets: Iterable[Target], standings: _Known) -> list[dict[str, object]]:
    """Return the list; what is known of a task's runs stands under `runs`."""
    found = []
    for target in targets:
        document: dict[str, object] = msgspec.to_builtins(target)
        if (standing := standings.get(target.task_id)) is not None:
            document["runs"] = _standing_document(standing)
        found.append(document)
    return found


def _standing_document(standing: Standing) -> dict[str, object]:
    return {
        "last_at": standing.last_at,
        "outcome": standing.outcome or None,
        "reason": standing.reason or None,
        "failures_in_a_row": standing.failures_in_a_row,
        "next_failure_disables": standing.next_disables,
    }


def _page_document(
    details: TaskDetails,
    standing: Standing,
    runs: Sequence[Run],
    events: dict[str, tuple[Event, ...]],
    *,
    with_events: bool,
) -> dict[str, object]:
    transformations = [
        {"transformationID": one.transformation_id, "name": one.name, "type": one.type, "code": code_of(one)}
        for one in details.transformations
    ]
    listed = [msgspec.to_builtins(run) | ({"events": list(events[run.run_id])} if with_events else {}) for run in runs]
    return {
        "task": details.task,
        "source": details.source,
        "destination": details.destination,
        "transformations": transformations,
        "standing": _standing_document(standing),
        "runs": listed,
    }


# For people


def _table(targets: list[Target], standings: _Known) -> Table:
    """Make a table whose IDs, there to be copied, stay whole at 80 columns, and whose names fold between words."""
    listed = table(
        Column("Task ID", no_wrap=True), Column("Task → index", overflow="fold"), Column("", overflow="fold")
    )
    for target in targets:
        listed.add_row(target.task_id, f"{target.name} → {target.index}", _state(target, standings.get(target.task_id)))
    return listed


def _state(target: Target, standing: Standing | None) -> str:
    ran = last_run_in_words(target, standing, datetime.now(UTC)) or "never ran"
    words = [refusal_of(target), ran if standing or not refusal_of(target) else "", failures_in_words(standing)]
    return "; ".join(word for word in words if word)


def _print_page(
    screen: Console,
    details: TaskDetails,
    standing: Standing,
    runs: Sequence[Run],
    events: dict[str, tuple[Event, ...]],
) -> None:
    facts = table(Column(""), Column("", overflow="fold"))
    facts.show_header = False
    for name, value in _facts(details, standing):
        facts.add_row(name, value)
    screen.print(facts)
    for transformation in details.transformations:
        screen.print(f"\nTransformation “{transformation.name}”", markup=False)
        if transformation.description:
            screen.print(transformation.description, markup=False)
        screen.print(Syntax(code_of(transformation), "javascript", background_color="default", word_wrap=True))
    screen.print()
    screen.print(_run_table(runs) if runs else "No run in the last 30 days.")
    for run in runs:
        _print_events(screen, run, events.get(run.run_id, ()))


def _facts(details: TaskDetails, standing: Standing) -> list[tuple[str, str]]:
    target, destination = details.target, details.destination
    excluded = ", ".join(destination.input.attributes_to_exclude or ()) or "none"
    state = [refusal_of(target) or "takes pushes", failures_in_words(standing)]
    return [
        ("Task", f"{target.name} → {target.index}"),
        ("taskID", target.task_id),
        ("State", "; ".join(word for word in state if word)),
        ("Source", f"{details.source.name} ({details.source.type})"),
        ("Destination", f"{destination.name} ({destination.type})"),
        ("Index", target.index or "none"),
        ("Excluded attributes", excluded),
        ("Transformation", transformations_in_words(target)),
        ("Action", target.action or "not said"),
        ("Owner", target.owner or "not said"),
        ("Runs", last_run_in_words(target, standing, datetime.now(UTC))),
    ]


def _run_table(runs: Iterable[Run]) -> Table:
    listed = table("When", Column("Run", no_wrap=True), "Outcome", Column("Why", overflow="fold"))
    for run in runs:
        listed.add_row(_moment(moment_of(run)), run.run_id, run.outcome or run.status, run.reason or "")
    return listed


def _print_events(screen: Console, run: Run, events: Sequence[Event]) -> None:
    if not events:
        return
    screen.print(f"\nEvents of {run.run_id}", markup=False)
    for event in events:
        said = (event.data or {}).get("message", "")
        records = counted(event.batch_size, "record", "records")
        line = f"{_moment(event.published_at)}  {event.event_id}  {event.status or 'unknown'}  {records}  {said}"
        screen.print(line, markup=False, soft_wrap=True)


def _moment(text: str) -> str:
    return moment_with_offset(datetime.fromisoformat(text).astimezone())
