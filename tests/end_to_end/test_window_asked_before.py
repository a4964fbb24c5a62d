"""What was asked about some records is done to them, whatever the table shows by the time of the answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QPushButton, QTreeWidget

from pushconsole.desktop import view_controller
from pushconsole.desktop.column_dialog import ColumnDialog
from pushconsole.desktop.question_dialog import QuestionDialog
from pushconsole.desktop.repair_dialog import RepairDialog
from pushconsole.desktop.value_dialog import ValueDialog
from tests.end_to_end.window_driver import Driver, open_console, until

_NAMES = ["e", "d", "c", "b", "a"]


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Write five records whose names stand against the alphabet."""
    file = tmp_path / "letters.json"
    records = [{"objectID": str(n), "name": name, "rank": n} for n, name in enumerate(_NAMES)]
    file.write_text(json.dumps(records), "utf-8")
    return file


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Let views be as slow as those of millions of records, until this is called."""
    going_on, made = threading.Event(), view_controller._view

    def slow(*of: object) -> object:
        going_on.wait(20)
        return made(*of)  # type: ignore[arg-type]

    monkeypatch.setattr(view_controller, "_view", slow)
    yield going_on.set
    going_on.set()


def _select(driver: Driver, first: int, last: int, column: str) -> None:
    view = driver.table
    view.setFocus()
    for row, modifier in ((first, Qt.KeyboardModifier.NoModifier), (last, Qt.KeyboardModifier.ShiftModifier)):
        place = view.visualRect(driver.cell(row, column)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def _sort(driver: Driver, column: str) -> None:
    driver.window.records.header.clicked.emit(driver.cell(0, column).column(), False)  # noqa: FBT003  as a click tells


async def _sorted(driver: Driver) -> None:
    await until(lambda: driver.shown(0, "name") == "a" and driver.shown(4, "name") == "e")


def _texts(driver: Driver) -> list[dict[str, object]]:
    workspace = driver.console._records.workspace
    assert workspace is not None
    return [json.loads(workspace.text(number)) for number in range(1, workspace.count() + 1)]


async def test_a_value_is_set_for_the_records_that_were_selected_then(
    qapp: QApplication, letters: Path, go_on: Callable[[], None]
) -> None:
    async with open_console(qapp, letters) as driver:
        await driver.loaded(5)
        await until(driver.window.filter_field.isEnabled)
        _sort(driver, "name")
        _select(driver, 0, 1, "rank")
        driver.window.commands.edits.set_value.trigger()
        dialog = await driver.dialog(ValueDialog)
        go_on()
        await _sorted(driver)
        assert driver.find(QComboBox, "For", dialog).currentText() == "2 selected records"
        driver.type(driver.find(QLineEdit, "Value", dialog), "9")
        driver.click(driver.find(QPushButton, "Set", dialog))
        await until(lambda: 9 in [record["rank"] for record in _texts(driver)])
        assert [record["rank"] for record in _texts(driver)] == [9, 9, 2, 3, 4]


async def test_cells_are_pasted_where_the_cursor_was_then(
    qapp: QApplication, letters: Path, go_on: Callable[[], None]
) -> None:
    async with open_console(qapp, letters) as driver:
        await driver.loaded(5)
        await until(driver.window.filter_field.isEnabled)
        _sort(driver, "name")
        _select(driver, 0, 0, "rank")
        QApplication.clipboard().setText("1,5")
        driver.window.commands.edits.paste_cells.trigger()
        await driver.dialog(QuestionDialog)
        go_on()
        await _sorted(driver)
        await driver.answer("Use the number 1.5")
        await until(lambda: 1.5 in [record["rank"] for record in _texts(driver)])
        assert _texts(driver)[0]["rank"] == 1.5


async def test_a_question_about_records_goes_with_them(qapp: QApplication, letters: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.ndjson"
    other.write_text('{"objectID":"x","name":"n","rank":1}\n{"rank":\n', "utf-8")
    async with open_console(qapp, letters) as driver:
        await driver.loaded(5)
        for open_dialog, kind in (
            (driver.window.commands.edits.set_value.trigger, ValueDialog),
            (driver.window.commands.edits.rename.trigger, ColumnDialog),
        ):
            open_dialog()
            await driver.dialog(kind)
            driver.console._records.open_as_found(other)  # as one that was opened before, and whose rows come now
            await driver.gone(kind)
            await until(lambda: driver.shown(0, "objectID") == "x")
            await until(driver.window.commands.edits.rename.isEnabled)  # once all of it is read


async def test_a_rejected_row_of_other_records_cannot_be_mended(qapp: QApplication, tmp_path: Path) -> None:
    ragged, other = tmp_path / "ragged.ndjson", tmp_path / "other.ndjson"
    ragged.write_text('{"objectID":"a"}\n{"objectID":\n', "utf-8")
    other.write_text('{"objectID":"x"}\n{"other":\n', "utf-8")
    async with open_console(qapp, ragged) as driver:
        await driver.loaded_unaimed(1)
        tree = driver.window.problems_pane.findChild(QTreeWidget)
        assert isinstance(tree, QTreeWidget)
        await until(lambda: tree.topLevelItemCount() == 1)
        driver.window.problems_pane.repair_requested.emit(1)
        dialog = await driver.dialog(RepairDialog)
        assert dialog.findChild(QPlainTextEdit).toPlainText() == '{"objectID":'  # type: ignore[union-attr]
        driver.console._records.open_as_found(other)
        await driver.gone(RepairDialog)
