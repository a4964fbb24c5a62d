"""The log: what happened, as it happens, to be searched, copied and saved."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pushconsole.desktop.log_buffer import LogBuffer, LogEntry
from pushconsole.desktop.log_delegate import LogDelegate
from pushconsole.desktop.log_model import LogFilter, LogModel, RecordLines
from pushconsole.desktop.only_chip import OnlyChip
from pushconsole.desktop.parts import EmptyState, button, named
from pushconsole.desktop.theme import Theme
from pushconsole.runs import Level

_NOTEWORTHY = frozenset({Level.WARNING, Level.ERROR})
_WITHOUT_DETAIL = frozenset(Level) - {Level.DETAIL}


class LogPane(QWidget):
    """Shows a log buffer. It follows the newest line only while the reader is at the end.

    Attributes:
        model: the lines that are shown.
        tools: search, level and buttons, for the pane's title row.

    Signals:
        line_activated(entry): a line about a record was clicked.
        records_requested(entry): the records of this line's batches are to be seen.
        save_requested: the lines shown are to be saved; `shown_text` has them.

    """

    line_activated = Signal(object)
    records_requested = Signal(object)
    save_requested = Signal()

    def __init__(self, buffer: LogBuffer, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buffer = buffer
        self._following = True
        self._only: RecordLines | None = None
        self._sought = ("", 0)  # text and level before the lines of one record were chosen
        self.model = LogModel(buffer, self)
        self._list = QTableView()
        self._empty = EmptyState(theme, "list", "", "")
        self._nothing = self._empty_texts()
        self._nothing_of_record = ""
        self._pages = QStackedWidget()
        self.tools = self._build_tools(theme)
        self._build_list(theme)
        self.setFocusProxy(self._list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._list)
        layout.addWidget(self._pages)
        self._connect()

    def shown_text(self) -> str:
        """Return the lines that are shown, one a line: time, level, text."""
        return self.model.text()

    def show_only(self, label: str, lines: RecordLines, nothing: str) -> None:
        """Show only the lines that tell of one record, whatever was searched for.

        Args:
            label: of the chip that says so.
            lines: which.
            nothing: a whole sentence for where there are none any more.

        """
        if self._only is None:
            self._sought = (self._search.text(), self._levels.currentIndex())
        self._only = lines
        self._nothing_of_record = nothing
        self._chip.show_only(label)
        self._seek("", 0)

    def show_all(self) -> None:
        """Show the lines again that were shown before those of one record."""
        if self._only is not None:
            self._only = None
            self._chip.show_only("")
            self._seek(*self._sought)

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def _empty_texts(self) -> dict[bool, tuple[str, str]]:
        return {
            False: (self.tr("Nothing happened yet"), self.tr("Each file, edit and batch leaves a line here.")),
            True: (self.tr("No line fits"), self.tr("Search for something else or show all levels.")),
        }

    def _build_tools(self, theme: Theme) -> QWidget:
        tools = QWidget()
        self._search = named(
            QLineEdit(), self.tr("Search the log"), self.tr("Shows only lines with this text (Ctrl+L)")
        )
        self._search.setPlaceholderText(self.tr("Search the log"))
        self._search.setClearButtonEnabled(True)
        self._search.addAction(theme.icons.icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self._search.setMinimumWidth(120)
        self._search.setMaximumWidth(240)
        self._levels = named(QComboBox(), self.tr("Level"), self.tr("Leaves out what matters less"))
        for text, levels in self._level_choices():
            self._levels.addItem(text, levels)
        self._copy = self._tool(self.tr("&Copy"), self.tr("Copies the selected lines, or all that are shown"))
        self._save = self._tool(self.tr("Sa&ve…"), self.tr("Writes the lines that are shown to a text file"))
        self._clear = self._tool(self.tr("C&lear"), self.tr("Empties this list; what is in the ledger stays"))
        self._chip = OnlyChip(theme, self.tr("Show all lines again"), self.tr("Click to see the other lines again"))
        layout = QHBoxLayout(tools)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self._chip, self._search, self._levels, self._copy, self._save, self._clear):
            layout.addWidget(part)
        return tools

    def _tool(self, text: str, tip: str) -> QPushButton:
        return named(button(text, tip), text.replace("&", ""), tip)

    def _level_choices(self) -> list[tuple[str, frozenset[Level]]]:
        return [
            (self.tr("All levels"), frozenset(Level)),
            (self.tr("Without details"), _WITHOUT_DETAIL),
            (self.tr("Warnings and errors"), _NOTEWORTHY),
            (self.tr("Errors"), frozenset({Level.ERROR})),
        ]

    def _build_list(self, theme: Theme) -> None:
        self._list.setAccessibleName(self.tr("Log"))
        self._list.setModel(self.model)
        self._lines = LogDelegate(self.model, theme, self._list)
        self._list.setItemDelegate(self._lines)
        # A table and not a list: a list lays all its lines out again whenever some are added.
        self._list.setShowGrid(False)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._list.setTabKeyNavigation(False)
        self._list.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._list.horizontalHeader().hide()
        self._list.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._list.verticalHeader().setMinimumSectionSize(1)
        self._list.verticalHeader().hide()
        theme.changed.connect(self._take_look)
        self._take_look()
        self._list.setMouseTracking(True)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        copy = QAction(self.tr("Copy"), self._list)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self._copy_lines)
        self._list.addAction(copy)

    def _take_look(self) -> None:
        self._list.verticalHeader().setDefaultSectionSize(self._lines.line_height)

    def _connect(self) -> None:
        self._search.textChanged.connect(self._filter)
        self._levels.currentIndexChanged.connect(self._filter)
        self._copy.clicked.connect(self._copy_lines)
        self._save.clicked.connect(self.save_requested)
        self._clear.clicked.connect(self._empty_buffer)
        self._chip.clicked.connect(self.show_all)
        self._list.customContextMenuRequested.connect(self._show_menu)
        self._list.clicked.connect(self._activate)
        self._list.activated.connect(self._activate)
        self._list.verticalScrollBar().valueChanged.connect(self._note_place)
        self._list.verticalScrollBar().rangeChanged.connect(self._follow)
        for changed in (self.model.rowsInserted, self.model.rowsRemoved, self.model.modelReset, self.model.caught_up):
            changed.connect(self._show_lines)
        self._show_lines()

    def _filter(self) -> None:
        self._following = True
        self.model.set_filter(LogFilter(self._search.text().casefold(), self._levels.currentData(), self._only))

    def _seek(self, text: str, level: int) -> None:
        """Set both fields, and filter once."""
        for field in (self._search, self._levels):
            field.blockSignals(True)  # noqa: FBT003  Qt takes it by position
        self._search.setText(text)
        self._levels.setCurrentIndex(level)
        for field in (self._search, self._levels):
            field.blockSignals(False)  # noqa: FBT003  Qt takes it by position
        self._filter()

    def _empty_buffer(self) -> None:
        self.show_all()
        self._buffer.clear()

    def _show_lines(self) -> None:
        lines = self.model.rowCount()
        self._pages.setCurrentIndex(1 if lines else 0)
        self._empty.set_text(*self._words_for_none())
        self._copy.setEnabled(bool(lines))
        self._save.setEnabled(bool(lines))
        # Now and not in a moment: else “at the end” is asked of the scroll bar while it still has the old end.
        self._list.doItemsLayout()

    def _words_for_none(self) -> tuple[str, str]:
        """Say why no line is shown."""
        unsearched = not self._search.text() and self._levels.currentIndex() == 0
        if self._only is not None and unsearched:
            return self.tr("No line of this record"), self._nothing_of_record
        return self._nothing[self._buffer.end > self._buffer.first]

    def _note_place(self, value: int) -> None:
        """Follow the end from now on if the reader is there."""
        bar = self._list.verticalScrollBar()
        self._following = value >= bar.maximum() - bar.singleStep()

    def _follow(self, _least: int, most: int) -> None:
        """Go to the new end."""
        if self._following:
            self._list.verticalScrollBar().setValue(most)

    def _copy_lines(self) -> None:
        rows = sorted(index.row() for index in self._list.selectionModel().selectedIndexes())
        QGuiApplication.clipboard().setText(self.model.text(rows or None))

    def _activate(self, index: QModelIndex) -> None:
        entry = self.model.entry(index.row())
        if entry.record_id is not None:
            self.line_activated.emit(entry)

    def _show_menu(self, place: QPoint) -> None:
        index = self._list.indexAt(place)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        if index.isValid():
            self._offer_records(menu, self.model.entry(index.row()))
        menu.addAction(self.tr("&Copy"), self._copy_lines)
        menu.popup(self._list.viewport().mapToGlobal(place))

    def _offer_records(self, menu: QMenu, entry: LogEntry) -> None:
        """Offer the way from a line to the records it tells of."""
        if entry.record_id is not None:
            menu.addAction(self.tr("&Go to the record"), lambda: self.line_activated.emit(entry))
        if entry.batches:
            show = menu.addAction(self.tr("Show only the &records of this batch"))
            show.setToolTip(self.tr("In the table; the chip beside the filter shows all again"))
            show.triggered.connect(lambda: self.records_requested.emit(entry))
        menu.addSeparator()
