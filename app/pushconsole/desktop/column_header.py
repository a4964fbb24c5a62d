"""The names of the attributes over the table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QStyleOptionHeader, QWidget


class ColumnHeader(QHeaderView):
    """A header that does not ask whether whole columns are selected.

    Qt's own asks it of each column to know which edges to join, and that goes through every row: with a million rows
    selected the window stood still for two minutes. Here rows are selected, never columns.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsMovable(True)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    # Qt's own names, overridden.

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, logicalIndex: int) -> None:  # noqa: N802, N803  Qt's
        """Say what a section shows."""
        model, across = self.model(), Qt.Orientation.Horizontal
        option.section = logicalIndex
        option.orientation = across
        option.text = str(model.headerData(logicalIndex, across) or "")
        alignment = model.headerData(logicalIndex, across, Qt.ItemDataRole.TextAlignmentRole)
        option.textAlignment = alignment or self.defaultAlignment()
        option.position = QStyleOptionHeader.SectionPosition.Middle
        option.selectedPosition = QStyleOptionHeader.SelectedPosition.NotAdjacent
