"""What stands between a person and the Push button: problems of the records, and why nothing can be pushed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pushconsole.desktop.parts import button, label, named, set_look

_ON_CARD, _ALONE = (12, 6, 6, 6), (0, 0, 0, 0)


class PushNotice(QFrame):
    """A card where there are problems, with the refusal under them; a refusal alone is a plain sentence.

    Signals:
        problems_requested: the list of problems is to be shown.

    """

    problems_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._problems = label("", "", wrap=True)
        self._show = named(
            button(self.tr("Show"), self.tr("Opens the list of problems"), "link"), self.tr("Show the problems")
        )
        self._show.clicked.connect(self.problems_requested)
        self._refusal = label("", "muted", wrap=True)
        row = QHBoxLayout()
        row.addWidget(self._problems, 1)
        row.addWidget(self._show)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(row)
        self._column.addWidget(self._refusal)
        self._lay_out()

    def set_problems(self, sentence: str) -> None:
        """Say how many problems the records have; an empty sentence takes them away."""
        self._problems.setText(sentence)
        self._lay_out()

    def set_refusal(self, sentence: str) -> None:
        """Say why nothing can be pushed; an empty sentence means that it can."""
        self._refusal.setText(sentence)
        self._lay_out()

    def _lay_out(self) -> None:
        problems, refusal = bool(self._problems.text()), bool(self._refusal.text())
        self._problems.setVisible(problems)
        self._show.setVisible(problems)
        self._refusal.setVisible(refusal)
        self.setVisible(problems or refusal)
        self._column.setContentsMargins(*(_ON_CARD if problems else _ALONE))
        set_look(self, "tone", "warning" if problems else "none")
        set_look(self._refusal, "tone", "" if problems else "muted")
