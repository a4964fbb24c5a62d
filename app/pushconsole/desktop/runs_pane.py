"""The ledger's runs, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pushconsole import quantities
from pushconsole.desktop.parts import EmptyState, named
from pushconsole.desktop.run_bar import RunFigures
from pushconsole.desktop.theme import Theme

_NUMBERS = range(3, 7)


@dataclass(frozen=True)
class RunRow:
    """A run as it is listed: `state` in words, its four numbers in `figures`."""

    run_id: str
    started: datetime
    target: str
    action: str
    figures: RunFigures
    state: str


class RunsPane(QWidget):
    """A list of past runs."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
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
        self.setFocusProxy(self._tree)
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
        self._tree.clear()
        self._tree.addTopLevelItems([self._item(run) for run in runs])
        self._pages.setCurrentIndex(1 if runs else 0)

    def _headings(self) -> list[str]:
        return [
            self.tr("Started"), self.tr("Target"), self.tr("Action"), self.tr("Succeeded"),
            self.tr("Failed"), self.tr("In doubt"), self.tr("Unsent"), self.tr("State"),
        ]  # fmt: skip

    def _item(self, run: RunRow) -> QTreeWidgetItem:
        figures = run.figures
        numbers = [figures.succeeded, figures.failed, figures.in_doubt, figures.unsent]
        texts = [f"{run.started:%Y-%m-%d %H:%M:%S}", run.target, run.action]
        item = QTreeWidgetItem([*texts, *map(quantities.number, numbers), run.state])
        item.setData(0, Qt.ItemDataRole.UserRole, run.run_id)
        item.setToolTip(0, quantities.moment_with_offset(run.started))
        item.setFont(0, self._theme.mono_font())
        item.setIcon(0, self._icon(figures))
        for column in _NUMBERS:
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return item

    def _icon(self, figures: RunFigures) -> QIcon:
        if figures.failed:
            return self._theme.icons.icon("cross", "failed")
        if figures.in_doubt or figures.unsent:
            return self._theme.icons.icon("warning", "warning")
        return self._theme.icons.icon("check", "succeeded")
