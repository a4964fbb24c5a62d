"""Asks for the row or the objectID to go to."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from pushconsole import quantities
from pushconsole.desktop.parts import button, label, named


class GoToDialog(QDialog):
    """One field: an objectID, or the number of a row as it is counted in the table, from 1.

    Attributes:
        wanted: what was typed; it outlives the dialog's field.

    """

    def __init__(self, rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self.wanted = ""
        self.setWindowTitle(self.tr("Go to"))
        caption = label(self.tr("&objectID, or row 1 to {0}").format(quantities.number(rows)), "field")
        self._field = named(QLineEdit(), self.tr("objectID or row"), self.tr("An objectID goes before a row number"))
        self._field.setMinimumWidth(320)
        caption.setBuddy(self._field)
        self._go = button(self.tr("&Go"), self.tr("Selects the record and brings it into the middle"), "primary")
        self._go.setDefault(True)
        self._go.setEnabled(False)
        cancel = button(self.tr("Cancel"), self.tr("Stays where you are (Esc)"))
        self._field.textChanged.connect(self._take)
        self._go.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self._go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(8)
        layout.addWidget(caption)
        layout.addWidget(self._field)
        layout.addLayout(buttons)

    def _take(self, text: str) -> None:
        self.wanted = text.strip()
        self._go.setEnabled(bool(self.wanted))

    @property
    def position(self) -> int | None:
        """The position of the row that was typed, from 0, or None where it is no row."""
        digits = "".join(character for character in self.wanted if not character.isspace() and character != ",")
        if not digits.isascii() or not digits.isdigit() or len(digits) > len(str(self._rows)):
            return None
        return int(digits) - 1 if 1 <= int(digits) <= self._rows else None
