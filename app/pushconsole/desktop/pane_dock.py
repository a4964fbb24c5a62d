"""A pane that can be moved, closed and put back, with its tools in its title row."""

from __future__ import annotations

from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QToolButton, QWidget

from pushconsole.desktop.parts import label, named
from pushconsole.desktop.theme import Theme


class PaneDock(QDockWidget):
    """A dock whose title row is drawn like everything else: name, the pane's tools, a cross.

    The row is what the pane is dragged by. Where the pane has a tab that row would be a second line saying the same:
    then it is left out, and `controls` stands beside the tabs.

    Attributes:
        controls: the pane's tools and the cross.

    """

    def __init__(
        self, name: str, title: str, pane: QWidget, theme: Theme, tools: QWidget | None = None, *, tone: str = "strong"
    ) -> None:
        super().__init__(title)
        self.setObjectName(name)
        self.setWidget(pane)
        self.setAccessibleName(title)
        self.controls = self._build_controls(title, theme, tools)
        self._row, self._no_row = QWidget(), QWidget()
        self._row.setObjectName("paneTitle")
        heading = label(title, tone)
        self.windowTitleChanged.connect(heading.setText)
        self._row_layout = QHBoxLayout(self._row)
        self._row_layout.setContentsMargins(16, 6, 8, 6)
        self._row_layout.addWidget(heading)
        self._row_layout.addStretch()
        self.take_controls_back()

    def lend_controls(self, to: QWidget) -> None:
        """Leave the title row out and hand the controls to another parent."""
        if self.controls.parent() is not to:
            self.setTitleBarWidget(self._no_row)
            self.controls.setParent(to)

    def take_controls_back(self) -> None:
        """Show the title row with the controls in it."""
        if self.controls.parent() is not self._row:
            self._row_layout.addWidget(self.controls)
            self.controls.show()
            self.setTitleBarWidget(self._row)
            self._row.show()

    def _build_controls(self, title: str, theme: Theme, tools: QWidget | None) -> QWidget:
        controls = QWidget()
        close = named(QToolButton(), self.tr("Close {0}").format(title), self.tr("The View menu brings it back"))
        close.setIcon(theme.icons.icon("cross", "muted"))
        close.clicked.connect(self.close)
        layout = QHBoxLayout(controls)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        if tools is not None:
            layout.addWidget(tools)
        layout.addWidget(close)
        return controls
