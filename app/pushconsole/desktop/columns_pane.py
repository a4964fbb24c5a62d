"""The columns of the records: what each holds, and whether a push sends it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QStackedWidget, QTreeView, QVBoxLayout, QWidget

from pushconsole import quantities
from pushconsole.desktop.bars_delegate import BarsDelegate
from pushconsole.desktop.columns_model import COUNTS, ColumnsModel, Field, shown_value
from pushconsole.desktop.parts import EmptyState, label, named
from pushconsole.desktop.theme import Theme
from pushconsole.records import Common, quoted_name

_WIDTHS = {Field.SENT: 56, Field.NAME: 170, Field.TYPE: 84, Field.SMALLEST: 150, Field.LARGEST: 150, Field.SPREAD: 200}
_COUNT_WIDTH = 88


class ColumnsPane(QWidget):
    """A row for each column.

    Attributes:
        model: what is known of the columns.
        tools: says which records were looked at, for the pane's title row.

    Signals:
        column_chosen(name): a column was clicked; the table is to show it.
        filter_requested(term): these records are to be seen.
        rename_requested(name), retype_requested(name): a dialog is wanted.
        menu_requested(menu, name): a menu for a column is about to show.

    """

    column_chosen = Signal(str)
    filter_requested = Signal(str)
    rename_requested = Signal(str)
    retype_requested = Signal(str)
    menu_requested = Signal(QMenu, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ColumnsModel(theme, self)
        self.tools = label("", "muted")
        self._list = named(QTreeView(), self.tr("Columns"))
        self._list.setModel(self.model)
        self._list.setItemDelegateForColumn(Field.SPREAD, BarsDelegate(self.model, theme, self))
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setAllColumnsShowFocus(True)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._show_menu)
        self._list.clicked.connect(self._choose)
        self._list.activated.connect(self._choose)
        self._size_columns()
        self.setFocusProxy(self._list)
        self._pages = QStackedWidget()
        empty = self.tr("Open a file; what its columns hold is counted here.")
        self._pages.addWidget(EmptyState(theme, "edit", self.tr("No columns"), empty))
        self._pages.addWidget(self._list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 0, 0)
        layout.addWidget(self._pages)
        self.model.modelReset.connect(self._show_whether_empty)
        self.model.outdated.connect(self._list.viewport().update)

    def set_scope(self, records: int, *, filtered: bool) -> None:
        """Say which records the figures are of."""
        number = quantities.counted(records, self.tr("record"), self.tr("records"))
        self.tools.setText(self.tr("Of the {0} that the filter leaves").format(number) if filtered else number)

    def _size_columns(self) -> None:
        header = self._list.header()
        header.setStretchLastSection(True)
        for field in Field:
            header.resizeSection(field, _COUNT_WIDTH if field in COUNTS else _WIDTHS[field])
        header.setSectionResizeMode(Field.SENT, QHeaderView.ResizeMode.Fixed)

    def _show_whether_empty(self) -> None:
        self._pages.setCurrentIndex(1 if self.model.rowCount() else 0)

    def _choose(self, index: QModelIndex) -> None:
        if Field(index.column()) is not Field.SENT:
            self.column_chosen.emit(self.model.column(index.row()).name)

    def _show_menu(self, place: QPoint) -> None:
        index = self._list.indexAt(place)
        if not index.isValid():
            return
        menu = QMenu(self._list)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = self.model.column(index.row()).name
        menu.addAction(self.tr("&Rename…")).triggered.connect(lambda: self.rename_requested.emit(name))
        menu.addAction(self.tr("Change its &type…")).triggered.connect(lambda: self.retype_requested.emit(name))
        self.menu_requested.emit(menu, name)
        menu.addSeparator()
        self._offer_filters(menu, index.row())
        menu.popup(self._list.viewport().mapToGlobal(place))

    def _offer_filters(self, menu: QMenu, row: int) -> None:
        name, known = self.model.column(row).name, self.model.statistics(row)
        quoted = quoted_name(name)
        self._offer(menu, self.tr("Filter: {0} is missing").format(name), f"{quoted} is missing")
        for value in known.common if known else ():
            if (term := _term(value)) is not None:
                number = quantities.number(value.number)
                text = self.tr("Filter: {0} is {1} ({2})").format(name, shown_value(value.raw)[:40] or '""', number)
                self._offer(menu, text, f"{quoted} {term}")

    def _offer(self, menu: QMenu, text: str, term: str) -> None:
        menu.addAction(text.replace("&", "&&")).triggered.connect(lambda: self.filter_requested.emit(term))


def _term(value: Common) -> str | None:
    """Return what a filter says of a value after the column's name; None where it cannot say it."""
    if value.raw == "null":
        return "is null"
    if value.raw == '""':
        return "is empty"
    if not value.whole or value.raw[0] in "[{":
        return None
    return f"= {value.raw}"
