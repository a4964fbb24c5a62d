"""Asks for the address of a file that is elsewhere."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from pushconsole.desktop.parts import button, label, named
from pushconsole.ingestion import is_remote


class LocationDialog(QDialog):
    """One field for an address; the button works once it is one.

    Attributes:
        address: what was typed; it outlives the dialog's field.

    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.address = ""
        self.setWindowTitle(self.tr("Open a location"))
        self.setMinimumWidth(max(520, 70 * self.fontMetrics().averageCharWidth()))
        caption = label(self.tr("&Address"), "field")
        self._field = named(QLineEdit(), self.tr("Address"), self.tr("A password in it is not shown again"))
        self._field.setPlaceholderText(self.tr("https://…  or  s3://bucket/key"))
        caption.setBuddy(self._field)
        self._open = button(self.tr("&Open"), self.tr("Fetches the file and shows how it is read"), "primary")
        self._open.setDefault(True)
        self._open.setEnabled(False)
        cancel = button(self.tr("Cancel"), self.tr("Fetches nothing (Esc)"))
        self._field.textChanged.connect(self._take)
        self._open.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self._open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(10)
        layout.addWidget(label(self.tr("Open a location"), "title"))
        layout.addWidget(label(self._explanation(), "muted", wrap=True))
        layout.addWidget(caption)
        layout.addWidget(self._field)
        layout.addStretch()
        layout.addLayout(buttons)
        self._field.setFocus()

    def _explanation(self) -> str:
        return self.tr(
            "The file is fetched to this computer, read like any other, and not kept. For S3 the credentials come from "
            "the environment or the AWS configuration."
        )

    def _take(self, text: str) -> None:
        self.address = text.strip()
        self._open.setEnabled(is_remote(self.address))
