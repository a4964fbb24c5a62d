"""Names an index to push to, and, where it has no task, the index whose task takes the push."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from pushconsole.desktop.parts import button, label, named, set_look


@dataclass(frozen=True)
class Aim:
    """What a name stands for.

    Attributes:
        sentence: what a push would do, or why there is nothing to push to.
        choices: key and title of each task that it may mean; the push goes to the chosen one.

    """

    sentence: str
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def possible(self) -> bool:
        """Whether there is something to aim at."""
        return bool(self.choices)


class IndexNameDialog(QDialog):
    """Asks for a name, and says at each letter what it stands for.

    Attributes:
        chosen: the key of what was chosen, once it is accepted.

    """

    def __init__(
        self,
        indexes: Sequence[str],
        meaning: Callable[[str, str], Aim],
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make it; `meaning` tells what an index and a reference stand for."""
        super().__init__(parent)
        self._meaning = meaning
        self.setWindowTitle(self.tr("Push to an index by its name"))
        self.setMinimumWidth(480)
        self._index = named(
            QLineEdit(name), self.tr("Index"), self.tr("Case matters; an index that is not there is made by the push")
        )
        self._index.setPlaceholderText(self.tr("products_tmp"))
        self._reference = named(
            QComboBox(),
            self.tr("Through the task of"),
            self.tr("Its transformations apply, as they do when the records go to its own index"),
        )
        self._reference.addItem(self.tr("the index itself"), "")
        for known in indexes:
            self._reference.addItem(known, known)
        self._task = named(
            QComboBox(), self.tr("Task"), self.tr("Several tasks push to this index; one takes the push")
        )
        self._sentence = named(label("", "muted", wrap=True), self.tr("What the name stands for"))
        self._lay_out()
        self._index.textChanged.connect(lambda *_: self._tell())
        self._reference.currentIndexChanged.connect(lambda *_: self._tell())
        self._tell()

    @property
    def chosen(self) -> str:
        """The key of the chosen target."""
        return str(self._task.currentData() or "")

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(8)
        layout.addWidget(label(self.tr("Push to an index by its name"), "title"))
        self._task_label = _field_label(self.tr("T&ask"), self._task)
        layout.addWidget(_field_label(self.tr("&Index"), self._index))
        layout.addWidget(self._index)
        layout.addWidget(_field_label(self.tr("&Through the task of"), self._reference))
        layout.addWidget(self._reference)
        layout.addWidget(self._task_label)
        layout.addWidget(self._task)
        layout.addSpacing(4)
        layout.addWidget(self._sentence)
        layout.addSpacing(8)
        layout.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        cancel = button(self.tr("&Cancel"), self.tr("The task stays as it is (Esc)"))
        cancel.clicked.connect(self.reject)
        self._take = button(self.tr("Aim at it"), self.tr("Nothing is pushed by this"), "primary")
        self._take.setDefault(True)
        self._take.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(self._take)
        return row

    def _tell(self) -> None:
        """Say what the name stands for, and let one of several tasks be chosen."""
        index = self._index.text().strip()
        aim = self._meaning(index, str(self._reference.currentData())) if index else Aim(self.tr("Type the name."))
        self._sentence.setText(aim.sentence)
        set_look(self._sentence, "tone", "muted" if aim.possible or not index else "warning")
        self._task.clear()
        for key, title in aim.choices:
            self._task.addItem(title, key)
        several = len(aim.choices) > 1
        self._task.setVisible(several)
        self._task_label.setVisible(several)
        self._take.setEnabled(aim.possible)


def _field_label(text: str, field: QWidget) -> QLabel:
    """Return a field's name, whose underlined letter goes there."""
    made = label(text, "field")
    made.setTextFormat(Qt.TextFormat.AutoText)
    made.setBuddy(field)
    return made
