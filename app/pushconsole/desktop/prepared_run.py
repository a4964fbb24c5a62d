"""A run before it begins, whoever prepared it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from pushconsole.runs import Accounting, Control, RunEvent


@dataclass(frozen=True)
class PreparedRun:
    """A run that may begin.

    Attributes:
        accounting: which takes its events in.
        begin: gives them, once it has the hand that pauses and cancels.

    """

    accounting: Accounting
    begin: Callable[[Control], AsyncGenerator[RunEvent, None]]
