"""Paints how fast a run went, as a small line with the average beside it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from pushconsole.desktop.sparkline import paint_line
from pushconsole.desktop.theme import Theme

COURSE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The run's speed in equal parts of its time, as a list of numbers."""

_LINE = QSize(84, 20)
_GAP = 10


class ThroughputDelegate(QStyledItemDelegate):
    """A cell whose text is the average; the line stands before it, and its room is kept where there is none."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    # Qt's own names, overridden.

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Make room for the line too."""
        hint = super().sizeHint(option, index)
        return QSize(hint.width() + _LINE.width() + _GAP, hint.height())

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Let the text stand at the right, as numbers do."""
        super().initStyleOption(option, index)
        option.displayAlignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the cell as any other, and the line over it."""
        super().paint(painter, option, index)
        course = index.data(COURSE_ROLE)
        if course:
            room: QRect = option.rect
            top = room.y() + (room.height() - _LINE.height()) // 2
            paint_line(painter, QRect(room.x() + 6, top, _LINE.width(), _LINE.height()), course, self._theme)
