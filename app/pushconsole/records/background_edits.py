"""Changes to many records, made in a process of their own where a loop in Python would stop the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pushconsole.records.bulk_command import BulkCommand
from pushconsole.records.bulk_edits import EditProgress, EditReport, Matches, edit_many, find_matches
from pushconsole.records.processes import FEW, Channel, KilledInTime, in_process
from pushconsole.records.selections import Ranges
from pushconsole.records.value_commands import Replace
from pushconsole.records.workspace import Workspace

_PATIENCE_S = 0.8  # "cancel answers within 1 s"; a regular expression can be without end


def edit_in_background(
    workspace: Workspace,
    command: BulkCommand,
    ranges: Ranges | None = None,
    *,
    change_rest: bool = False,
    on_progress: Callable[[EditProgress], None],
    cancelled: Callable[[], bool],
) -> EditReport:
    """Do what `edit_many` does, without stopping other threads; blocks until it has ended.

    Raises:
        ValueNotUsable: the command makes no sense.
        WorkspaceFrozen: the records are in a run.

    """
    if _is_short(workspace, command, ranges):
        return edit_many(
            workspace, command, ranges, change_rest=change_rest, on_progress=on_progress, cancelled=cancelled
        )
    try:
        # What gives way to edits in this process is to give way to those of the other one as well.
        with workspace.database.going_first():
            return in_process(
                _edit, workspace.path, command, ranges, change_rest,
                on_progress=on_progress, cancelled=cancelled, patience_s=_PATIENCE_S,
            )  # fmt: skip
    except KilledInTime:
        return EditReport(None, 0, 0, (), cancelled=True)
    finally:
        workspace.find_positions()


def find_in_background(
    workspace: Workspace,
    command: Replace,
    ranges: Ranges | None = None,
    *,
    on_progress: Callable[[EditProgress], None],
    cancelled: Callable[[], bool],
) -> Matches:
    """Do what `find_matches` does, without stopping other threads; blocks until it has ended.

    Raises:
        ValueNotUsable: the expression is none.

    """
    if _is_short(workspace, command, ranges):
        return find_matches(workspace, command, ranges, on_progress=on_progress, cancelled=cancelled)
    try:
        return in_process(
            _find, workspace.path, command, ranges,
            on_progress=on_progress, cancelled=cancelled, patience_s=_PATIENCE_S,
        )  # fmt: skip
    except KilledInTime:
        return Matches(0, 0, (), cancelled=True)


def _is_short(workspace: Workspace, command: BulkCommand, ranges: Ranges | None) -> bool:
    if isinstance(command, Replace) and command.regular:
        return False
    span = workspace.count() if ranges is None else sum(last - first + 1 for first, last in ranges)
    return span <= FEW


def _edit(channel: Channel, path: Path, command: BulkCommand, ranges: Ranges | None, change_rest: bool) -> EditReport:
    workspace = Workspace.open(path)
    try:
        return edit_many(
            workspace, command, ranges,
            change_rest=change_rest, on_progress=channel.tell, cancelled=channel.cancelled,
        )  # fmt: skip
    finally:
        workspace.close()


def _find(channel: Channel, path: Path, command: Replace, ranges: Ranges | None) -> Matches:
    workspace = Workspace.open(path)
    try:
        return find_matches(workspace, command, ranges, on_progress=channel.tell, cancelled=channel.cancelled)
    finally:
        workspace.close()
