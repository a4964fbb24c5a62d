"""The records table."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView, QWidget

from pushconsole.desktop.cell_delegate import CellDelegate
from pushconsole.desktop.column_header import ColumnHeader
from pushconsole.desktop.records_model import STATE_COLUMN, RecordsModel
from pushconsole.desktop.theme import Theme
from pushconsole.records import ColumnType

_NARROWEST, _WIDEST, _WIDEST_NESTED = 48, 224, 152
_ROWS_MEASURED = 60
_CELLS_MEASURED = 3000  # a table of a thousand attributes is measured by its first rows alone
_STATE_WIDTH = 40


class RecordsView(QTableView):
    """Shows the records in rows of one height; rows are selected, cells are edited.

    Attributes:
        header: the names of the attributes.

    Signals:
        copy_requested(ranges): the rows of these (first, last) positions are to be copied; also those not on screen.
        record_selected(record_id): the current record is this one now, or -1.
        selection_count_changed(count): so many rows are selected.
        cell_menu_requested(menu): a menu for the current cell is about to show.
        header_menu_requested(menu, section): a menu for a column is about to show.
        layout_changed: a column was moved or resized; `layout_state` is worth keeping.

    """

    copy_requested = Signal(list)
    record_selected = Signal(int)
    selection_count_changed = Signal(int)
    cell_menu_requested = Signal(QMenu)
    header_menu_requested = Signal(QMenu, int)
    layout_changed = Signal()

    def __init__(self, model: RecordsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("records")
        self._records = model
        self._theme = theme
        self._sized = False
        self._highest_line = 0
        self.setAccessibleName(self.tr("Records"))
        self.header = ColumnHeader(self)
        self.setHorizontalHeader(self.header)
        self.setModel(model)
        self.setItemDelegate(CellDelegate(model, theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self._set_up_headers()
        self._connect()
        self._take_look()

    def selected_ranges(self) -> list[tuple[int, int]]:
        """Return the selected rows as (first, last) positions in order; a million rows cost no more than one."""
        selection = self.selectionModel().selection()
        spans = sorted((span.top(), span.bottom()) for span in map(selection.at, range(selection.size())))
        return [span for number, span in enumerate(spans) if number == 0 or span != spans[number - 1]]

    @property
    def names(self) -> list[str]:
        """The attributes that are shown, hidden ones too."""
        return [column.name for column in self._records.columns]

    def current_position(self) -> int:
        """Return the position of the current row, or -1."""
        return self.currentIndex().row()

    def current_cell(self) -> tuple[int, str] | None:
        """Return record id and attribute of the current cell, or None where there is none."""
        index = self.currentIndex()
        row = self._records.record_at(index.row()) if index.isValid() else None
        if row is None or index.column() == STATE_COLUMN:
            return None
        return row.record_id, self._records.columns[index.column() - 1].name

    def go_to(self, position: int, column: str | None = None) -> None:
        """Select the row at this position, in its attribute where one is named, and bring it into the middle."""
        names = [shown.name for shown in self._records.columns]
        place = names.index(column) + 1 if column in names else min(1, len(names))
        index = self._records.index(position, place)
        self._select(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def fit_columns(self) -> None:
        """Give each column the width its name and its first rows need, within bounds."""
        measured = min(_ROWS_MEASURED, _CELLS_MEASURED // max(1, len(self._records.columns)) or 1)
        rows = [self._records.painted(position) for position in range(min(measured, self._records.rowCount()))]
        metrics, mono = QFontMetrics(self._theme.font()), QFontMetrics(self._theme.mono_font())
        bold = QFontMetrics(self._theme.font(bold=True))
        self.setColumnWidth(STATE_COLUMN, _STATE_WIDTH)
        for place, column in enumerate(self._records.columns):
            texts = [painted.cells[place][0] for painted in rows if painted and painted.cells is not None]
            longest = max(texts, key=len, default="")
            needed = max(metrics.horizontalAdvance(longest), mono.horizontalAdvance(longest))
            width = (
                max(
                    _NARROWEST,
                    min(needed, _WIDEST_NESTED if column.type is ColumnType.NESTED else _WIDEST),
                    bold.horizontalAdvance(column.name),
                )
                + 26
            )
            self.setColumnWidth(place + 1, width)

    def layout_state(self) -> QByteArray:
        """Return order and widths of the columns, to be kept."""
        return self.horizontalHeader().saveState()

    def restore_layout(self, state: QByteArray) -> bool:
        """Set order and widths as `layout_state` gave them; False where they do not fit."""
        self._sized = self.horizontalHeader().restoreState(state)
        return self._sized

    def _set_up_headers(self) -> None:
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setFirstSectionMovable(False)
        across.setMinimumSectionSize(_STATE_WIDTH)
        across.setAccessibleName(self.tr("Attributes"))
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setHighlightSections(True)
        down.setAccessibleName(self.tr("Lines of the file"))

    def _show_header_menu(self, place: QPoint) -> None:
        section = self.header.logicalIndexAt(place)
        menu = QMenu(self)
        self.header_menu_requested.emit(menu, section)
        if section > STATE_COLUMN + 1:
            menu.addSeparator()
            menu.addAction(self.tr("&Hide this column")).triggered.connect(lambda: self.setColumnHidden(section, True))  # noqa: FBT003  Qt takes it by position
        hidden = [place for place in range(self._records.columnCount()) if self.isColumnHidden(place)]
        if hidden:
            show = menu.addAction(self.tr("&Show the hidden columns"))
            show.triggered.connect(lambda: self._show_columns(hidden))
        _pop_up(menu, self.header.mapToGlobal(place))

    def _show_columns(self, places: list[int]) -> None:
        for place in places:
            self.showColumn(place)

    def _show_cell_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        self.cell_menu_requested.emit(menu)
        _pop_up(menu, self.viewport().mapToGlobal(place))

    def _connect(self) -> None:
        self.header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.header.customContextMenuRequested.connect(self._show_header_menu)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_cell_menu)
        self._theme.changed.connect(self._take_look)
        self._records.modelReset.connect(self._forget_widths)
        self._records.columnsInserted.connect(self._forget_widths)
        self._records.dataChanged.connect(self._first_rows_came)
        self._records.headerDataChanged.connect(self._note_lines)
        self.selectionModel().currentRowChanged.connect(self._tell_current)
        self.selectionModel().selectionChanged.connect(lambda: self.selection_count_changed.emit(self._selected()))
        for moved in (self.horizontalHeader().sectionMoved, self.horizontalHeader().sectionResized):
            moved.connect(self.layout_changed)

    def _take_look(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.row_height())
        self.horizontalHeader().setFixedHeight(self._theme.row_height(33))
        self._fit_numbers()
        self.viewport().update()

    def _fit_numbers(self) -> None:
        """Make room for the longest row number, so that the table does not shift sideways while it is scrolled."""
        digits = len(f"{max(100, self._records.rowCount(), self._highest_line):,}")
        width = QFontMetrics(self._theme.font(bold=True)).horizontalAdvance("0" * digits) + 24
        self.verticalHeader().setFixedWidth(width)

    def _note_lines(self, orientation: Qt.Orientation, _first: int, last: int) -> None:
        """Look at the lines of the rows that came: they can be higher than the number of rows."""
        row = self._records.record_at(last) if orientation is Qt.Orientation.Vertical else None
        self._highest_line = max(self._highest_line, row.line or 0 if row else 0)
        self._fit_numbers()

    def _forget_widths(self) -> None:
        self._sized = False

    def _first_rows_came(self, first: QModelIndex) -> None:
        if not self._sized and first.row() == 0 and self._records.record_at(0) is not None:
            self._sized = True
            self.fit_columns()
            if (
                self.currentIndex().row() <= 0
                and self.currentIndex().column() <= STATE_COLUMN
                and self._records.columns
            ):
                self._select(self._records.index(0, 1))

    def _tell_current(self, current: QModelIndex) -> None:
        row = self._records.record_at(current.row()) if current.isValid() else None
        self.record_selected.emit(row.record_id if row else -1)

    def _selected(self) -> int:
        return sum(last - first + 1 for first, last in self.selected_ranges())

    def _move_down(self) -> None:
        current = self.currentIndex()
        below = current.siblingAtRow(current.row() + 1)
        if below.isValid():
            self._select(below)

    def _select(self, index: QModelIndex) -> None:
        """Make this the only selected row, whatever keys are held down."""
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)

    # Qt's own names, overridden.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, and go down with Enter as spreadsheets do."""
        if self.state() is QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)  # the field passes on the Enter that ends it, and `closeEditor` goes down
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit(self.selected_ranges())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._move_down()
        else:
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:  # noqa: N802  Qt's
        """Go down after Enter."""
        super().closeEditor(editor, hint)
        if hint is QAbstractItemDelegate.EndEditHint.SubmitModelCache:
            self._move_down()


def _pop_up(menu: QMenu, place: QPoint) -> None:
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater)
    if menu.isEmpty():
        menu.deleteLater()
    else:
        menu.popup(place)
