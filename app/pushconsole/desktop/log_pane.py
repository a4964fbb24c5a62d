"""The log: what happened, as it happens, to be searched, copied and saved."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pushconsole.desktop.log_buffer import LogBuffer
from pushconsole.desktop.log_delegate import LogDelegate
from pushconsole.desktop.log_model import LogFilter, LogModel
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
        record_activated(record_id): a line about this record was clicked.
        save_requested: the lines shown are to be saved; `shown_text` has them.

    """

    record_activated = Signal(int)
    save_requested = Signal()

    def __init__(self, buffer: LogBuffer, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buffer = buffer
        self._following = True
        self.model = LogModel(buffer, self)
        self._list = QTableView()
        self._empty = EmptyState(theme, "list", "", "")
        self._nothing = self._empty_texts()
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
        layout = QHBoxLayout(tools)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self._search, self._levels, self._copy, self._save, self._clear):
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
        self._clear.clicked.connect(self._buffer.clear)
        self._list.clicked.connect(self._activate)
        self._list.activated.connect(self._activate)
        self._list.verticalScrollBar().valueChanged.connect(self._note_place)
        self._list.verticalScrollBar().rangeChanged.connect(self._follow)
        for changed in (self.model.rowsInserted, self.model.rowsRemoved, self.model.modelReset, self.model.caught_up):
            changed.connect(self._show_lines)
        self._show_lines()

    def _filter(self) -> None:
        self._following = True
        self.model.set_filter(LogFilter(self._search.text().casefold(), self._levels.currentData()))

    def _show_lines(self) -> None:
        lines = self.model.rowCount()
        self._pages.setCurrentIndex(1 if lines else 0)
        self._empty.set_text(*self._nothing[self._buffer.end > self._buffer.first])
        self._copy.setEnabled(bool(lines))
        self._save.setEnabled(bool(lines))
        # Now and not in a moment: else “at the end” is asked of the scroll bar while it still has the old end.
        self._list.doItemsLayout()

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
        record_id = self.model.entry(index.row()).record_id
        if record_id is not None:
            self.record_activated.emit(record_id)
