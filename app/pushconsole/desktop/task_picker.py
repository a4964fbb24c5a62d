"""The field in which a task is found by anything that is known of it, chosen from a list, or pasted as a UUID."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from pushconsole.desktop.parts import named
from pushconsole.desktop.task_choices import TaskChoice, meant
from pushconsole.desktop.task_list_model import TaskListModel
from pushconsole.desktop.task_popup import TaskPopup
from pushconsole.desktop.theme import Theme

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS: dict[int, int] = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_PAGES: dict[int, int] = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
_CLOSING = {QEvent.Type.WindowDeactivate, QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.MouseButtonPress}


class TaskPicker(QLineEdit):
    """A field with a list of tasks under it. Tasks that cannot be pushed to are grey and say why.

    Signals:
        task_chosen(key): a task of the list was chosen, or a UUID that is not in the list was pasted.
        sought_in_vain(text): what was typed is neither a task of the list nor a UUID.
        star_toggled(key): a task is to be a favourite, or not any more.
        by_name_requested: an index is to be named instead of a task.
        seen(keys): these tasks are on screen.

    """

    task_chosen = Signal(str)
    sought_in_vain = Signal(str)
    star_toggled = Signal(str)
    by_name_requested = Signal()
    seen = Signal(list)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: dict[str, TaskChoice] = {}
        self._chosen = ""
        self.model = TaskListModel(self)
        self.popup = TaskPopup(self.model, theme, self)
        named(
            self,
            self.tr("Task"),
            self.tr(
                "Found by source, index, transformation, action, owner, state, last run or UUID; Down opens the list"
            ),
        )
        self.setPlaceholderText(self.tr("Name, index or UUID"))
        arrow = QAction(theme.icons.icon("chevron-down", "muted"), self.tr("Show the tasks"), self)
        arrow.triggered.connect(self._toggle)
        self.addAction(arrow, QLineEdit.ActionPosition.TrailingPosition)
        self.textEdited.connect(self._seek)
        self.editingFinished.connect(self._take_text)
        self.popup.picked.connect(self._choose)
        self.popup.star_clicked.connect(self.star_toggled)
        self.popup.seen.connect(self.seen)
        self.popup.by_name_requested.connect(self._ask_for_name)

    @property
    def chosen(self) -> str:
        """The key of the chosen task, or an empty text."""
        return self._chosen

    @property
    def choices(self) -> Sequence[TaskChoice]:
        """What is offered, those that take no pushes included."""
        return tuple(self._choices.values())

    def choice(self) -> TaskChoice | None:
        """Return the chosen task where it is one of the list."""
        return self._choices.get(self._chosen)

    def set_choices(self, choices: Sequence[TaskChoice]) -> None:
        """Offer these tasks in this order; the chosen one stays chosen."""
        self._choices = {choice.key: choice for choice in choices}
        self.model.set_choices(choices)
        with self._typing_kept():
            self._show_chosen()

    def set_chosen(self, key: str) -> None:
        """Show this task as the chosen one, without a signal; an empty text chooses none."""
        self._chosen = key
        with self._typing_kept():
            self._show_chosen()

    @contextlib.contextmanager
    def _typing_kept(self) -> Iterator[None]:
        """Leave what somebody is typing as it is: a list that grows must not take it away."""
        typing, typed, at = self.isModified(), self.text(), self.cursorPosition()
        yield
        if typing:
            self.setText(typed)
            self.setCursorPosition(at)
            self.setModified(True)

    def _show_chosen(self) -> None:
        choice = self.choice()
        text = choice.title if choice else self._chosen
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)

    def _seek(self, text: str) -> None:
        self.model.seek(text)
        self._open()
        self.popup.go_to(found.key if (found := meant(self.choices, text.strip())) and text.strip() else "")

    def _show_list(self) -> None:
        """Open the list with every task in it, at the chosen one."""
        self.model.seek("")
        self._open()
        self.popup.go_to(self._chosen)

    def _open(self) -> None:
        if not self.popup.isVisible() and (handle := self.window().windowHandle()) is not None:
            handle.installEventFilter(self)
        self.popup.open_under(self)

    def _close(self) -> None:
        self.popup.hide()
        if (handle := self.window().windowHandle()) is not None:
            handle.removeEventFilter(self)

    def _toggle(self) -> None:
        if self.popup.isVisible():
            self._close()
        else:
            self.setFocus()
            self._show_list()

    def _ask_for_name(self) -> None:
        self._close()
        self._undo_typing()
        self.by_name_requested.emit()

    def _select_all(self) -> None:
        """Select the text with the cursor at its beginning, so that a long one shows how it begins."""
        self.setSelection(len(self.text()), -len(self.text()))

    def _undo_typing(self) -> None:
        self.setModified(False)
        self._show_chosen()
        self._select_all()

    def _take_text(self) -> None:
        """Take what was typed: a UUID, an index's only task, or words that fit exactly one task."""
        text, current = self.text().strip(), self.choice()
        if self.popup.current or not self.isModified():
            return
        if not text or text == self._chosen or (current and text == current.title):
            return
        self._close()
        if _UUID.fullmatch(text):
            self._choose(text.lower())
        elif (found := meant(self.choices, text)) is not None:
            self._choose(found.key)
        else:
            self.sought_in_vain.emit(text)

    def _choose(self, key: str) -> None:
        changed = key != self._chosen
        self._close()
        self.setModified(False)
        self.set_chosen(key)
        if changed:
            self.task_chosen.emit(key)

    def _moved(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """Move through the list, or open and close it; return whether the key did so."""
        opens = key == Qt.Key.Key_F4 or (key in _STEPS and modifiers & Qt.KeyboardModifier.AltModifier)
        if opens:
            self._toggle()
        elif key in _STEPS or key in _PAGES:
            if not self.popup.isVisible():
                self._show_list()
            else:
                self.popup.step(_STEPS.get(key, 0) or _PAGES[key] * self.popup.page)
        else:
            return False
        return True

    # Qt's own names, overridden.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Lead the list by the keyboard."""
        key, current = event.key(), self.popup.current
        if self._moved(key, event.modifiers()):
            event.accept()
        elif key in _ENTER and current:
            self._choose(current)
        elif key == Qt.Key.Key_Escape and (self.popup.isVisible() or self.isModified()):
            self._close()
            self._undo_typing()
        elif key == Qt.Key.Key_B and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            if starred := current or self._chosen:
                self.star_toggled.emit(starred)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the list, as a click on a field of choices does."""
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and not self.popup.isVisible() and self.isEnabled():
            self._select_all()
            self._show_list()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the list with the keyboard's leaving; what was typed is taken as it stands."""
        self._close()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Close the list with the field."""
        self._close()
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close the list when the window moves, loses the focus or is clicked elsewhere."""
        if event.type() in _CLOSING and not self._is_here(event):
            self._close()
        return super().eventFilter(watched, event)

    def _is_here(self, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent):
            return False
        return self.rect().contains(self.mapFromGlobal(event.globalPosition().toPoint()))
