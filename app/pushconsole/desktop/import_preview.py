"""The first rows of a file as they will be loaded."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from pushconsole import quantities
from pushconsole.records import Cell, CellKind, Row

_Index = QModelIndex | QPersistentModelIndex
_LONGEST_SHOWN = 120
_WORDS = {CellKind.NULL: "null", CellKind.EMPTY: "empty"}


class ImportPreviewModel(QAbstractTableModel):
    """A few rows, all of them here."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Row] = ()
        self._names: Sequence[str] = ()

    def show(self, rows: Sequence[Row], names: Sequence[str]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._rows, self._names = rows, names
        self.endResetModel()

    # Qt's own names, overridden.

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many rows are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many attributes they have."""
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text; numbers stand at the right, as in the table."""
        cell: Cell | None = self._rows[index.row()].cells.get(self._names[index.column()])
        if role == Qt.ItemDataRole.DisplayRole:
            return "absent" if cell is None else _WORDS.get(cell.kind) or cell.text[:_LONGEST_SHOWN]
        if role == Qt.ItemDataRole.TextAlignmentRole and cell is not None and cell.kind is CellKind.NUMBER:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return an attribute's name, or a row's line in the file."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return self._names[section]
        line = self._rows[section].line
        return quantities.number(line) if line else ""
