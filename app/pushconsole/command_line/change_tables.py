"""Attributes before and after, side by side on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Column, Table
from rich.text import Text

from pushconsole.command_line.console import table
from pushconsole.runs import AttributeChange


def change_table(changes: Sequence[AttributeChange]) -> Table:
    """Return a table of what was added, removed and changed."""
    listed = table(Column("", no_wrap=True), "Attribute", Column("Before", ratio=1), Column("After", ratio=1))
    for change in changes:
        listed.add_row(*_cells(change))
    return listed


def _cells(change: AttributeChange) -> tuple[Text, ...]:
    sign, style = ("+", "green") if change.before is None else ("-", "red") if change.after is None else ("~", "yellow")
    return Text(sign, style), Text(change.name), Text(change.before or ""), Text(change.after or "", style)
