"""The console that people read: text as it is, tables that are cut nowhere."""

from __future__ import annotations

import sys

from rich import box
from rich.console import Console
from rich.table import Column, Table

_UNFOLDED_COLUMNS = 10_000


def console() -> Console:
    """Return a console on standard output.

    Names and reasons are printed as they are: no brackets in them are taken for markup and no colons for an emoji.
    Where the output is not a terminal it has no width, so nothing is folded: what follows reads lines.
    """
    width = None if sys.stdout.isatty() else _UNFOLDED_COLUMNS
    return Console(highlight=False, markup=False, emoji=False, width=width)


def table(*columns: Column | str) -> Table:
    """Return an empty table as all of them look."""
    return Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
