"""Says in the tool bar that only some records are seen, and shows all again when it is clicked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from pushconsole.desktop.parts import named
from pushconsole.desktop.theme import Theme


class OnlyChip(QToolButton):
    """A label with a cross; hidden while all records are seen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, self.tr("Show all records again"), self.tr("Click to see the other records again"))
        self.setObjectName("onlyChip")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands behind the words
        self.hide()
        self.setIcon(theme.icons.icon("cross", "accent"))

    def show_only(self, what: str) -> None:
        """Say which records are seen; empty: all."""
        self.setText(what)
        self.setVisible(bool(what))
