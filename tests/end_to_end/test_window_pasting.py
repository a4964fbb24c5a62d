"""Cells that are pasted over the table, with real clicks and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.end_to_end.window_driver import Driver, open_console, until

_NONE, _CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    """Write six records."""
    file = tmp_path / "numbers.ndjson"
    file.write_text("".join(f'{{"objectID":"{n}","name":"v{n}","rank":{n}}}\n' for n in range(6)), "utf-8")
    return file


def _click(driver: Driver, column: str, *rows: int) -> None:
    """Click a cell, and others with Ctrl."""
    view = driver.table
    view.setFocus()
    for row in rows:
        place = view.visualRect(driver.cell(row, column)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, _NONE if row == rows[0] else _CONTROL, place)


def _shown(driver: Driver, column: str) -> list[str]:
    return [driver.shown(row, column) for row in range(driver.window.model.rowCount())]


async def test_one_cell_is_pasted_into_all_selected_rows(qapp: QApplication, numbers: Path) -> None:
    async with open_console(qapp, numbers) as driver:
        await driver.loaded(6)
        _click(driver, "name", 0, 2, 4)
        QApplication.clipboard().setText("new")
        driver.window.commands.edits.paste_cells.trigger()
        await until(lambda: driver.shown(0, "name") == "new")
        assert _shown(driver, "name") == ["new", "v1", "new", "v3", "new", "v5"]
        assert driver.window.commands.undo.text() == "&Undo: Paste into name"
        await driver.undo()
        await until(lambda: _shown(driver, "name") == [f"v{n}" for n in range(6)])


async def test_what_is_no_text_is_not_pasted(qapp: QApplication, numbers: Path) -> None:
    async with open_console(qapp, numbers) as driver:
        await driver.loaded(6)
        _click(driver, "rank", 1)
        picture = QMimeData()
        picture.setData("image/png", b"a picture")
        QApplication.clipboard().setMimeData(picture)
        driver.window.commands.edits.paste_cells.trigger()
        await until(lambda: "Nothing is copied that can be pasted into cells." in driver.banner)
        assert _shown(driver, "rank") == [str(n) for n in range(6)]
        assert not driver.window.commands.undo.isEnabled()


async def test_cells_are_pasted_over_the_columns_that_are_seen_there(qapp: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "turned.ndjson"
    file.write_text('{"name":"n","objectID":"o","size":"s","price":"p"}\n', "utf-8")
    async with open_console(qapp, file) as driver:
        await driver.loaded(1)
        table = driver.window.records  # in which the objectID stands first, for it is pinned
        table.set_column_shown("size", shown=False)
        _click(driver, "objectID", 0)
        QApplication.clipboard().setText("O\tN\tP")
        driver.window.commands.edits.paste_cells.trigger()
        await until(lambda: driver.shown(0, "objectID") == "O")
        assert [driver.shown(0, name) for name in ("name", "size", "price")] == ["N", "s", "P"]
        _click(driver, "name", 0)
        QApplication.clipboard().setText("1\t2\t3")
        driver.window.commands.edits.paste_cells.trigger()
        await until(lambda: "from name on there are only 2" in driver.banner)
