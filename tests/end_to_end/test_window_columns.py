"""The Columns pane and the pinned columns, with real clicks and keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QTreeView, QWidget

from pushconsole.desktop.columns_model import Field
from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import Driver, open_console, until
from tests.sandbox.caller import Caller

_ATTRIBUTES = 30


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    """Write records of many attributes; three are of one brand, one of another, one of none."""
    file = tmp_path / "wide.json"
    records = [
        {"objectID": f"sku-{n}", "brand": "Acme" if n < 3 else "Oak", **{f"a{m}": n * m for m in range(_ATTRIBUTES)}}
        for n in range(5)
    ]
    del records[4]["brand"]
    file.write_text(json.dumps(records), "utf-8")
    return file


class _Pane:
    """A person in front of the Columns pane."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self.model = driver.window.columns_pane.model
        listed = driver.window.columns_pane.findChild(QTreeView)
        assert isinstance(listed, QTreeView)
        self.list = listed

    @classmethod
    async def opened(cls, driver: Driver) -> _Pane:
        await driver.loaded(5)
        driver.window.raise_pane("columns")
        pane = cls(driver)
        await until(lambda: pane.told("brand", Field.DISTINCT) == "2")
        return pane

    def told(self, name: str, field: Field) -> str:
        row = self.model.row_of(name)
        return str(self.model.index(row, field).data()) if row is not None else ""

    def place(self, name: str, field: Field) -> QPoint:
        row = self.model.row_of(name)
        assert row is not None
        index = self.model.index(row, field)
        self.list.scrollTo(index)
        return self.list.visualRect(index).center()

    def click(self, name: str, field: Field) -> None:
        QTest.mouseClick(self.list.viewport(), Qt.MouseButton.LeftButton, pos=self.place(name, field))

    async def choose(self, name: str, text: str) -> None:
        self.list.customContextMenuRequested.emit(self.place(name, Field.NAME))  # what Qt makes of the right button
        await _chosen(self.list, text)


async def _chosen(over: QWidget, text: str) -> None:
    menu = await until(lambda: next((m for m in over.findChildren(QMenu) if m.isVisible()), None))
    action = next(action for action in menu.actions() if text in action.text().replace("&", ""))
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


async def test_a_column_is_described_and_an_edit_counts_it_anew(qapp: QApplication, wide: Path) -> None:
    async with open_console(qapp, wide) as driver:
        pane = await _Pane.opened(driver)
        assert [pane.told("brand", field) for field in (Field.TYPE, Field.MISSING, Field.SMALLEST, Field.LARGEST)] == [
            "text",
            "1",
            "Acme",
            "Oak",
        ]
        await until(lambda: pane.told("a1", Field.LARGEST) == "4")
        await driver.type_into_cell(3, "brand", "Zeta")
        await until(lambda: pane.told("brand", Field.LARGEST) == "Zeta")


async def test_a_column_that_is_not_ticked_is_not_pushed_until_that_is_undone(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, wide: Path
) -> None:
    async with open_console(qapp, wide, sandbox) as driver:
        pane = await _Pane.opened(driver)
        box = pane.place("brand", Field.SENT)
        box.setX(pane.list.columnViewportPosition(Field.SENT) + 14)
        QTest.mouseClick(pane.list.viewport(), Qt.MouseButton.LeftButton, pos=box)
        await until(lambda: "Without brand" in driver.refusal)
        await driver.push()
        assert [hit.keys() & {"objectID", "brand", "a3"} for hit in caller.hits()] == [{"objectID", "a3"}] * 5
        assert driver.shown(0, "brand") == "Acme"
        await driver.undo()
        await until(lambda: "Without" not in driver.refusal)
        await driver.push()
        assert sorted(hit.get("brand", "") for hit in caller.hits()) == ["", "Acme", "Acme", "Acme", "Oak"]


