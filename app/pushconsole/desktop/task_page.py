"""A task's page: what it joins, the code that records pass, and its last runs with their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pushconsole.desktop.javascript_highlighter import JavaScriptHighlighter
from pushconsole.desktop.parts import EmptyState, badge, button, label, named, set_look
from pushconsole.desktop.theme import Theme

_RUN, _NEXT_PAGE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_WHEN, _HOW, _WHY = range(3)
_FACT_COLUMNS = 3


@dataclass(frozen=True)
class Heading:
    """What stands at the top of the page.

    Attributes:
        title: source and index.
        task_id: its UUID.
        state: in a word; `badge` colours it.
        warning: what is wrong with the task, a sentence; empty where nothing is.

    """

    title: str
    task_id: str
    state: str
    badge: str
    warning: str = ""


@dataclass(frozen=True)
class Code:
    """A transformation: its name, what it is for, and its JavaScript."""

    name: str
    description: str
    text: str


@dataclass(frozen=True)
class Happening:
    """A run of the task, or an event of one.

    Attributes:
        key: the run's ID; of an event its own.
        when: in local time.
        tip: the same with its offset, and the ID.
        outcome: how it ended, in a word.
        icon, tone: how that looks.
        said: why, in the service's words.

    """

    key: str
    when: str
    tip: str
    outcome: str
    icon: str
    tone: str
    said: str


class TaskPage(QDialog):
    """Shows what it is given as it comes; what is missing says that it is awaited, or why it is not there.

    Signals:
        copy_requested: the taskID is to be copied.
        refresh_requested: all is to be fetched anew.
        stop_requested: nothing more is to be fetched.
        events_wanted(run_id, page): these events are to be fetched.

    """

    copy_requested = Signal()
    refresh_requested = Signal()
    stop_requested = Signal()
    events_wanted = Signal(str, int)

    def __init__(self, theme: Theme, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._codes: list[Code] = []
        self._runs: dict[str, QTreeWidgetItem] = {}
        self.resize(1080, 680)
        self._build_heading()
        self._facts = QGridLayout()
        self._facts.setContentsMargins(16, 12, 16, 12)
        self._facts.setHorizontalSpacing(24)
        self._facts.setVerticalSpacing(10)
        self._build_runs()
        self._build_code()
        self._lay_out()
        self.show_heading(heading)
        self.setFocus()

    def show_heading(self, heading: Heading) -> None:
        """Say which task it is and how it stands."""
        self.setWindowTitle(heading.title)
        self._title.setText(heading.title)
        self._id.setText(heading.task_id)
        self._badge.setText(heading.state)
        self._badge.setVisible(bool(heading.state))
        set_look(self._badge, "badge", heading.badge)
        self._warning.setText(heading.warning)
        self._warning_card.setVisible(bool(heading.warning))

    def show_facts(self, facts: Sequence[tuple[str, str, bool]]) -> None:
        """Show names with values; the third says whether a value is an identifier."""
        while (item := self._facts.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for number, (name, value, identifier) in enumerate(facts):
            row, column = divmod(number, _FACT_COLUMNS)
            self._facts.addWidget(self._fact(name, value, identifier=identifier), row, column)
        for column in range(_FACT_COLUMNS):
            self._facts.setColumnStretch(column, 1)

    def show_codes(self, codes: Sequence[Code]) -> None:
        """Show the transformations that records pass, the first one open."""
        self._codes = list(codes)
        self._code_choice.clear()
        self._code_choice.addItems([code.name for code in codes])
        self._code_choice.setVisible(len(codes) > 1)
        self._code_pages.setCurrentIndex(2 if codes else 1)
        self._show_code(0)

    def show_runs(self, runs: Sequence[Happening]) -> None:
        """Show the last runs; the events of each are asked for when it is opened."""
        self._tree.clear()
        self._runs = {run.key: self._item(run) for run in runs}
        for key, item in self._runs.items():
            item.setData(0, _RUN, key)
            item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
            self._tree.addTopLevelItem(item)
        self._run_pages.setCurrentIndex(2 if runs else 1)

    def show_events(self, run_id: str, events: Sequence[Happening], *, more: int, page: int) -> None:
        """Show events of a run under those that are there; `more`: how many are left for the pages after this one."""
        if (run := self._runs.get(run_id)) is None:
            return
        self._drop_notes(run)
        run.addChildren([self._item(event) for event in events])
        if more:
            note = self._note(run, self.tr("Show {0} more").format(more), "accent")
            note.setData(0, _NEXT_PAGE, page + 1)
        elif run.childCount() == 0:
            self._note(run, self.tr("No event is known."), "muted")

    def show_events_missing(self, run_id: str, sentence: str, *, page: int) -> None:
        """Say why the events of a run are not there; to activate the line asks again."""
        if (run := self._runs.get(run_id)) is not None:
            self._drop_notes(run)
            note = self._note(run, self.tr("{0} Press Enter here to try again.").format(sentence), "failed")
            note.setData(0, _NEXT_PAGE, page)

    def say_of_runs(self, sentence: str, *, failed: bool = False) -> None:
        """Say that the runs are awaited, or why they are not there."""
        self._run_state.setText(sentence)
        set_look(self._run_state, "tone", "failed" if failed else "muted")
        self._run_pages.setCurrentIndex(0)

    def say_of_code(self, sentence: str, *, failed: bool = False) -> None:
        """Say that the task is awaited, or why it cannot be shown."""
        self._code_state.setText(sentence)
        set_look(self._code_state, "tone", "failed" if failed else "muted")
        self._code_pages.setCurrentIndex(0)

    def set_progress(self, sentence: str, *, busy: bool) -> None:
        """Say in the foot how it goes; what is under way can be stopped."""
        self._progress.setText(sentence)
        self._stop.setVisible(busy)
        self._refresh.setEnabled(not busy)

    def _build_heading(self) -> None:
        self._title = label("", "title")
        self._badge = badge()
        self._id = named(label("", "mono"), self.tr("Task ID"))
        self._id.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._copy = button(self.tr("Cop&y the taskID"), self.tr("Puts the UUID on the clipboard"), "link")
        self._copy.clicked.connect(self.copy_requested)
        self._warning_card = QFrame()
        self._warning_card.setObjectName("card")
        self._warning_card.setProperty("tone", "warning")
        self._warning = named(label("", "", wrap=True), self.tr("Warning"))
        inside = QHBoxLayout(self._warning_card)
        inside.setContentsMargins(14, 8, 14, 8)
        inside.addWidget(self._warning)

    def _build_runs(self) -> None:
        self._tree = named(
            QTreeWidget(), self.tr("Last runs"), self.tr("Opening a run asks the service for its events")
        )
        self._tree.setHeaderLabels([self.tr("When"), self.tr("Outcome"), self.tr("Why")])
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._tree.setUniformRowHeights(True)
        header = self._tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self._tree.itemExpanded.connect(self._open_run)
        self._tree.itemActivated.connect(self._take_note)
        self._tree.itemClicked.connect(self._take_note)
        self._run_state = named(label("", "muted", wrap=True), self.tr("State of the runs"))
        nothing = EmptyState(
            self._theme, "push", self.tr("No run in 30 days"), self.tr("Each push to this task shows here.")
        )
        self._run_pages = _pages(self._run_state, nothing, self._tree)

    def _build_code(self) -> None:
        self._code = named(QPlainTextEdit(), self.tr("Code of the transformation"))
        self._code.setObjectName("code")
        font = self._theme.mono_font()
        font.setFeature(QFont.Tag.fromString("calt"), 0)  # a font for code likes to draw !== as another sign
        self._code.setFont(font)
        self._code.setReadOnly(True)
        self._code.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._highlighter = JavaScriptHighlighter(self._code.document(), self._theme)
        self._description = label("", "muted", wrap=True)
        self._code_choice = named(QComboBox(), self.tr("Transformation"), self.tr("Records pass them in this order"))
        self._code_choice.activated.connect(self._show_code)
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._code_choice)
        column.addWidget(self._description)
        column.addWidget(self._code, 1)
        self._code_state = named(label("", "muted", wrap=True), self.tr("State of the task"))
        nothing = EmptyState(
            self._theme, "list", self.tr("No transformation"), self.tr("Records reach the index as they are pushed.")
        )
        self._code_pages = _pages(self._code_state, nothing, shown)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(10)
        layout.addLayout(_row(self._title, self._badge, None))
        layout.addLayout(_row(self._id, self._copy, None))
        layout.addWidget(self._warning_card)
        card = QFrame()
        card.setObjectName("card")
        card.setLayout(self._facts)
        layout.addWidget(card)
        parts = QSplitter()
        parts.addWidget(_titled(label(self.tr("Last runs"), "strong"), self._run_pages))
        self._code_title = label(self.tr("Transformation"), "strong")
        parts.addWidget(_titled(self._code_title, self._code_pages))
        parts.setSizes([540, 500])
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(24)
        layout.addWidget(parts, 1)
        layout.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        self._progress = label("", "muted")
        self._stop = button(self.tr("&Stop"), self.tr("Fetches nothing more; what is there stays"), "link")
        self._stop.clicked.connect(self.stop_requested)
        self._refresh = button(self.tr("&Refresh"), self.tr("Fetches all of it anew (F5)"))
        self._refresh.setShortcut("F5")
        self._refresh.clicked.connect(self.refresh_requested)
        close = button(self.tr("&Close"), self.tr("Back to the records (Esc)"), "primary")
        close.clicked.connect(self.accept)
        self.setFocusProxy(close)  # and not the default button: Enter on a line of the tree would press it
        return _row(self._progress, self._stop, None, self._refresh, close)

    def _fact(self, name: str, value: str, *, identifier: bool) -> QWidget:
        shown = label(value, "mono" if identifier else "", wrap=True)
        shown.setAccessibleName(name)
        shown.setToolTip(value)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(label(name, "field"))
        column.addWidget(shown)
        column.addStretch()
        return holder

    def _show_code(self, number: int) -> None:
        code = self._codes[number] if number < len(self._codes) else None
        name = code.name if code and len(self._codes) == 1 else ""
        title = self.tr("Transformation “{0}”").format(name) if name else self.tr("Transformation")
        self._code_title.setText(self.tr("Transformations") if len(self._codes) > 1 else title)
        self._description.setText(code.description if code else "")
        self._description.setVisible(bool(code and code.description))
        self._code.setPlainText(code.text if code else "")

    def _item(self, happening: Happening) -> QTreeWidgetItem:
        item = QTreeWidgetItem([happening.when, happening.outcome, happening.said])
        item.setFont(_WHEN, self._theme.mono_font())
        item.setIcon(_HOW, self._theme.icons.icon(happening.icon, happening.tone))
        item.setToolTip(_WHEN, happening.tip)
        item.setToolTip(_WHY, happening.said)
        return item

    def _note(self, run: QTreeWidgetItem, text: str, token: str) -> QTreeWidgetItem:
        """Add a line under a run that is no event."""
        item = QTreeWidgetItem([text])
        item.setForeground(_WHEN, QBrush(self._theme.color(token)))
        item.setToolTip(_WHEN, text)
        item.setData(0, _NEXT_PAGE, 0)
        run.addChild(item)
        item.setFirstColumnSpanned(True)
        return item

    def _drop_notes(self, run: QTreeWidgetItem) -> None:
        for row in reversed(range(run.childCount())):
            child = run.child(row)
            if child is not None and child.data(0, _NEXT_PAGE) is not None:
                run.removeChild(child)

    def _open_run(self, item: QTreeWidgetItem) -> None:
        if item.childCount() == 0:
            self._want_events(item, 1)

    def _take_note(self, item: QTreeWidgetItem, _column: int) -> None:
        """Ask for what a line under a run stands for."""
        page, run = item.data(0, _NEXT_PAGE), item.parent()
        if page and run is not None:
            self._drop_notes(run)
            self._want_events(run, page)

    def _want_events(self, run: QTreeWidgetItem, page: int) -> None:
        self._note(run, self.tr("Fetching the events…"), "muted")
        self.events_wanted.emit(str(run.data(0, _RUN)), page)


def _pages(state: QLabel, nothing: QWidget, content: QWidget) -> QStackedWidget:
    """Return a stack: what is said meanwhile, what is shown where there is nothing, and the content."""
    waiting = QWidget()
    column = QVBoxLayout(waiting)
    column.setContentsMargins(0, 4, 0, 0)
    column.addWidget(state)
    column.addStretch()
    pages = QStackedWidget()
    for page in (waiting, nothing, content):
        pages.addWidget(page)
    return pages


def _titled(title: QLabel, content: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 4, 0, 0)
    column.setSpacing(8)
    column.addWidget(title)
    column.addWidget(content, 1)
    return holder


def _row(*parts: QWidget | None) -> QHBoxLayout:
    """Return widgets beside each other; None takes the room that is left."""
    row = QHBoxLayout()
    row.setSpacing(10)
    for part in parts:
        if part is None:
            row.addStretch()
        else:
            row.addWidget(part)
    return row
