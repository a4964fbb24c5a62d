"""Which records are seen and in which order: from what is typed and clicked to a view, made in a worker thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMenu

from pushconsole import quantities
from pushconsole.desktop.activity import SOON_S, Activity
from pushconsole.desktop.go_to_dialog import GoToDialog
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.questions import accepted
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.records_model import STATE_COLUMN
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import Cancelled, FilterNotUnderstood
from pushconsole.records import (
    CellKind,
    Filter,
    SortKey,
    View,
    Workspace,
    make_view,
    quoted_name,
    quoted_text,
    read_filter,
)

_LITERAL = frozenset({CellKind.NUMBER, CellKind.BOOLEAN, CellKind.NULL})


@dataclass(frozen=True)
class Only:
    """Which records are seen beside what the filter says.

    Attributes:
        label: of the chip.
        find: returns their ids as ranges, in a worker thread.

    """

    label: str
    find: Callable[[Callable[[], bool]], Sequence[tuple[int, int]]]


@dataclass(frozen=True)
class _Said:
    """What says which records are seen, and in which order."""

    where: Filter | None = None
    only: Only | None = None
    order: Sequence[SortKey] = ()


_NOTHING_SAID = _Said()


class ViewController(QObject):
    """Owns filter and order of the records that are open."""

    def __init__(self, window: MainWindow, jobs: Jobs, activity: Activity, records: RecordsController) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._activity = activity
        self._records = records
        self._where: Filter | None = None
        self._only: Only | None = None
        self._order: list[SortKey] = []
        self._seen = _NOTHING_SAID  # what of that the table shows
        self._cancel = threading.Event()
        self._edits = 0
        self._connect()

    def show_only(self, only: Only | None) -> None:
        """Show only these records from now on, of those that the filter leaves; None: all of them."""
        self._only = only
        self._make()

    def _connect(self) -> None:
        window, field, table = self._window, self._window.filter_field, self._window.records
        field.applied.connect(self._filter)
        window.only_chip.clicked.connect(lambda: self.show_only(None))
        field.left.connect(lambda: table.setFocus(Qt.FocusReason.OtherFocusReason))
        window.commands.focus_filter.triggered.connect(self._focus)
        window.commands.go_to_row.triggered.connect(lambda: self._jobs.start(self._go_to(), instead_of="ask where"))
        table.header.clicked.connect(self._sort_by)
        table.cell_menu_requested.connect(self._fill_cell_menu)
        table.header_menu_requested.connect(self._fill_header_menu)
        self._records.opened.connect(self._start_over)
        self._records.changed.connect(self._heed_edits)
        self._records.edited.connect(self._count_edit)
        field.setEnabled(False)

    def _start_over(self) -> None:
        """Forget filter and order: other records are coming. They can be filtered when all are there."""
        self._cancel.set()
        self._where, self._order, self._only, self._seen = None, [], None, _NOTHING_SAID
        self._window.only_chip.show_only("")
        field = self._window.filter_field
        field.blockSignals(True)  # noqa: FBT003  Qt takes it by position
        field.clear()
        field.blockSignals(False)  # noqa: FBT003  Qt takes it by position
        field.setEnabled(False)
        self._window.show_filter_mistake("")
        self._window.records.set_order([])

    def _heed_edits(self) -> None:
        field = self._window.filter_field
        field.setEnabled(self._records.workspace is not None)
        field.set_columns([column.name for column in self._window.model.columns])
        field.set_outdated(self._records.view is not None)

    def _count_edit(self) -> None:
        self._edits += 1

    def _focus(self) -> None:
        self._window.filter_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._window.filter_field.selectAll()

    # Filtering

    def _filter(self, text: str) -> None:
        """Apply what was typed, or say what is wrong with it; the records stay as they are seen then."""
        if self._records.workspace is None:
            return
        try:
            where = read_filter(text, [column.name for column in self._window.model.columns])
        except FilterNotUnderstood as mistake:
            self._window.show_filter_mistake(str(mistake))
            return
        self._window.show_filter_mistake("")
        if where is None and self._where is None and self._records.view is None:
            return
        self._where = where
        self._make()

    def add_term(self, term: str) -> None:
        """Filter by one more condition."""
        text = f"{self._where.as_part} and {term}" if self._where else term
        self._window.filter_field.setText(text)
        self._filter(text)

    # Sorting

    def _sort_by(self, section: int, further: bool) -> None:
        """Go from ascending to descending to the order of the file; with `further` as one more key."""
        if section == STATE_COLUMN or not self._window.filter_field.isEnabled():
            return
        name = self._window.model.columns[section - 1].name
        present = next((key for key in self._order if key.column == name), None)
        following = {None: [SortKey(name)], False: [SortKey(name, descending=True)], True: []}
        keys = following[present.descending if present else None]
        if not further:
            self._order = keys
        elif present is None:
            self._order = [*self._order, *keys]
        else:
            at = self._order.index(present)
            self._order = [*self._order[:at], *keys, *self._order[at + 1 :]]
        self._make()

    def _order_by(self, keys: list[SortKey]) -> None:
        self._order = keys
        self._make()

    # Making a view

    def _make(self) -> None:
        self._cancel.set()
        self._cancel = threading.Event()
        self._jobs.start(self._made(self._cancel), instead_of="view")

    async def _made(self, cancel: threading.Event) -> None:
        workspace, where, order, only = self._records.workspace, self._where, list(self._order), self._only
        if workspace is None:
            return
        self._show_marks()
        outdated = False
        if where is None and not order and only is None:
            self._seen = _NOTHING_SAID
            await self._records.show_view(None, filtered=False)
        else:
            making, edits = asyncio.to_thread(_view, workspace, where, order, only, cancel.is_set), self._edits
            view = await self._told(asyncio.create_task(making), workspace, cancel)
            if view is None:
                return
            outdated = self._edits != edits or self._records.threads.editing
            if outdated:  # since the moment that it is a picture of
                await self._records.threads.edit(view.follow)
            if workspace is not self._records.workspace:
                view.close()
                return
            self._seen = _Said(where, only, order)
            await self._records.show_view(view, filtered=where is not None or only is not None)
        self._window.filter_field.set_outdated(outdated)

    async def _told(
        self, making: asyncio.Task[View | None], workspace: Workspace, cancel: threading.Event
    ) -> View | None:
        """Wait for a view; say so where it takes longer than a moment, and let it be cancelled."""
        try:
            with self._activity.work(self.tr("Looking through the records"), cancel.set, after_s=SOON_S):
                await asyncio.wait({making})
        except asyncio.CancelledError:
            cancel.set()
            making.add_done_callback(_close_unused)
            raise
        failed = making.exception() is not None
        if (failed or making.result() is None) and workspace is self._records.workspace:
            self._go_back(failed=failed)
        return making.result()

    def _go_back(self, *, failed: bool) -> None:
        """Say again what the table shows, so that nothing counts as in force that was cancelled or has failed."""
        self._where, self._only, self._order = self._seen.where, self._seen.only, list(self._seen.order)
        self._show_marks()
        if not failed:
            self._activity.warn(self.tr("This was cancelled. The records are shown as before."))

    def _show_marks(self) -> None:
        self._window.records.set_order(self._order)
        self._window.only_chip.show_only(self._only.label if self._only else "")

    # Menus

    def _fill_cell_menu(self, menu: QMenu) -> None:
        at = self._window.records.current_cell()
        row = self._window.model.record_at(self._window.records.current_position())
        if at is None or row is None or not self._window.filter_field.isEnabled():
            return
        name, cell = quoted_name(at[1]), row.cells.get(at[1])
        if cell is None:
            self._offer(menu, self.tr("Filter: {0} is missing").format(at[1]), f"{name} is missing")
            self._offer(menu, self.tr("Filter: {0} is not missing").format(at[1]), f"{name} is not missing")
        elif cell.kind is not CellKind.NESTED:
            value = cell.text if cell.kind in _LITERAL else quoted_text(cell.text)
            self._offer(menu, self.tr("Filter: only this value"), f"{name} = {value}")
            self._offer(menu, self.tr("Filter: not this value"), f"{name} != {value}")
            self._offer(menu, self.tr("Filter: {0} is missing").format(at[1]), f"{name} is missing")

    def _fill_header_menu(self, menu: QMenu, section: int) -> None:
        if section == STATE_COLUMN or not self._window.filter_field.isEnabled():
            return
        column = self._window.model.columns[section - 1].name
        for text, keys in (
            (self.tr("Sort &ascending"), [SortKey(column)]),
            (self.tr("Sort &descending"), [SortKey(column, descending=True)]),
            (self.tr("&Order of the file"), []),
        ):
            menu.addAction(text).triggered.connect(lambda _checked, wanted=keys: self._order_by(wanted))
        menu.addSeparator()
        name = quoted_name(column)
        self._offer(menu, self.tr("Filter: {0} is missing").format(column), f"{name} is missing")
        self._offer(menu, self.tr("Filter: {0} is not missing").format(column), f"{name} is not missing")

    def _offer(self, menu: QMenu, text: str, term: str) -> None:
        action = menu.addAction(text.replace("&", "&&"))
        action.setToolTip(term)
        action.triggered.connect(lambda: self.add_term(term))

    # Going to a row

    async def _go_to(self) -> None:
        workspace = self._records.workspace
        if workspace is None:
            return
        dialog = GoToDialog(self._window.model.rowCount(), self._window)
        if not await accepted(dialog):
            return
        wanted = dialog.wanted
        found = await asyncio.to_thread(workspace.find_object_id, wanted)
        if found:
            self._records.go_to(found[0])
        elif (position := dialog.position) is not None:
            self._window.records.go_to(position)
        else:
            rows = quantities.counted(self._window.model.rowCount(), self.tr("row"), self.tr("rows"))
            self._activity.warn(self.tr("There is no record with the objectID {0}, and {1}.").format(wanted, rows))


def _view(
    workspace: Workspace, where: Filter | None, order: list[SortKey], only: Only | None, cancelled: Callable[[], bool]
) -> View | None:
    """Make a view, in a worker thread."""
    try:
        among = only.find(cancelled) if only else None
    except Cancelled:
        return None
    return make_view(workspace, where=where, among=among, order=order, cancelled=cancelled)


def _close_unused(making: asyncio.Task[View | None]) -> None:
    """Throw away a view that nobody waits for any more."""
    if not making.cancelled() and making.exception() is None and (view := making.result()) is not None:
        view.close()
