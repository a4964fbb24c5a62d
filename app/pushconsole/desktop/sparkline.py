"""A small line of the last minute's speed."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from pushconsole.desktop.theme import Theme

_SAMPLES = 60


class Sparkline(QWidget):
    """Draws the last sixty values, the newest at the right, from zero to the highest of them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: deque[float] = deque(maxlen=_SAMPLES)
        self.setFixedSize(84, 22)
        theme.changed.connect(self.update)

    def add(self, value: float) -> None:
        """Add the newest value."""
        self._values.append(value)
        self.update()

    def clear(self) -> None:
        """Begin anew."""
        self._values.clear()
        self.update()

    def _points(self) -> list[QPointF]:
        highest = max(self._values) or 1.0
        step = (self.width() - 4) / (_SAMPLES - 1)
        left = self.width() - 2 - step * (len(self._values) - 1)
        deep = self.height() - 5
        return [QPointF(left + step * n, self.height() - 2 - deep * v / highest) for n, v in enumerate(self._values)]

    # Qt's own names, overridden.

    def sizeHint(self) -> QSize:
        """Return the one size it has."""
        return QSize(84, 22)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's
        """Draw a filled line."""
        if len(self._values) < 2:  # noqa: PLR2004  a line has two ends
            return
        points = self._points()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = [QPointF(points[0].x(), self.height()), *points, QPointF(points[-1].x(), self.height())]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent_soft"))
        painter.drawPolygon(QPolygonF(ground))
        painter.setPen(QPen(self._theme.color("accent"), 1.5))
        painter.drawPolyline(QPolygonF(points))
