"""The columns that stay at the left of the table while the others are scrolled sideways."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QFrame, QHeaderView, QTableView

from pushconsole.desktop.column_header import ColumnHeader


class PinnedColumns(QTableView):
    """A second view of the same model, with the same selection, over the left edge of the table.

    It is there only while the table is scrolled sideways: until then the table shows these columns itself, in the same
    place. The keyboard stays with the table, and cells are edited there.

    Attributes:
        header: the names of the attributes that are pinned.

    """

    def __init__(self, table: QTableView, delegate: QAbstractItemDelegate) -> None:
        super().__init__(table)
        self._table = table
        self._pinned: tuple[int, ...] = ()
        self.setObjectName("records")
        self.setProperty("pinned", "yes")
        self.setAccessibleName(self.tr("Pinned columns"))
        self.header = ColumnHeader(self)
        self.header.setSectionsMovable(False)
        self.setHorizontalHeader(self.header)
        self.setModel(table.model())
        self.setSelectionModel(table.selectionModel())
        self.setItemDelegate(delegate)  # of its own: two views cannot share one's editors
        self.setSelectionBehavior(table.selectionBehavior())
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(table.verticalScrollMode())
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setFocusProxy(table)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._connect()

    @property
    def covers(self) -> int:
        """How many pixels of the table's left it lies over when the table is scrolled sideways."""
        return sum(map(self._table.columnWidth, self._pinned))

    def pin(self, sections: Sequence[int]) -> None:
        """Show these columns, in this order, and no others."""
        self._pinned = tuple(sections)
        for section in range(self.model().columnCount()):
            self.setColumnHidden(section, section not in self._pinned)
        for place, section in enumerate(self._pinned):
            self.header.moveSection(self.header.visualIndex(section), place)
            self.setColumnWidth(section, self._table.columnWidth(section))
        self.lay_out()

    def lay_out(self) -> None:
        """Stand where the table's own first columns are when it is not scrolled."""
        table = self._table
        across, down = table.horizontalHeader(), table.verticalHeader()
        self.verticalHeader().setDefaultSectionSize(down.defaultSectionSize())
        self.header.setFixedHeight(across.height())
        self.setGeometry(down.width(), 0, self.covers, across.height() + table.viewport().height())
        self.setVisible(bool(self._pinned) and table.horizontalScrollBar().value() > 0)

    def _connect(self) -> None:
        table = self._table
        across, mine = table.verticalScrollBar(), self.verticalScrollBar()
        across.valueChanged.connect(mine.setValue)
        mine.valueChanged.connect(across.setValue)
        table.horizontalScrollBar().valueChanged.connect(self.lay_out)
        table.horizontalHeader().sectionResized.connect(self._follow_width)
        self.header.sectionResized.connect(self._lead_width)
        table.installEventFilter(self)

    def _follow_width(self, section: int, _before: int, width: int) -> None:
        if section in self._pinned:
            self.setColumnWidth(section, width)
            self.lay_out()

    def _lead_width(self, section: int, _before: int, width: int) -> None:
        if section in self._pinned and self._table.columnWidth(section) != width:
            self._table.setColumnWidth(section, width)

    # Qt's own names, overridden.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as high as the table."""
        if watched is self._table and event.type() == QEvent.Type.Resize:
            self.lay_out()
        return super().eventFilter(watched, event)
