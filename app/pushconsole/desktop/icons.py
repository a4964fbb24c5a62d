"""One family of 16 px line icons, drawn from SVG in whatever colour and sharpness is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

SIZE = 16
"""Edge in pixels the icons are drawn for; at this size a line of 1.5 px falls on the grid."""


def drawn(source: str, color: QColor) -> str:
    """Return the SVG text with its current colour set."""
    return source.replace("currentColor", color.name())


class Icons:
    """Finds icons by name and colours them by token."""

    def __init__(self, folder: Path, color: Callable[[str], QColor]) -> None:
        self._folder = folder
        self._color = color
        self._sources: dict[str, str] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def icon(self, name: str, token: str = "text") -> QIcon:  # noqa: S107  the name of a colour
        """Return an icon that takes its colour from the theme each time it is painted."""
        return QIcon(_LineIconEngine(self, name, token))

    def application_icon(self) -> QIcon:
        """Return the program's own icon."""
        return QIcon(str(self._folder / "pushconsole.svg"))

    def pixmap(self, name: str, token: str, size: int = SIZE, ratio: float = 1.0) -> QPixmap:
        """Return an icon `size` pixels wide in a token's colour, sharp on a screen of this pixel ratio."""
        key = (name, self._color(token).name(), size, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._render(name, self._color(token), size, ratio)
        return self._pixmaps[key]

    def _render(self, name: str, color: QColor, size: int, ratio: float) -> QPixmap:
        source = self._sources.get(name)
        if source is None:
            source = self._sources[name] = (self._folder / f"{name}.svg").read_text("utf-8")
        edge = round(size * ratio)
        if edge <= 0:
            return QPixmap()  # while a layout settles there may be no room for it
        pixmap = QPixmap(edge, edge)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(drawn(source, color).encode())).render(painter, QRectF(pixmap.rect()))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap


class _LineIconEngine(QIconEngine):
    """Paints one icon in the theme's colour of the moment, faint while it is switched off."""

    def __init__(self, icons: Icons, name: str, token: str) -> None:
        super().__init__()
        self._icons = icons
        self._name = name
        self._token = token

    def _token_for(self, mode: QIcon.Mode) -> str:
        return "faint" if mode is QIcon.Mode.Disabled else self._token

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:  # noqa: ARG002  Qt's
        """Paint the icon in the middle of a rectangle."""
        edge = min(rect.width(), rect.height())
        if edge <= 0:
            return  # there is no room for it now
        # Not its device's own ratio: to find the class of that device Python makes those of all, which takes 4 ms.
        ratio = max(1.0, painter.deviceTransform().m11())
        pixmap = self._icons.pixmap(self._name, self._token_for(mode), edge, ratio)
        corner = QPoint(rect.x() + (rect.width() - edge) // 2, rect.y() + (rect.height() - edge) // 2)
        painter.drawPixmap(corner, pixmap)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the pixmap for a screen of one dot a pixel."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:  # noqa: ARG002, N802  Qt's
        """Return the pixmap for a screen of this scale; `size` counts device pixels."""
        edge = round(min(size.width(), size.height()) / scale)
        return self._icons.pixmap(self._name, self._token_for(mode), edge, scale)

    def clone(self) -> QIconEngine:
        """Return an engine of the same icon."""
        return _LineIconEngine(self._icons, self._name, self._token)
