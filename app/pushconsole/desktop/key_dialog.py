"""Asks for a profile's API key where the keyring does not give it, to go on until the program ends."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from pushconsole.credentials import Profile
from pushconsole.desktop.parts import button, label, named, set_look
from pushconsole.desktop.theme import Theme


class KeyDialog(QDialog):
    """A field for a key.

    Attributes:
        key: what was typed.

    """

    def __init__(self, theme: Theme, profile: Profile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("API key"))
        self.setMinimumWidth(max(440, 52 * self.fontMetrics().averageCharWidth()))
        self._field = named(QLineEdit(), self.tr("API key"), self.tr("It is kept in memory only"))
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        set_look(self._field, "mono", True)  # noqa: FBT003  the value of a property
        self._field.addAction(theme.icons.icon("key", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        use = button(self.tr("&Use it for now"), self.tr("It is forgotten when Push Console is closed"), "primary")
        use.setDefault(True)
        use.setEnabled(False)
        use.clicked.connect(self.accept)
        self._field.textChanged.connect(lambda text: use.setEnabled(bool(text.strip())))
        cancel = button(self.tr("&Cancel"), self.tr("Goes on without a key (Esc)"))
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(use)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(10)
        layout.addWidget(label(self.tr("The API key of “{0}”").format(profile.name), "title", wrap=True))
        sentence = self.tr("For the application {0}. It is kept until Push Console is closed, and in no file.")
        layout.addWidget(label(sentence.format(profile.application_id), "muted", wrap=True))
        layout.addWidget(self._field)
        layout.addSpacing(6)
        layout.addLayout(row)
        self._field.setFocus()

    @property
    def key(self) -> str:
        """What was typed."""
        return self._field.text()
