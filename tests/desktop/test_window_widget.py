"""The window as a whole: docks, menus, drops, closing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QTabBar,
)
from pytestqt.qtbot import QtBot

from pushconsole.desktop.log_buffer import LogBuffer, LogEntry
from pushconsole.desktop.panes import Panes
from pushconsole.desktop.theme import Scheme, Theme
from pushconsole.desktop.window import MainWindow
from pushconsole.runs import Level
from tests.desktop.builders import COLUMNS, feed


@pytest.fixture
def log() -> LogBuffer:
    return LogBuffer()


@pytest.fixture
def window(theme: Theme, log: LogBuffer, qtbot: QtBot) -> MainWindow:
    window = MainWindow(theme)
    window.furnish(Panes(window, theme, log))
    qtbot.addWidget(window, before_close_func=lambda closing: closing.allow_close())
    feed(window.model)
    window.show()
    return window


def _with_records(window: MainWindow, qtbot: QtBot) -> None:
    window.model.set_shape(1000, COLUMNS)
    window.show_records()
    qtbot.waitUntil(lambda: window.model.record_at(0) is not None)


def test_the_first_page_has_three_doors(window: MainWindow, qtbot: QtBot) -> None:
    page = window.welcome
    assert page.isVisible()
    assert not window.records.isVisible()
    told: list[str] = []
    page.sandbox_requested.connect(lambda: told.append("sandbox"))
    page.profile_requested.connect(lambda: told.append("profile"))
    page.open_requested.connect(lambda: told.append("open"))
    for door in page.findChildren(QPushButton):
        QTest.mouseClick(door, Qt.MouseButton.LeftButton)
    assert told == ["sandbox", "profile", "open"]


def test_the_title_names_file_edits_and_target(window: MainWindow) -> None:
    assert window.windowTitle() == "Push Console"
    window.set_document("products.csv", edited=True)
    assert window.windowTitle() == "products.csv (edited) — Push Console"
    window.set_document("products.csv", edited=False, target="products")
    assert window.windowTitle() == "products.csv → products — Push Console"


def test_closing_is_asked_for_and_waits_until_it_is_allowed(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.close_requested):
        window.close()
    assert window.isVisible()
    window.allow_close()
    assert not window.isVisible()


def test_files_can_be_dropped(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.csv")), QUrl("https://example.org/b.csv")])
    left, nothing = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, left, nothing)
    with qtbot.waitSignal(window.files_dropped) as told:
        window.dropEvent(drop)
    assert told.args == [[tmp_path / "a.csv"]]


def test_panes_can_be_closed_and_their_places_are_kept(window: MainWindow, qtbot: QtBot) -> None:
    _with_records(window, qtbot)
    kept = window.layout_state()
    window.raise_pane("runs")
    window.restore_layout(kept)
    qtbot.waitUntil(window.log_pane.isVisible)
    assert window.push_pane.isVisible()
    assert set(kept) == {"geometry", "docks"}


def test_the_tools_of_the_front_pane_stand_beside_the_tabs(window: MainWindow, qtbot: QtBot) -> None:
    _with_records(window, qtbot)
    qtbot.waitUntil(lambda: window.log_pane.tools.isVisible() and window.log_pane.tools.height() > 0)
    bar = next(bar for bar in window.findChildren(QTabBar) if bar.isVisible())
    tools = window.log_pane.tools
    qtbot.waitUntil(lambda: abs(tools.mapTo(window, tools.rect().center()).y() - bar.geometry().center().y()) < 4)
    window.raise_pane("problems")
    qtbot.waitUntil(lambda: window.problems_pane.tools.isVisible() and not tools.isVisible())
    assert window.problems_pane.isVisible()


def test_a_narrow_window_gives_a_pane_its_title_row_back(window: MainWindow, qtbot: QtBot) -> None:
    _with_records(window, qtbot)
    window.resize(680, 700)
    tools = window.log_pane.tools
    bar = next(bar for bar in window.findChildren(QTabBar) if bar.isVisible())
    qtbot.waitUntil(
        lambda: tools.isVisible() and tools.mapTo(window, tools.rect().topLeft()).y() >= bar.geometry().bottom()
    )


def test_the_problems_are_counted_on_their_tab(window: MainWindow, qtbot: QtBot) -> None:
    _with_records(window, qtbot)
    window.set_problem_count(1200)
    bar = next(bar for bar in window.findChildren(QTabBar) if bar.isVisible())
    assert "Problems (1\u202f200)" in [bar.tabText(number) for number in range(bar.count())]


def test_the_theme_is_chosen_in_the_menu(window: MainWindow, theme: Theme, qapp: QApplication) -> None:
    window.commands.schemes[Scheme.DARK].trigger()
    assert theme.scheme is Scheme.DARK
    assert qapp.palette().window().color() == theme.color("window")


def test_ctrl_l_goes_to_the_search_of_the_log(window: MainWindow, qtbot: QtBot) -> None:
    _with_records(window, qtbot)
    window.raise_pane("record")
    window.commands.search_log.trigger()
    qtbot.waitUntil(window.log_pane.isVisible)
    assert window.focusWidget() is window.log_pane.tools.findChild(QLineEdit)


def test_f6_goes_round_the_panes(window: MainWindow, log: LogBuffer, qtbot: QtBot) -> None:
    _with_records(window, qtbot)
    log.append(LogEntry(datetime.now(UTC), Level.INFO, "Opened products.csv"))
    qtbot.waitUntil(lambda: window.log_pane.model.rowCount() == 1)
    window.records.setFocus()
    seen = [window.focusWidget()]
    for _ in range(3):
        window.commands.next_pane.trigger()
        seen.append(window.focusWidget())
    assert seen[0] is window.records
    assert seen[3] is window.records
    assert len(set(map(id, seen))) == 3


def test_undo_and_redo_are_named_after_what_they_do(window: MainWindow) -> None:
    assert not window.commands.undo.isEnabled()
    window.commands.set_undo("edit name")
    assert window.commands.undo.isEnabled()
    assert window.commands.undo.text() == "&Undo: edit name"


def test_no_two_commands_share_a_shortcut(window: MainWindow) -> None:
    keys = [
        action.shortcut().toString()
        for action in window.commands.findChildren(QAction)
        if not action.shortcut().isEmpty()
    ]
    assert len(keys) == len(set(keys))


def test_every_control_has_a_name(window: MainWindow, qtbot: QtBot) -> None:
    _with_records(window, qtbot)
    controls = [
        control
        for kind in (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox)
        for control in window.findChildren(kind)
        if control.isVisibleTo(window)
        and not control.objectName().startswith("qt_")
        and not isinstance(control.parent(), QLineEdit)
    ]
    nameless = [control for control in controls if not (control.accessibleName() or getattr(control, "text", str)())]
    assert len(controls) > 15
    assert not nameless, nameless


def test_the_count_of_records_and_of_selected_ones_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    _with_records(window, qtbot)
    window.records.selection_count_changed.connect(lambda count: window.set_record_count(1000, count))
    window.commands.select_all.trigger()
    assert window._count.text() == "1\u202f000 of 1\u202f000 records"
