"""`pushconsole tasks`."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import msgspec
import typer
from rich import box
from rich.console import Console
from rich.table import Column, Table

from pushconsole.command_line.connection import (
    Choice,
    Connection,
    CredentialsOption,
    IngestionUrlOption,
    ProfileOption,
    SandboxOption,
    SearchUrlOption,
    connected,
)
from pushconsole.ingestion import Target, list_targets

application = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode="rich")


@application.command()
def tasks(
    profile: ProfileOption = None,
    credentials: CredentialsOption = None,
    sandbox: SandboxOption = False,
    ingestion_url: IngestionUrlOption = None,
    search_url: SearchUrlOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of tasks as JSON.")] = False,
) -> None:
    """List the tasks a push can aim at, with the index each ends in."""
    with connected(Choice(profile, credentials, sandbox, ingestion_url, search_url)) as connection:
        targets = asyncio.run(_listed(connection))
    if as_json:
        sys.stdout.write(msgspec.json.encode(targets).decode() + "\n")
    else:
        Console().print(_table(targets) if targets else "The application has no tasks.")


async def _listed(connection: Connection) -> list[Target]:
    async with connection.client as client:
        return await list_targets(client)


def _table(targets: list[Target]) -> Table:
    task_id = Column("Task ID", no_wrap=True, min_width=36)  # it is there to be copied
    table = Table(task_id, "Task", "Index", "State", "Last run", box=box.SIMPLE_HEAD, pad_edge=False)
    for target in targets:
        state = "enabled" if target.enabled else "disabled"
        if not target.takes_pushes:
            state = f"takes no push ({target.source_type})"
        ran = target.last_run[:16].replace("T", " ") if target.last_run else "never"
        table.add_row(target.task_id, target.name, target.index, state, ran)
    return table
