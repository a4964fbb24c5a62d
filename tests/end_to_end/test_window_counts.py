"""The count over the table, with real clicks and keys."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from pushconsole.desktop.parts import YieldingLabel
from tests.end_to_end.window_driver import Driver, open_console, until


def _counted(driver: Driver) -> str:
    return next(text for label in driver.window.findChildren(YieldingLabel) if "record" in (text := label.text()))


async def test_the_selected_records_stay_counted_after_an_edit(qapp: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "records.ndjson"
    file.write_text("".join(f'{{"objectID":"{n}","n":{n}}}\n' for n in range(4)), "utf-8")
    async with open_console(qapp, file) as driver:
        await driver.loaded(4)
        driver.table.selectAll()
        assert _counted(driver) == "4 of 4 records"
        driver.window.commands.edits.fill_down.trigger()
        await until(driver.window.commands.undo.isEnabled)
        assert len(driver.window.records.selected_ranges()) == 1
        assert _counted(driver) == "4 of 4 records"
