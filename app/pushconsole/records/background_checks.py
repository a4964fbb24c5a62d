"""Which records have problems, found in a process of its own where a loop in Python would stop the window."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from pushconsole.errors import Cancelled
from pushconsole.records.checks import RECORD_LIMIT_BYTES, records_with_problems
from pushconsole.records.problems import ProblemKind
from pushconsole.records.processes import Channel, KilledInTime, in_process
from pushconsole.records.workspace import Workspace

_PATIENCE_S = 0.8


def problem_records_in_background(
    workspace: Workspace,
    kinds: Collection[ProblemKind],
    *,
    record_limit_bytes: int = RECORD_LIMIT_BYTES,
    partial_update: bool,
    cancelled: Callable[[], bool],
) -> list[tuple[int, int]]:
    """Do what `records_with_problems` does, without stopping other threads; blocks until it has ended.

    Raises:
        Cancelled: ``cancelled`` said so.

    """
    try:
        found = in_process(
            _find, workspace.path, tuple(kinds), record_limit_bytes, partial_update,
            on_progress=lambda _: None, cancelled=cancelled, patience_s=_PATIENCE_S,
        )  # fmt: skip
    except KilledInTime as error:
        raise Cancelled from error
    if found is None:
        raise Cancelled
    return found


def _find(
    channel: Channel, path: Path, kinds: tuple[ProblemKind, ...], record_limit_bytes: int, partial_update: bool
) -> list[tuple[int, int]] | None:
    workspace = Workspace.open(path)
    try:
        return records_with_problems(
            workspace,
            kinds,
            record_limit_bytes=record_limit_bytes,
            partial_update=partial_update,
            cancelled=channel.cancelled,
        )
    except Cancelled:
        return None
    finally:
        workspace.close()
