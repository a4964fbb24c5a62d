"""What the window shows of a workspace beside its pages, and what an edit leaves to be shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pushconsole.records import Change, Column, Row, Workspace

_SHOWN_AT_ONCE = 64
"""Up to how many edited records are handed to the table with the edit; it reads its pages anew for more."""


@dataclass(frozen=True)
class Shape:
    """How many records, rejected rows and which columns there are, and what undo and redo would do."""

    count: int
    rejected: int
    columns: list[Column]
    undo_label: str | None
    redo_label: str | None

    @classmethod
    def of(cls, workspace: Workspace) -> Shape:
        """Read it; blocks."""
        return cls(
            workspace.count(),
            workspace.rejected_count(),
            workspace.columns(),
            workspace.undo_label,
            workspace.redo_label,
        )


NOTHING = Shape(0, 0, [], None, None)


@dataclass(frozen=True)
class Made:
    """An edit that was made, with all that is to be shown of it, so that one answer brings it to the screen.

    Attributes:
        change: what it did.
        shape: of the workspace afterwards.
        rows: the edited records; None where they are many, or where records came or went.

    """

    change: Change
    shape: Shape
    rows: list[Row] | None

    @classmethod
    def by(cls, edit: Callable[[Workspace], Change | None], workspace: Workspace) -> Made | None:
        """Make an edit; None where there was nothing to do. Blocks."""
        change = edit(workspace)
        if change is None:
            return None
        rows = None
        if change.record_ids is not None and len(change.record_ids) <= _SHOWN_AT_ONCE and not change.rows_changed:
            rows = [workspace.row(record_id) for record_id in change.record_ids]
        return cls(change, Shape.of(workspace), rows)
