"""A small line of a speed."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt
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

    # Qt's own names, overridden.

    def sizeHint(self) -> QSize:
        """Return the one size it has."""
        return QSize(84, 22)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's
        """Draw a filled line; where there are fewer values it is shorter, and ends at the right."""
        values = self._values
        width = round(self.width() * (len(values) - 1) / (_SAMPLES - 1)) if values else 0
        paint_line(QPainter(self), QRect(self.width() - width, 0, width, self.height()), values, self._theme)


def paint_line(painter: QPainter, room: QRect, values: Sequence[float], theme: Theme) -> None:
    """Paint values from the left to the right of a room, from zero at its foot to the highest of them, as a line."""
    if len(values) < 2:  # noqa: PLR2004  a line has two ends
        return
    highest, step = max(values) or 1.0, (room.width() - 4) / (len(values) - 1)
    foot, deep = room.bottom() - 1, room.height() - 5
    points = [QPointF(room.x() + 2 + step * n, foot - deep * value / highest) for n, value in enumerate(values)]
    ground = [QPointF(points[0].x(), foot + 2), *points, QPointF(points[-1].x(), foot + 2)]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent_soft"))
    painter.drawPolygon(QPolygonF(ground))
    painter.setPen(QPen(theme.color("accent"), 1.5))
    painter.drawPolyline(QPolygonF(points))
    painter.restore()
