"""Between the records and the Columns pane: has columns counted while the pane is looked at, and does what it asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from pushconsole.desktop.column_dialog import Deed
from pushconsole.desktop.edit_controller import EditController
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.view_controller import ViewController
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import Cancelled
from pushconsole.records import Statistics, View, Workspace, column_statistics, set_sent

_SETTLE_S = 1.0  # edits in quick succession are counted once


class ColumnsController(QObject):
    """Owns the counting of columns: one at a time, the one last looked at first."""

    def __init__(
        self, window: MainWindow, jobs: Jobs, records: RecordsController, edits: EditController, views: ViewController
    ) -> None:
        super().__init__(window)
        self._window = window
        self._pane = window.columns_pane
        self._jobs = jobs
        self._records = records
        self._counting: asyncio.Task[None] | None = None
        pane, model = self._pane, self._pane.model
        records.opened.connect(model.forget)
        records.shown.connect(self._show_columns)
        records.changed.connect(lambda: self._jobs.start(self._settle(), instead_of="settle columns"))
        records.seen_changed.connect(self._count_anew)
        model.statistics_wanted.connect(self._begin)
        model.sending_requested.connect(self._set_sent)
        pane.column_chosen.connect(self._go_to)
        pane.filter_requested.connect(views.add_term)
        pane.rename_requested.connect(lambda name: edits.open_column_dialog(Deed.RENAME, name))
        pane.retype_requested.connect(lambda name: edits.open_column_dialog(Deed.TYPE, name))
        pane.menu_requested.connect(self._fill_menu)

    def _show_columns(self) -> None:
        self._pane.model.set_columns(self._window.model.columns, self._window.model.rowCount())
        self._pane.model.set_read_only(not self._records.editable)
        self._pane.set_scope(self._window.model.rowCount(), filtered=self._records.filtered)

    async def _settle(self) -> None:
        await asyncio.sleep(_SETTLE_S)
        self._count_anew()

    def _count_anew(self) -> None:
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None
        self._show_columns()
        self._pane.model.outdate()

    def _begin(self) -> None:
        if (self._counting is None or self._counting.done()) and self._records.workspace is not None:
            self._counting = self._jobs.start(self._count())

    async def _count(self) -> None:
        """Count what is looked at, until nothing is."""
        while (name := self._pane.model.next_wanted()) is not None:
            if (source := self._records.view or self._records.workspace) is None:
                return
            try:
                known = await self._records.threads.look(_counting(source, name))
            except Cancelled:
                return  # an edit goes first; the columns are counted anew after it
            if source is (self._records.view or self._records.workspace):
                self._pane.model.set_statistics(name, known)

    def _set_sent(self, name: str, sent: bool) -> None:
        self._jobs.start(self._records.make(lambda workspace: set_sent(workspace, name, sent=sent)))

    def _go_to(self, name: str) -> None:
        self._window.records.show_column(name)

    def _fill_menu(self, menu: QMenu, name: str) -> None:
        table = self._window.records
        shown = table.is_column_shown(name)
        text = self.tr("&Hide in the table") if shown else self.tr("&Show in the table")
        menu.addAction(text).triggered.connect(lambda: table.set_column_shown(name, shown=not shown))
        pinned = table.pinned_names
        wanted = [other for other in pinned if other != name] if name in pinned else [*pinned, name]
        pin = self.tr("Un&pin in the table") if name in pinned else self.tr("&Pin in the table")
        menu.addAction(pin).triggered.connect(lambda: table.set_pinned_names(wanted))


def _counting(source: Workspace | View, name: str) -> Callable[[Callable[[], bool]], Statistics]:
    return lambda unwanted: column_statistics(source, name, cancelled=unwanted)
