"""The tasks that the field offers, as rows: those that fit what is typed, with or without those that take no push."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from pushconsole.desktop.task_choices import TaskChoice, fitting

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()

KEY = Qt.ItemDataRole.UserRole
"""The role of a row's key."""


class TaskListModel(QAbstractListModel):
    """Rows of tasks.

    Attributes:
        hidden: how many fit, but are left out since they take no pushes.

    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hidden = 0
        self._all: tuple[TaskChoice, ...] = ()
        self._rows: list[TaskChoice] = []
        self._sought = ""
        self._show_all = False

    def set_choices(self, choices: Sequence[TaskChoice]) -> None:
        """Offer these tasks in this order."""
        self._all = tuple(choices)
        self._choose_rows()

    def seek(self, text: str) -> None:
        """Leave the tasks that fit a text; an empty one leaves all."""
        self._sought = text
        self._choose_rows()

    def show_all(self, *, on: bool) -> None:
        """Show the tasks that take no pushes too, or do not."""
        self._show_all = on
        self._choose_rows()

    def choice(self, row: int) -> TaskChoice:
        """Return the task of a row."""
        return self._rows[row]

    def row_of(self, key: str) -> int:
        """Return the row of a task; -1 where it is not shown."""
        return next((row for row, choice in enumerate(self._rows) if choice.key == key), -1)

    def begins_section(self, row: int) -> bool:
        """Whether a row is the first of its section, where there is more than the one of all tasks."""
        if row == 0:
            return bool(self._rows[0].section != self._rows[-1].section)
        return self._rows[row].section != self._rows[row - 1].section

    def _choose_rows(self) -> None:
        found = fitting(self._all, self._sought)
        rows = [choice for choice in found if choice.takes_pushes or self._show_all]
        self.hidden = len(found) - len(rows)
        if [choice.key for choice in rows] != [choice.key for choice in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        before, self._rows = self._rows, rows
        for row, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old is not new and old != new:
                self.dataChanged.emit(self.index(row), self.index(row))

    # Qt's own names, overridden.

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Return how many tasks are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the title, the key, or for screen readers and under the pointer all that is known."""
        if not index.isValid():
            return None
        choice = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{choice.title}  ·  {choice.refusal}" if choice.refusal else choice.title
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return ". ".join(part for part in (choice.warning, choice.facts) if part)
            case Qt.ItemDataRole.ToolTipRole:
                return choice.tip or choice.key
            case _:
                return choice.key if role == KEY else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let everything be chosen that could be pushed to, a disabled task too: it can be enabled then."""
        flags = super().flags(index)
        if index.isValid() and not self._rows[index.row()].takes_pushes:
            flags &= ~Qt.ItemFlag.ItemIsEnabled
        return flags
