"""`pushconsole sandbox`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pushconsole.errors import CommandError

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")


@application.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 0,
    data: Annotated[
        Path | None, typer.Option(help="Folder that keeps indexes and runs; without it they end with the sandbox.")
    ] = None,
    delay: Annotated[float, typer.Option(help="Seconds the service takes to index a push.", min=0)] = 0.05,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON: addresses, application ID, key and tasks.")
    ] = False,
    stop_with_stdin: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Serve a local Ingestion API to try, learn and test on.

    It obeys the documented limits, keeps its indexes in SQLite and listens on this machine only. Ctrl+C ends it.
    """
    from pushconsole import sandbox as local  # noqa: PLC0415  only this command pays for a web server

    def announce(announcement: dict[str, Any]) -> None:
        sys.stdout.write((json.dumps(announcement) if as_json else _for_people(announcement)) + "\n")
        sys.stdout.flush()

    try:
        local.serve(port=port, data=data, delay_s=delay, announce=announce, stop_with_stdin=stop_with_stdin)
    except local.SandboxNotStarted as error:
        raise CommandError(str(error), "Choose another one.") from error


def _for_people(announcement: dict[str, Any]) -> str:
    tasks = (f"  {task['task_id']}  {task['name']} → {task['index']}" for task in announcement["tasks"])
    return "\n".join(
        (
            f"Sandbox at {announcement['ingestion_url']}",
            f"Application ID {announcement['app_id']}, API key {announcement['api_key']}",
            "Tasks",
            *tasks,
            "Ctrl+C ends it.",
        )
    )
