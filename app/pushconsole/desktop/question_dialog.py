"""A question with a few answers, in the window's own look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from pushconsole.desktop.parts import button, label


@dataclass(frozen=True)
class Answer:
    """One way to answer.

    Attributes:
        key: what `QuestionDialog.answer` is after it was chosen.
        text: on its button.
        tip: what the button's text does not say.
        destructive: whether something is lost by it.

    """

    key: str
    text: str
    tip: str
    destructive: bool = False


class QuestionDialog(QDialog):
    """Asks; Esc, Enter and the Cancel button back out.

    Attributes:
        answer: the key of the chosen answer; empty as long as there is none.

    """

    def __init__(self, question: str, detail: str, answers: Sequence[Answer], parent: QWidget) -> None:
        super().__init__(parent)
        self.answer = ""
        self.setWindowTitle(self.tr("Push Console"))
        self.setMinimumWidth(420)
        self.setAccessibleName(question)
        buttons = QHBoxLayout()
        buttons.addStretch()
        self._add_cancel(buttons)
        for answer in answers:
            self._add(buttons, answer, last=answer is answers[-1])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(10)
        layout.addWidget(label(question, "title", wrap=True))
        if detail:
            layout.addWidget(label(detail, "muted", wrap=True))
        layout.addSpacing(8)
        layout.addLayout(buttons)

    def _add_cancel(self, buttons: QHBoxLayout) -> None:
        cancel = button(self.tr("&Cancel"), self.tr("Changes nothing (Esc)"))
        cancel.clicked.connect(self.reject)
        cancel.setDefault(True)
        cancel.setFocus()
        buttons.addWidget(cancel)

    def _add(self, buttons: QHBoxLayout, answer: Answer, *, last: bool) -> None:
        """Add an answer's button; of several, the last one is what most people want."""
        role = "destructive" if answer.destructive else "primary" if last else ""
        made = button(answer.text.replace("&", "&&"), answer.tip, role)
        made.clicked.connect(lambda: self._choose(answer))
        buttons.addWidget(made)

    def _choose(self, answer: Answer) -> None:
        self.answer = answer.key
        self.accept()
