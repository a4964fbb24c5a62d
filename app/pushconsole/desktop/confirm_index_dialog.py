"""The dialog that stands before everything that cannot be taken back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from pushconsole.desktop.parts import button, label, named
from pushconsole.desktop.theme import Theme


class ConfirmIndexDialog(QDialog):
    """Says what will be lost; the red button works only once the index name stands there in full.

    Enter in the field and Esc both change nothing: the default button is Cancel.

    Attributes:
        backup: whether what the index holds is to be kept in a file first.

    """

    def __init__(
        self,
        theme: Theme,
        *,
        title: str,
        sentence: str,
        index: str,
        verb: str,
        backup: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._index = index
        self.setWindowTitle(title)
        self.setMinimumWidth(max(440, 56 * self.fontMetrics().averageCharWidth()))
        self._field = named(QLineEdit(), self.tr("Index name"), self.tr("Capital letters and spaces count"))
        self._field.setProperty("mono", True)  # noqa: FBT003  the value of a property
        self._field.setPlaceholderText(index)
        self._confirm = button(verb.replace("&", "&&"), self.tr("This cannot be taken back"), "destructive")
        self._confirm.setEnabled(False)
        self._field.textChanged.connect(self._compare)
        self._confirm.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(label(title, "title"))
        layout.addWidget(self._loss(sentence))
        layout.addSpacing(4)
        prompt = label(self.tr("Type the name of the index, {0}, to go on:").format(index), wrap=True)
        prompt.setBuddy(self._field)
        layout.addWidget(prompt)
        layout.addWidget(self._field)
        self._backup = QCheckBox(backup)
        self._backup.setToolTip(self.tr("A file with every record; `pushconsole restore` pushes it back"))
        self._backup.setChecked(bool(backup))
        self._backup.setVisible(bool(backup))
        layout.addWidget(self._backup)
        layout.addStretch()
        layout.addSpacing(6)
        layout.addLayout(self._build_buttons())
        self._field.setFocus()

    @property
    def backup(self) -> bool:
        """Whether the box is ticked."""
        return self._backup.isChecked()

    def _loss(self, sentence: str) -> QFrame:
        card = QFrame()
        card.setObjectName("card")
        card.setProperty("tone", "failed")
        icon = label()
        icon.setPixmap(self._theme.icons.pixmap("warning", "failed", self._theme.icon_size, self.devicePixelRatioF()))
        loss = label(sentence, wrap=True)
        row = QHBoxLayout(card)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(10)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(loss, 1)
        return card

    def _build_buttons(self) -> QHBoxLayout:
        cancel = button(self.tr("&Cancel"), self.tr("Changes nothing (Esc)"))
        cancel.setDefault(True)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(self._confirm)
        return row

    def _compare(self, text: str) -> None:
        self._confirm.setEnabled(text == self._index)
