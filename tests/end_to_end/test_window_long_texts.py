"""Values longer than the 32,767 letters that Qt's fields take by default, with real clicks and keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLineEdit, QPushButton

from pushconsole.desktop.json_tree import JsonTree
from pushconsole.desktop.json_tree_model import Part
from pushconsole.desktop.replace_dialog import ReplaceDialog
from pushconsole.desktop.value_dialog import ValueDialog
from tests.end_to_end.window_driver import Driver, open_console, until

_LONG = "x" * 40_000


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """Write a record with a long text and a short one."""
    file = tmp_path / "long.json"
    file.write_text(json.dumps([{"objectID": "a", "text": _LONG}, {"objectID": "b", "text": "short"}]), "utf-8")
    return file


async def _editor(view: QAbstractItemView, index: QModelIndex) -> QLineEdit:
    view.scrollTo(index)
    place = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    return await until(lambda: view.viewport().findChild(QLineEdit))


def _text(driver: Driver, record_id: int) -> str:
    workspace = driver.console._records.workspace
    assert workspace is not None
    return str(json.loads(workspace.text(record_id))["text"])


async def test_a_long_cell_that_is_looked_at_stays_and_one_that_is_edited_is_whole(
    qapp: QApplication, long: Path
) -> None:
    async with open_console(qapp, long) as driver:
        await driver.loaded(2)
        editor = await _editor(driver.table, driver.cell(0, "text"))
        QTest.keyClick(editor, Qt.Key.Key_Return)
        await until(lambda: driver.table.viewport().findChild(QLineEdit) is None)
        await driver.type_into_cell(1, "text", "new")  # edits are made in the order they were asked for
        await until(lambda: _text(driver, 2) == "new")
        assert _text(driver, 1) == _LONG
        await until(lambda: driver.table.viewport().findChild(QLineEdit) is None)
        editor = await _editor(driver.table, driver.cell(0, "text"))
        QTest.keyClick(editor, Qt.Key.Key_End)
        QTest.keyClicks(editor, "yz")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        await until(lambda: _text(driver, 1) == f"{_LONG}yz")


async def test_a_long_value_of_the_tree_is_edited_whole(qapp: QApplication, long: Path) -> None:
    async with open_console(qapp, long) as driver:
        await driver.loaded(2)
        driver.window.raise_pane("record")
        await until(driver.window.record_pane.tools.isVisible)
        driver.click(driver.find(QPushButton, "Tree"))
        tree = driver.find(JsonTree, "Record as a tree")
        place = await until(lambda: tree.nodes.index_of(("text",)).siblingAtColumn(Part.VALUE))
        editor = await _editor(tree, place)
        QTest.keyClick(editor, Qt.Key.Key_End)
        QTest.keyClicks(editor, "yz")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        await until(lambda: _text(driver, 1) != _LONG)
        assert _text(driver, 1) == f"{_LONG}yz"


async def test_a_long_value_is_set_and_replaced_whole(qapp: QApplication, long: Path) -> None:
    async with open_console(qapp, long) as driver:
        await driver.loaded(2)
        QApplication.clipboard().setText(f"{_LONG}!")
        driver.window.commands.edits.set_value.trigger()
        dialog = await driver.dialog(ValueDialog)
        driver.choose(driver.find(QComboBox, "Column", dialog), "text")
        driver.choose(driver.find(QComboBox, "For", dialog), "All")
        _paste(driver.find(QLineEdit, "Value", dialog))
        driver.click(driver.find(QPushButton, "Set", dialog))
        await until(lambda: _text(driver, 2) == f"{_LONG}!")
        driver.window.commands.edits.replace.trigger()
        dialog = await driver.dialog(ReplaceDialog)
        driver.type(driver.find(QLineEdit, "Find", dialog), "!")
        _paste(driver.find(QLineEdit, "Replace with", dialog))
        await until(lambda: "in 2 records" in driver.labels(dialog))
        driver.click(driver.find(QPushButton, "Replace in 2 records", dialog))
        await until(lambda: _text(driver, 2) == f"{_LONG}{_LONG}!")


def _paste(field: QLineEdit) -> None:
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
