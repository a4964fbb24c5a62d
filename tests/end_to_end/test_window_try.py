"""What a person sees of a push before it: records through the transformation, and records beside the index's."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QTreeWidget

from pushconsole.desktop.comparison_dialog import ComparisonDialog
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import written
from tests.end_to_end.window_driver import Driver, open_console, until
from tests.sandbox.caller import ARTICLES, Caller

_FILE = "objectID,name,price\na,Lamp,1.50\nb,Chair,\nc,Table,20\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of three records."""
    return written(tmp_path / "records.csv", _FILE)


def _rows(dialog: ComparisonDialog, name: str) -> list[list[str]]:
    tree = next(tree for tree in dialog.findChildren(QTreeWidget) if tree.accessibleName() == name)
    items = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    return [[item.text(column) for column in range(tree.columnCount())] for item in items if item is not None]


async def _looked(driver: Driver, link: str, summary: str) -> ComparisonDialog:
    """Click a link of the push pane and wait until all is there."""
    await until(lambda: any(b.isVisible() and b.text().replace("&", "") == link for b in _links(driver)))
    driver.click(driver.find(QPushButton, link))
    dialog = await driver.dialog(ComparisonDialog)
    assert isinstance(dialog, ComparisonDialog)
    await until(lambda: summary in driver.labels(dialog))
    return dialog


def _links(driver: Driver) -> list[QPushButton]:
    return driver.window.push_pane.findChildren(QPushButton)


async def _closed(driver: Driver, dialog: ComparisonDialog) -> None:
    driver.click(driver.find(QPushButton, "Close", dialog))
    await driver.gone(ComparisonDialog)


def _choose(driver: Driver, dialog: ComparisonDialog, row: int, name: str = "Records") -> None:
    tree = next(tree for tree in dialog.findChildren(QTreeWidget) if tree.accessibleName() == name)
    item = tree.topLevelItem(row)
    assert item is not None
    tree.setCurrentItem(item)


async def test_a_transformation_is_tried_and_a_push_then_does_the_same(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        await driver.seek_task(ARTICLES)
        dialog = await _looked(driver, "Try the transformation", "3 records")
        assert [row[1] for row in _rows(dialog, "Records")] == ["changed", "unchanged", "changed"]
        assert ["+ price_with_tax", "", "1.8"] in _rows(dialog, "Attributes before and after")
        assert ["~ price", "1.50", "1.5"] in _rows(dialog, "Attributes before and after")
        assert ["name", '"Lamp"', '"Lamp"'] in _rows(dialog, "Attributes before and after")
        _choose(driver, dialog, 2, "Attributes before and after")
        wholes = [driver.find(QPlainTextEdit, name, dialog).toPlainText() for name in ("Value before", "Value after")]
        assert wholes == ["1.50", "1.5"]
        await _closed(driver, dialog)
        assert caller.index_names() == []
        await driver.push()
        assert caller.text("a", "articles") == '{"objectID":"a","name":"Lamp","price":1.5,"price_with_tax":1.8}'


@pytest.mark.parametrize(
    ("action", "effects"),
    [
        ("updateObject", ["replaced", "unchanged", "created"]),
        ("partialUpdateObject", ["patched", "unchanged", "created"]),
        ("partialUpdateObjectNoCreate", ["patched", "unchanged", "skipped"]),
        ("deleteObject", ["deleted", "deleted", "not there"]),
    ],
)
async def test_records_are_compared_with_the_index_as_the_push_then_leaves_it(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, action: str, effects: list[str]
) -> None:
    there = [{"objectID": "a", "name": "Lamp", "colour": "red"}, {"objectID": "b", "name": "Chair"}]
    caller.push("updateObject", there)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        driver.choose_action(action)
        dialog = await _looked(driver, "Compare with the index", "3 records")
        assert [row[1] for row in _rows(dialog, "Records")] == effects
        _choose(driver, dialog, 0)
        after = {row[0].lstrip("+~− "): row[2] for row in _rows(dialog, "Attributes before and after") if row[2]}
        await _closed(driver, dialog)
        await driver.push()
        now = {hit["objectID"]: hit for hit in caller.hits()}
        assert ("c" in now) is (effects[2] == "created")
        assert {name: str(value) for name, value in now.get("a", {}).items()} == {
            name: text.strip('"').replace("1.50", "1.5") for name, text in after.items()
        }


async def test_a_key_that_may_not_look_is_told_so(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"status": 403, "message": "Method not allowed with this API key"}, path="/1/indexes/products/")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        dialog = await _looked(driver, "Compare with the index", "Method not allowed")
        await _closed(driver, dialog)


async def test_what_is_looked_at_is_what_is_selected_and_what_the_filter_leaves(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    rows = "".join(f"r{n},{n},{'x' * (n % 7)}\n" for n in range(100))
    async with open_console(qapp, written(tmp_path / "many.csv", "objectID,n,text\n" + rows), sandbox) as driver:
        await driver.loaded(100)
        assert await _names(driver, "records:") == ["r0", "r13", "r99"]
        driver.table.selectRow(49)
        assert await _names(driver, "records:") == ["r49", "r0", "r13", "r99"]
        driver.table.selectAll()
        assert await _names(driver, "More than 50 are selected, so a few that tell most are shown") == [
            "r0",
            "r13",
            "r99",
        ]
        field = driver.find(QLineEdit, "Filter")
        QTest.keyClicks(field, "n > 60")
        QTest.keyClick(field, Qt.Key.Key_Return)
        await until(lambda: driver.push_button.text().splitlines()[0] == "Push 39 of 100 records to products")
        driver.table.clearSelection()
        assert await _names(driver, "records:") == ["r61", "r62", "r63", "r99"]
        driver.table.selectAll()
        assert await _names(driver, "39 records:") == [f"r{n}" for n in range(61, 100)]


async def _names(driver: Driver, summary: str) -> list[str]:
    """Compare with the index, and return the objectIDs of the records that are shown."""
    dialog = await _looked(driver, "Compare with the index", summary)
    names = [row[0].partition("objectID ")[2] for row in _rows(dialog, "Records")]
    await _closed(driver, dialog)
    return names
