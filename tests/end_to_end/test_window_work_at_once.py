"""Several pieces of long work at the same time, a run among them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from pushconsole import quantities
from pushconsole.desktop import view_controller
from pushconsole.runs import plan_records
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import numbered_csv
from tests.end_to_end.window_driver import StallMeter, open_console, until
from tests.sandbox.caller import Caller


@pytest.mark.usefixtures("small_calls")
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


async def test_a_run_is_cancelled_while_it_is_planned(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*of: object, cancelled: Callable[[], bool], **how: object) -> object:
        while not cancelled():
            time.sleep(0.01)
        return plan_records(*of, cancelled=cancelled, **how)  # type: ignore[arg-type]

    monkeypatch.setattr("pushconsole.desktop.run_controller.plan_records", slow)
    async with open_console(qapp, numbered_csv(tmp_path / "records.csv", 40_000), sandbox) as driver:
        await driver.loaded(40_000)
        await until(driver.push_button.isEnabled)
        driver.click(driver.push_button)
        await until(lambda: "Planning the run" in driver.labels(driver.window.run_bar))
        driver.click(driver.find(QPushButton, "Cancel this work"))
        await until(driver.push_button.isEnabled)
        assert not [call for call in caller.get("/sandbox/calls") if call["path"].endswith("/push")]
        assert "should not have happened" not in driver.log


_RECORDS = 60_000
_LONGEST_STALL_S = 0.05


async def test_saving_a_copy_shows_how_far_it_is_and_can_be_cancelled(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.csv"
    async with open_console(qapp, numbered_csv(tmp_path / "records.csv", _RECORDS), sandbox) as driver:
        await driver.loaded(_RECORDS)
        foot = driver.window.run_bar
        driver.window.commands.save_copy.trigger()
        await driver.name_file(copy)
        await until(lambda: f"of {quantities.number(_RECORDS)} records" in driver.labels(foot))
        driver.click(driver.find(QPushButton, "Cancel this work"))
        pressed = time.monotonic()
        await until(lambda: "Saving copy.csv was cancelled" in driver.log)
        assert time.monotonic() - pressed < 1
        assert not copy.exists()
        stalls: list[float] = []
        while not stalls or (stalls[-1] >= _LONGEST_STALL_S and len(stalls) < 5):  # other work can hold up any
            with StallMeter() as meter:
                driver.window.commands.save_copy.trigger()
                await driver.name_file(tmp_path / f"copy-{len(stalls)}.csv")
                await until(lambda: driver.log.count("Saved a copy of") == len(stalls) + 1)
            stalls.append(meter.longest_s)
        assert stalls[-1] < _LONGEST_STALL_S, stalls
        assert (tmp_path / "copy-0.csv").read_bytes() == (tmp_path / "records.csv").read_bytes()


async def test_quitting_waits_for_the_copy_that_is_being_saved(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.csv"
    async with open_console(qapp, numbered_csv(tmp_path / "records.csv", _RECORDS), sandbox) as driver:
        await driver.loaded(_RECORDS)
        driver.window.commands.save_copy.trigger()
        await driver.name_file(copy)
        await until(lambda: "save copy" in driver.console._jobs._running)
        driver.window.close()
        assert not copy.exists()
    assert copy.read_bytes() == (tmp_path / "records.csv").read_bytes()
