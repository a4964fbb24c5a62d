"""The tool bar.

It asks Qt for no tool that Qt made itself: to find its class, Python makes those of all widgets, which takes 10 ms
before the window appears.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget

from pushconsole.desktop.theme import Theme

_WITH_WORDS = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
_WITHOUT = Qt.ToolButtonStyle.ToolButtonIconOnly


class ToolRow(QToolBar):
    """Words beside its icons where there is room for all; otherwise icons, so that nothing at its end drops out."""

    def __init__(self, title: str, theme: Theme) -> None:
        super().__init__(title)
        self._theme = theme
        self._needed = 0
        self._parts: list[QWidget] = []
        self.setObjectName("tools")
        self.setMovable(False)
        self.setToolButtonStyle(_WITH_WORDS)
        self.iconSizeChanged.connect(self._take_icon_size)
        theme.changed.connect(self._take_look)
        self._take_look()

    def add_part(self, part: QWidget) -> None:
        """Add a widget at the end; it may become as narrow as it says."""
        self._parts.append(part)
        self.addWidget(part)

    def add_wordless(self, *actions: QAction) -> None:
        """Add actions that are shown as icons always."""
        for action in actions:
            tool = QToolButton()
            tool.setDefaultAction(action)
            tool.setAutoRaise(True)
            tool.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            tool.setToolButtonStyle(_WITHOUT)
            tool.setIconSize(self.iconSize())
            self.add_part(tool)

    def _take_look(self) -> None:
        self.setIconSize(QSize(self._theme.icon_size, self._theme.icon_size))

    def _take_icon_size(self, size: QSize) -> None:
        for part in self._parts:
            if isinstance(part, QToolButton):
                part.setIconSize(size)

    def _fit(self) -> None:
        if self.toolButtonStyle() == _WITH_WORDS:
            self._needed = self.sizeHint().width() - sum(map(_spare_width, self._parts)) + _BREATHING
        wanted = _WITH_WORDS if self._needed <= self.width() else _WITHOUT
        if wanted != self.toolButtonStyle():
            self.setToolButtonStyle(wanted)

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


_BREATHING = 24


def _spare_width(part: QWidget) -> int:
    """Return how many pixels narrower than it would like to be a part may become."""
    if part.isHidden():
        return 0
    least = max(part.minimumSizeHint().width(), part.minimumWidth())
    return max(0, min(part.sizeHint().width(), part.maximumWidth()) - least)
