"""The ledger's runs, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pushconsole import quantities
from pushconsole.desktop.parts import EmptyState, button, named
from pushconsole.desktop.run_bar import ICONS, RunFigures
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.throughput_delegate import COURSE_ROLE, ThroughputDelegate
from pushconsole.runs import Throughput

_NUMBERS = range(3, 7)
_SPEED = 8


@dataclass(frozen=True)
class RunRow:
    """A run as it is listed.

    Attributes:
        figures: its four numbers.
        state: how it stands, in a word.
        can: what can be done about it: resume, retry, show, export, forget.
        speed: how fast it went, or None where nothing was sent.

    """

    run_id: str
    started: datetime
    target: str
    action: str
    figures: RunFigures
    state: str
    can: frozenset[str] = frozenset()
    speed: Throughput | None = None


class RunsPane(QWidget):
    """A list of past runs.

    Attributes:
        tools: what can be done about the selected run, for the pane's title row.

    Signals:
        action_requested(action, run_id): this is to be done about that run.

    """

    action_requested = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._can: dict[str, frozenset[str]] = {}
        self._buttons: dict[str, QPushButton] = {}
        self._tree = named(QTreeWidget(), self.tr("Runs"))
        self._tree.setRootIsDecorated(False)
        self._tree.setUniformRowHeights(True)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._tree.setHeaderLabels(self._headings())
        header = self._tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        for column in _NUMBERS:
            self._tree.headerItem().setTextAlignment(
                column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
        self._tree.setItemDelegateForColumn(_SPEED, ThroughputDelegate(theme, self._tree))
        theme.changed.connect(self._tree.viewport().update)
        self.setFocusProxy(self._tree)
        self.tools = self._build_tools()
        self._tree.currentItemChanged.connect(lambda *_: self._enable())
        self._pages = QStackedWidget()
        self._pages.addWidget(
            EmptyState(
                theme,
                "push",
                self.tr("No runs yet"),
                self.tr("Each push is kept here with what became of every record."),
            )
        )
        self._pages.addWidget(self._tree)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 0, 0)
        layout.addWidget(self._pages)

    def set_runs(self, runs: Sequence[RunRow]) -> None:
        """Show these runs in this order."""
        chosen = self._chosen
        self._tree.clear()
        self._can = {run.run_id: run.can for run in runs}
        items = [self._item(run) for run in runs]
        self._tree.addTopLevelItems(items)
        self._pages.setCurrentIndex(1 if runs else 0)
        ids = [run.run_id for run in runs]
        if items:
            self._tree.setCurrentItem(items[ids.index(chosen) if chosen in ids else 0])
        self._enable()

    @property
    def _chosen(self) -> str:
        """The selected run's ID; empty where none is."""
        item = self._tree.currentItem()
        return str(item.data(0, Qt.ItemDataRole.UserRole)) if item is not None else ""

    def _build_tools(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for action, (words, tip) in self._actions().items():
            made = self._buttons[action] = button(words, tip)
            made.clicked.connect(lambda _checked, action=action: self.action_requested.emit(action, self._chosen))
            row.addWidget(made)
        return holder

    def _actions(self) -> dict[str, tuple[str, str]]:
        return {
            "resume": (self.tr("&Resume"), self.tr("Settles what is in doubt, and sends what was not sent")),
            "retry": (self.tr("Retr&y failed"), self.tr("Pushes the records that failed once more, as a new run")),
            "show": (self.tr("S&how failed"), self.tr("Shows only these records in the table")),
            "export": (self.tr("E&xport…"), self.tr("Writes the reports, and the records that did not succeed")),
            "forget": (self.tr("For&get…"), self.tr("Takes the run out of this list")),
        }

    def _enable(self) -> None:
        can = self._can.get(self._chosen, frozenset())
        for action, made in self._buttons.items():
            made.setEnabled(action in can)

    def _headings(self) -> list[str]:
        return [
            self.tr("Started"), self.tr("Target"), self.tr("Action"), self.tr("Succeeded"),
            self.tr("Failed"), self.tr("In doubt"), self.tr("Unsent"), self.tr("State"), self.tr("Records/s"),
        ]  # fmt: skip

    def _item(self, run: RunRow) -> QTreeWidgetItem:
        figures = run.figures
        numbers = [figures.succeeded, figures.failed, figures.in_doubt, figures.unsent]
        texts = [f"{run.started:%Y-%m-%d %H:%M:%S}", run.target, run.action]
        speed = quantities.rate_number(run.speed.average) if run.speed is not None and figures.records else ""
        item = QTreeWidgetItem([*texts, *map(quantities.number, numbers), run.state, speed])
        item.setData(0, Qt.ItemDataRole.UserRole, run.run_id)
        item.setToolTip(0, quantities.moment_with_offset(run.started))
        item.setFont(0, self._theme.mono_font())
        item.setIcon(0, self._icon(figures))
        if run.speed is not None and run.speed.course:
            item.setData(_SPEED, COURSE_ROLE, list(run.speed.course))
            fastest = quantities.rate(max(run.speed.course))
            item.setToolTip(_SPEED, self.tr("{0} on average, {1} at most; long pauses left out").format(speed, fastest))
        for column in _NUMBERS:
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return item

    def _icon(self, figures: RunFigures) -> QIcon:
        return self._theme.icons.icon(ICONS[figures.tone], figures.tone)
