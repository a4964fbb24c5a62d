"""The model of a record's tree."""

from __future__ import annotations

import enum
from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from pushconsole.desktop.theme import Theme
from pushconsole.errors import ValueNotUsable
from pushconsole.records import Node, NodeType, renamed, with_type, with_typed

_Index = QModelIndex | QPersistentModelIndex
_FETCHED_AT_ONCE = 500  # values of a long list that come at a time, as one scrolls
# Made once: the view asks for a row's flags ten times as it lays the row out.
_FIXED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_EDITABLE = _FIXED | Qt.ItemFlag.ItemIsEditable


class Part(enum.IntEnum):
    """The columns of the tree."""

    NAME = 0
    VALUE = 1
    TYPE = 2


_PARTS = len(Part)


class JsonTreeModel(QAbstractItemModel):
    """Shows values as they are unfolded; an edit asks for a whole new record and changes nothing itself.

    Attributes:
        read_only: nothing is edited, while the records are in a run.

    Signals:
        edited(text): this is to be the record.
        refused(sentence): what was typed cannot stand there.

    """

    edited = Signal(str)
    refused = Signal(str)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._root = Node("", "{}")
        self._fetched: dict[Node, int] = {}
        self.read_only = False

    def set_record(self, text: str) -> None:
        """Show a record."""
        self.beginResetModel()
        self._root, self._fetched = Node("", text), {}
        self.endResetModel()

    def node(self, index: _Index) -> Node:
        """Return the value of a row; the whole record where the index is none."""
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, Node) else self._root

    def index_of(self, path: tuple[str | int, ...]) -> QModelIndex:
        """Return where a value is, with what leads to it; no index where it is not."""
        index = QModelIndex()
        for name in path:
            node = self.node(index)
            row = (
                next((row for row, part in enumerate(node.parts) if part.name == name), None)
                if node.has_parts
                else None
            )
            if row is None:
                return QModelIndex()
            while self.rowCount(index) <= row:
                self.fetchMore(index)
            index = self.index(row, 0, index)
        return index

    def change(self, make: Callable[[], str]) -> bool:
        """Ask for the record that a change makes; say so where it cannot be made."""
        try:
            text = make()
        except ValueNotUsable as refusal:
            self.refused.emit(refusal.sentence)
            return False
        except UnicodeEncodeError:
            self.refused.emit(self.tr("Half a surrogate pair stands alone, which JSON cannot carry."))
            return False
        self.edited.emit(text)
        return True

    def _text(self, node: Node, part: Part) -> str:
        if part is Part.NAME:
            return str(node.name) if isinstance(node.name, str) else self.tr("item {0}").format(node.name + 1)
        return node.shown if part is Part.VALUE else node.type.value

    def _look(self, node: Node, part: Part, role: int) -> object:
        if role == Qt.ItemDataRole.ToolTipRole and part is Part.VALUE:
            return node.raw[:2000]
        if role == Qt.ItemDataRole.ForegroundRole and (part is Part.TYPE or node.type is NodeType.NULL):
            return self._theme.color("muted")
        return self._theme.mono_font() if role == Qt.ItemDataRole.FontRole and part is Part.VALUE else None

    # Qt's own names, overridden.

    def index(self, row: int, column: int, parent: _Index = QModelIndex()) -> QModelIndex:  # noqa: B008  Qt's signature
        """Return the index of a value."""
        node = self.node(parent)
        if not (0 <= row < self._fetched.get(node, 0) and 0 <= column < _PARTS):
            return QModelIndex()
        return self.createIndex(row, column, node.parts[row])

    def parent(self, index: _Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008  Qt overloads it
        """Return the index of what a value is a part of."""
        holder = self.node(index).parent if index.isValid() else None
        if holder is None or holder.parent is None:
            return QModelIndex()
        return self.createIndex(holder.parent.parts.index(holder), 0, holder)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many values have been asked for."""
        if parent.isValid() and parent.column() != Part.NAME:
            return 0
        node = self.node(parent)
        return self._fetched.get(node, 0) if node.has_parts else 0

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: ARG002, B008  Qt's signature
        """Return how many things are shown of each."""
        return _PARTS

    def hasChildren(self, parent: _Index = QModelIndex()) -> bool:  # noqa: B008, N802  Qt's
        """Return whether it can be unfolded; reads nothing."""
        return (not parent.isValid() or parent.column() == Part.NAME) and self.node(parent).has_parts

    def canFetchMore(self, parent: _Index) -> bool:
        """Return whether there are values that have not been asked for."""
        node = self.node(parent)
        return node.has_parts and self._fetched.get(node, 0) < len(node.parts)

    def fetchMore(self, parent: _Index) -> None:
        """Take in some more values."""
        node = self.node(parent)
        there = self._fetched.get(node, 0)
        more = min(_FETCHED_AT_ONCE, len(node.parts) - there)
        if more > 0:
            self.beginInsertRows(
                self.createIndex(parent.row(), 0, node) if parent.isValid() else QModelIndex(), there, there + more - 1
            )
            self._fetched[node] = there + more
            self.endInsertRows()

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a text or how it looks."""
        if not index.isValid():
            return None
        node, part = self.node(index), Part(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(node, part)
        if role == Qt.ItemDataRole.EditRole:
            return node.edited_text if part is Part.VALUE else self._text(node, part)
        return self._look(node, part, role)

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for an edit; what is shown changes when the record comes again."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or self.read_only:
            return False
        node, part, text = self.node(index), Part(index.column()), str(value)
        if text == self.data(index, Qt.ItemDataRole.EditRole):
            return True
        if part is Part.NAME:
            return self.change(lambda: renamed(node, text))
        if part is Part.TYPE:
            return self.change(lambda: with_type(node, NodeType(text)))
        return self.change(lambda: with_typed(node, text))

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Return whether it can be edited: names of a list's items cannot."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        fixed = index.column() == Part.NAME and isinstance(self.node(index).name, int)
        return _FIXED if self.read_only or fixed else _EDITABLE

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what is shown."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Name"), self.tr("Value"), self.tr("Type"))[section]
