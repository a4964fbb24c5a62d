"""Find and replace: searches while the person types, and replaces when told to."""

from __future__ import annotations

import asyncio
import threading

from PySide6.QtCore import QObject, Qt

from pushconsole import quantities
from pushconsole.desktop.edit_controller import EditController
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.replace_dialog import ReplaceDialog
from pushconsole.desktop.selected_rows import ranges_of
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import InputError
from pushconsole.records import EditProgress, Matches, Workspace, find_in_background


class ReplaceController(QObject):
    """Owns the one dialog of find and replace."""

    def __init__(self, window: MainWindow, jobs: Jobs, records: RecordsController, edits: EditController) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._records = records
        self._edits = edits
        self._dialog: ReplaceDialog | None = None
        self._workspace: Workspace | None = None
        self._selected: list[tuple[int, int]] = []
        self._seen: list[tuple[int, int]] | None = None  # None: all records
        self._cancel = threading.Event()
        window.commands.edits.replace.triggered.connect(lambda: jobs.start(self._open(), instead_of="open find"))
        records.changed.connect(self._search_again)
        records.seen_changed.connect(lambda: jobs.start(self._heed_view(), instead_of="find in view"))

    async def _open(self) -> None:
        if self._dialog is not None:
            self._dialog.close()
        if (workspace := self._records.workspace) is None:
            return
        spans, model = self._window.records.selected_ranges(), self._window.model
        view = self._records.view
        self._workspace, self._selected = workspace, await asyncio.to_thread(ranges_of, view or workspace, spans)
        self._seen = await self._ids_seen()
        selected = sum(last - first + 1 for first, last in spans)
        dialog = self._dialog = ReplaceDialog(model.columns, selected, model.rowCount(), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.search_requested.connect(lambda: self._jobs.start(self._search(dialog), instead_of="find"))
        dialog.replace_requested.connect(lambda: self._replace(dialog))
        dialog.record_activated.connect(self._records.go_to)
        dialog.finished.connect(self._forget)
        dialog.show()

    async def _ids_seen(self) -> list[tuple[int, int]] | None:
        view = self._records.view
        return await asyncio.to_thread(view.ranges) if view is not None and self._records.filtered else None

    async def _heed_view(self) -> None:
        """Search what the filter shows now."""
        if self._dialog is not None and self._records.workspace is self._workspace:
            self._seen = await self._ids_seen()
            self._search_again()

    def _forget(self) -> None:
        self._cancel.set()
        self._dialog = None

    def _search_again(self) -> None:
        if self._dialog is None:
            return
        if self._records.workspace is not self._workspace:
            self._dialog.close()
            return
        self._dialog.set_whole(self._window.model.rowCount())
        if self._dialog.command().find:
            self._dialog.search_requested.emit()

    async def _search(self, dialog: ReplaceDialog) -> None:
        workspace = self._workspace
        if workspace is None:
            return
        self._cancel.set()
        self._cancel = cancel = threading.Event()
        loop, command, ranges = asyncio.get_running_loop(), dialog.command(), self._chosen(dialog)

        def progress(so_far: EditProgress) -> None:  # in the worker thread
            loop.call_soon_threadsafe(self._show_progress, dialog, so_far)

        def search() -> Matches:  # in the worker thread
            return find_in_background(workspace, command, ranges, on_progress=progress, cancelled=cancel.is_set)

        try:
            found = await asyncio.to_thread(search)
        except InputError as error:
            if dialog is self._dialog:
                dialog.show_fault(str(error))
            return
        finally:
            cancel.set()
        if dialog is self._dialog and not found.cancelled:
            dialog.show_matches(found)

    def _show_progress(self, dialog: ReplaceDialog, so_far: EditProgress) -> None:
        if dialog is self._dialog and not self._cancel.is_set():
            dialog.show_progress(quantities.of_records(so_far.done, so_far.whole))

    def _chosen(self, dialog: ReplaceDialog) -> list[tuple[int, int]] | None:
        return self._selected if dialog.only_selected else self._seen

    def _replace(self, dialog: ReplaceDialog) -> None:
        self._edits.carry_out(dialog.command(), self._chosen(dialog))
