"""What a run at the window does on its way: pauses, limits, and what it keeps from happening."""

from __future__ import annotations

import asyncio
import functools
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from pushconsole.desktop.run_controller import RunController
from pushconsole.runs import Pace
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import numbered_csv
from tests.end_to_end.run_steps import COUNT, button, count, ended, pushes, visible
from tests.end_to_end.window_driver import Driver, open_console, until
from tests.sandbox.caller import PRODUCTS, Caller

pytestmark = pytest.mark.usefixtures("small_calls")


async def test_a_paused_run_holds_and_goes_on(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"delay_s": 0.3}, path="/push$")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        driver.click(driver.push_button)
        await until(lambda: any(b.accessibleName() == "Pause the run" and b.isEnabled() for b in visible(driver)))
        driver.click(button(driver, "Pause the run"))
        await until(lambda: "Paused" in driver.labels(driver.window.run_bar))
        held = await asyncio.to_thread(pushes, caller)
        await asyncio.sleep(1.0)  # what was under way has long been answered
        assert await asyncio.to_thread(pushes, caller) == held < COUNT / 10
        assert "Finished in" not in driver.log
        driver.click(button(driver, "Continue the run"))
        await ended(driver)
        assert len(caller.hits()) == COUNT


async def test_a_run_whose_pushes_fail_one_after_the_other_pauses_and_goes_on_when_told_to(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunController, "pace", lambda *_, **__: Pace(concurrency=1, following=1))
    caller.fault({"delay_s": 0.3}, path="/push$", nth=2)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        driver.click(driver.push_button)
        await until(lambda: "succeeded" in driver.log)
        caller.control("DELETE", "/sandbox/faults")
        caller.fault({"event": "failed", "message": "the destination is away"}, path="/push$")
        await until(lambda: "mend the cause and continue, or cancel it. 4 pushes in a row failed" in driver.banner)
        assert "The last one said: the destination is away" in driver.banner
        assert "Paused" in driver.labels(driver.window.run_bar)
        held = await asyncio.to_thread(pushes, caller)
        caller.control("DELETE", "/sandbox/faults")
        await asyncio.sleep(0.5)
        assert await asyncio.to_thread(pushes, caller) == held
        assert caller.get(f"/2/tasks/{PRODUCTS}")["enabled"]
        driver.click(button(driver, "Continue the run"))
        assert driver.banner == ""
        await ended(driver)
        assert count(driver, "unsent") == 0
        assert len(caller.hits()) == count(driver, "succeeded") > COUNT / 2


def _foot_says(driver: Driver, words: str) -> bool:
    return words in driver.labels(driver.window.run_bar)


async def test_the_foot_counts_down_how_long_the_services_limit_holds(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"status": 429, "headers": {"retry-after": "3"}}, path="/push$", nth=1)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        driver.click(driver.push_button)
        for left in ("0:03", "0:02", "0:01"):
            await until(functools.partial(_foot_says, driver, f"Call limit · {left}"))
        await ended(driver)
        assert driver.log.count("Slowing down") == 1
        assert count(driver, "succeeded") == COUNT


async def test_no_other_records_take_the_place_of_those_that_are_being_pushed(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, tmp_path: Path
) -> None:
    caller.fault({"delay_s": 0.5}, path="/push$")
    other = numbered_csv(tmp_path / "other.csv", 3)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        driver.click(driver.push_button)
        await until(lambda: pushes(caller) > 0)
        do = driver.window.commands
        assert not any(way.isEnabled() for way in (do.open, do.open_location, do.open_pasted, do.open_sample))
        assert not do.add_profile.isEnabled(), "a new profile would take the connection from the run"
        driver.window.files_dropped.emit([other])
        await until(lambda: "are being pushed" in driver.banner)
        await ended(driver)
        assert count(driver, "succeeded") == COUNT == driver.window.model.rowCount()
        assert do.open_pasted.isEnabled()
        assert do.add_profile.isEnabled()
