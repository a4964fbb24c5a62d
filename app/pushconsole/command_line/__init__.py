"""The command line: commands that hand their words to the engine and show what comes back."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pushconsole import desktop
from pushconsole.command_line.exit_status import Cancelled, ExitStatus, status_of
from pushconsole.core_dumps import keep_memory_out_of_core_dumps
from pushconsole.desktop.display import can_show_window
from pushconsole.errors import UserFacingError
from pushconsole.own_environment import take_keys

__all__ = ["main"]


def main() -> int:
    """Run the command line; return the exit status, or leave with it where a command says so."""
    keep_memory_out_of_core_dumps()
    take_keys()
    try:
        return _run(sys.argv[1:])
    except Cancelled:
        sys.stderr.write("Cancelled; nothing was sent.\n")
        return ExitStatus.CANCELLED
    except UserFacingError as error:
        sys.stderr.write(f"{error}\n")
        return status_of(error)


def _run(words: list[str]) -> int:
    """Open the window straight away where that is all that was asked for; the commands take longer to import."""
    file = Path(words[0]) if words else None
    plain = file is None or (len(words) == 1 and file.suffix != "" and file.is_file())
    if not plain or not can_show_window(os.environ):
        from pushconsole.command_line.application import application  # noqa: PLC0415

        application(prog_name="pushconsole")
        return ExitStatus.SUCCEEDED
    try:
        return desktop.run(file=file, on_sandbox=False)
    except KeyboardInterrupt as error:
        raise Cancelled from error
