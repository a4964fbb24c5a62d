"""The log pane: at 100,000 lines, searched, copied, clicked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QTableView
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from pushconsole.desktop.log_buffer import LogBuffer, LogEntry
from pushconsole.desktop.log_model import LogFilter, LogModel
from pushconsole.desktop.log_pane import LogPane
from pushconsole.desktop.theme import Theme
from pushconsole.runs import Level
from tests.desktop.builders import longest_turn_s


def _entry(number: int, level: Level = Level.INFO, record_id: int | None = None) -> LogEntry:
    return LogEntry(datetime(2026, 11, 23, 12, 1, 22, 310_000, tzinfo=UTC), level, f"Batch {number} of 88", record_id)


@pytest.fixture
def buffer() -> LogBuffer:
    return LogBuffer()


@pytest.fixture
def pane(buffer: LogBuffer, theme: Theme, qtbot: QtBot) -> LogPane:
    pane = LogPane(buffer, theme)
    qtbot.addWidget(pane)
    qtbot.addWidget(pane.tools)
    pane.resize(900, 240)
    pane.show()
    return pane


def _list(pane: LogPane) -> QTableView:
    return next(child for child in pane.findChildren(QTableView) if child.model() is pane.model)


def _tool(pane: LogPane, name: str) -> QPushButton:
    return next(child for child in pane.tools.findChildren(QPushButton) if child.accessibleName() == name)


def test_lines_fall_out_of_a_full_buffer_and_keep_their_positions() -> None:
    buffer = LogBuffer(capacity=3)
    for number in range(5):
        buffer.append(_entry(number))
    assert (buffer.first, buffer.end) == (2, 5)
    assert [entry.text for entry in buffer.read(0, 2)] == ["Batch 2 of 88", "Batch 3 of 88"]


def test_many_lines_come_in_few_batches(buffer: LogBuffer, qtbot: QtBot) -> None:
    model = LogModel(buffer)
    batches: list[int] = []
    model.rowsInserted.connect(lambda _parent, first, last: batches.append(last - first + 1))
    for number in range(1000):
        buffer.append(_entry(number))
    qtbot.waitUntil(lambda: model.rowCount() == 1000)
    assert batches == [1000]


def test_the_model_keeps_qts_rules_while_lines_come_and_go(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    buffer = LogBuffer(capacity=50)
    model = LogModel(buffer)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    for number in range(40):
        buffer.append(_entry(number))
    qtbot.waitUntil(lambda: model.rowCount() == 40)
    for number in range(40, 80):
        buffer.append(_entry(number))
    qtbot.waitUntil(lambda: model.rowCount() == 50)
    assert model.entry(0).text == "Batch 30 of 88"
    buffer.clear()
    qtbot.waitUntil(lambda: model.rowCount() == 0)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


@pytest.mark.usefixtures("heap_at_rest")
def test_a_hundred_thousand_lines_never_stop_the_window(
    pane: LogPane, buffer: LogBuffer, qapp: QApplication, qtbot: QtBot
) -> None:
    for number in range(100_000):
        buffer.append(_entry(number, Level.ERROR if number % 1000 == 0 else Level.INFO))
    assert longest_turn_s(qapp, lambda: pane.model.rowCount() == 100_000) < 0.05
    pane.model.set_filter(LogFilter("batch 7"))
    sought = sum(f"batch {number} ".startswith("batch 7") for number in range(100_000))
    assert longest_turn_s(qapp, lambda: pane.model.rowCount() == sought) < 0.05


def test_the_search_field_and_the_level_leave_out_other_lines(pane: LogPane, buffer: LogBuffer, qtbot: QtBot) -> None:
    for number in range(20):
        buffer.append(_entry(number, Level.ERROR if number >= 10 else Level.SUCCESS))
    qtbot.waitUntil(lambda: pane.model.rowCount() == 20)
    search = pane.tools.findChild(QLineEdit)
    assert isinstance(search, QLineEdit)
    QTest.keyClicks(search, "BATCH 1")
    qtbot.waitUntil(lambda: pane.model.rowCount() == 11)
    levels = pane.tools.findChild(QComboBox)
    assert isinstance(levels, QComboBox)
    QTest.keyClick(levels, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: pane.model.rowCount() == 10)
    assert pane.shown_text().splitlines()[0] == "12:01:22.310\terror\tBatch 10 of 88"


def test_it_follows_the_end_only_while_the_reader_is_there(pane: LogPane, buffer: LogBuffer, qtbot: QtBot) -> None:
    bar = _list(pane).verticalScrollBar()
    for number in range(200):
        buffer.append(_entry(number))
    qtbot.waitUntil(lambda: pane.model.rowCount() == 200 and bar.value() == bar.maximum() > 0)
    bar.setValue(40)
    for number in range(200):
        buffer.append(_entry(number))
    qtbot.waitUntil(lambda: pane.model.rowCount() == 400)
    assert bar.value() == 40
    bar.setValue(bar.maximum())
    for number in range(100):
        buffer.append(_entry(number))
    qtbot.waitUntil(lambda: pane.model.rowCount() == 500 and bar.value() == bar.maximum())


def test_a_line_about_a_record_leads_to_it(pane: LogPane, buffer: LogBuffer, qtbot: QtBot) -> None:
    buffer.append(_entry(1))
    buffer.append(_entry(2, Level.ERROR, record_id=347))
    qtbot.waitUntil(lambda: pane.model.rowCount() == 2)
    lines = _list(pane)
    with qtbot.waitSignal(pane.line_activated) as told:
        for number in (0, 1):
            where = lines.visualRect(pane.model.index(number, 0)).center()
            QTest.mouseClick(lines.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert told.args is not None
    assert told.args[0].record_id == 347


def test_copy_takes_the_lines_that_are_shown(pane: LogPane, buffer: LogBuffer, qtbot: QtBot) -> None:
    for number in range(3):
        buffer.append(_entry(number))
    qtbot.waitUntil(lambda: pane.model.rowCount() == 3)
    QTest.mouseClick(_tool(pane, "Copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().count("\n") == 3


def test_save_is_asked_for_and_clear_empties(pane: LogPane, buffer: LogBuffer, qtbot: QtBot) -> None:
    buffer.append(_entry(1))
    qtbot.waitUntil(lambda: pane.model.rowCount() == 1)
    with qtbot.waitSignal(pane.save_requested):
        QTest.mouseClick(_tool(pane, "Save…"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(_tool(pane, "Clear"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: pane.model.rowCount() == 0)
    assert buffer.read(0, 1) == []
