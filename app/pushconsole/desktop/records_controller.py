"""Between a workspace and the table: opens files, fetches pages, makes edits, checks.

Every call into the workspace runs in a worker thread. Edits have a thread of their own, so they happen in the order
they were made.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from pushconsole import quantities
from pushconsole.desktop.activity import Activity, Work
from pushconsole.desktop.copies import Copies
from pushconsole.desktop.import_controller import ImportController
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.loading_lines import name_of, tell_loaded, tell_opened_again
from pushconsole.desktop.parting import Parting
from pushconsole.desktop.record_shape import NOTHING, Made, Shape
from pushconsole.desktop.record_threads import RecordThreads
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import InputError
from pushconsole.records import (
    Change,
    LoadProgress,
    LoadReport,
    ReadOptions,
    View,
    Workspace,
    WorkspaceFolder,
    load_in_background,
)

_STOPS_WITHIN_S = 5.0


class RecordsController(QObject):
    """Owns the open workspace.

    Attributes:
        workspace: the open one, or None.
        name: what its records came from, as the user knows it.
        view: what of it is seen, or None: all of it, in file order.
        filtered: the view leaves records out, so that only those in it are pushed.
        threads: in which the workspace is used.

    Signals:
        changed: there are other records than before: opened, edited, added or deleted.
        opened: another file's records begin to come.
        seen_changed: there is another view, or none any more.
        shown: their number, their columns and whether they may be edited were brought up to date at the window.
        being_edited_changed: an edit begins to take long, or has ended.
        edited(record_ids): these records are no longer what they were; None for many.

    """

    changed = Signal()
    opened = Signal()
    seen_changed = Signal()
    shown = Signal()
    being_edited_changed = Signal()
    edited = Signal(object)

    def __init__(
        self, window: MainWindow, jobs: Jobs, activity: Activity, imports: ImportController, folder: WorkspaceFolder
    ) -> None:
        super().__init__(window)
        self.workspace: Workspace | None = None
        self.name = ""
        self.view: View | None = None
        self.filtered = False
        self.threads = RecordThreads(self.being_edited_changed.emit)
        self._window = window
        self._jobs = jobs
        self._activity = activity
        self._imports = imports
        self._copies = Copies(window, activity)
        self._folder = folder
        self._parting = Parting(window, activity, self._copies, folder)
        self._cancel_loading = threading.Event()
        self._opening: asyncio.Task[None] | None = None
        self._shape = NOTHING
        self._editable = True
        self._read: Workspace | None = None  # while a file is read into it
        self._connect()

    def open(self, files: Sequence[Path]) -> None:
        """Load a file, or several of one kind, in place of the records that are open, once it is said how."""
        self._jobs.start(self.open_and_wait(files), instead_of="import")

    def open_as_found(self, path: Path) -> None:
        """Load a file whose reading is known, in place of the records that are open."""
        if self._may_be_replaced():
            self._opening = self._jobs.start(self._open([path], ReadOptions(), self._opening))

    def open_again(self, path: Path) -> None:
        """Open a workspace that was left, with its edits, in place of the records that are open."""
        if self._may_be_replaced():
            self._opening = self._jobs.start(self._open_again(path, self._opening))

    async def brought(self, path: Path) -> bool:
        """Open the workspace of the run that is being prepared, unless it is open; return whether it is shown now."""
        if self.workspace is None or self.workspace.path != path:
            self._opening = self._jobs.start(self._open_again(path, self._opening))
            await asyncio.wait({self._opening})
        return self.workspace is not None and self.workspace.path == path

    @property
    def editable(self) -> bool:
        """Whether the records may be edited."""
        return self._editable and self.workspace is not None and self.workspace is not self._read

    @property
    def has_edits(self) -> bool:
        """Whether there are edits that are in no file."""
        return self._shape.undo_label is not None

    async def may_discard(self) -> bool:
        """Ask what becomes of edits that are in no file; return whether the records may go."""
        if self._window.record_pane.modified:
            self._window.record_pane.apply()
            await asyncio.sleep(0)  # until that is asked for
            await self.threads.edit(lambda: None)  # and made
        return await self._parting.may_go(self.workspace, self.name, edited=self.has_edits)

    async def stop_loading(self) -> None:
        """Cancel what is being read, and wait until nobody writes to the workspace any more."""
        await self._stopped(self._opening)

    def _may_be_replaced(self) -> bool:
        """Return whether others may take the place of these records; say so where they are being pushed."""
        if not self._editable:
            self._activity.warn(self.tr("These records are being pushed. Wait for the end of the run, or cancel it."))
        return self._editable

    async def _stopped(self, opening: asyncio.Task[None] | None) -> None:
        self._cancel_loading.set()
        if opening is not None:
            await asyncio.wait({opening}, timeout=_STOPS_WITHIN_S)

    async def close(self) -> None:
        """Close the workspace; its file goes too, unless it was to be kept."""
        workspace, self.workspace = self.workspace, None
        if workspace is not None:
            await self._parting.part_with(workspace, self.name)
        self.threads.close()

    def show_edits_allowed(self, *, allowed: bool) -> None:
        """Switch editing on or off; off while the records are in a run."""
        self._editable = allowed
        self._enable()

    def go_to(self, record_id: int) -> None:
        """Show a record in the table."""
        self._jobs.start(self._go_to(record_id), instead_of="go to")

    async def show_view(self, view: View | None, *, filtered: bool) -> None:
        """Show another view of the records, from its top; the one before is thrown away."""
        before, self.view, self.filtered = self.view, view, filtered
        if self.workspace is not None:
            self._window.records.scrollToTop()
            self._window.records.clearSelection()
            await self._refresh_shape(self.workspace)
        self.seen_changed.emit()
        if before is not None:
            await asyncio.to_thread(before.close)

    def refresh(self) -> None:
        """Fetch what is on screen again after an edit that was made elsewhere."""
        if self.workspace is not None:
            self._jobs.start(self._refresh_shape(self.workspace))

    def _connect(self) -> None:
        window, do = self._window, self._window.commands
        window.model.page_wanted.connect(lambda first, count: self._jobs.start(self._fetch(first, count)))
        window.records.record_selected.connect(
            lambda record_id: self._jobs.start(self._show_record(record_id), instead_of="record")
        )
        window.records.selection_count_changed.connect(lambda _: self._show_count())
        window.records.copy_requested.connect(self._copy)
        window.problems_pane.record_activated.connect(self.go_to)
        do.add_record.triggered.connect(self._add_record)
        do.remove_value.triggered.connect(self._remove_value)
        do.make_object_ids.triggered.connect(lambda: self._edit(lambda workspace: workspace.make_object_ids()))
        do.save_copy.triggered.connect(lambda: self._jobs.start(self._save_copy(), instead_of="save copy"))
        self._enable()

    # Opening

    async def open_and_wait(self, files: Sequence[Path]) -> None:
        """Do what `open` does, and wait until the files are not needed any more."""
        if self._may_be_replaced() and (options := await self._imports.options_for(files[0])) is not None:
            self._opening = self._jobs.start(self._open(files, options, self._opening))
            await asyncio.wait({self._opening})

    async def _open(self, files: Sequence[Path], options: ReadOptions, before: asyncio.Task[None] | None) -> None:
        if not await self.may_discard():
            return
        await self._stopped(before)
        self._cancel_loading = cancel = threading.Event()
        workspace, name = await asyncio.to_thread(self._folder.create), name_of(files)
        with self._activity.work(self.tr("Reading {0}").format(name), cancel.set) as work:
            self._read = workspace
            try:
                report = await self._load(workspace, name, files, options, cancel, work)
            except BaseException:
                if self.workspace is not workspace:
                    await asyncio.to_thread(self._folder.remove, workspace)
                raise
            finally:
                self._read = None
                self._enable()
        await self._take_over(workspace, name)
        tell_loaded(report, self._activity)
        self.changed.emit()

    async def _open_again(self, path: Path, before: asyncio.Task[None] | None) -> None:
        if not await self.may_discard():
            return
        await self._stopped(before)
        workspace = await asyncio.to_thread(self._folder.open, path)
        source, frozen = await asyncio.to_thread(lambda: (workspace.source, workspace.frozen))
        await self._take_over(workspace, source.name if source else path.stem)
        tell_opened_again(self.name, self._activity, frozen=frozen is not None)
        self.changed.emit()

    async def _load(
        self,
        workspace: Workspace,
        name: str,
        files: Sequence[Path],
        options: ReadOptions,
        cancel: threading.Event,
        work: Work,
    ) -> LoadReport:
        loop = asyncio.get_running_loop()

        def progress(so_far: LoadProgress) -> None:  # in the worker thread
            loop.call_soon_threadsafe(self._jobs.start, self._grow(workspace, name, work, so_far))

        return await asyncio.to_thread(
            load_in_background, workspace, files, options, on_progress=progress, cancelled=cancel.is_set
        )

    async def _grow(self, workspace: Workspace, name: str, work: Work, so_far: LoadProgress) -> None:
        """Show what is loaded so far."""
        work.progress(
            so_far.read_bytes,
            so_far.size_bytes,
            self.tr("{0} records · {1} of {2}").format(
                quantities.number(so_far.loaded),
                quantities.size(so_far.read_bytes),
                quantities.size(so_far.size_bytes),
            ),
        )
        await self._take_over(workspace, name, grown=True)

    async def _take_over(self, workspace: Workspace, name: str, *, grown: bool = False) -> None:
        """Show a workspace in place of the one before, or its growth, which changes no record that was there."""
        if self.workspace is not workspace:
            before, self.workspace, self._shape = self.workspace, workspace, NOTHING
            name_before, self.name = self.name, name
            self.view, self.filtered = None, False
            self.opened.emit()
            self.edited.emit(None)
            self._window.model.set_shape(0, [])
            self._window.show_records()
            self._window.record_pane.start_over()
            self._window.problems_pane.show_unchecked()
            if before is not None:
                await self._parting.part_with(before, name_before)
        await self._refresh_shape(workspace, grown=grown)

    # Showing

    async def _fetch(self, first: int, count: int) -> None:
        workspace, source = self.workspace, self.view or self.workspace
        if workspace is None or source is None:
            return
        try:
            rows = await self.threads.read(lambda: source.page(first, count))
        except InputError:
            if source in {self.view, self.workspace}:
                raise
            return  # the view was replaced meanwhile, and what is wanted now is asked for anew
        except BaseException:
            self._window.model.page_failed(first)
            raise
        if source is (self.view or self.workspace):
            self._window.model.set_page(first, rows)

    async def _refresh_shape(self, workspace: Workspace, *, grown: bool = False) -> None:
        view = self.view
        shape = await self.threads.read(lambda: Shape.of(workspace))
        if workspace is self.workspace and view is self.view:
            self._show_shape(shape)
            if not grown:
                self._window.model.invalidate()

    def _show_shape(self, shape: Shape) -> None:
        self._shape = shape
        window, first_columns = self._window, not self._window.model.columns
        window.model.set_shape(self.view.count if self.view else shape.count, shape.columns)
        if first_columns and shape.columns:
            window.records.fit_columns()
        self._show_count()
        self._enable()

    async def _show_record(self, record_id: int) -> None:
        if self.workspace is None or record_id < 0:
            self._window.record_pane.show_nothing()
            return
        workspace = self.workspace
        text = await self.threads.read(lambda: workspace.text(record_id))
        self._window.record_pane.show_record(record_id, msgspec.json.format(text, indent=2))

    async def _go_to(self, record_id: int) -> None:
        if self.workspace is None:
            return
        if self.view is None:
            self._window.records.go_to(await asyncio.to_thread(self.workspace.position, record_id))
        elif (position := await asyncio.to_thread(self.view.position, record_id)) is not None:
            self._window.records.go_to(position)
        else:
            self._activity.warn(self.tr("The filter hides this record. Clear the filter to see it."))

    def _show_count(self) -> None:
        selected = sum(last - first + 1 for first, last in self._window.records.selected_ranges())
        seen = self.view.count if self.view is not None and self.filtered else None
        self._window.set_record_count(self._shape.count, selected, seen, self._shape.rejected)

    def _copy(self, spans: list[tuple[int, int]]) -> None:
        if (source := self.view or self.workspace) is not None:
            self._jobs.start(self._copies.to_clipboard(source, spans), instead_of="copy")

    # Editing

    def _edit(self, edit: Callable[[Workspace], Change | None]) -> None:
        self._jobs.start(self.make(edit))

    async def make(self, edit: Callable[[Workspace], Change | None]) -> None:
        """Make an edit in the thread of edits, after those made before, and show what it did."""
        workspace = self.workspace
        if workspace is None:
            return
        made = await self.threads.edit(lambda: Made.by(edit, workspace))
        if made is None or workspace is not self.workspace:
            return
        change = made.change
        self._parting.heed_edit()
        self.edited.emit(change.record_ids)
        if made.rows is not None:
            self._show_shape(made.shape)
            self._window.model.replace_rows(made.rows)
        else:
            if self.view is not None and change.rows_changed:
                await self.threads.edit(self.view.follow)
            await self._refresh_shape(workspace)
        selected = self._window.records.current_position()
        row = self._window.model.record_at(selected) if selected >= 0 else None
        if row is not None and (change.record_ids is None or row.record_id in change.record_ids):
            await self._show_record(row.record_id)
        self.changed.emit()

    def _enable(self) -> None:
        """Let the commands be used that make sense now."""
        do, editable = self._window.commands, self.editable
        for action in (do.add_record, do.delete_records, do.remove_value, do.make_object_ids, *do.edits.editing):
            action.setEnabled(editable)
        for action in (do.save_copy, do.check):
            action.setEnabled(self.workspace is not None)
        do.set_undo(self._shape.undo_label if editable else None)
        do.set_redo(self._shape.redo_label if editable else None)
        self._window.model.set_read_only(not editable)
        self._window.record_pane.set_read_only(not editable)
        self.shown.emit()

    def _add_record(self) -> None:
        async def add() -> None:
            await self.make(lambda workspace: workspace.add_record())
            self._window.records.go_to(self._window.model.rowCount() - 1)

        self._jobs.start(add())

    def _remove_value(self) -> None:
        if (at := self._window.records.current_cell()) is not None:
            self._edit(lambda workspace: workspace.set_value(*at, None))

    async def _save_copy(self) -> None:
        if self.workspace is not None:
            await self._copies.save(self.workspace, self.name, self.view, filtered=self.filtered)
