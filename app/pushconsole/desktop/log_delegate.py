"""Paints the log's lines."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from pushconsole import quantities
from pushconsole.desktop.log_model import LogModel
from pushconsole.desktop.theme import Theme
from pushconsole.runs import Level

_ICONS = {
    Level.SUCCESS: ("check", "succeeded"),
    Level.WARNING: ("warning", "warning"),
    Level.ERROR: ("cross", "failed"),
}
_TEXT = {Level.DETAIL: "muted", Level.ERROR: "failed"}
_MARGIN, _GAP = 16, 12
_Index = QModelIndex | QPersistentModelIndex


class LogDelegate(QStyledItemDelegate):
    """A line: its level as a shape, the time, the text; one about a record is underlined under the pointer.

    Attributes:
        line_height: pixels each line takes.

    """

    def __init__(self, model: LogModel, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        theme.changed.connect(self._take_look)
        self._take_look()

    def _take_look(self) -> None:
        self._text_font, self._time_font = self._theme.font(), self._theme.mono_font()
        self._icon = self._theme.icon_size
        self._link_font = self._theme.font()
        self._link_font.setUnderline(True)
        self._metrics = QFontMetrics(self._text_font)
        self._time_width = QFontMetrics(self._time_font).horizontalAdvance("00:00:00.000")
        self.line_height = max(22, self._metrics.height() + 6)

    def _paint_icon(self, painter: QPainter, rect: QRect, level: Level) -> None:
        if level in _ICONS:
            ratio = painter.device().devicePixelRatioF()
            pixmap = self._theme.icons.pixmap(*_ICONS[level], self._icon, ratio)
            painter.drawPixmap(rect.x() + _MARGIN, rect.y() + (rect.height() - self._icon) // 2, pixmap)

    # Qt's own names, overridden.

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one line."""
        entry = self._model.entry(index.row())
        rect: QRect = option.rect
        flags: QStyle.StateFlag = option.state
        selected = bool(flags & QStyle.StateFlag.State_Selected)
        hovered = bool(flags & QStyle.StateFlag.State_MouseOver)
        if selected or (hovered and entry.record_id is not None):
            painter.fillRect(rect, self._theme.color("selection" if selected else "hover"))
        self._paint_icon(painter, rect, entry.level)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        times = rect.adjusted(_MARGIN + self._icon + _GAP, 0, 0, 0)
        painter.setFont(self._time_font)
        painter.setPen(self._theme.color("text" if selected else "muted"))
        painter.drawText(times, middle, quantities.clock(entry.time))
        texts = times.adjusted(self._time_width + _GAP, 0, -_MARGIN, 0)
        painter.setFont(self._link_font if hovered and entry.record_id is not None else self._text_font)
        painter.setPen(self._theme.color("text" if selected else _TEXT.get(entry.level, "text")))
        painter.drawText(
            texts, middle, self._metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, texts.width())
        )
