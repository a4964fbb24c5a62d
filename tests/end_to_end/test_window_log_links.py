"""From a record to what the log says of it, and from a line to its records, with real clicks and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton, QTableView, QToolButton

from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import numbered_csv, written
from tests.end_to_end.window_driver import Driver, open_console, until
from tests.sandbox.caller import Caller

_COUNT = 40

pytestmark = pytest.mark.usefixtures("small_calls")


def _choose_row(driver: Driver, row: int) -> None:
    index = driver.cell(row, "objectID")
    driver.table.scrollTo(index)
    place = driver.table.visualRect(index).center()
    QTest.mouseClick(driver.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


async def _show_in_log(driver: Driver, row: int) -> None:
    driver.window.activateWindow()
    await until(driver.window.isActiveWindow)
    _choose_row(driver, row)
    await until(driver.window.commands.show_in_log.isEnabled)
    control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(driver.window, Qt.Key.Key_L, control_shift)


def _chip(driver: Driver) -> QToolButton:
    return driver.find(QToolButton, "Show all lines again")


async def _only(driver: Driver, *words: str) -> list[str]:
    """Wait until each word stands in a line of the log and every line is about one record; return the lines."""
    await until(lambda: any(tool.text() for tool in driver.window.log_pane.tools.findChildren(QToolButton)))
    await until(lambda: all(word in driver.log for word in words))
    return driver.log.splitlines()


async def test_a_record_leads_to_the_lines_of_its_batch_and_its_run(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    async with open_console(qapp, numbered_csv(tmp_path / "records.csv", _COUNT), sandbox) as driver:
        await driver.loaded(_COUNT)
        await driver.push()
        everything = driver.log
        await _show_in_log(driver, 25)  # of the third batch
        shown = await _only(driver, "Batch 3 ·", "40 records in 4 calls", "Finished in")
        assert not [line for line in shown if "Batch " in line and "Batch 3 ·" not in line]
        assert _chip(driver).text() == f"Only {driver.shown(25, 'objectID')}"
        driver.click(_chip(driver))
        await until(lambda: driver.log == everything)


async def test_the_lines_of_one_record_leave_out_the_failures_of_others(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, tmp_path: Path
) -> None:
    caller.settings(record_limit_bytes=100, oversize="400 engine")
    rows = "".join(f"r{n},{'x' * 200 if n in {2, 5} else 'short'}\n" for n in range(8))
    async with open_console(qapp, written(tmp_path / "records.csv", f"objectID,name\n{rows}"), sandbox) as driver:
        await driver.loaded(8)
        await driver.push()
        search = driver.find(QLineEdit, "Search the log")
        search.setText("finished")
        await until(lambda: len(driver.log.splitlines()) == 1)
        await _show_in_log(driver, 5)
        shown = await _only(driver, "Line 7 · r5")
        assert not [line for line in shown if "· r2" in line]
        assert search.text() == ""
        driver.click(_chip(driver))
        await until(lambda: search.text() == "finished" and len(driver.log.splitlines()) == 1)


async def test_a_record_that_was_in_no_push_is_said_to_be_in_none(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    async with open_console(qapp, numbered_csv(tmp_path / "records.csv", 3), sandbox) as driver:
        await driver.loaded(3)
        before = driver.log
        await _show_in_log(driver, 1)
        await until(lambda: "was in no push" in driver.banner)
        assert driver.log.startswith(before)


async def test_lines_that_are_gone_are_said_to_be_gone(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    async with open_console(qapp, numbered_csv(tmp_path / "records.csv", 3), sandbox) as driver:
        await driver.loaded(3)
        await driver.push()
        driver.click(driver.find(QPushButton, "Clear"))
        driver.window.raise_pane("record")
        _choose_row(driver, 1)
        await until(lambda: any(b.text() == "In the &log" for b in driver.window.findChildren(QPushButton)))
        driver.click(await until(lambda: _visible(driver, "In the log")))
        await until(lambda: "It was in 1 run, the last of" in driver.labels(driver.window.log_pane))


def _visible(driver: Driver, text: str) -> QPushButton | None:
    buttons = driver.window.findChildren(QPushButton)
    return next((b for b in buttons if b.isVisible() and b.text().replace("&", "") == text), None)


def _lines(driver: Driver) -> QTableView:
    return driver.find(QTableView, "Log")


def _row_of(driver: Driver, words: str) -> int:
    return next(row for row, line in enumerate(driver.log.splitlines()) if words in line)


def _line_menu(driver: Driver, words: str) -> QMenu:
    """Click a line with the right button, and return the menu."""
    lines = _lines(driver)
    index = driver.window.log_pane.model.index(_row_of(driver, words), 0)
    lines.scrollTo(index)
    lines.customContextMenuRequested.emit(lines.visualRect(index).center())
    return next(menu for menu in driver.window.log_pane.findChildren(QMenu) if menu.isVisible())


def _entry(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text().replace("&", "") == text)


async def test_a_line_leads_to_the_records_of_its_batch(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    async with open_console(qapp, numbered_csv(tmp_path / "records.csv", _COUNT), sandbox) as driver:
        await driver.loaded(_COUNT)
        await driver.push()
        ids = [driver.shown(row, "objectID") for row in range(_COUNT)]
        menu = _line_menu(driver, "Batch 2 · 10 records")
        _entry(menu, "Show only the records of this batch").trigger()
        menu.close()
        await until(lambda: driver.window.model.rowCount() == 10)
        await until(lambda: [driver.shown(row, "objectID") for row in range(10)] == ids[10:20])
        assert driver.window.only_chip.text() == "Batch 2 only"


async def test_a_line_about_records_that_are_not_open_leads_to_no_other_record(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, tmp_path: Path
) -> None:
    caller.settings(record_limit_bytes=100, oversize="400 engine")
    bad = written(tmp_path / "bad.csv", f"objectID,name\na,short\nb,{'x' * 200}\n")
    async with open_console(qapp, bad, sandbox) as driver:
        await driver.loaded(2)
        await driver.push()
        await driver.load(numbered_csv(tmp_path / "other.csv", 5))
        await driver.loaded(5)
        selected = driver.table.currentIndex().row()
        index = driver.window.log_pane.model.index(_row_of(driver, "Line 3 · b"), 0)
        _lines(driver).scrollTo(index)
        place = _lines(driver).visualRect(index).center()
        QTest.mouseClick(_lines(driver).viewport(), Qt.MouseButton.LeftButton, pos=place)
        await until(lambda: "records of bad.csv, which are not open now" in driver.banner)
        assert driver.table.currentIndex().row() == selected
