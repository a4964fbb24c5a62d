"""A list of 500 tasks over many pages that come slowly, or not: the field stays usable, and what is old is said so."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from pushconsole.desktop.task_picker import TaskPicker
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import numbered_csv
from tests.end_to_end.window_driver import Driver, StallMeter, open_console, until
from tests.sandbox.caller import ARTICLES, Caller

_MANY = 500
_PAGE = {"path": "/2/tasks$"}


@pytest.fixture
def many(caller: Caller) -> list[str]:
    """Make 500 tasks, some of them disabled, and return their IDs."""
    made = [
        caller.control("POST", "/sandbox/tasks", {"name": f"Made {n}", "index": f"made_{n:03}", "enabled": n % 50 != 0})
        for n in range(_MANY)
    ]
    assert {answer.status_code for answer in made} == {200}
    caller.control("DELETE", "/sandbox/calls")
    return [answer.json()["taskID"] for answer in made]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of three records."""
    return numbered_csv(tmp_path / "records.csv", 3)


def _picker(driver: Driver) -> TaskPicker:
    return driver.window.push_pane.tasks


def _offered(driver: Driver) -> int:
    return _picker(driver).count()


async def _all_there(driver: Driver) -> None:
    await until(lambda: _offered(driver) == _MANY + 4 and "Fetching" not in driver.refusal)


@pytest.mark.usefixtures("many")
async def test_the_field_can_be_used_while_pages_come_slowly(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"delay_s": 0.5}, **_PAGE)
    async with open_console(qapp, file, sandbox) as driver:
        await until(lambda: 0 < _offered(driver) < _MANY)
        await until(lambda: "Fetching the tasks, page " in driver.refusal)
        with StallMeter() as meter:
            field = _picker(driver).lineEdit()
            assert field is not None
            driver.window.activateWindow()
            field.setFocus()
            field.selectAll()
            for letter in "made_0":
                QTest.keyClicks(field, letter)
                await asyncio.sleep(0.15)
            typed = field.text()
            await _all_there(driver)
        assert typed == field.text() == "made_0", "a page that comes takes nothing away"
        assert meter.longest_s < 0.2


async def test_a_task_is_found_by_every_field(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, many: list[str], file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await _all_there(driver)
        for sought in ("made_321", many[321], many[321][:13]):
            await driver.seek_task(ARTICLES)
            await until(lambda: _picker(driver).chosen == ARTICLES)
            await driver.seek_task(sought)
            await until(lambda: _picker(driver).chosen == many[321])
        for sought in ("Price with tax", "articles"):
            await driver.seek_task(many[321])
            await driver.seek_task(sought)
            await until(lambda: _picker(driver).chosen == ARTICLES)
        model = _picker(driver).model()
        disabled = model.index(_picker(driver).findData(many[50]), 0)
        assert not model.flags(disabled) & Qt.ItemFlag.ItemIsEnabled
        assert str(disabled.data()).endswith("·  disabled")


@pytest.mark.usefixtures("many")
async def test_pages_that_fail_are_named_and_the_others_are_there(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    for nth in (3, 4, 5):  # page 3, each of the times it is asked for
        caller.fault({"status": 500}, **_PAGE, nth=nth)
    async with open_console(qapp, file, sandbox) as driver:
        await until(lambda: "Page 3 of 6 of the tasks could not be fetched" in driver.refusal)
        assert _offered(driver) == _MANY + 4 - 100


@pytest.mark.usefixtures("many")
async def test_a_page_that_fails_once_is_asked_for_again(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"status": 503}, **_PAGE, nth=2)
    async with open_console(qapp, file, sandbox) as driver:
        await _all_there(driver)


@pytest.mark.usefixtures("many")
async def test_the_list_of_the_last_time_is_there_at_once_and_marked(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await _all_there(driver)
    caller.fault({"delay_s": 0.5}, **_PAGE)
    async with open_console(qapp, None, sandbox) as driver:
        assert _offered(driver) == _MANY + 4
        await until(lambda: "The list is of 20" in _line(driver))
        await until(lambda: "Source push" in _line(driver))
    caller.control("DELETE", "/sandbox/faults")
    caller.fault({"status": 500}, **_PAGE)
    async with open_console(qapp, None, sandbox) as driver:
        await until(lambda: "The list is of 20" in _line(driver) and "500" in _line(driver))
        assert _offered(driver) == _MANY + 4


def _line(driver: Driver) -> str:
    return driver.window.push_pane._task_line.text()


async def test_a_disabled_task_is_enabled_from_here(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    archive = "44444444-4444-4444-8444-444444444444"
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        await driver.seek_task(archive)
        await until(lambda: "This task is disabled." in driver.refusal)
        driver.click(driver.find(QPushButton, "Enable the task"))
        await driver.answer("Enable it")
        await until(driver.push_button.isEnabled)
        assert caller.get(f"/2/tasks/{archive}")["enabled"] is True
        await driver.push()
        assert len(caller.hits("archive")) == 3
