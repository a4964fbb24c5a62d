"""What the tests of the command line share."""

from tests.command_line.fixtures import shell

__all__ = ["shell"]
