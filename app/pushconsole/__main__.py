"""Starts the program."""

import sys


def main() -> int:
    """Run the command line, which opens the window where that is asked for; return the exit status."""
    from pushconsole.command_line import main as command_line  # noqa: PLC0415  a worker process must not pay for it

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
