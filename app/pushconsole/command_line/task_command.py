"""`pushconsole tasks`."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from typing import Annotated

import msgspec
import typer
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
from pushconsole.command_line.console import console, table
from pushconsole.ingestion import Target, list_targets

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")


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
        console().print(_table(targets) if targets else "The application has no tasks.")


async def _listed(connection: Connection) -> list[Target]:
    async with connection.client as client:
        return await list_targets(client)


def _table(targets: list[Target]) -> Table:
    """Make a table whose IDs, there to be copied, stay whole at 80 columns, and whose names fold between words."""
    listed = table(Column("Task ID", no_wrap=True), Column("Task → index", overflow="fold"), Column("", no_wrap=True))
    for target in targets:
        listed.add_row(target.task_id, f"{target.name} → {target.index}", _state(target))
    return listed


def _state(target: Target) -> str:
    if not target.takes_pushes:
        return f"takes no push ({target.source_type})"
    if not target.enabled:
        return "disabled"
    if target.last_run is None:
        return "never ran"
    return f"ran {datetime.fromisoformat(target.last_run).astimezone():%Y-%m-%d %H:%M}"
