"""A record as a tree that can be unfolded and edited."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from pushconsole.desktop.json_tree_model import JsonTreeModel, Part
from pushconsole.desktop.parts import unbounded
from pushconsole.desktop.theme import Theme
from pushconsole.records import NodeType, with_added, without

_NAME_WIDTH, _VALUE_WIDTH = 220, 420


class JsonTree(QTreeView):
    """Edits name, value and type in place; what was unfolded stays so when the record comes again.

    Signals:
        edited(text): this is to be the record.
        refused(sentence): what was typed cannot stand there.

    """

    edited = Signal(str)
    refused = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.nodes = JsonTreeModel(theme, self)
        self.setModel(self.nodes)
        self.setAccessibleName(self.tr("Record as a tree"))
        self.setItemDelegate(_TextDelegate(self))
        self.setItemDelegateForColumn(Part.TYPE, _TypeDelegate(self))
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.header().resizeSection(Part.NAME, _NAME_WIDTH)
        self.header().resizeSection(Part.VALUE, _VALUE_WIDTH)
        self.header().setSectionResizeMode(Part.VALUE, QHeaderView.ResizeMode.Interactive)
        self.nodes.edited.connect(self.edited)
        self.nodes.refused.connect(self.refused)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self._remove = QAction(self.tr("Re&move"), self)
        self._remove.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        self._remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._remove.triggered.connect(self._remove_current)
        self.addAction(self._remove)

    def show_record(self, text: str, *, same: bool) -> None:
        """Show a record; ``same``: it is the one that was shown, after an edit."""
        open_paths = [self.nodes.node(index).path for index in self._unfolded()] if same else []
        current = self.nodes.node(self.currentIndex()).path
        self.nodes.set_record(text)
        for path in open_paths:
            self.setExpanded(self.nodes.index_of(path), True)  # noqa: FBT003  Qt takes it by position
        if same and (index := self.nodes.index_of(current)).isValid():
            self.setCurrentIndex(index)

    def _unfolded(self) -> list[QModelIndex]:
        """Return what is unfolded, the outer before the inner."""
        found, waiting = list[QModelIndex](), [QModelIndex()]
        while waiting:
            holder = waiting.pop(0)
            for row in range(self.nodes.rowCount(holder)):
                index = self.nodes.index(row, 0, holder)
                if self.isExpanded(index):
                    found.append(index)
                    waiting.append(index)
        return found

    def _show_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        node = self.nodes.node(index)
        holder = node if node.type in {NodeType.LIST, NodeType.OBJECT} else node.parent
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if holder is not None and self._may_edit():
            add = menu.addAction(self.tr("&Add a value here"))
            add.triggered.connect(lambda: self.nodes.change(lambda: with_added(holder)))
        if index.isValid() and self._may_edit():
            menu.addAction(self._remove)
        if not menu.isEmpty():
            menu.popup(self.viewport().mapToGlobal(place))

    def _may_edit(self) -> bool:
        return not self.nodes.read_only

    def _remove_current(self) -> None:
        index = self.currentIndex()
        if index.isValid() and self._may_edit():
            node = self.nodes.node(index)
            self.nodes.change(lambda: without(node))


class _TextDelegate(QStyledItemDelegate):
    """Lets a name or a value be typed."""

    # Qt's own names, overridden.

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """Make the field."""
        editor = super().createEditor(parent, option, index)
        return unbounded(editor) if isinstance(editor, QLineEdit) else editor


class _TypeDelegate(QStyledItemDelegate):
    """Lets a type be chosen."""

    # Qt's own names, overridden.

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """Make the choice."""
        box = QComboBox(parent)
        box.addItems([kind.value for kind in NodeType])
        box.activated.connect(lambda: self._done(box))
        return box

    def _done(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)
