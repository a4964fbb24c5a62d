"""The dialog in which a row of the file that is no record is mended."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from pushconsole import quantities
from pushconsole.desktop.parts import button, label, named
from pushconsole.desktop.theme import Theme
from pushconsole.records import Rejected


class RepairDialog(QDialog):
    """Shows the row, why it is no record, and takes its mended text.

    Signals:
        submitted(text): this is what the row should say.

    """

    submitted = Signal(str)

    def __init__(self, row: Rejected, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        title = self.tr("Repair line {0}").format(quantities.number(row.line))
        self.setWindowTitle(title)
        self.setMinimumSize(640, 320)
        self._text = named(QPlainTextEdit(row.text), self.tr("The row"), self.tr("As the file has it"))
        self._text.setFont(theme.mono_font())
        self._fault = named(label("", "failed", wrap=True), self.tr("Why it is still no record"))
        tip = self.tr("Adds it to the records; undo takes it back")
        self._repair = button(self.tr("&Make it a record"), tip, "primary")
        self._repair.clicked.connect(self._submit)
        cancel = button(self.tr("&Cancel"), self.tr("Leaves the row out (Esc)"))
        cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(label(title, "title"))
        layout.addWidget(label(row.reason, "muted", wrap=True))
        layout.addWidget(self._text, 1)
        layout.addWidget(self._fault)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self._repair)
        layout.addLayout(buttons)

    def set_busy(self, *, busy: bool) -> None:
        """Take the text once: what was asked for is under way."""
        self._repair.setEnabled(not busy)

    def _submit(self) -> None:
        self.set_busy(busy=True)
        self.submitted.emit(self._text.toPlainText())

    def show_fault(self, sentence: str) -> None:
        """Say why the text is still no record."""
        self._fault.setText(sentence)
