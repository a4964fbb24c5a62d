"""Runs of the command line, taken up at the window."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from pushconsole import locations
from pushconsole.desktop.run_controller import RunController
from pushconsole.runs import Ledger, Pace
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import Shell, start, written
from tests.end_to_end.run_steps import COUNT, as_a_crash_leaves_it, count, do, ended, pushes
from tests.end_to_end.window_driver import open_console, until
from tests.sandbox.caller import Caller, eventually

pytestmark = pytest.mark.usefixtures("small_calls")


def _killed_on_the_command_line(sandbox: RunningSandbox, caller: Caller, file: Path) -> None:
    """Push from a process of its own, and kill it while its second batch is under way."""
    shell = Shell(sandbox)
    caller.fault({"delay_s": 60}, path="/push$", nth=2)
    options = ("--max-batch-records", "10", "--concurrency", "1", "--settle", "0")
    process = start(*shell.arguments(file, *options), environ=shell.environ)
    try:
        eventually(lambda: pushes(caller) >= 1 and _succeeded() == 10)
    finally:
        process.kill()
        process.communicate()
    caller.control("DELETE", "/sandbox/faults")


def _succeeded() -> int:
    with closing(Ledger(locations.ledger_file())) as ledger:
        return sum(run.succeeded for run in ledger.runs())


async def test_a_run_that_was_killed_on_the_command_line_is_offered_and_finished_here(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunController, "pace", lambda *_, **__: Pace(settling_s=0.3))
    _killed_on_the_command_line(sandbox, caller, file)
    async with open_console(qapp, None, sandbox) as driver:
        await until(driver.window.offer.isVisible)
        assert "The run of records.csv to products" in driver.labels(driver.window.offer)
        driver.click(driver.find(QPushButton, "Resume the run"))
        await ended(driver)
        assert count(driver, "succeeded") == COUNT
        assert len(caller.hits()) == COUNT
        assert list(locations.run_records().glob("*/*")) == [], "they are the window's now"
        await until(lambda: driver.window.model.rowCount() == COUNT)
    assert list(locations.workspaces().glob("*.sqlite")) == [], "nobody needs them any more"


async def test_what_failed_on_the_command_line_is_shown_and_retried_here(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, tmp_path: Path
) -> None:
    caller.settings(record_limit_bytes=100, oversize="400 engine")
    file = written(tmp_path / "records.csv", f"objectID,name\na,short\nb,{'x' * 200}\nc,short\n")
    await asyncio.to_thread(Shell(sandbox).push, file)
    caller.settings(record_limit_bytes=10_000)
    async with open_console(qapp, None, sandbox) as driver:
        driver.window.show_records()
        await do(driver, "Show failed")
        await until(lambda: driver.window.model.rowCount() == 1 and driver.shown(0, "objectID") == "b")
        await do(driver, "Retry failed")
        await ended(driver)
        assert sorted(hit["objectID"] for hit in caller.hits()) == ["a", "b", "c"]


async def test_a_run_that_goes_on_on_the_command_line_is_left_alone(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    shell = Shell(sandbox)
    caller.fault({"delay_s": 60}, path="/push$", nth=1)
    process = start(*shell.arguments(file), environ=shell.environ)
    try:
        async with open_console(qapp, None, sandbox) as driver:
            await until(lambda: pushes(caller) == 1)
            with closing(Ledger(locations.ledger_file())) as ledger:
                (run,) = ledger.runs()
            driver.console._past_runs.do("resume", run.run_id)
            await until(lambda: "Another run pushes to the task Shop export now (process" in driver.banner)
            assert driver.window.offer.isHidden()
            assert len(list(locations.run_records().glob("*/*.sqlite"))) == 1
    finally:
        process.kill()
        process.communicate()


async def test_to_forget_an_interrupted_run_lets_its_records_be_edited_again(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunController, "pace", lambda *_, **__: Pace(settling_s=0.3))
    _killed_on_the_command_line(sandbox, caller, file)
    async with open_console(qapp, None, sandbox) as driver:
        await until(driver.window.offer.isVisible)
        caller.fault({"status": 403}, path="/push$")
        driver.click(driver.find(QPushButton, "Resume the run"))
        await driver.answer("Leave in doubt")
        as_a_crash_leaves_it()
        workspace = driver.console._records.workspace
        assert workspace is not None
        workspace.freeze("These records are being pushed.")
        await do(driver, "Forget…")
        await driver.answer("Forget it")
        await until(lambda: "No runs yet" in driver.labels(driver.window.runs_pane))
        await driver.type_into_cell(0, "stock", "5")
        await until(lambda: driver.shown(0, "stock") == "5")
