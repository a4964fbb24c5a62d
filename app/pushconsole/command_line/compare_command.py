"""`pushconsole compare`: what a push of a file would change in the index, counted and attribute by attribute."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Annotated, Protocol

import msgspec
import typer

from pushconsole.command_line.change_tables import change_table
from pushconsole.command_line.connection import (
    Choice,
    Connection,
    aimed,
    connected,
)
from pushconsole.command_line.console import console
from pushconsole.command_line.reading import (
    Reading,
    input_file,
    load,
    reading,
    temporary_workspace,
)
from pushconsole.command_line.shared_options import sharing
from pushconsole.command_line.surveying import counts_as_event, counts_in_words, surveyed
from pushconsole.errors import CommandError
from pushconsole.ingestion import Action, find_target, find_target_of_index
from pushconsole.quantities import counted
from pushconsole.records import Workspace
from pushconsole.runs import FACTS, Compared, Effect, Preview, Survey, why_uncertain

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")

_SAME = frozenset({Effect.UNCHANGED, Effect.NOTHING, Effect.SKIPPED})


@application.command()
@sharing(how=reading, choice=Choice)
def compare(
    *,
    file: Annotated[str, typer.Argument(help="CSV, JSON, NDJSON, XLSX …; - reads standard input.")],
    task: Annotated[
        str | None, typer.Option(help="The task's UUID, as `pushconsole tasks` lists it.", metavar="UUID")
    ] = None,
    index: Annotated[
        str, typer.Option(help="The index's name, in place of the task where only one pushes to it.", metavar="NAME")
    ] = "",
    action: Annotated[
        Action, typer.Option(help="What the push would do; see `pushconsole push --help`.", metavar="ACTION")
    ] = Action.UPDATE_OBJECT,
    show: Annotated[int, typer.Option(help="How many differing records to show.", min=0, metavar="N")] = 10,
    choice: Choice,
    how: Reading,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each record that differs as a line of JSON, then the counts.")
    ] = False,
) -> None:
    """Count what a push of all records would create, replace and change in the index, and show how. Nothing is pushed.

    The key needs the permission search. Numbers are compared by value, as the index holds them: 1.10 is 1.1. A record
    whose objectID stands earlier in the file is not compared. `pushconsole push --skip-unchanged` leaves out what this
    finds unchanged.
    """
    if (task is None) == (not index):
        raise CommandError("It needs --task or --index.", "Give one of them; `pushconsole tasks` lists both.")
    if not FACTS[action].takes_records:
        raise CommandError(f"{action} is about the whole index, so there is nothing to compare.")
    with input_file(file) as path, temporary_workspace() as workspace:
        report = load(workspace, path, how, is_standard_input=file == "-")
        if report.rejected:
            left = counted(report.rejected, "row that is not a record", "rows that are not records")
            sys.stderr.write(f"{report.source.name} has {left}; `pushconsole check` names each.\n")
        with connected(choice) as connection:
            showing: _Showing = _Json() if as_json else _People(show)
            asyncio.run(_compared(connection, task, index, action, workspace, showing))


async def _compared(
    connection: Connection, task_id: str | None, index: str, action: Action, workspace: Workspace, showing: _Showing
) -> None:
    async with connection.client as client:
        finding = find_target_of_index(client, index) if task_id is None else find_target(client, task_id)
        target, key = await aimed(connection, finding)
        key.check_look("search", target.index)
        if sentence := await why_uncertain(client, target, action, key):
            sys.stderr.write(f"{sentence}\n")

        def take(compared: Sequence[Compared]) -> None:
            for one in compared:
                if one.effect not in _SAME:
                    showing.difference(one, action)

        showing.end(await surveyed(connection, target, action, workspace, take))


class _Showing(Protocol):
    """Somebody to show differences to."""

    def difference(self, compared: Compared, action: Action) -> None:
        """Show one record that differs."""

    def end(self, known: Survey) -> None:
        """Show the counts."""


class _People:
    """Shows some differences as tables, then the counts in words."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._met = 0

    def difference(self, compared: Compared, action: Action) -> None:
        self._met += 1
        if self._met > self._most:
            return
        screen, seen = console(), compared.preview(action)
        screen.print(f"{seen.sample.name}: {compared.effect.value}", soft_wrap=True)
        if compared.before is not None and seen.changes:
            screen.print(change_table(seen.changes))

    def end(self, known: Survey) -> None:
        if self._most and self._met > self._most:
            console().print(f"… and {counted(self._met - self._most, 'record', 'records')} more (--show)")
        console().print(counts_in_words(known), soft_wrap=True)


class _Json:
    """Prints every difference, then the counts, a line each."""

    def difference(self, compared: Compared, action: Action) -> None:
        seen: Preview = compared.preview(action)
        self._line(
            {
                "event": "difference",
                "line": seen.sample.line,
                "object_id": seen.sample.object_id,
                "effect": compared.effect.value,
                "changes": seen.changes if compared.effect is not Effect.REPEATED else (),
            }
        )

    def end(self, known: Survey) -> None:
        counts = counts_as_event(known)
        self._line({"event": "finished", "index": known.index, "records": known.records, **counts})

    def _line(self, event: object) -> None:
        sys.stdout.write(msgspec.json.encode(event).decode() + "\n")
