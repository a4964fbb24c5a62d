"""The list of workspaces that were left behind: what they hold, what they take, and what to do with them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pushconsole import quantities
from pushconsole.desktop.parts import button, label, named
from pushconsole.records import OLD_AFTER_DAYS, LeftWorkspace

_NAME, _RECORDS, _EDITS, _SIZE, _USED = range(5)
_SIZE_HINT = (700, 380)


class WorkspacesDialog(QDialog):
    """Shows them, the last used one first; those that are old are chosen from the start.

    Attributes:
        opening: whether the chosen one is to be opened again; else the chosen ones are to be deleted.

    """

    def __init__(self, left: Sequence[LeftWorkspace], parent: QWidget) -> None:
        super().__init__(parent)
        self.opening = False
        self._left = left
        self.setWindowTitle(self.tr("Workspaces"))
        self.resize(*_SIZE_HINT)
        self._tree = self._list()
        self._total = label("", "muted")
        self._open = button(self.tr("&Open again"), self.tr("With its edits, which can be undone as before"), "primary")
        self._delete = button(self.tr("&Delete"), self.tr("Asks first where edits would be lost"), "destructive")
        self._open.clicked.connect(self._open_chosen)
        self._delete.clicked.connect(self.accept)
        self._tree.itemSelectionChanged.connect(self._look)
        self._tree.itemDoubleClicked.connect(lambda *_: self._open.click())
        self._arrange()
        for item in self._items():
            item.setSelected(self._of(item).is_old)
        self._look()

    @property
    def chosen(self) -> list[LeftWorkspace]:
        """Those that are chosen, in the list's order."""
        return [self._of(item) for item in self._items() if item.isSelected()]

    def _arrange(self) -> None:
        close = button(self.tr("&Close"), self.tr("Leaves them as they are (Esc)"))
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self._total, 1)
        for part in (close, self._delete, self._open):
            foot.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(10)
        layout.addWidget(label(self.tr("Workspaces that were left behind"), "title"))
        layout.addWidget(label(self._explanation(), "muted", wrap=True))
        layout.addWidget(self._tree, 1)
        layout.addLayout(foot)

    def _explanation(self) -> str:
        if not self._left:
            return self.tr("There are none. Records that are open when the program ends are kept and listed here.")
        return self.tr(
            "Records that were open when the program ended, or whose edits were kept for later. "
            "Those not used for {0} days are chosen, to be deleted if you agree."
        ).format(OLD_AFTER_DAYS)

    def _list(self) -> QTreeWidget:
        tree = named(QTreeWidget(), self.tr("Workspaces"))
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        headings = self.tr("Records of"), self.tr("Records"), self.tr("Edits"), self.tr("Size"), self.tr("Last used")
        tree.setHeaderLabels(list(headings))
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        tree.addTopLevelItems([self._item(one) for one in self._left])
        for column in (_RECORDS, _EDITS, _SIZE):
            tree.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return tree

    def _item(self, left: LeftWorkspace) -> QTreeWidgetItem:
        known = quantities.number(left.records), quantities.number(left.edits)
        numbers = known if left.whole or left.records else ("—", "—")
        name = left.name or self.tr("unknown")
        shown = name if left.whole else self.tr("{0} (cannot be opened again)").format(name)
        item = QTreeWidgetItem([shown, *numbers, quantities.size(left.size_bytes), f"{left.used:%Y-%m-%d %H:%M}"])
        item.setToolTip(_NAME, left.path.name)
        item.setToolTip(_USED, quantities.moment_with_offset(left.used))
        for column in (_RECORDS, _EDITS, _SIZE):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return item

    def _items(self) -> list[QTreeWidgetItem]:
        items = (self._tree.topLevelItem(row) for row in range(self._tree.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _of(self, item: QTreeWidgetItem) -> LeftWorkspace:
        return self._left[self._tree.indexOfTopLevelItem(item)]

    def _look(self) -> None:
        chosen = self.chosen
        self._open.setEnabled(len(chosen) == 1 and chosen[0].whole)
        self._delete.setEnabled(bool(chosen))
        shown = chosen or self._left
        size = quantities.size(sum(left.size_bytes for left in shown))
        word = self.tr("{0} chosen, {1}") if chosen else self.tr("{0} in all, {1}")
        self._total.setText(word.format(quantities.number(len(shown)), size) if shown else "")

    def _open_chosen(self) -> None:
        self.opening = True
        self.accept()
