"""The commands."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

application = typer.Typer(add_completion=False, no_args_is_help=False)


@application.callback(invoke_without_command=True)
def _root() -> None:
    """Push records to Algolia and know, record by record, what happened."""


@application.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    data: Annotated[Path | None, typer.Option(help="Folder that keeps indexes between starts.")] = None,
    delay: Annotated[float, typer.Option(help="Seconds the service takes to index a push.")] = 0.05,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON with addresses, key and tasks.")] = False,
    stop_with_stdin: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Serve a local Ingestion API to try, learn and test on."""
    from pushconsole import sandbox as local  # noqa: PLC0415

    def announce(announcement: dict[str, object]) -> None:
        sys.stdout.write(json.dumps(announcement) + "\n" if as_json else f"Sandbox at {announcement['ingestion_url']}\n")
        sys.stdout.flush()

    local.serve(port=port, data=data, delay_s=delay, announce=announce, stop_with_stdin=stop_with_stdin)


def main() -> int:
    """Run the command line; return the exit status."""
    application()
    return 0
