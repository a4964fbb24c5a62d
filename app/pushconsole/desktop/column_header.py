"""The names of the attributes over the table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QStyleOptionHeader, QWidget

from pushconsole.records import SortKey

_ARROWS = {False: "▲", True: "▼"}


class ColumnHeader(QHeaderView):
    """A header that does not ask whether whole columns are selected.

    Qt's own asks it of each column to know which edges to join, and that goes through every row: with a million rows
    selected the window stood still for two minutes. Here rows are selected, never columns. For the same reason its
    sections are not clickable in Qt's sense, which selects columns; a click is found here.

    Signals:
        clicked(section, further): a section was clicked; `further` with Shift, so that it becomes one more sort key.

    """

    clicked = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._pressed: QPoint | None = None
        self._marks: dict[str, str] = {}
        self.setSectionsMovable(True)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    def set_order(self, keys: Sequence[SortKey]) -> None:
        """Mark the columns that the rows are sorted by, with their rank where they are several."""
        several = len(keys) > 1
        self._marks = {
            key.column: f"{_ARROWS[key.descending]}{rank if several else ''}" for rank, key in enumerate(keys, 1)
        }
        self.viewport().update()

    # Qt's own names, overridden.

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, logicalIndex: int) -> None:  # noqa: N802, N803  Qt's
        """Say what a section shows."""
        model, across = self.model(), Qt.Orientation.Horizontal
        option.section = logicalIndex
        option.orientation = across
        name = str(model.headerData(logicalIndex, across) or "")
        option.text = f"{name}  {self._marks[name]}" if name in self._marks else name
        alignment = model.headerData(logicalIndex, across, Qt.ItemDataRole.TextAlignmentRole)
        option.textAlignment = alignment or self.defaultAlignment()
        option.position = QStyleOptionHeader.SectionPosition.Middle
        option.selectedPosition = QStyleOptionHeader.SelectedPosition.NotAdjacent

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note where a click may begin; at an edge it is a column that is made wider."""
        left = event.button() == Qt.MouseButton.LeftButton
        at_edge = self.cursor().shape() == Qt.CursorShape.SplitHCursor
        self._pressed = event.position().toPoint() if left and not at_edge else None
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click, unless the column was dragged."""
        super().mouseReleaseEvent(event)
        at, pressed = event.position().toPoint(), self._pressed
        self._pressed = None
        if pressed is not None and (at - pressed).manhattanLength() < QApplication.startDragDistance():
            further = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.clicked.emit(self.logicalIndexAt(at), further)
