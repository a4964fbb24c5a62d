"""The tool bar."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QToolBar, QToolButton

from pushconsole.desktop.theme import Theme

_WITH_WORDS = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
_WITHOUT = Qt.ToolButtonStyle.ToolButtonIconOnly


class ToolRow(QToolBar):
    """Words beside its icons where there is room for all; otherwise icons, so that nothing at its end drops out."""

    def __init__(self, title: str, theme: Theme) -> None:
        super().__init__(title)
        self._theme = theme
        self._needed = 0
        self._wordless: set[QAction] = set()
        self.setObjectName("tools")
        self.setMovable(False)
        self.setToolButtonStyle(_WITH_WORDS)
        theme.changed.connect(self._take_look)
        self._take_look()

    def keep_wordless(self, *actions: QAction) -> None:
        """Show these as icons always."""
        self._wordless.update(actions)
        self._dress(self.toolButtonStyle())

    def _take_look(self) -> None:
        self.setIconSize(QSize(self._theme.icon_size, self._theme.icon_size))

    def _dress(self, style: Qt.ToolButtonStyle) -> None:
        self.setToolButtonStyle(style)
        for action in self._wordless:
            tool = self.widgetForAction(action)
            if isinstance(tool, QToolButton):
                tool.setToolButtonStyle(_WITHOUT)

    def _fit(self) -> None:
        if self.toolButtonStyle() == _WITH_WORDS:
            self._needed = self._width_of_all()
        wanted = _WITH_WORDS if self._needed <= self.width() else _WITHOUT
        if wanted != self.toolButtonStyle():
            self._dress(wanted)

    def _width_of_all(self) -> int:
        """Return the width in pixels that everything needs beside each other."""
        layout = self.layout()
        assert layout is not None
        items = [layout.itemAt(n) for n in range(layout.count())]
        widths = [item.minimumSize().width() for item in items if item and item.widget() and not item.isEmpty()]
        margins = layout.contentsMargins()
        return sum(widths) + layout.spacing() * len(widths) + margins.left() + margins.right() + 24

    # Qt's own names, overridden.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit into the new width."""
        self._fit()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Fit again when a part of it changed its size."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done
