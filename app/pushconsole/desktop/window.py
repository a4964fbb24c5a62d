"""The window: what stands where. It decides nothing.

It is made in two goes. Its shell (menus, tool bar, first page, foot) is all that is seen at the start, and what it
imports is little; the panes follow with `furnish`, once the shell is on screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QStatusBar,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from pushconsole import quantities
from pushconsole.desktop.banner import Banner
from pushconsole.desktop.commands import Commands
from pushconsole.desktop.filter_field import FilterField
from pushconsole.desktop.only_chip import OnlyChip
from pushconsole.desktop.parts import YieldingLabel, label, named, set_look
from pushconsole.desktop.profile_chooser import ProfileChooser
from pushconsole.desktop.run_bar import RunBar
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.tool_row import ToolRow
from pushconsole.desktop.welcome import Welcome

if TYPE_CHECKING:
    from pushconsole.desktop.panes import Panes  # the records' room with it, which a window may appear without

_LAYOUT_VERSION = 1


class MainWindow(QMainWindow):
    """Holds the panes.

    Attributes:
        commands: the actions.
        model, records, banner, filter_field: the table, the bar over all pages, and the field in the tool bar.
        push_pane, log_pane, problems_pane, record_pane, columns_pane, runs_pane: the docks' contents.
        run_bar, profiles, welcome: foot, profile chooser, first page.
        offer: a bar over all of that, for what was left by a crash.
        keyring_banner: another, for keys that are not kept or cannot be had.

    Signals:
        files_dropped(paths): files were dropped on the window.
        close_requested: the window is to be closed; call `allow_close` when it may.

    """

    files_dropped = Signal(list)
    close_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._may_close = False
        self.setWindowIcon(theme.icons.application_icon())
        self.setAcceptDrops(True)
        self.resize(1440, 900)
        self.commands = Commands(theme, self)
        self.filter_field = FilterField(theme)
        self.only_chip = OnlyChip(
            theme, self.tr("Show all records again"), self.tr("Click to see the other records again")
        )
        self.run_bar = RunBar(theme)
        self.profiles = ProfileChooser(theme)
        self.welcome = Welcome(theme, theme.icons.application_icon())
        self._centre = QStackedWidget()
        self._centre.addWidget(self.welcome)
        self.offer = Banner(theme, self.tr("Puts it away; File, Workspaces keeps it"))
        self.keyring_banner = Banner(theme, self.tr("Puts it away; the profiles window says it too"))
        self._place_centre()
        self._menus = [self._menu(title) for title in self._menu_titles()]
        self._build_tool_bar()
        self._build_foot()
        self._await_records()
        self.set_document("", edited=False)
        self.set_record_count(None)

    def furnish(self, panes: Panes) -> None:
        """Put the table and the panes in their places, behind the first page."""
        self.model, self.records, self.banner = panes.model, panes.records, panes.banner
        self.push_pane, self.log_pane, self.problems_pane = panes.push, panes.log, panes.problems
        self.record_pane, self.columns_pane, self.runs_pane = panes.record, panes.columns, panes.runs
        self._docks = panes.docks
        self._bars.addWidget(self.banner)  # not on the table's page: what it says matters on the first page too
        self._build_table_page()
        self._place_docks()
        self._build_menus()
        self._connect_panes()
        self.show_welcome()

    def show_welcome(self) -> None:
        """Show the first page, without panes."""
        self._centre.setCurrentWidget(self.welcome)
        for dock in self._docks.values():
            dock.hide()

    def show_records(self) -> None:
        """Show the table and, coming from the first page, the panes around it."""
        if self._on_welcome:
            self._centre.setCurrentIndex(1)
            for dock in self._docks.values():
                dock.show()
            self.raise_pane("log")
            self.records.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _on_welcome(self) -> bool:
        return self._centre.currentWidget() is self.welcome

    def raise_pane(self, name: str) -> None:
        """Bring a pane to the front: push, log, problems, record, columns or runs."""
        self._docks[name].show()
        self._docks[name].raise_()

    def set_document(self, name: str, *, edited: bool, target: str = "") -> None:
        """Name file and target in the title; the target is where a push would go."""
        document = self.tr("{0} (edited)").format(name) if name and edited else name
        parts = [f"{document} → {target}" if document and target else document, self.tr("Push Console")]
        self.setWindowTitle(" — ".join(part for part in parts if part))

    def set_record_count(
        self, count: int | None, selected: int = 0, seen: int | None = None, rejected: int = 0
    ) -> None:
        """Show how many records there are, are left by a filter, are selected, and how many rows are no records."""
        if count is None:
            self._count.setText("")
            return
        records = quantities.counted(count, self.tr("record"), self.tr("records"))
        if seen is not None:
            records = self.tr("{0} of {1}").format(quantities.number(seen), quantities.number(count))
        text = self.tr("{0} of {1}").format(quantities.number(selected), records) if selected > 1 else records
        rows = quantities.counted(rejected, self.tr("row rejected"), self.tr("rows rejected"))
        self._count.setText(f"{text} · {rows}" if rejected else text)
        self._count.setMinimumWidth(self._count.sizeHint().width() if rejected else 0)  # nobody may miss that

    def show_filter_mistake(self, sentence: str) -> None:
        """Show under the tool bar what is wrong with the filter, or nothing."""
        self._mistake.setText(sentence)
        self._mistake.setVisible(bool(sentence))
        set_look(self.filter_field, "mistaken", bool(sentence))

    def set_problem_count(self, count: int) -> None:
        """Show on the tab how many problems there are."""
        title = self.tr("Problems")
        self._docks["problems"].setWindowTitle(f"{title} ({quantities.number(count)})" if count else title)

    def layout_state(self) -> dict[str, str]:
        """Return size, place and docks as texts, to be kept."""
        parts = {"geometry": self.saveGeometry(), "docks": self.saveState(_LAYOUT_VERSION)}
        return {name: bytes(state.toBase64().data()).decode() for name, state in parts.items()}

    def restore_layout(self, kept: Mapping[str, str]) -> None:
        """Set size, place and docks as `layout_state` gave them; what does not fit is left."""
        parts = {name: QByteArray.fromBase64(state.encode()) for name, state in kept.items()}
        self.restoreGeometry(parts.get("geometry", QByteArray()))
        if self.restoreState(parts.get("docks", QByteArray()), _LAYOUT_VERSION) and self._on_welcome:
            self.show_welcome()

    def allow_close(self) -> None:
        """Close the window for good."""
        self._may_close = True
        self.close()

    def _build_table_page(self) -> None:
        page = self._table_page = QWidget()
        page.setFocusProxy(self.records)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._mistake = named(label("", "failed", wrap=True), self.tr("What is wrong with the filter"))
        self._mistake.setContentsMargins(16, 6, 16, 6)
        self._mistake.hide()
        column.addWidget(self._mistake)
        column.addWidget(self.records, 1)
        self._centre.addWidget(page)

    def _place_centre(self) -> None:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._bars = QVBoxLayout()
        self._bars.addWidget(self.keyring_banner)
        self._bars.addWidget(self.offer)
        column.addLayout(self._bars)
        column.addWidget(self._centre, 1)
        self.setCentralWidget(centre)

    def _place_docks(self) -> None:
        right, below = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.GroupedDragging
        )
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        for name, dock in self._docks.items():
            dock.hide()  # it would be seen for a moment otherwise
            self.addDockWidget(right if name == "push" else below, dock)
        for name in ("problems", "record", "columns", "runs"):
            self.tabifyDockWidget(self._docks["log"], self._docks[name])
        self._docks["log"].raise_()
        self.resizeDocks([self._docks["push"]], [346], Qt.Orientation.Horizontal)
        self.resizeDocks([self._docks["log"]], [200], Qt.Orientation.Vertical)

    def _await_records(self) -> None:
        """Show as unusable what needs records; whoever brings them enables it."""
        do = self.commands
        for part in (do.save_copy, do.edits.replace, do.add_record, do.delete_records, do.check, self.filter_field):
            part.setEnabled(False)

    def _menu_titles(self) -> list[str]:
        titles = self.tr("&File"), self.tr("&Edit"), self.tr("&Records"), self.tr("&Push"), self.tr("&View")
        return [*titles, self.tr("&Help")]

    def _menu(self, title: str) -> QMenu:
        menu = self.menuBar().addMenu(title)
        menu.setToolTipsVisible(True)
        return menu

    def _build_menus(self) -> None:
        do = self.commands
        file, edit, records, push, view, about = self._menus
        _fill(
            file,
            do.open,
            do.open_location,
            do.open_pasted,
            do.open_sample,
            do.save_copy,
            do.workspaces,
            None,
            do.add_profile,
            do.manage_profiles,
            None,
            do.quit,
        )
        _fill(edit, do.undo, do.redo, None, do.copy, *do.edits.of_cells, None, do.select_all)
        _fill(edit, None, do.focus_filter, do.only_problems, do.only_failed, do.go_to_row)
        _fill(records, do.add_record, do.edits.duplicate, do.delete_records, do.remove_value, None)
        _fill(records, *do.edits.of_columns, None, do.make_object_ids, *do.edits.of_object_ids, None)
        _fill(records, do.check, do.show_in_log)
        looks = (do.try_records, do.compare, do.compare_all)
        _fill(push, *looks, None, do.push, do.pause_run, do.cancel_run, None)
        _fill(push, do.name_index, do.task_page, do.refresh_tasks)
        _fill(view, *(dock.toggleViewAction() for dock in self._docks.values()), None, do.search_log, do.next_pane)
        view.addSeparator()
        view.addMenu(self._scheme_menu())
        _fill(about, do.about)

    def _connect_panes(self) -> None:
        do = self.commands
        do.search_log.triggered.connect(self._search_log)
        do.next_pane.triggered.connect(self._go_to_next_pane)
        do.select_all.triggered.connect(self.records.selectAll)
        do.copy.triggered.connect(lambda: self.records.copy_requested.emit(self.records.selected_ranges()))

    def _scheme_menu(self) -> QMenu:
        menu = QMenu(self.tr("&Theme"), self)
        for scheme, action in self.commands.schemes.items():
            menu.addAction(action)
            action.triggered.connect(lambda _checked, chosen=scheme: self._theme.choose(chosen))
        return menu

    def _build_tool_bar(self) -> None:
        do = self.commands
        bar = ToolRow(self.tr("Tools"), self._theme)
        bar.addActions((do.open, do.open_pasted, do.save_copy))
        bar.addSeparator()
        bar.add_wordless(do.undo, do.redo)
        bar.addSeparator()
        bar.addAction(do.edits.replace)
        bar.addSeparator()
        bar.addActions((do.add_record, do.delete_records))
        bar.addSeparator()
        bar.add_part(_beside(self.filter_field, self.only_chip))
        self._count = YieldingLabel("muted")
        self._count.setContentsMargins(0, 0, 14, 0)
        bar.add_part(self._count)
        bar.add_part(self.profiles)
        self.addToolBar(bar)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def _build_foot(self) -> None:
        foot = QStatusBar()
        foot.setSizeGripEnabled(False)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addPermanentWidget(self.run_bar, 1)
        self.setStatusBar(foot)

    def _search_log(self) -> None:
        self.raise_pane("log")
        self.log_pane.focus_search()

    def _go_to_next_pane(self) -> None:
        """Move the keyboard from the table to each pane that can be seen, and back."""
        stops = [stop for stop in self._stops() if not stop.visibleRegion().isEmpty() and _takes_focus(stop)]
        focus = self.focusWidget()
        here = next((n for n, stop in enumerate(stops) if focus is not None and stop.isAncestorOf(focus)), -1)
        stops[(here + 1) % len(stops)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _stops(self) -> list[QWidget]:
        panes = (self.push_pane, self.log_pane, self.problems_pane, self.record_pane, self.columns_pane, self.runs_pane)
        return [self.welcome, self._table_page, *panes]

    # Qt's own names, overridden.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let files in."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on the files that were dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask whether it may be closed; close only when told so."""
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.close_requested.emit()


def _beside(*parts: QWidget) -> QWidget:
    """Return a widget that has these next to each other."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for part in parts:
        row.addWidget(part)
    holder.setSizePolicy(parts[0].sizePolicy())
    return holder


def _takes_focus(stop: QWidget) -> bool:
    """Whether what takes the focus for a pane is there: an empty pane shows a sentence instead."""
    return (stop.focusProxy() or stop).isVisible()


def _fill(menu: QMenu, *actions: QAction | None) -> None:
    for action in actions:
        if action is None:
            menu.addSeparator()
        else:
            menu.addAction(action)
