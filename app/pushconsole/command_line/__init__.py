"""The command line: commands that hand their words to the engine and show what comes back."""

from pushconsole.command_line.application import main

__all__ = ["main"]
