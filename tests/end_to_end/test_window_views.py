"""Filtering, sorting and finding at the window, with real clicks and keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QMenu

from pushconsole.desktop.go_to_dialog import GoToDialog
from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import Driver, open_console, until
from tests.sandbox.caller import Caller

_LAMPS = [
    {"objectID": "a", "name": "Zürich lamp", "price": 120, "brand": "Acme"},
    {"objectID": "b", "name": "apple", "price": 9.5},
    {"objectID": "c", "name": "Ångström LAMP", "price": 310.1},
    {"objectID": "d", "name": "Brass light", "price": 99, "brand": "Acme"},
]


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    """Write a small JSON file."""
    file = tmp_path / "lamps.json"
    file.write_text(json.dumps(_LAMPS), "utf-8")
    return file


def _shown_ids(driver: Driver) -> list[str]:
    return [driver.shown(row, "objectID") for row in range(driver.window.model.rowCount())]


async def _ready(driver: Driver, records: int = len(_LAMPS)) -> None:
    await driver.loaded(records)
    await until(driver.window.filter_field.isEnabled)


async def _shows(driver: Driver, wanted: list[str]) -> None:
    await until(lambda: _shown_ids(driver) == wanted)


def _type_filter(driver: Driver, text: str) -> None:
    QTest.keyClick(driver.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    field = driver.window.filter_field
    assert field.hasFocus()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def _click_header(driver: Driver, name: str, *, shift: bool = False) -> None:
    header = driver.window.records.header
    names = [column.name for column in driver.window.model.columns]
    section = names.index(name) + 1
    place = QPoint(header.sectionViewportPosition(section) + header.sectionSize(section) // 2, header.height() // 2)
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, modifier, place)


async def _choose(driver: Driver, open_menu: Callable[[], None], text: str) -> None:
    open_menu()
    menu = await until(lambda: next((m for m in driver.table.findChildren(QMenu) if m.isVisible()), None))
    action = next(action for action in menu.actions() if text in action.text().replace("&", ""))
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def _open_cell_menu(driver: Driver, index: QModelIndex) -> None:
    place = driver.table.visualRect(index).center()
    QTest.mouseClick(driver.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    driver.table.customContextMenuRequested.emit(place)  # what Qt makes of the right button


def _said(driver: Driver) -> str:
    centre = driver.window.centralWidget()
    assert centre is not None
    return driver.labels(centre)


async def test_what_is_typed_filters_and_only_that_is_pushed(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, lamps: Path
) -> None:
    async with open_console(qapp, lamps, sandbox) as driver:
        await _ready(driver)
        _type_filter(driver, "price > 100 and brand is missing")
        await _shows(driver, ["c"])
        await until(lambda: "1 of 4 records" in driver.push_button.text().replace("\u202f", " "))
        assert "1 of 4 records" in driver.refusal
        await driver.push()
        assert [hit["objectID"] for hit in caller.hits()] == ["c"]
        assert driver.outcome(0) == "succeeded"
        driver.window.filter_field.setFocus()
        driver.press(Qt.Key.Key_Escape)
        assert driver.window.focusWidget() is driver.table
        await _shows(driver, ["a", "b", "c", "d"])
        assert [driver.outcome(row) for row in range(4)] == ["", "", "succeeded", ""]
        await until(lambda: "4 records" in driver.push_button.text())


async def test_a_mistake_is_told_under_the_field_and_the_rows_stay(
    qapp: QApplication, sandbox: RunningSandbox, lamps: Path
) -> None:
    async with open_console(qapp, lamps, sandbox) as driver:
        await _ready(driver)
        _type_filter(driver, "prise > 100")
        assert "no attribute “prise”" in _said(driver)
        assert "Did you mean “price”?" in _said(driver)
        assert len(_shown_ids(driver)) == 4
        driver.window.filter_field.selectAll()
        _type_filter(driver, "price > 100")
        await _shows(driver, ["a", "c"])
        assert "prise" not in _said(driver)


async def test_clicks_on_a_heading_sort_up_then_down_then_not(
    qapp: QApplication, sandbox: RunningSandbox, lamps: Path
) -> None:
    async with open_console(qapp, lamps, sandbox) as driver:
        await _ready(driver)
        for wanted in (["c", "b", "d", "a"], ["a", "d", "b", "c"], ["a", "b", "c", "d"]):
            _click_header(driver, "name")
            await _shows(driver, wanted)
        _click_header(driver, "brand")
        await _shows(driver, ["a", "d", "b", "c"])
        _click_header(driver, "price", shift=True)
        await _shows(driver, ["d", "a", "b", "c"])
        await until(lambda: "4 records" in driver.push_button.text())


async def test_a_cells_menu_filters_by_its_value_and_a_headings_by_what_is_missing(
    qapp: QApplication, sandbox: RunningSandbox, lamps: Path
) -> None:
    async with open_console(qapp, lamps, sandbox) as driver:
        await _ready(driver)
        await _shows(driver, ["a", "b", "c", "d"])
        await _choose(driver, lambda: _open_cell_menu(driver, driver.cell(0, "brand")), "not this value")
        await _shows(driver, ["b", "c"])
        assert driver.window.filter_field.text() == 'brand != "Acme"'
        await _choose(driver, lambda: _open_cell_menu(driver, driver.cell(1, "price")), "only this value")
        await _shows(driver, ["c"])
        driver.window.filter_field.clear()
        await _shows(driver, ["a", "b", "c", "d"])
        header = driver.window.records.header
        place = QPoint(header.sectionViewportPosition(4) + 5, 5)
        await _choose(driver, lambda: header.customContextMenuRequested.emit(place), "brand is missing")
        await _shows(driver, ["b", "c"])
        await _choose(driver, lambda: header.customContextMenuRequested.emit(place), "Hide")
        assert driver.table.isColumnHidden(4)
        await _choose(driver, lambda: header.customContextMenuRequested.emit(QPoint(60, 5)), "Show the hidden")
        assert not driver.table.isColumnHidden(4)


async def test_an_edited_record_stays_until_the_view_is_made_anew_and_a_deleted_one_leaves(
    qapp: QApplication, sandbox: RunningSandbox, lamps: Path
) -> None:
    async with open_console(qapp, lamps, sandbox) as driver:
        await _ready(driver)
        _type_filter(driver, "price < 200")
        await _shows(driver, ["a", "b", "d"])
        await driver.type_into_cell(1, "price", "999")
        await until(lambda: driver.shown(1, "price") == "999")
        assert _shown_ids(driver) == ["a", "b", "d"]
        again = await until(lambda: [a for a in driver.window.filter_field.actions() if a.text() == "Apply again"])
        again[0].trigger()
        await _shows(driver, ["a", "d"])
        driver.table.selectRow(1)
        driver.window.commands.delete_records.trigger()
        await _shows(driver, ["a"])
        await driver.undo()
        await _shows(driver, ["a", "d"])


async def test_names_and_operators_are_suggested(qapp: QApplication, sandbox: RunningSandbox, lamps: Path) -> None:
    async with open_console(qapp, lamps, sandbox) as driver:
        await _ready(driver)
        field = driver.window.filter_field
        field.setFocus()
        QTest.keyClicks(field, "pr")
        popup = await until(lambda: _popup(qapp))
        assert popup.model().index(0, 0).data() == "price"
        QTest.keyClick(popup, Qt.Key.Key_Down)
        QTest.keyClick(popup, Qt.Key.Key_Return)
        assert field.text() == "price "
        QTest.keyClicks(field, "is m")
        await until(lambda: _popup(qapp))
        driver.press(Qt.Key.Key_Escape)
        assert field.text() == "price is m"


def _popup(qapp: QApplication) -> QListView | None:
    lists = (w for w in qapp.topLevelWidgets() if isinstance(w, QListView) and w.objectName() == "completions")
    return next((popup for popup in lists if popup.isVisible()), None)


async def test_another_file_is_shown_whole(
    qapp: QApplication, sandbox: RunningSandbox, lamps: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.json"
    other.write_text('[{"objectID":"x"},{"objectID":"y"}]')
    async with open_console(qapp, lamps, sandbox) as driver:
        await _ready(driver)
        _type_filter(driver, "price > 200")
        await _shows(driver, ["c"])
        await driver.open(other)
        await _ready(driver, 2)
        await _shows(driver, ["x", "y"])
        assert driver.window.filter_field.text() == ""


@pytest.mark.parametrize(("typed", "row"), [("d", 3), ("2", 1)])
async def test_going_to_an_objectid_or_a_row(
    qapp: QApplication, sandbox: RunningSandbox, lamps: Path, typed: str, row: int
) -> None:
    async with open_console(qapp, lamps, sandbox) as driver:
        await _ready(driver)
        QTest.keyClick(driver.window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
        dialog = await driver.dialog(GoToDialog)
        field = dialog.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
        await until(lambda: driver.window.records.current_position() == row)


async def test_a_layout_comes_back_with_the_same_columns_also_in_the_next_window(
    qapp: QApplication, sandbox: RunningSandbox, lamps: Path
) -> None:
    async with open_console(qapp, lamps, sandbox) as driver:
        await _ready(driver)
        await _shows(driver, ["a", "b", "c", "d"])
        driver.table.setColumnWidth(2, 333)
        driver.table.hideColumn(4)
        driver.window.records.header.moveSection(3, 2)
    async with open_console(qapp, lamps, sandbox) as driver:
        await _ready(driver)
        await until(lambda: driver.table.columnWidth(2) == 333)
        assert driver.table.isColumnHidden(4)
        assert driver.window.records.header.visualIndex(3) == 2


async def test_a_condition_that_is_clicked_holds_beside_all_of_what_was_typed(
    qapp: QApplication, sandbox: RunningSandbox, lamps: Path
) -> None:
    async with open_console(qapp, lamps, sandbox) as driver:
        await _ready(driver)
        _type_filter(driver, "(price < 50)or(price > 100)")
        await _shows(driver, ["a", "b", "c"])
        driver.table.setCurrentIndex(driver.cell(1, "brand"))
        await _choose(driver, lambda: _open_cell_menu(driver, driver.cell(1, "brand")), "Filter: brand is missing")
        await _shows(driver, ["b", "c"])
        await _choose(driver, lambda: _open_cell_menu(driver, driver.cell(0, "brand")), "Filter: brand is not missing")
        await _shows(driver, [])
