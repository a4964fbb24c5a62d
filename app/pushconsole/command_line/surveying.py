"""Compares a file's records with those of the index on the command line, and says how far it is and what it found."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pushconsole.ingestion import Action, Target
from pushconsole.quantities import counted, number
from pushconsole.records import Workspace
from pushconsole.runs import Compared, Effect, Survey, survey
from pushconsole.runs.pace import CallPace

if TYPE_CHECKING:
    from pushconsole.command_line.connection import Connection


async def surveyed(
    connection: Connection,
    target: Target,
    action: Action,
    workspace: Workspace,
    take: Callable[[Sequence[Compared]], None] = lambda _: None,
) -> Survey:
    """Compare all records, show on a terminal how many are done, and return what is known at the end.

    Args:
        connection: whose key has the permission search.
        target: the task.
        action: what the push would do.
        workspace: the records.
        take: called with the records of each call, in file order.

    Raises:
        ServiceError, ConnectionFailed: the service cannot be asked.

    """
    pace, known = CallPace(connection.calls_per_minute), None
    async with contextlib.aclosing(survey(connection.client, target, action, workspace, pace=pace)) as asking:
        async for known, compared in asking:
            take(compared)
            if sys.stderr.isatty():
                end = "\n" if known.done == known.records else ""
                sys.stderr.write(f"\rCompared {number(known.done)} of {number(known.records)} records{end}")
    assert known is not None, "a survey says at least how many records there are"
    return known


def counts_in_words(known: Survey) -> str:
    """Say what became of how many."""
    figures = ", ".join(f"{number(count)} {effect.value}" for effect, count in known.counts.items())
    return f"Compared {counted(known.records, 'record', 'records')} with {known.index}{figures and f': {figures}'}"


def counts_as_event(known: Survey) -> dict[str, int]:
    """Return how many records each effect has, none of them missing."""
    counts = known.counts
    return {effect.value.replace(" ", "_"): counts[effect] for effect in Effect if effect not in _OF_TRANSFORMATIONS}


_OF_TRANSFORMATIONS = (Effect.DROPPED, Effect.FAILED)