async def test_clicks_lead_to_the_column_filter_by_its_values_and_hide_it(qapp: QApplication, wide: Path) -> None:
    async with open_console(qapp, wide) as driver:
        pane = await _Pane.opened(driver)
        pane.click("a29", Field.NAME)
        current = driver.window.records.current_cell()
        assert current is not None
        assert current[1] == "a29"
        await pane.choose("brand", "brand is Acme (3)")
        await until(lambda: driver.window.model.rowCount() == 3)
        await until(lambda: pane.told("brand", Field.DISTINCT) == "1")
        assert "that the filter leaves" in driver.window.columns_pane.tools.text()
        await pane.choose("brand", "Hide in the table")
        assert not driver.window.records.is_column_shown("brand")
        await pane.choose("brand", "Show in the table")
        assert driver.window.records.is_column_shown("brand")


async def test_a_column_is_renamed_from_its_menu(qapp: QApplication, wide: Path) -> None:
    async with open_console(qapp, wide) as driver:
        pane = await _Pane.opened(driver)
        await pane.choose("brand", "Rename…")
        dialog = await until(qapp.activeModalWidget)
        field = next(field for field in dialog.findChildren(QLineEdit) if field.isVisible())
        field.selectAll()
        QTest.keyClicks(field, "maker")
        QTest.keyClick(field, Qt.Key.Key_Return)
        await until(lambda: pane.told("maker", Field.DISTINCT) == "2")


async def test_pinned_columns_stay_and_can_be_edited_while_the_others_are_scrolled(
    qapp: QApplication, wide: Path
) -> None:
    async with open_console(qapp, wide) as driver:
        await driver.loaded(5)
        table = driver.window.records
        assert not table.pinned.isVisible()
        table.show_column("a29")
        await until(table.pinned.isVisible)
        scrolled, index = table.horizontalScrollBar().value(), table.pinned.model().index(2, 1)
        assert index.data() == "sku-2"
        place = table.pinned.visualRect(index).center()
        assert table.pinned.viewport().rect().contains(place)
        QTest.mouseClick(table.pinned.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(table.pinned.viewport(), Qt.MouseButton.LeftButton, pos=place)
        await _edited(driver, 2, "new-2")
        assert table.selected_ranges() == [(3, 3)], "Enter goes down"
        await until(lambda: table.viewport().findChild(QLineEdit) is None)
        QTest.keyClick(table, Qt.Key.Key_F2)
        await _edited(driver, 3, "new-3")
        assert (table.hasFocus(), table.horizontalScrollBar().value()) == (True, scrolled)


async def _edited(driver: Driver, row: int, text: str) -> None:
    """Type into the field that is open."""
    editor = await until(lambda: driver.table.viewport().findChild(QLineEdit))
    assert driver.table.viewport().rect().contains(editor.geometry().center())
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    await until(lambda: driver.shown(row, "objectID") == text)


async def test_a_column_is_pinned_from_its_heading(qapp: QApplication, wide: Path) -> None:
    async with open_console(qapp, wide) as driver:
        await driver.loaded(5)
        table = driver.window.records
        table.show_column("a29")
        header = table.header
        where = header.sectionViewportPosition(table.names.index("a25") + 1) + 4
        header.customContextMenuRequested.emit(QPoint(where, 4))
        await _chosen(table, "Pin this column")
        assert table.pinned_names == ["objectID", "a25"]
        assert [table.header.visualIndex(table.names.index(name) + 1) for name in table.pinned_names] == [1, 2]


async def test_a_cell_beside_the_pinned_columns_is_not_under_them(qapp: QApplication, wide: Path) -> None:
    async with open_console(qapp, wide) as driver:
        await driver.loaded(5)
        table = driver.window.records
        table.show_column("a29")
        await until(table.pinned.isVisible)
        for name in ("a20", "a10", "a2", "brand"):
            table.show_column(name)
            left = table.columnViewportPosition(table.names.index(name) + 1)
            assert left >= table.pinned.covers or table.horizontalScrollBar().value() == 0


async def test_pinned_columns_are_remembered_with_the_layout(qapp: QApplication, wide: Path) -> None:
    async with open_console(qapp, wide) as driver:
        await driver.loaded(5)
        driver.window.records.set_pinned_names(["objectID", "brand"])
    async with open_console(qapp, wide) as driver:
        await driver.loaded(5)
        await until(lambda: driver.window.records.pinned_names == ["objectID", "brand"])
