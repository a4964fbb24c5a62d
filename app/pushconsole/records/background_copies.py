"""Copies of records, written in a process of their own where a loop in Python would stop the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pushconsole.errors import Cancelled
from pushconsole.records.exports import room_beside, save_copy, write_copy
from pushconsole.records.processes import FEW, Channel, KilledInTime, in_process
from pushconsole.records.selections import Ranges
from pushconsole.records.workspace import Workspace

_PATIENCE_S = 0.8  # "cancel answers within 1 s"; a spreadsheet is packed at the end, which nothing interrupts


def save_copy_in_background(
    workspace: Workspace,
    destination: Path,
    *,
    ranges: Ranges | None,
    defused: bool,
    on_progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    """Do what `save_copy` does, without stopping other threads; blocks until it has ended.

    Raises:
        Cancelled: ``cancelled`` said so; what stood there before still stands.
        InputError: it cannot be written; what stood there before still stands.

    """
    span = workspace.count() if ranges is None else sum(last - first + 1 for first, last in ranges)
    if span <= FEW:
        save_copy(workspace, destination, ranges=ranges, defused=defused)
        return
    with room_beside(destination) as room:
        try:
            written = in_process(
                _save, workspace.path, destination, ranges, defused, room,
                on_progress=on_progress, cancelled=cancelled, patience_s=_PATIENCE_S,
            )  # fmt: skip
        except KilledInTime as error:
            raise Cancelled from error
    if not written:
        raise Cancelled


def _save(channel: Channel, path: Path, destination: Path, ranges: Ranges | None, defused: bool, room: Path) -> bool:
    workspace = Workspace.open(path)
    try:
        write_copy(
            workspace, destination, room, ranges=ranges, defused=defused, on_progress=channel.tell_unless_cancelled
        )
    except Cancelled:
        return False
    finally:
        workspace.close()
    return True
