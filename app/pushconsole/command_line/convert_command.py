"""`pushconsole convert`: read a file as a push would, and write its records into another one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pushconsole.command_line.exit_status import ExitStatus
from pushconsole.command_line.reading import (
    Reading,
    input_file,
    load,
    reading,
    temporary_workspace,
)
from pushconsole.command_line.shared_options import sharing
from pushconsole.command_line.terminal import Screen
from pushconsole.errors import CommandError
from pushconsole.quantities import counted
from pushconsole.records import COPY_ENDINGS, save_copy

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")


@application.command()
@sharing(how=reading)
def convert(
    *,
    file: Annotated[
        str, typer.Argument(help="The file, or its https:// or s3:// address; - reads standard input.", metavar="IN")
    ],
    target: Annotated[Path, typer.Argument(help="The file to write; its ending says the format.", metavar="OUT")],
    how: Reading,
    defuse: Annotated[
        bool,
        typer.Option("--defuse-formulas", help="In CSV for a spreadsheet: put ' before texts it takes for formulas."),
    ] = False,
) -> None:
    """Read a file as a push would read it, and write its records into another file.

    Rows that are no records are told, and the exit status is 1 then; all others are written.
    """
    if target.suffix.lower() not in COPY_ENDINGS:
        raise CommandError(f"{target} has no ending that says a format.", f"Use one of {', '.join(COPY_ENDINGS)}.")
    screen = Screen()
    with input_file(file) as path, temporary_workspace() as workspace:
        report = load(workspace, path, how, is_standard_input=file == "-", on_progress=screen.loading)
        screen.loaded(report)
        save_copy(workspace, target, defused=defuse)
        sys.stdout.write(f"Wrote {counted(report.loaded, 'record', 'records')} to {target}\n")
        sys.stderr.writelines(f"Line {row.line:,} was not written. {row.reason}\n" for row in workspace.rejected())
    if report.rejected:
        raise typer.Exit(ExitStatus.SOME_DID_NOT)
