"""Rows that are no records: mended at the window or handed out, with real clicks and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPlainTextEdit, QPushButton, QTreeWidget

from pushconsole.desktop.parts import YieldingLabel
from pushconsole.desktop.repair_dialog import RepairDialog
from tests.end_to_end.window_driver import Driver, open_console, until


@pytest.fixture
def ragged(tmp_path: Path) -> Path:
    """Write a table of which two rows are too short."""
    file = tmp_path / "ragged.csv"
    file.write_text("objectID,name,price\na,Lamp,1.50\nb,Chair\nc\nd,Vase,4.00\n", "utf-8")
    return file


async def _open_repair(driver: Driver, line: str) -> RepairDialog:
    driver.window.raise_pane("problems")
    tree = driver.window.problems_pane.findChild(QTreeWidget)
    assert isinstance(tree, QTreeWidget)
    found = await until(lambda: tree.findItems(line, Qt.MatchFlag.MatchStartsWith | Qt.MatchFlag.MatchRecursive))
    tree.scrollToItem(found[0])
    place = tree.visualItemRect(found[0]).topLeft() + QPoint(40, 8)
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    dialog = await driver.dialog(RepairDialog)
    assert isinstance(dialog, RepairDialog)
    return dialog


def _counted(driver: Driver) -> str:
    texts = [label.text().replace("\u202f", " ") for label in driver.window.findChildren(YieldingLabel)]
    return next((text for text in texts if "record" in text), "")


async def test_a_row_is_mended_where_it_is_told_and_undo_takes_that_back(qapp: QApplication, ragged: Path) -> None:
    async with open_console(qapp, ragged) as driver:
        await driver.loaded(2)
        assert _counted(driver) == "2 records · 2 rows rejected"
        dialog = await _open_repair(driver, "Line 3")
        assert "2 cells where the header has 3" in driver.labels(dialog)
        field = dialog.findChild(QPlainTextEdit)
        assert isinstance(field, QPlainTextEdit)
        assert field.toPlainText() == "b,Chair"
        driver.click(driver.find(QPushButton, "Make it a record", dialog))
        await until(lambda: "where one row of 3 cells should be" in driver.labels(dialog))
        QTest.keyClick(field, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(field, ",2.10")
        driver.click(driver.find(QPushButton, "Make it a record", dialog))
        await driver.gone(RepairDialog)
        await driver.loaded(3)
        assert [driver.shown(2, name) for name in ("objectID", "name", "price")] == ["b", "Chair", "2.10"]
        assert _counted(driver) == "3 records · 1 row rejected"
        await driver.undo()
        await driver.loaded(2)
        await until(lambda: _counted(driver) == "2 records · 2 rows rejected")


async def test_the_rows_are_handed_out_below_their_header(qapp: QApplication, ragged: Path, tmp_path: Path) -> None:
    async with open_console(qapp, ragged) as driver:
        await driver.loaded(2)
        driver.window.raise_pane("problems")
        await until(lambda: "Export these rows…" in _buttons(driver))
        driver.click(driver.find(QPushButton, "Export these rows…"))
        dialog = await driver.dialog(QFileDialog)
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(field, QLineEdit)
        field.clear()
        QTest.keyClicks(field, str(tmp_path / "mend"))
        QTest.keyClick(field, Qt.Key.Key_Return)
        await until((tmp_path / "mend.csv").exists)
        assert (tmp_path / "mend.csv").read_text("utf-8") == "objectID,name,price\nb,Chair\nc\n"


def _buttons(driver: Driver) -> list[str]:
    return [button.text() for button in driver.window.problems_pane.findChildren(QPushButton)]


async def test_a_row_is_mended_once_however_often_the_button_is_pressed(qapp: QApplication, ragged: Path) -> None:
    async with open_console(qapp, ragged) as driver:
        await driver.loaded(2)
        dialog = await _open_repair(driver, "Line 3")
        field = dialog.findChild(QPlainTextEdit)
        assert isinstance(field, QPlainTextEdit)
        mend = driver.find(QPushButton, "Make it a record", dialog)
        driver.click(mend)
        assert not mend.isEnabled()
        await until(lambda: "where one row of 3 cells should be" in driver.labels(dialog))
        await until(mend.isEnabled)
        field.setPlainText("b,Chair,2.10")
        driver.click(mend)
        driver.click(mend)
        await driver.gone(RepairDialog)
        await driver.loaded(3)
        await driver.undo()  # an edit after those that were asked for
        await driver.loaded(2)
        assert "not among the rejected" not in driver.log
