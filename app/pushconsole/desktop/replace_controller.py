"""Find and replace: searches while the person types, and replaces when told to."""

from __future__ import annotations

import asyncio
import threading

from PySide6.QtCore import QObject, Qt

from pushconsole import quantities
from pushconsole.desktop.edit_controller import EditController
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.records_controller import RecordsController, ranges_of
from pushconsole.desktop.replace_dialog import ReplaceDialog
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import InputError
from pushconsole.records import EditProgress, Matches, find_in_background


class ReplaceController(QObject):
    """Owns the one dialog of find and replace."""

    def __init__(self, window: MainWindow, jobs: Jobs, records: RecordsController, edits: EditController) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._records = records
        self._edits = edits
        self._dialog: ReplaceDialog | None = None
        self._spans: list[tuple[int, int]] = []
        self._cancel = threading.Event()
        window.commands.edits.replace.triggered.connect(self._open)
        records.changed.connect(self._search_again)

    def _open(self) -> None:
        if self._dialog is not None:
            self._dialog.close()
        self._spans = self._window.records.selected_ranges()
        selected = sum(last - first + 1 for first, last in self._spans)
        model = self._window.model
        dialog = self._dialog = ReplaceDialog(model.columns, selected, model.rowCount(), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.search_requested.connect(lambda: self._jobs.start(self._search(dialog), instead_of="find"))
        dialog.replace_requested.connect(lambda: self._jobs.start(self._replace(dialog)))
        dialog.record_activated.connect(self._records.go_to)
        dialog.finished.connect(self._forget)
        dialog.show()

    def _forget(self) -> None:
        self._cancel.set()
        self._dialog = None

    def _search_again(self) -> None:
        if self._dialog is not None and self._dialog.command().find:
            self._dialog.search_requested.emit()

    async def _search(self, dialog: ReplaceDialog) -> None:
        workspace = self._records.workspace
        if workspace is None:
            return
        self._cancel.set()
        self._cancel = cancel = threading.Event()
        loop, command, spans = (
            asyncio.get_running_loop(),
            dialog.command(),
            self._spans if dialog.only_selected else None,
        )

        def progress(so_far: EditProgress) -> None:  # in the worker thread
            loop.call_soon_threadsafe(self._show_progress, dialog, so_far)

        def search() -> Matches:  # in the worker thread
            ranges = None if spans is None else ranges_of(workspace, spans)
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
            done, whole = quantities.number(so_far.done), quantities.number(so_far.whole)
            dialog.show_progress(self.tr("{0} of {1} records").format(done, whole))

    async def _replace(self, dialog: ReplaceDialog) -> None:
        workspace = self._records.workspace
        if workspace is not None:
            ranges = await asyncio.to_thread(ranges_of, workspace, self._spans) if dialog.only_selected else None
            self._edits.carry_out(dialog.command(), ranges)
