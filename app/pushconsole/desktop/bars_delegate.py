"""Paints how a column's values are spread, as small bars."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from pushconsole.desktop.columns_model import ColumnsModel, shown_value
from pushconsole.desktop.theme import Theme
from pushconsole.records import Bar, Spread

_MARGIN = 6
_GAP = 2
_WIDEST = 12  # pixels of a bar
_LINE, _THICK = 14 * _WIDEST, 8  # pixels of the line that is shared out
_PALEST, _PALER = 0.2, 0.16


class BarsDelegate(QStyledItemDelegate):
    """Numbers and lengths as a histogram; values as parts of one line, the most frequent first and named."""

    def __init__(self, model: ColumnsModel, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme

    def _paint_histogram(self, painter: QPainter, room: QRectF, bars: tuple[Bar, ...]) -> None:
        highest = max(bar.number for bar in bars)
        step = min(_WIDEST + _GAP, room.width() / len(bars))
        for place, bar in enumerate(bars):
            height = room.height() * bar.number / highest
            height = max(height, 1.0) if bar.number else 0.0
            left = room.left() + place * step
            painter.fillRect(QRectF(left, room.bottom() - height, step - _GAP, height), self._theme.color("accent"))

    def _paint_parts(self, painter: QPainter, room: QRectF, bars: tuple[Bar, ...], whole: int) -> None:
        """Paint the share of each value, and beside it the name of the first."""
        width = min(_LINE, room.width() / 2)
        line = QRectF(room.left(), room.center().y() - _THICK / 2, width, _THICK)
        painter.fillRect(line, self._theme.color("hairline"))
        left, color = line.left(), QColor(self._theme.color("accent"))
        for place, bar in enumerate(bars):
            share = line.width() * bar.number / whole
            color.setAlphaF(max(_PALEST, 1 - _PALER * place))
            painter.fillRect(QRectF(left, line.top(), max(0.5, share - 1), line.height()), color)
            left += share
        painter.setPen(self._theme.color("muted"))
        painter.setFont(self._theme.font("small"))
        words = f"{shown_value(bars[0].first)} · {bars[0].number / whole:.0%}"
        beside = room.adjusted(width + 2 * _MARGIN, 0, 0, 0)
        text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(beside.width()))
        painter.drawText(beside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    # Qt's own names, overridden.

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the background as every cell's, and the bars over it."""
        super().paint(painter, option, index)
        known = self._model.statistics(index.row())
        if known is None or not known.bars:
            return
        room = QRectF(option.rect).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        painter.save()
        if known.spread is Spread.VALUES:
            self._paint_parts(painter, room, known.bars, known.records - known.missing)
        else:
            self._paint_histogram(painter, room, known.bars)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Make rows as high as the table's."""
        return QSize(super().sizeHint(option, index).width(), self._theme.row_height())
