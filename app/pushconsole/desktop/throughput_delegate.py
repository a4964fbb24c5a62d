"""Paints how fast a run went, as a small line with the average beside it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from pushconsole.desktop.sparkline import paint_line
from pushconsole.desktop.theme import Theme

COURSE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The run's speed in equal parts of its time, as a list of numbers."""

_LINE = QSize(84, 20)
_MARGIN, _GAP = 6, 10


class ThroughputDelegate(QStyledItemDelegate):
    """A cell whose text is the average; the line stands before it, and its room is kept where there is none."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    # Qt's own names, overridden.

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Make room for the line and the text behind it."""
        words = QFontMetrics(self._theme.font()).horizontalAdvance(str(index.data() or ""))
        return QSize(_MARGIN + _LINE.width() + _GAP + words + _GAP, super().sizeHint(option, index).height())

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Leave the text to `paint`, which knows where the line ends."""
        super().initStyleOption(option, index)
        option.text = ""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the cell as any other, the line in it and the text behind the line."""
        super().paint(painter, option, index)
        room: QRect = option.rect
        if course := index.data(COURSE_ROLE):
            top = room.y() + (room.height() - _LINE.height()) // 2
            paint_line(painter, QRect(room.x() + _MARGIN, top, _LINE.width(), _LINE.height()), course, self._theme)
        words = room.adjusted(_MARGIN + _LINE.width() + _GAP, 0, 0, 0)
        painter.setFont(self._theme.font())
        painter.setPen(self._theme.color("text"))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, str(index.data() or ""))
