"""The panes behind the first page: the table, and the docks with what they hold."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMainWindow

from pushconsole.desktop.banner import Banner
from pushconsole.desktop.columns_pane import ColumnsPane
from pushconsole.desktop.log_buffer import LogBuffer
from pushconsole.desktop.log_pane import LogPane
from pushconsole.desktop.pane_dock import PaneDock
from pushconsole.desktop.problems_pane import ProblemsPane
from pushconsole.desktop.push_pane import PushPane
from pushconsole.desktop.record_pane import RecordPane
from pushconsole.desktop.records_model import RecordsModel
from pushconsole.desktop.records_view import RecordsView
from pushconsole.desktop.runs_pane import RunsPane
from pushconsole.desktop.tab_tools import TabTools
from pushconsole.desktop.theme import Theme


def _at_once() -> None:
    """Go on."""


class Panes:
    """Makes them, one after the other; `breathe` is called in between and may let the window paint.

    Attributes:
        model, records, banner: the table, and the bar over it.
        push, log, problems, record, columns, runs: the docks' contents.
        docks: the docks, by the same names.

    """

    def __init__(
        self, window: QMainWindow, theme: Theme, log: LogBuffer, breathe: Callable[[], object] = _at_once
    ) -> None:
        self.model = RecordsModel(window)
        self.records = RecordsView(self.model, theme)
        self.banner = Banner(theme)
        breathe()
        self.push = PushPane(theme)
        breathe()
        self.log = LogPane(log, theme)
        breathe()
        self.problems = ProblemsPane(theme)
        breathe()
        self.record = RecordPane(theme)
        breathe()
        self.columns = ColumnsPane(theme)
        breathe()
        self.runs = RunsPane(theme)
        breathe()
        self.docks = self._docks(window, theme)
        self._tab_tools = TabTools(window, list(self.docks.values()))
        breathe()

    def _docks(self, window: QMainWindow, theme: Theme) -> dict[str, PaneDock]:
        push, log, problems = self.push, self.log, self.problems
        return {
            "push": PaneDock("push", window.tr("Push to"), push, theme, push.tools, tone="title"),
            "log": PaneDock("log", window.tr("Log"), log, theme, log.tools),
            "problems": PaneDock("problems", window.tr("Problems"), problems, theme, problems.tools),
            "record": PaneDock("record", window.tr("Record"), self.record, theme, self.record.tools),
            "columns": PaneDock("columns", window.tr("Columns"), self.columns, theme, self.columns.tools),
            "runs": PaneDock("runs", window.tr("Runs"), self.runs, theme, self.runs.tools),
        }
