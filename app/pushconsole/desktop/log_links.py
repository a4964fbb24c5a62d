"""The ways between the table and the log: from a record to what was said of it, and back."""

from __future__ import annotations

import asyncio
from datetime import datetime

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from pushconsole import quantities
from pushconsole.desktop.activity import Activity
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.log_buffer import LogEntry
from pushconsole.desktop.log_model import RecordLines
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.view_controller import Only, ViewController
from pushconsole.desktop.window import MainWindow
from pushconsole.records import Row
from pushconsole.runs import Ledger

_LONGEST_NAME = 24


class LogLinks(QObject):
    """Follows them. A line knows its run and its batches; which records those had, the ledger knows."""

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        activity: Activity,
        records: RecordsController,
        views: ViewController,
        ledger: Ledger,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._activity = activity
        self._records = records
        self._views = views
        self._ledger = ledger
        pane, action = window.log_pane, window.commands.show_in_log
        action.triggered.connect(self._start)
        window.record_pane.log_requested.connect(self._start)
        window.records.cell_menu_requested.connect(self._fill_cell_menu)
        window.records.record_selected.connect(lambda record_id: action.setEnabled(record_id >= 0))
        records.opened.connect(pane.show_all)
        pane.line_activated.connect(lambda entry: jobs.start(self._go_to(entry), instead_of="go to line"))
        pane.records_requested.connect(lambda entry: jobs.start(self._show_batches(entry), instead_of="go to line"))
        action.setEnabled(False)

    # From a record to its lines

    def _fill_cell_menu(self, menu: QMenu) -> None:
        if self._current() is not None:
            menu.addSeparator()
            menu.addAction(self._window.commands.show_in_log)

    def _current(self) -> Row | None:
        return self._window.model.record_at(self._window.records.current_position())

    def _start(self) -> None:
        if (row := self._current()) is not None:
            self._jobs.start(self._show_lines(row), instead_of="show in log")

    async def _show_lines(self, row: Row) -> None:
        """Leave only a record's lines in the log, or say that it was in no push."""
        workspace, name = self._records.workspace, _name(row)
        if workspace is None:
            return
        batches = await asyncio.to_thread(self._ledger.batches_of_record, str(workspace.path), row.record_id)
        if not batches:
            self._activity.warn(
                self.tr("The record {0} was in no push that the ledger knows, so the log says nothing of it.").format(
                    name
                )
            )
            return
        nothing = await asyncio.to_thread(self._where_it_was, batches)
        short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        self._window.log_pane.show_only(self.tr("Only {0}").format(short), RecordLines(row.record_id, batches), nothing)
        self._window.raise_pane("log")

    def _where_it_was(self, batches: dict[str, frozenset[int]]) -> str:
        """Say in which runs a record was, for where the log does not reach back to them. Blocks."""
        begun = datetime.fromtimestamp(self._ledger.saved_run(next(iter(batches))).started_at).astimezone()
        runs = quantities.counted(len(batches), self.tr("run"), self.tr("runs"))
        return self.tr(
            "It was in {0}, the last of {1}, whose lines are not here any more. The Runs pane knows what became of it."
        ).format(runs, f"{begun:%Y-%m-%d %H:%M}")

    # From a line to its records

    async def _go_to(self, entry: LogEntry) -> None:
        if entry.record_id is not None and await self._is_of_these(entry):
            self._records.go_to(entry.record_id)

    async def _show_batches(self, entry: LogEntry) -> None:
        """Leave only the records of a line's batches in the table."""
        if await self._is_of_these(entry):
            label = self.tr("Batch {0} only").format(", ".join(map(quantities.number, entry.batches)))
            self._views.show_only(
                Only(label, lambda _: self._ledger.ranges_of_batches(entry.run_id, entry.batches)),
            )

    async def _is_of_these(self, entry: LogEntry) -> bool:
        """Return whether a line tells of the records that are open; say what to do where it does not."""
        run = await asyncio.to_thread(self._ledger.saved_run, entry.run_id)
        workspace = self._records.workspace
        if workspace is not None and run.workspace == str(workspace.path):
            return True
        self._activity.warn(
            self.tr("This line is about records of {0}, which are not open now.").format(
                run.source or self.tr("another file")
            )
        )
        return False


def _name(row: Row) -> str:
    """Return what a person calls a record."""
    return row.object_id or (f"of line {quantities.number(row.line)}" if row.line else "without an objectID")
