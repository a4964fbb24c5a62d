"""A push that would take attributes out of the index says so, at the window and on the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from pushconsole.desktop.question_dialog import QuestionDialog
from pushconsole.sandbox import RunningSandbox
from tests.command_line.fixtures import shell
from tests.command_line.shell import Shell
from tests.end_to_end.window_driver import open_console, until
from tests.sandbox.caller import Caller

__all__ = ["shell"]

_FULL = [{"objectID": f"sku-{n}", "name": "Lamp", "price": n} for n in range(10)]
_POOR = [{"objectID": f"sku-{n}", "name": "Lamp"} for n in range(10)]


def _written(folder: Path, name: str, records: Sequence[Mapping[str, object]]) -> Path:
    file = folder / name
    file.write_text(json.dumps(records), "utf-8")
    return file


async def test_the_window_asks_before_attributes_are_lost(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, tmp_path: Path
) -> None:
    full, poor = _written(tmp_path, "full.json", _FULL), _written(tmp_path, "poor.json", _POOR)
    async with open_console(qapp, full, sandbox) as driver:
        await driver.loaded(10)
        await driver.push()
        await driver.open(poor)
        await until(lambda: "poor.json" in driver.window.windowTitle() and driver.push_button.isEnabled())
        driver.click(driver.push_button)
        dialog = await driver.dialog(QuestionDialog)
        assert "1 attribute that these records lack: price. Replacing removes them." in driver.labels(dialog)
        dialog.reject()
        await until(driver.push_button.isEnabled)
        assert caller.hits()[0]["price"] == 0
        driver.click(driver.push_button)
        await driver.answer("Push anyway")
        await until(lambda: driver.log.count("Finished in") == 2)
        assert all("price" not in hit for hit in caller.hits())
        await driver.push()  # what was accepted once is not asked about again


def test_the_command_line_says_so_and_goes_on(shell: Shell, caller: Caller, tmp_path: Path) -> None:
    assert shell.push(_written(tmp_path, "full.json", _FULL)).status == 0
    done = shell.push(_written(tmp_path, "poor.json", _POOR))
    assert done.status == 0
    assert "had 1 attribute that these records lack: price" in done.stderr
    partial = shell.push(_written(tmp_path, "part.json", _POOR), "--action", "partialUpdateObject")
    assert "that these records lack" not in partial.stderr
