"""Find & replace stands open beside the table, and goes by what is seen there."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton

from pushconsole.desktop.replace_dialog import ReplaceDialog
from tests.end_to_end.window_driver import Driver, open_console, until


async def _filtered(driver: Driver, text: str, records: int) -> None:
    field = driver.window.filter_field
    await until(field.isEnabled)
    field.setText(text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    await until(lambda: driver.window.model.rowCount() == records)


async def test_a_filter_that_is_changed_changes_what_is_searched(qapp: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "lamps.json"
    file.write_text(json.dumps([{"objectID": str(n), "n": n, "name": "lamp"} for n in range(5)]), "utf-8")
    async with open_console(qapp, file) as driver:
        await driver.loaded(5)
        await _filtered(driver, "n < 2", 2)
        driver.window.commands.edits.replace.trigger()
        dialog = await driver.dialog(ReplaceDialog)
        driver.type(driver.find(QLineEdit, "Find", dialog), "lamp")
        driver.type(driver.find(QLineEdit, "Replace with", dialog), "light")
        await until(lambda: "in 2 records" in driver.labels(dialog))
        await _filtered(driver, "n >= 2", 3)
        await until(lambda: driver.find(QComboBox, "For", dialog).currentText() == "All 3 records")
        await until(lambda: "in 3 records" in driver.labels(dialog))
        driver.click(driver.find(QPushButton, "Replace in 3 records", dialog))
        await until(lambda: driver.shown(0, "name") == "light")
        await _filtered(driver, "", 5)
        await until(lambda: driver.shown(4, "name") == "light")
        assert [driver.shown(row, "name") for row in range(5)] == ["lamp", "lamp", "light", "light", "light"]
        dialog.close()
