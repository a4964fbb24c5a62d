"""The records of a survey with one effect, as a list for Qt; their names come page by page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from pushconsole.desktop.pages import Pages

_Index = QModelIndex | QPersistentModelIndex


class SurveyModel(QAbstractListModel):
    """As many rows as records; a row whose name is not here yet asks for it.

    Signals:
        page_wanted(first, count): names are to be put here.

    """

    page_wanted = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._pages: Pages[str] = Pages(self.page_wanted.emit)
        self._asking = QTimer(self)  # not while a view paints
        self._asking.setSingleShot(True)
        self._asking.timeout.connect(self._pages.ask)

    def set_count(self, count: int) -> None:
        """Show other records."""
        self.beginResetModel()
        self._count = count
        self._pages.forget()
        self.endResetModel()

    def put(self, first: int, names: Sequence[str]) -> None:
        """Take names in that were wanted."""
        self._pages.put(first, names)
        if names:
            self.dataChanged.emit(self.index(first), self.index(min(first + len(names), self._count) - 1))
        self._ask()

    def _ask(self) -> None:
        if self._pages.waiting:
            self._asking.start(0)

    # Qt's own names, overridden.

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many records there are."""
        return 0 if parent.isValid() else self._count

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a record's name, or dots until it is here."""
        if not index.isValid() or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        name = self._pages.row(index.row())
        self._ask()
        return "…" if name is None else name
