"""A pane that can be moved, closed and put back, with its tools in its title row."""

from __future__ import annotations

from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QToolButton, QWidget

from pushconsole.desktop.parts import label, named
from pushconsole.desktop.theme import Theme


class PaneDock(QDockWidget):
    """A dock whose title row is drawn like everything else: name, the pane's tools, a cross.

    The name is left out where a tab over the pane says it already. The row is what one drags the pane by.
    """

    def __init__(
        self, name: str, title: str, pane: QWidget, theme: Theme, tools: QWidget | None = None, *, tone: str = "strong"
    ) -> None:
        super().__init__(title)
        self.setObjectName(name)
        self.setWidget(pane)
        self.setAccessibleName(title)
        self._title = label(title, tone)
        row = QWidget()
        row.setObjectName("paneTitle")
        layout = QHBoxLayout(row)
        layout.setContentsMargins(16, 5, 8, 5)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addStretch()
        if tools is not None:
            layout.addWidget(tools)
        close = named(QToolButton(), self.tr("Close {0}").format(title), self.tr("The View menu brings it back"))
        close.setIcon(theme.icons.icon("cross", "muted"))
        close.clicked.connect(self.close)
        layout.addWidget(close)
        self.setTitleBarWidget(row)
        self.windowTitleChanged.connect(self._title.setText)

    def set_named(self, shown: bool) -> None:
        """Show the name in the title row, or leave it to a tab."""
        self._title.setVisible(shown)
