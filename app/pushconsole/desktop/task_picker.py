"""The field in which a task is found by name, index or UUID, or pasted."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QListView, QWidget

from pushconsole.desktop.parts import named

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SOUGHT = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class TaskChoice:
    """A task as it can be chosen.

    Attributes:
        task_id: its UUID.
        name: what it is called.
        index: the index it writes to; empty where that is not known.
        detail: a line about its source, transformation and last run; may be empty.
        refusal: why it cannot be pushed to, a few words; empty where it can.
        sought: what else it is found by.

    """

    task_id: str
    name: str
    index: str
    detail: str = ""
    refusal: str = ""
    sought: str = ""

    @property
    def words(self) -> str:
        """All that it is found by."""
        return f"{self.name} {self.index} {self.task_id} {self.sought}"

    @property
    def title(self) -> str:
        """Name and index in one line."""
        return f"{self.name}  →  {self.index}" if self.index else self.name


class _Completer(QCompleter):
    """Searches in name, index and UUID, and writes the title."""

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:  # noqa: N802  Qt's
        """Return what is written into the field for a hit."""
        return str(index.data(Qt.ItemDataRole.DisplayRole))


class TaskPicker(QComboBox):
    """A list of tasks that can be typed into. Tasks that cannot be pushed to are grey and say why.

    Signals:
        task_chosen(task_id): a task of the list was chosen, or a UUID that is not in the list was pasted.
        sought_in_vain(text): what was typed is neither a task of the list nor a UUID.

    """

    task_chosen = Signal(str)
    sought_in_vain = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: dict[str, TaskChoice] = {}
        self._chosen = ""
        self._items = QStandardItemModel(self)
        self.setModel(self._items)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(14)
        self.setMinimumContentsLength(12)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        named(self, self.tr("Task"), self.tr("Type a part of its name, its index or its UUID; or paste a UUID"))
        self._field().setPlaceholderText(self.tr("Name, index or UUID"))
        self._field().setAccessibleName(self.tr("Task"))
        self._set_up_completer()
        self.activated.connect(self._take_row)
        self._field().editingFinished.connect(self._take_text)

    @property
    def chosen(self) -> str:
        """The UUID of the chosen task, or an empty text."""
        return self._chosen

    def choice(self) -> TaskChoice | None:
        """Return the chosen task where it is one of the list."""
        return self._choices.get(self._chosen)

    def set_choices(self, choices: Sequence[TaskChoice]) -> None:
        """Offer these tasks; the chosen one stays chosen."""
        self._choices = {choice.task_id: choice for choice in choices}
        with self._typing_kept():
            self._items.clear()
            for choice in choices:
                self._items.appendRow(self._item(choice))
            self._show_chosen()

    def set_chosen(self, task_id: str) -> None:
        """Show this task as the chosen one, without a signal; an empty text chooses none."""
        self._chosen = task_id
        with self._typing_kept():
            self._show_chosen()

    @contextlib.contextmanager
    def _typing_kept(self) -> Iterator[None]:
        """Leave what somebody is typing as it is: a list that grows must not take it away."""
        field = self._field()
        typing, typed, at = field.isModified(), field.text(), field.cursorPosition()
        yield
        if typing:
            self.setEditText(typed)
            field.setCursorPosition(at)
            field.setModified(True)

    def _show_chosen(self) -> None:
        task_id = self._chosen
        row = self.findData(task_id, Qt.ItemDataRole.UserRole) if task_id else -1
        self.setCurrentIndex(row)
        if row < 0:
            self.setEditText(task_id)
        self._field().setCursorPosition(0)

    def _field(self) -> QLineEdit:
        field = self.lineEdit()
        assert field is not None
        return field

    def _item(self, choice: TaskChoice) -> QStandardItem:
        item = QStandardItem(f"{choice.title}  ·  {choice.refusal}" if choice.refusal else choice.title)
        item.setData(choice.task_id, Qt.ItemDataRole.UserRole)
        item.setData(choice.words, _SOUGHT)
        item.setToolTip(choice.task_id)
        item.setEnabled(not choice.refusal)
        return item

    def _set_up_completer(self) -> None:
        completer = _Completer(self._items, self)
        completer.setCompletionRole(_SOUGHT)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        popup = QListView()
        popup.setObjectName("completions")
        completer.setPopup(popup)
        completer.activated[QModelIndex].connect(self._take_completion)  # type: ignore[index]  # overloads are chosen so
        self.setCompleter(completer)

    def _take_completion(self, index: QModelIndex) -> None:
        self._choose(str(index.data(Qt.ItemDataRole.UserRole)))

    def _take_row(self, row: int) -> None:
        self._choose(str(self.itemData(row, Qt.ItemDataRole.UserRole)))

    def _take_text(self) -> None:
        """Take what was typed: a UUID, or words that fit exactly one task."""
        text = self._field().text().strip()
        current = self._choices.get(self._chosen)
        if not text or text == self._chosen or (current and text == current.title):
            return
        if _UUID.fullmatch(text):
            self._choose(text.lower())
        elif len(hits := self._hits(text)) == 1:
            self._choose(hits[0])
        else:
            self.sought_in_vain.emit(text)

    def _hits(self, text: str) -> list[str]:
        sought = text.casefold()
        titles = [choice.task_id for choice in self._choices.values() if choice.title == text and not choice.refusal]
        return titles[:1] or [
            choice.task_id
            for choice in self._choices.values()
            if not choice.refusal and sought in choice.words.casefold()
        ]

    def _choose(self, task_id: str) -> None:
        changed = task_id != self._chosen
        self._field().setModified(False)
        self.set_chosen(task_id)
        if changed:
            self.task_chosen.emit(task_id)
