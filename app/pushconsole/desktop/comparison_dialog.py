"""Records before and after, side by side, as they come in: what a transformation or a push makes of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pushconsole.desktop.parts import button, label, named, set_look
from pushconsole.desktop.theme import Theme

_BEFORE, _AFTER = 1, 2


@dataclass(frozen=True)
class Comparison:
    """One record before and after.

    Attributes:
        name: the record for people.
        outcome: what became of it, in a word.
        icon, tone: how the outcome looks.
        before: its attributes as JSON texts, or None where there was no record.
        after: those of each record it becomes.
        error: why there is none, or nothing.
        note: what else is to be said of it.

    """

    name: str
    outcome: str
    icon: str
    tone: str
    before: dict[str, str] | None
    after: tuple[dict[str, str], ...]
    error: str = ""
    note: str = ""


class ComparisonDialog(QDialog):
    """A list of records, and of the one that is chosen each attribute before and after; what differs is coloured."""

    def __init__(self, theme: Theme, *, title: str, before: str, after: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: list[Comparison] = []
        self.setWindowTitle(title)
        self.resize(1080, 600)
        self._summary = label("", "muted", wrap=True)
        self._records = self._list([self.tr("Record"), self.tr("Outcome")], self.tr("Records"))
        self._records.currentItemChanged.connect(lambda *_: self._show_chosen())
        self._attributes = self._list([self.tr("Attribute"), before, after], self.tr("Attributes before and after"))
        self._attributes.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._attributes.setColumnWidth(0, 150)
        self._attributes.setColumnWidth(1, 240)
        self._attributes.setWordWrap(True)
        self._error = named(label("", "failed", wrap=True), self.tr("Error"))
        self._lay_out(title)

    def add(self, comparison: Comparison) -> None:
        """Append a record; the first is shown at once."""
        item = QTreeWidgetItem([comparison.name, comparison.outcome])
        item.setIcon(1, self._theme.icons.icon(comparison.icon, comparison.tone))
        item.setToolTip(0, comparison.name)
        self._shown.append(comparison)
        self._records.addTopLevelItem(item)
        if len(self._shown) == 1:
            self._records.setCurrentItem(item)

    def set_summary(self, sentence: str, *, failed: bool = False) -> None:
        """Say over the list how it goes, or how it went."""
        self._summary.setText(sentence)
        set_look(self._summary, "tone", "failed" if failed else "muted")

    def _list(self, headings: list[str], name: str) -> QTreeWidget:
        made = named(QTreeWidget(), name)
        made.setRootIsDecorated(False)
        made.setHeaderLabels(headings)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.header().setStretchLastSection(True)
        return made

    def _lay_out(self, title: str) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._error)
        column.addWidget(self._attributes, 1)
        parts = QSplitter()
        parts.addWidget(self._records)
        parts.addWidget(right)
        parts.setSizes([320, 720])
        parts.setChildrenCollapsible(False)
        self._records.setColumnWidth(0, 200)
        close = button(self.tr("&Close"), self.tr("Nothing was pushed (Esc)"), "primary")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(10)
        layout.addWidget(label(title, "title"))
        layout.addWidget(self._summary)
        layout.addWidget(parts, 1)
        layout.addLayout(foot)

    def _show_chosen(self) -> None:
        self._attributes.clear()
        if (item := self._records.currentItem()) is None:
            return
        chosen = self._shown[self._records.indexOfTopLevelItem(item)]
        sentence = chosen.error or chosen.note
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        set_look(self._error, "tone", "failed" if chosen.error else "muted")
        for number, after in enumerate(chosen.after or ({},), start=1):
            if len(chosen.after) > 1:
                self._add_heading(self.tr("Record {0} of {1}").format(number, len(chosen.after)))
            self._add_attributes(chosen.before or {}, after)

    def _add_heading(self, text: str) -> None:
        item = QTreeWidgetItem([text])
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        self._attributes.addTopLevelItem(item)

    def _add_attributes(self, before: dict[str, str], after: dict[str, str]) -> None:
        for name in dict.fromkeys([*before, *after]):
            old, new = before.get(name), after.get(name)
            item = QTreeWidgetItem([name, old or "", new or ""])
            for column in (_BEFORE, _AFTER):
                item.setFont(column, self._theme.mono_font())
                item.setToolTip(column, item.text(column))
            self._colour(item, old, new)
            self._attributes.addTopLevelItem(item)

    def _colour(self, item: QTreeWidgetItem, old: str | None, new: str | None) -> None:
        """Colour what was removed, added or changed; fade what stays."""
        if old == new:
            for column in range(3):
                item.setForeground(column, self._brush("muted"))
            return
        if old is not None:
            item.setForeground(_BEFORE, self._brush("failed"))
        if new is not None:
            item.setForeground(_AFTER, self._brush("succeeded"))
        sign = "+" if old is None else "−" if new is None else "~"
        item.setText(0, f"{sign} {item.text(0)}")
        item.setTextAlignment(0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _brush(self, token: str) -> QBrush:
        return QBrush(self._theme.color(token))
