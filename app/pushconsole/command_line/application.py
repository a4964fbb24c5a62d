"""The program's commands, put together, and the exit statuses."""

from __future__ import annotations

import importlib
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pushconsole import __version__
from pushconsole.command_line.exit_status import Cancelled

_COMMANDS = {
    "open": "open_command",
    "push": "push_command",
    "convert": "convert_command",
    "check": "check_command",
    "restore": "restore_command",
    "try": "trial_command",
    "compare": "compare_command",
    "runs": "runs_commands",
    "tasks": "task_command",
    "profiles": "profile_commands",
    "sandbox": "sandbox_command",
}
_OWN_OPTIONS = {"--help", "-h", "--version"}


class _Commands(TyperGroup):
    """Loads only the command that is called, and takes what is not a command's name for a file to open."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  typer's signature
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  typer's signature
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"pushconsole.command_line.{_COMMANDS[cmd_name]}")
        command = typer.main.get_command(module.application)
        command.name = cmd_name
        return command

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        asked = next((word for word in args if not word.startswith("-")), None)
        if asked not in _COMMANDS and (not args or args[0] not in _OWN_OPTIONS):
            args = ["open", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:  # typer would end with status 1, which says that records did not succeed
            raise Cancelled from error


application = typer.Typer(
    cls=_Commands,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks can show the values of variables, keys among them
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 every record succeeded · 1 some did not · 2 the input or the command is wrong, nothing was "
    "sent · 3 credentials, permission or target · 130 cancelled.",
)


@application.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Push records to Algolia and know, record by record, what happened.

    [bold]pushconsole products.csv[/bold] opens a file in the window.

    [bold]pushconsole --sandbox[/bold] opens the window on a local service to try things on.

    [bold]pushconsole push --help[/bold] tells how to do the same without a window.
    """
    if version:
        sys.stdout.write(f"{__version__}\n")
        raise typer.Exit
