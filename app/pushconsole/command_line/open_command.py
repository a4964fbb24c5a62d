"""`pushconsole [FILE]`: the window."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pushconsole import locations
from pushconsole.desktop.display import HOW_TO_GET_ONE, can_show_window
from pushconsole.errors import CommandError

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")

_PRODUCTS_TASK = "11111111-1111-4111-8111-111111111111"  # the sandbox's first task; its IDs are fixed


@application.command()
def open_window(
    file: Annotated[Path | None, typer.Argument(help="A CSV, TSV, JSON or NDJSON file to open.")] = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Open on a local sandbox, with sample products if no FILE is given.")
    ] = False,
) -> None:
    """Open the window. It is what `pushconsole` does without a command.

    Without a display, --sandbox pushes the file to the sandbox in the terminal.
    """
    sample = locations.sample()
    if can_show_window(os.environ):
        from pushconsole import desktop  # noqa: PLC0415  Qt is loaded only where it can be shown

        raise typer.Exit(desktop.run(file=file or (sample if sandbox else None), on_sandbox=sandbox))
    if not sandbox:
        raise CommandError(HOW_TO_GET_ONE, "Without a window, `pushconsole push --help` does the same job.")
    from pushconsole.command_line.push_command import push_sample  # noqa: PLC0415  the engine, without a window

    sys.stdout.write(f"{HOW_TO_GET_ONE} Pushing to the sandbox in the terminal instead.\n")
    raise typer.Exit(push_sample(file or sample, _PRODUCTS_TASK))
