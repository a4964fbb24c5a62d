"""Records before and after, side by side, as they come in: what a transformation or a push makes of them."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pushconsole.desktop.attribute_differences import AttributeDifferences, Comparison
from pushconsole.desktop.parts import button, label, named, set_look
from pushconsole.desktop.theme import Theme


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
        self._attributes = AttributeDifferences(theme, before=before, after=after)
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
        parts = QSplitter()
        parts.addWidget(self._records)
        parts.addWidget(self._attributes)
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
        if (item := self._records.currentItem()) is None:
            self._attributes.show_nothing()
        else:
            self._attributes.show_comparison(self._shown[self._records.indexOfTopLevelItem(item)])
