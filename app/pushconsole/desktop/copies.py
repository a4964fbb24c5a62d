"""Makes copies of records: files with all, the filtered or the selected ones, and rows to paste elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from pushconsole import quantities
from pushconsole.desktop.activity import Activity
from pushconsole.desktop.question_dialog import Answer
from pushconsole.desktop.questions import ask_where_to_copy, asked
from pushconsole.desktop.selected_rows import in_order, ranges_of
from pushconsole.desktop.window import MainWindow
from pushconsole.records import View, Workspace, copied_rows_in_background, save_copy_in_background
from pushconsole.runs import Level

_COPIED_AT_MOST = 100_000  # rows a clipboard still takes
_ALL, _SEEN, _SELECTED = "all", "seen", "selected"


class Copies:
    """Asks which records and where to, and writes the file."""

    def __init__(self, window: MainWindow, activity: Activity) -> None:
        self._window = window
        self._activity = activity

    async def to_clipboard(self, source: View | Workspace, spans: list[tuple[int, int]]) -> None:
        """Copy rows for a spreadsheet, unless they are too many for a clipboard."""
        if sum(last - first + 1 for first, last in spans) > _COPIED_AT_MOST:
            self._activity.warn(
                self._window.tr("More than {0} rows are too many for a clipboard; save a copy instead.").format(
                    quantities.number(_COPIED_AT_MOST)
                )
            )
            return
        names = self._window.records.names_seen
        workspace = source.workspace if isinstance(source, View) else source

        def copy(tell: Callable[[int], None], cancelled: Callable[[], bool]) -> str:
            ranges = in_order(source, spans)
            return copied_rows_in_background(workspace, ranges, names, on_progress=tell, cancelled=cancelled)

        rows = sum(last - first + 1 for first, last in spans)
        text = await self._activity.in_worker(self._window.tr("Copying"), rows, copy)
        if text is not None:
            QGuiApplication.clipboard().setText(text)

    async def save_all(self, workspace: Workspace, name: str) -> bool:
        """Save all records of a workspace; return whether that was done."""
        return await self._save(workspace, name, None, workspace.count())

    async def save(self, workspace: Workspace, name: str, view: View | None, *, filtered: bool) -> None:
        """Save the records a person chooses, where there is a choice."""
        spans = self._window.records.selected_ranges()
        selected = sum(last - first + 1 for first, last in spans)
        seen = view.count if view is not None and filtered else None
        chosen = await self._scope(workspace.count(), seen, selected if selected > 1 else None)
        if chosen == _ALL:
            await self.save_all(workspace, name)
        elif chosen == _SEEN and view is not None:
            await self._save(workspace, name, await asyncio.to_thread(view.ranges), view.count)
        elif chosen == _SELECTED:
            ranges = await asyncio.to_thread(ranges_of, view or workspace, spans)
            await self._save(workspace, name, ranges, selected)

    async def _scope(self, whole: int, seen: int | None, selected: int | None) -> str:
        tr, counted = self._window.tr, quantities.counted
        answers = [Answer(_ALL, tr("All {0}").format(counted(whole, "record", "records")), tr("In the file's order"))]
        if seen:
            left = tr("The {0} that the filter leaves").format(quantities.number(seen))
            answers.append(Answer(_SEEN, left, tr("In the file's order")))
        if selected is not None:
            answers.append(Answer(_SELECTED, tr("The {0} selected").format(quantities.number(selected)), ""))
        if len(answers) == 1:
            return _ALL
        return await asked(self._window, tr("Which records go into the copy?"), "", answers)

    async def _save(
        self, workspace: Workspace, name: str, ranges: Sequence[tuple[int, int]] | None, records: int
    ) -> bool:
        path, defused = await ask_where_to_copy(self._window, name)
        if path is None:
            return False
        if not await self.written(workspace, path, ranges, records, defused=defused):
            self._activity.tell(Level.INFO, self._window.tr("Saving {0} was cancelled.").format(path.name))
            return False
        number = quantities.counted(records, "record", "records")
        self._activity.tell(Level.SUCCESS, self._window.tr("Saved a copy of {0} to {1}.").format(number, path))
        return True

    async def written(
        self,
        workspace: Workspace,
        path: Path,
        ranges: Sequence[tuple[int, int]] | None,
        records: int,
        *,
        defused: bool,
    ) -> bool:
        """Write a file; return False where that was cancelled."""

        def save(tell: Callable[[int], None], cancelled: Callable[[], bool]) -> bool:
            save_copy_in_background(
                workspace, path, ranges=ranges, defused=defused, on_progress=tell, cancelled=cancelled
            )
            return True

        return bool(await self._activity.in_worker(self._window.tr("Saving {0}").format(path.name), records, save))
