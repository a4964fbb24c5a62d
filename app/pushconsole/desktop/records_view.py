"""The records table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QByteArray,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView, QWidget

from pushconsole.desktop.cell_delegate import CellDelegate
from pushconsole.desktop.column_header import ColumnHeader
from pushconsole.desktop.column_widths import fitting_widths
from pushconsole.desktop.pinned_columns import PinnedColumns
from pushconsole.desktop.records_model import STATE_COLUMN, RecordsModel
from pushconsole.desktop.theme import Theme
from pushconsole.records import SortKey

_STATE_WIDTH = 40


class RecordsView(QTableView):
    """Shows the records in rows of one height; rows are selected, cells are edited.

    Attributes:
        header: the names of the attributes.
        pinned: the columns that stay when the others are scrolled sideways.

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
        self._told = -1
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
        self.pinned = PinnedColumns(self, CellDelegate(model, theme, self))
        self._pinned_names = ["objectID"]
        self._editing_pinned = False
        self._scrolled_by_hand = 0
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

    @property
    def names_seen(self) -> list[str]:
        """The attributes that are not hidden, in the order in which they stand from the left."""
        names, places = self.names, map(self.header.logicalIndex, range(self.header.count()))
        return [names[place - 1] for place in places if place > STATE_COLUMN and not self.isColumnHidden(place)]

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
        self._uncover(index)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_column(self, name: str) -> None:
        """Bring a column into view, in the current row, and show it where it is hidden."""
        self.set_column_shown(name, shown=True)
        index = self._records.index(max(0, self.current_position()), self.names.index(name) + 1)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.scrollTo(index)
        self._uncover(index)
        self._note_scroll()

    def is_column_shown(self, name: str) -> bool:
        """Return whether a column is not hidden."""
        return not self.isColumnHidden(self.names.index(name) + 1)

    def set_column_shown(self, name: str, *, shown: bool) -> None:
        """Show a column, or hide it."""
        self.setColumnHidden(self.names.index(name) + 1, not shown)
        self._lay_out_pinned()
        self.layout_changed.emit()

    @property
    def pinned_names(self) -> list[str]:
        """The attributes that are pinned, from the left; the row's state is before them."""
        return [name for name in self._pinned_names if name in self.names]

    def set_pinned_names(self, names: Sequence[str]) -> None:
        """Pin these attributes, which come to stand at the left, and no others."""
        self._pinned_names = list(names)
        self._lay_out_pinned()
        self.layout_changed.emit()

    def set_order(self, keys: Sequence[SortKey]) -> None:
        """Mark the columns that the rows are sorted by."""
        self.header.set_order(keys)
        self.pinned.header.set_order(keys)

    def fit_columns(self) -> None:
        """Give each column the width its name and its first rows need, within bounds."""
        self.setColumnWidth(STATE_COLUMN, _STATE_WIDTH)
        for place, width in enumerate(fitting_widths(self._records, self._theme)):
            self.setColumnWidth(place + 1, width)

    def layout_state(self) -> QByteArray:
        """Return order and widths of the columns, to be kept."""
        return self.horizontalHeader().saveState()

    def restore_layout(self, state: QByteArray) -> bool:
        """Set order and widths as `layout_state` gave them; False where they do not fit."""
        self._sized = self.horizontalHeader().restoreState(state)
        self._lay_out_pinned()
        return self._sized

    def _set_up_headers(self) -> None:
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setFirstSectionMovable(False)
        across.setMinimumSectionSize(_STATE_WIDTH)
        across.setAccessibleName(self.tr("Attributes"))
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setHighlightSections(True)
        down.setAccessibleName(self.tr("Lines of the file"))

    def _show_header_menu(self, header: ColumnHeader, place: QPoint) -> None:
        section = header.logicalIndexAt(place)
        menu = QMenu(self)
        self.header_menu_requested.emit(menu, section)
        if section > STATE_COLUMN:
            menu.addSeparator()
            self._offer_pinning(menu, self.names[section - 1])
        if section > STATE_COLUMN + 1:
            name = self.names[section - 1]
            hide = menu.addAction(self.tr("&Hide this column"))
            hide.triggered.connect(lambda: self.set_column_shown(name, shown=False))
        hidden = [place for place in range(self._records.columnCount()) if self.isColumnHidden(place)]
        if hidden:
            show = menu.addAction(self.tr("&Show the hidden columns"))
            show.triggered.connect(lambda: self._show_columns(hidden))
        _pop_up(menu, header.mapToGlobal(place))

    def _offer_pinning(self, menu: QMenu, name: str) -> None:
        if name in self._pinned_names:
            names = [other for other in self.pinned_names if other != name]
            menu.addAction(self.tr("&Unpin this column")).triggered.connect(lambda: self.set_pinned_names(names))
        else:
            names = [*self.pinned_names, name]
            menu.addAction(self.tr("&Pin this column")).triggered.connect(lambda: self.set_pinned_names(names))

    def _lay_out_pinned(self) -> None:
        """Let the pinned columns stand first, so that they are where the table has them when it is not scrolled."""
        sections = [STATE_COLUMN, *(self.names.index(name) + 1 for name in self.pinned_names)]
        for place, section in enumerate(sections):
            self.header.moveSection(self.header.visualIndex(section), place)
        self.pinned.pin([section for section in sections if not self.isColumnHidden(section)] if self.names else [])

    def _heed_moves(self) -> None:
        """Take the order in which a person put the pinned columns; what was put among them goes behind them."""
        where = {name: self.header.visualIndex(self.names.index(name) + 1) for name in self.pinned_names}
        absent = [name for name in self._pinned_names if name not in where]
        self._pinned_names = [*sorted(where, key=where.__getitem__), *absent]
        self._lay_out_pinned()

    def _uncover(self, index: QModelIndex) -> None:
        """Once Qt has scrolled to a cell: bring it out from under the pinned ones, which need no scrolling."""
        section, bar = index.column(), self.horizontalScrollBar()
        if self._is_pinned(section):
            bar.setValue(self._scrolled_by_hand)
        elif (hidden := self.pinned.covers - self.columnViewportPosition(section)) > 0:
            bar.setValue(bar.value() - hidden)

    def _is_pinned(self, section: int) -> bool:
        return section <= STATE_COLUMN or self.names[section - 1] in self._pinned_names

    def _note_scroll(self) -> None:
        if not self._editing_pinned:
            self._scrolled_by_hand = self.horizontalScrollBar().value()

    def _show_columns(self, places: list[int]) -> None:
        for place in places:
            self.set_column_shown(self.names[place - 1], shown=True)

    def _show_cell_menu(self, view: QTableView, place: QPoint) -> None:
        menu = QMenu(self)
        self.cell_menu_requested.emit(menu)
        _pop_up(menu, view.viewport().mapToGlobal(place))

    def _connect(self) -> None:
        for header in (self.header, self.pinned.header):
            header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            header.customContextMenuRequested.connect(
                lambda place, header=header: self._show_header_menu(header, place)
            )
        for view in (self, self.pinned):
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(lambda place, view=view: self._show_cell_menu(view, place))
        # A turn of the loop later: what Qt scrolls within one key or click is not by hand.
        self._scrolled_soon = QTimer(self, singleShot=True, interval=0)
        self._scrolled_soon.timeout.connect(self._note_scroll)
        self.horizontalScrollBar().valueChanged.connect(lambda _: self._scrolled_soon.start())
        self.pinned.doubleClicked.connect(self._edit_pinned)
        self.pinned.header.clicked.connect(self.header.clicked)
        self._moved_soon = QTimer(self, singleShot=True, interval=0)
        self._moved_soon.timeout.connect(self._heed_moves)
        self.header.sectionMoved.connect(lambda *_: self._moved_soon.start())
        self._theme.changed.connect(self._take_look)
        self._records.modelReset.connect(self._start_over)
        self._records.columnsInserted.connect(self._forget_widths)
        self._records.dataChanged.connect(self._first_rows_came)
        self._records.dataChanged.connect(self._heed_new_rows)
        self._records.headerDataChanged.connect(self._note_lines)
        self.selectionModel().currentRowChanged.connect(lambda *_: self._tell_current())
        self.selectionModel().currentChanged.connect(self._uncover)  # after the view itself, which scrolls to it
        self.selectionModel().selectionChanged.connect(lambda: self.selection_count_changed.emit(self._selected()))
        for moved in (self.horizontalHeader().sectionMoved, self.horizontalHeader().sectionResized):
            moved.connect(self.layout_changed)

    def _take_look(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.row_height())
        self.horizontalHeader().setFixedHeight(self._theme.row_height(33))
        self._fit_numbers()
        self.pinned.lay_out()
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
        self._lay_out_pinned()

    def _first_rows_came(self, first: QModelIndex) -> None:
        if not self._sized and first.row() == 0 and self._records.record_at(0) is not None:
            self._sized = True
            self.fit_columns()
            current = self.currentIndex()
            if current.row() <= 0 and current.column() <= STATE_COLUMN and self._records.columns:
                self._select(self._records.index(0, 1))

    def _tell_current(self) -> None:
        """Tell which record is the current one, once its page is here: another one may have come to stand there."""
        current = self.currentIndex()
        row = self._records.record_at(current.row()) if current.isValid() else None
        if row is None and current.isValid():
            return
        told, self._told = self._told, row.record_id if row else -1
        if told != self._told:
            self.record_selected.emit(self._told)

    def _heed_new_rows(self, first: QModelIndex, last: QModelIndex) -> None:
        if first.row() <= self.current_position() <= last.row():
            self._tell_current()

    def _start_over(self) -> None:
        self._told = -1
        self._forget_widths()

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

    def _edit_pinned(self, index: QModelIndex) -> None:
        """Edit once the click is over: its end would go to what lies under it by then, and take the keyboard away."""
        self._scroll_back_to(index)
        row, section = index.row(), index.column()
        QTimer.singleShot(0, self, lambda: self.edit(self._records.index(row, section)))

    def _scroll_back_to(self, index: QModelIndex) -> None:
        """Show a pinned cell itself in the table, for as long as it is edited: at the same place as its copy."""
        bar = self.horizontalScrollBar()
        if bar.value() and self._is_pinned(index.column()):
            self._editing_pinned = True
            bar.setValue(0)

    # Qt's own names, overridden.

    def selectionCommand(  # noqa: N802  Qt's
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Select what Ctrl+Home and Ctrl+End go to: the row left behind would be what Delete takes, out of sight."""
        if (
            isinstance(event, QKeyEvent)
            and event.modifiers() == Qt.KeyboardModifier.ControlModifier
            and event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End)
        ):
            return QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        return super().selectionCommand(index, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, and go down with Enter as spreadsheets do."""
        if self.state() is QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)  # the field passes on the Enter that ends it, and `closeEditor` goes down
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit(self.selected_ranges())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._move_down()
        else:
            if (event.text().isprintable() and event.text()) or event.key() == Qt.Key.Key_F2:
                self._scroll_back_to(self.currentIndex())
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:  # noqa: N802  Qt's
        """Go down after Enter."""
        super().closeEditor(editor, hint)
        if hint is QAbstractItemDelegate.EndEditHint.SubmitModelCache:
            self._move_down()
        if self._editing_pinned:
            self._editing_pinned = False
            self.horizontalScrollBar().setValue(self._scrolled_by_hand)


def _pop_up(menu: QMenu, place: QPoint) -> None:
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater)
    if menu.isEmpty():
        menu.deleteLater()
    else:
        menu.popup(place)
