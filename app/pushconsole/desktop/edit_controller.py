"""Between the edit commands and the records: asks what is to be done, and has it done as one edit.

Edits of many records are made in a process of their own, with their progress in the window's foot.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from pushconsole import quantities
from pushconsole.desktop.activity import SOON_S, Activity, Work
from pushconsole.desktop.column_dialog import ColumnDialog, Deed
from pushconsole.desktop.edit_dialog import EditDialog
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.object_ids_dialog import ObjectIdsDialog
from pushconsole.desktop.question_dialog import Answer
from pushconsole.desktop.questions import accepted, asked
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.selected_rows import ranges_of
from pushconsole.desktop.typed_text import TypedText
from pushconsole.desktop.value_dialog import ValueDialog
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import InputError, ValueNotUsable
from pushconsole.records import (
    BulkCommand,
    Change,
    DeleteRecords,
    DuplicateRecords,
    EditProgress,
    EditReport,
    FillDown,
    Keep,
    KeepOfDuplicates,
    PasteBlock,
    PasteText,
    SetText,
    Trim,
    View,
    Workspace,
    block_of,
    edit_in_background,
    redo,
    undo,
)

_REFUSED_NAMED = 6
_Ranges = list[tuple[int, int]] | None
_Made = TypeVar("_Made")


class EditController(QObject):
    """Carries out the commands of the Edit and Records menus that change values."""

    def __init__(self, window: MainWindow, jobs: Jobs, activity: Activity, records: RecordsController) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._activity = activity
        self._records = records
        self._typed = TypedText(window, records)
        self._connect()

    def carry_out(self, command: BulkCommand, ranges: _Ranges = None) -> None:
        """Make a change to records, all by default; ask where it cannot be made to some."""
        self._jobs.start(self._carry_out(command, ranges))

    def open_column_dialog(self, deed: Deed, column: str = "") -> None:
        """Ask how a column, by default the current one, is to be changed, and do it."""
        dialog = ColumnDialog(self._window.model.columns, column or self._current_column(), deed, self._window)
        self._jobs.start(self._from_dialog(dialog))

    def _connect(self) -> None:
        window, do, edits = self._window, self._window.commands, self._window.commands.edits
        do.undo.triggered.connect(lambda: self._jobs.start(self._step(undo)))
        do.redo.triggered.connect(lambda: self._jobs.start(self._step(redo)))
        window.model.edit_requested.connect(self._take)
        window.record_pane.apply_requested.connect(
            lambda record_id, text: self._jobs.start(self._set_text(record_id, text))
        )
        window.problems_pane.fix_requested.connect(
            lambda command, record_id: self.carry_out(command, None if record_id < 0 else [(record_id, record_id)])
        )
        edits.copy_cell.triggered.connect(self._copy_cell)
        edits.paste_cells.triggered.connect(lambda: self._jobs.start(self._paste()))
        edits.fill_down.triggered.connect(lambda: self._jobs.start(self._fill_down()))
        edits.set_value.triggered.connect(lambda: self._jobs.start(self._set_value(), instead_of="edit dialog"))
        edits.duplicate.triggered.connect(lambda: self._jobs.start(self._duplicate()))
        do.delete_records.triggered.connect(lambda: self._jobs.start(self._delete()))
        edits.trim.triggered.connect(lambda: self._jobs.start(self._trim()))
        edits.keep_first.triggered.connect(lambda: self.carry_out(KeepOfDuplicates(Keep.FIRST)))
        edits.keep_last.triggered.connect(lambda: self.carry_out(KeepOfDuplicates(Keep.LAST)))
        edits.choose_object_ids.triggered.connect(
            lambda: self._jobs.start(self._from_dialog(ObjectIdsDialog(window.model.columns, window)))
        )
        for action, deed in (
            (edits.add, Deed.ADD),
            (edits.rename, Deed.RENAME),
            (edits.change_type, Deed.TYPE),
            (edits.split, Deed.SPLIT),
            (edits.join, Deed.JOIN),
            (edits.remove, Deed.REMOVE),
        ):
            action.triggered.connect(lambda _checked=False, deed=deed: self.open_column_dialog(deed))

    def _take(self, record_id: int, column: str, text: str) -> None:
        """Take what was typed into a cell, after what was typed before it into the Record pane."""
        self._window.record_pane.apply()
        self._jobs.start(self._typed.take(record_id, column, text))

    # Asking

    async def _accepted(self, dialog: EditDialog) -> bool:
        """Ask; the question goes with the records it is about, when others come meanwhile."""
        self._records.opened.connect(dialog.reject)
        return await accepted(dialog)

    async def _from_dialog(self, dialog: EditDialog) -> None:
        if await self._accepted(dialog):
            await self._carry_out(dialog.command(), None)

    async def _set_value(self) -> None:
        """Ask, and set the value for the records that were there then: a sort that ends meanwhile moves others in."""
        window, spans = self._window, self._window.records.selected_ranges()
        selected, seen = sum(last - first + 1 for first, last in spans), window.model.rowCount()
        chosen, all_seen = await self._ids(spans), await self._seen()
        dialog = ValueDialog(window.model.columns, self._current_column(), selected, seen, window)
        if await self._accepted(dialog):
            await self._carry_out(dialog.command(), chosen if dialog.only_selected else all_seen)

    async def _trim(self) -> None:
        if column := self._current_column():
            await self._carry_out(Trim(column), await self._seen())

    async def _duplicate(self) -> None:
        if spans := self._window.records.selected_ranges():
            await self._carry_out(DuplicateRecords(), await self._ids(spans))

    async def _delete(self) -> None:
        if spans := self._window.records.selected_ranges():
            number = sum(last - first + 1 for first, last in spans)
            await self._carry_out(DeleteRecords(number), await self._ids(spans))

    async def _fill_down(self) -> None:
        spans, at = self._window.records.selected_ranges(), self._window.records.current_cell()
        if at is None:
            self._activity.warn(self.tr("Click a cell of the column to fill, then select the rows."))
            return
        column = at[1]
        if sum(last - first + 1 for first, last in spans) < 2:  # noqa: PLR2004  one has no below
            self._activity.warn(self.tr("Select the rows to fill: the first one’s value goes into the others."))
            return
        (top, _), *_ = await self._ids([(spans[0][0], spans[0][0])])
        await self._carry_out(FillDown(column, top), await self._ids(spans))

    def _copy_cell(self) -> None:
        index = self._window.records.currentIndex()
        if self._window.records.current_cell() is not None:
            row = self._window.model.record_at(index.row())
            cell = row.cells.get(self._current_column()) if row else None
            QGuiApplication.clipboard().setText(cell.text if cell else "")

    async def _paste(self) -> None:
        copied, column, source = QGuiApplication.clipboard(), self._current_column(), self._source
        position, spans = self._window.records.current_position(), self._window.records.selected_ranges()
        names = self._window.records.names_seen
        if column not in names or position < 0 or source is None:
            return
        if not copied.mimeData().hasText():  # a picture, or nothing at all
            self._activity.warn(self.tr("Nothing is copied that can be pasted into cells."))
            return
        columns, block = names[names.index(column) :], await asyncio.to_thread(block_of, copied.text())
        if len(block) > 1 and block[0] == tuple(names):
            block = block[1:]  # rows that were copied here, whose first line names the columns
        selected = sum(last - first + 1 for first, last in spans)
        if len(block) == 1 and len(block[0]) == 1 and selected > 1:
            await self._paste_everywhere(column, block[0][0], spans)
            return
        if (width := max(map(len, block))) > len(columns):
            raise ValueNotUsable(
                self.tr("The copied cells are {0} columns wide, and from {1} on there are only {2}.").format(
                    width, column, len(columns)
                ),
                self.tr("Begin further left, or add columns first."),
            )
        # Before anything is asked: a sort that ends while a question is open moves other records to these rows.
        rows = await asyncio.to_thread(source.page, position, len(block))
        fitting = await self._typed.fitting(columns[:width], block)
        if fitting is not None:
            ids = tuple(row.record_id for row in rows)
            ranges = [(record_id, record_id) for record_id in ids] or [(0, 0)]
            await self._carry_out(PasteBlock(tuple(columns[:width]), fitting, ids), ranges)

    async def _paste_everywhere(self, column: str, text: str, spans: list[tuple[int, int]]) -> None:
        """Paste one cell into the column of all selected records, however many and wherever they are."""
        ids = await self._ids(spans)
        fitting = await self._typed.fitting([column], ((text,),))
        if fitting is not None:
            await self._carry_out(PasteText(column, fitting[0][0]), ids)

    async def _set_text(self, record_id: int, text: str) -> None:
        try:
            await self._carry_out(SetText(text), [(record_id, record_id)])
        except InputError as error:
            if not self._window.record_pane.refuse(record_id, text, error.sentence, error.line):
                kept = self.tr("What was typed into the Record pane was not applied and waits at its record: {0}")
                self._activity.warn(kept.format(error.sentence))

    def _current_column(self) -> str:
        at = self._window.records.current_cell()
        return at[1] if at else ""

    @property
    def _source(self) -> View | Workspace | None:
        return self._records.view or self._records.workspace

    async def _ids(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        if (source := self._source) is None:
            raise InputError(self.tr("There are no records."))
        return await asyncio.to_thread(ranges_of, source, spans)

    async def _seen(self) -> _Ranges:
        """Return the records that the filter shows, or None where it hides none."""
        view = self._records.view
        return await asyncio.to_thread(view.ranges) if view is not None and self._records.filtered else None

    # Doing

    async def _carry_out(self, command: BulkCommand, ranges: _Ranges, *, change_rest: bool = False) -> None:
        report = await self._edit(command, ranges, change_rest=change_rest)
        if report is None:
            return
        if report.cancelled:
            self._activity.warn(self.tr("{0} was cancelled; nothing was changed.").format(command.label))
        elif report.refused and not change_rest:
            await self._ask_for_rest(command, ranges, report)
        elif report.change is None:
            self._activity.warn(self.tr("{0}: there was nothing to change.").format(command.label))

    async def _ask_for_rest(self, command: BulkCommand, ranges: _Ranges, report: EditReport) -> None:
        refused = quantities.counted(report.refused, self.tr("record"), self.tr("records"))
        named = [refused_one.sentence for refused_one in report.first_refused[:_REFUSED_NAMED]]
        if report.refused > len(named):
            named.append(self.tr("and {0} more").format(quantities.number(report.refused - len(named))))
        rest = Answer("rest", self.tr("Change the others"), self.tr("Leaves these as they are"))
        question = self.tr("{0}: {1} cannot be changed.").format(command.label, refused)
        if await asked(self._window, question, "\n".join(named), [rest]) == "rest":
            await self._carry_out(command, ranges, change_rest=True)

    async def _edit(self, command: BulkCommand, ranges: _Ranges, *, change_rest: bool) -> EditReport | None:
        loop, reports = asyncio.get_running_loop(), list[EditReport]()

        def edit(workspace: Workspace, cancel: threading.Event, work: Work) -> Change | None:  # in the worker thread
            def progress(so_far: EditProgress) -> None:
                loop.call_soon_threadsafe(_show_progress, work, so_far)

            reports.append(
                edit_in_background(
                    workspace,
                    command,
                    ranges,
                    change_rest=change_rest,
                    on_progress=progress,
                    cancelled=cancel.is_set,
                )
            )
            return reports[0].change

        await self._cancellable(command.label, edit)
        return reports[0] if reports else None

    async def _step(self, step: Callable[[Workspace, Callable[[], bool]], Change | None]) -> None:
        label = self._window.commands.undo.text() if step is undo else self._window.commands.redo.text()
        await self._cancellable(label.replace("&", ""), lambda workspace, cancel, _: step(workspace, cancel.is_set))

    async def _cancellable(self, words: str, edit: Callable[[Workspace, threading.Event, Work], Change | None]) -> None:
        """Make an edit that shows, once it takes long, that it is under way, and can be cancelled."""
        cancel = threading.Event()
        with self._activity.work(words, cancel.set, after_s=SOON_S) as work:
            try:
                await self._records.make(lambda workspace: edit(workspace, cancel, work))
            finally:
                cancel.set()


def _show_progress(work: Work, so_far: EditProgress) -> None:
    work.progress(so_far.done, so_far.whole, quantities.of_records(so_far.done, so_far.whole))
