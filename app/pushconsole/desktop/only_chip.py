"""Says that only some records or lines are seen, and shows all again when it is clicked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from pushconsole.desktop.parts import named
from pushconsole.desktop.theme import Theme


class OnlyChip(QToolButton):
    """A label with a cross; hidden while all are seen."""

    def __init__(self, theme: Theme, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, name, tip)
        self.setObjectName("onlyChip")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands behind the words
        self.hide()
        self.setIcon(theme.icons.icon("cross", "accent"))

    def show_only(self, what: str) -> None:
        """Say which are seen; empty: all."""
        self.setText(what)
        self.setVisible(bool(what))
