"""Several pieces of long work at the same time, a run among them."""

from __future__ import annotations

import functools
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from pushconsole.desktop import view_controller
from pushconsole.runs import BatchLimits, plan_records
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import numbered_csv
from tests.end_to_end.window_driver import open_console, until
from tests.sandbox.caller import Caller


async def test_a_run_can_be_cancelled_while_records_are_sorted_and_afterwards(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, going_on = threading.Event(), threading.Event()
    made = view_controller._view

    def slow(*of: object) -> object:
        looking.set()
        going_on.wait(10)
        return made(*of)  # type: ignore[arg-type]

    monkeypatch.setattr(view_controller, "_view", slow)
    planned = functools.partial(plan_records, limits=BatchLimits(max_records=10))
    monkeypatch.setattr("pushconsole.desktop.run_controller.plan_records", planned)
    caller.fault({"delay_s": 0.5}, path="/push$")
    async with open_console(qapp, numbered_csv(tmp_path / "records.csv", 400), sandbox) as driver:
        foot = driver.window.run_bar
        await driver.loaded(400)
        driver.window.filter_field.applied.emit("objectID is not missing")
        await until(lambda: "Looking through the records" in driver.labels(foot))
        driver.click(driver.push_button)
        await until(lambda: "unsent" in driver.labels(foot))
        assert "Looking through" not in driver.labels(foot)
        going_on.set()
        await until(lambda: "view" not in driver.console._jobs._running)
        driver.click(driver.find(QPushButton, "Cancel the run"))
        await until(lambda: "The run was cancelled" in driver.log)
        await until(lambda: "Finished in" in driver.log)
        assert not driver.window.run_bar._cancel.isEnabled()
