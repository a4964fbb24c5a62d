"""A list of 500 tasks over many pages that come slowly, or not: the field stays usable, and what is old is said so."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from pushconsole import locations
from pushconsole.desktop import known_tasks
from pushconsole.desktop.task_picker import TaskPicker
from pushconsole.ingestion import Standing
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import numbered_csv
from tests.end_to_end.window_driver import Driver, StallMeter, open_console, until
from tests.sandbox.caller import ARCHIVE, ARTICLES, EVENTS, PRODUCTS, Caller

_MANY = 500
_PAGE = {"path": "/2/tasks$"}
_OWNER = "7f9e1a2b-0000-4000-8000-000000000001"
_A = [{"objectID": "a", "price": 10}]


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
def odd(caller: Caller) -> str:
    """Make one task that differs from all others in everything it can be found by."""
    wanted = {
        "name": "Feed",
        "index": "feed_index",
        "source": "Nightly feed",
        "action": "partialNoCreate",
        "owner": _OWNER,
        "last_run": "2019-05-04T10:00:00Z",
    }
    task_id = str(caller.control("POST", "/sandbox/tasks", wanted).json()["taskID"])
    code = {"task": task_id, "name": "price range", "code": "function transform(record) { return record; }"}
    caller.control("POST", "/sandbox/transformations", code).raise_for_status()
    caller.control("DELETE", "/sandbox/calls")
    return task_id


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of three records."""
    return numbered_csv(tmp_path / "records.csv", 3)


def _picker(driver: Driver) -> TaskPicker:
    return driver.window.push_pane.tasks


def _offered(driver: Driver) -> int:
    return len(_picker(driver).choices)


def _shown(driver: Driver) -> list[str]:
    model = _picker(driver).model
    return [model.choice(row).key for row in range(model.rowCount())]


def _facts(driver: Driver, key: str) -> str:
    return next(choice.facts for choice in _picker(driver).choices if choice.key == key)


def _type(driver: Driver, text: str) -> None:
    field = _picker(driver)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def _looks(caller: Caller) -> list[dict[str, Any]]:
    return [call for call in caller.get("/sandbox/calls") if call["path"].startswith("/1/runs")]


def _line(driver: Driver) -> str:
    """Return what stands under the field, of the task and of the list."""
    pane = driver.window.push_pane
    return "\n".join(line.text() for line in (pane._task_line, pane._list_line) if not line.isHidden())


async def _all_there(driver: Driver, more: int = 4) -> None:
    await until(lambda: _offered(driver) == _MANY + more and "Fetching" not in driver.refusal)


@pytest.mark.usefixtures("many")
async def test_the_field_can_be_used_while_pages_come_slowly(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"delay_s": 0.5}, **_PAGE)
    caller.fault({"delay_s": 0.3}, path="^/1/runs")
    async with open_console(qapp, file, sandbox) as driver:
        await until(lambda: 0 < _offered(driver) < _MANY)
        await until(lambda: "Fetching the tasks, page " in driver.refusal)
        with StallMeter() as meter:
            field = _picker(driver)
            driver.window.activateWindow()
            field.setFocus()
            field.selectAll()
            for letter in "made_0":
                QTest.keyClicks(field, letter)
                await asyncio.sleep(0.15)
            typed = field.text()
            assert field.popup.isVisible()
            await _all_there(driver)
            for _ in range(30):
                QTest.keyClick(field, Qt.Key.Key_PageDown)
                await asyncio.sleep(0.01)
            reached = field.popup.current
            await until(lambda: "no run in 30 days" in _facts(driver, reached))
        assert typed == field.text() == "made_0", "a page that comes takes nothing away"
        assert field.popup.current == reached, "nor does what becomes known of a task"
        assert len(_shown(driver)) == 100
        assert meter.longest_s < 0.2


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    "sought",
    [
        "Nightly feed",
        "feed_index",
        "price range",
        "partialNoCreate",
        "2019-05-04",
        _OWNER,
        _OWNER[:8],
        "nightly partial",
    ],
)
async def test_a_task_among_many_is_found_by_anything_that_is_known_of_it(
    qapp: QApplication, sandbox: RunningSandbox, file: Path, odd: str, sought: str
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await _all_there(driver, more=5)
        _type(driver, sought)
        assert _shown(driver) == [odd]
        QTest.keyClick(_picker(driver), Qt.Key.Key_Return)
        await until(lambda: _picker(driver).chosen == odd)


async def test_a_task_among_many_is_found_by_its_uuid_its_state_and_its_outcome(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, many: list[str], file: Path
) -> None:
    caller.push("updateObject", _A, task=ARTICLES)
    async with open_console(qapp, file, sandbox) as driver:
        await _all_there(driver)
        for sought in ("made_321", many[321], many[321][:13]):
            await driver.seek_task(ARTICLES)
            await until(lambda: _picker(driver).chosen == ARTICLES)
            await driver.seek_task(sought)
            await until(lambda: _picker(driver).chosen == many[321])
        _type(driver, "disabled")
        assert set(_shown(driver)) == {*many[::50], ARCHIVE}
        _type(driver, "made enabled")
        assert len(_shown(driver)) == _MANY - 10
        await driver.seek_task(ARTICLES)
        await until(lambda: "succeeded" in _facts(driver, ARTICLES))
        _type(driver, "succeeded")
        assert _shown(driver) == [ARTICLES]


@pytest.mark.usefixtures("many")
async def test_outcomes_are_asked_for_where_somebody_looks_and_kept(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    for limit in (100_000, 5, 5, 5, 5):
        caller.settings(record_limit_bytes=limit)
        caller.push("updateObject", _A)
    async with open_console(qapp, file, sandbox) as driver:
        await _all_there(driver)
        await until(lambda: "the next failure turns it off" in _line(driver))
        assert "Source push · no transformation · last run just now, failed" in _line(driver)
        looked = len(_looks(caller))
        assert looked == 2, "one task is aimed at: its runs, and the events of the one that failed"
        QTest.keyClick(_picker(driver), Qt.Key.Key_F4)
        await until(lambda: len(_looks(caller)) > looked + 3)
        for _ in range(40):
            QTest.keyClick(_picker(driver), Qt.Key.Key_PageDown)
        last = _picker(driver).popup.current
        await until(lambda: "no run" in _facts(driver, last))
        assert len(_looks(caller)) < 60, "rows that are scrolled past are not looked up"
        QTest.keyClick(_picker(driver), Qt.Key.Key_Escape)
        asked = [parse_qs(call["query"])["taskID"][0] for call in _looks(caller) if call["path"] == "/1/runs"]
        assert len(asked) == len(set(asked)), "none is asked for twice"
        await until(lambda: _kept(driver) == len(asked))
    caller.control("DELETE", "/sandbox/calls")
    async with open_console(qapp, None, sandbox) as driver:
        await until(lambda: "the next failure turns it off" in _line(driver))
        await _all_there(driver)
        assert _looks(caller) == [], "what was found out a moment ago is still good"


def _kept(driver: Driver) -> int:
    """Return of how many tasks it is kept how they stand."""
    client = driver.console._targets.client
    assert client is not None
    return len(known_tasks.read_standings(locations.known_standings(client.application_id)))


async def test_runs_that_cannot_be_read_are_said_so_and_hold_nothing_up(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"status": 500}, path="^/1/runs$")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        await until(lambda: "Its runs cannot be read" in _line(driver) and "500" in _line(driver))
        assert driver.push_button.isEnabled()
        caller.control("DELETE", "/sandbox/faults")
        await driver.push()
        await until(lambda: "last run just now, succeeded" in _line(driver))


async def test_what_was_found_out_long_ago_says_so(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    old = Standing(PRODUCTS, last_at="2026-11-20T10:00:00Z", outcome="failure", failures_in_a_row=1, looked_at=1e9)
    known_tasks.write_standings(locations.known_standings(sandbox.app_id), [old])
    caller.fault({"delay_s": 1.0}, path="^/1/runs$")
    async with open_console(qapp, file, sandbox) as driver:
        await until(lambda: "the last push failed · as of" in _line(driver))
        await until(lambda: "no run in 30 days" in _line(driver))
        assert "as of" not in _line(driver)


async def test_favourites_stand_first_and_stay_over_a_restart(
    qapp: QApplication, sandbox: RunningSandbox, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        assert _shown(driver)[0] == ARCHIVE
        _type(driver, "tracking")
        QTest.keyClick(_picker(driver), Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(_picker(driver), Qt.Key.Key_Escape)
        QTest.keyClick(_picker(driver), Qt.Key.Key_F4)
        await until(lambda: _shown(driver)[0] == EVENTS)
    async with open_console(qapp, None, sandbox) as driver:
        await until(lambda: _offered(driver) == 4)
        assert _shown(driver)[0] == EVENTS
        assert _picker(driver).model.choice(0).favourite


async def test_what_was_pushed_to_stands_before_the_others(
    qapp: QApplication, sandbox: RunningSandbox, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        for task in (EVENTS, PRODUCTS):
            await driver.seek_task(task)
            await driver.push()
        QTest.keyClick(_picker(driver), Qt.Key.Key_F4)
        assert _shown(driver)[:2] == [PRODUCTS, EVENTS]
    async with open_console(qapp, None, sandbox) as driver:
        await until(lambda: _offered(driver) == 4)
        assert _shown(driver)[:2] == [PRODUCTS, EVENTS]


async def test_a_task_that_takes_no_push_is_shown_on_demand_and_cannot_be_pushed_to(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    wanted = {"name": "Shopify", "index": "orders", "source": "Shopify", "source_type": "shopify"}
    task = caller.control("POST", "/sandbox/tasks", wanted).json()["taskID"]
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        assert task not in _shown(driver)
        _picker(driver).model.show_all(on=True)
        assert task in _shown(driver)
        await driver.seek_task(task)
        await until(lambda: "This task takes no pushes: its source is of type shopify, not push." in driver.refusal)
        assert not driver.push_button.isEnabled()


@pytest.mark.usefixtures("many")
async def test_pages_that_fail_are_named_and_the_others_are_there(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    for nth in (3, 4, 5):  # page 3, each of the times it is asked for
        caller.fault({"status": 500}, **_PAGE, nth=nth)
    async with open_console(qapp, file, sandbox) as driver:
        await until(lambda: "Page 3 of 6 of the tasks could not be fetched" in driver.refusal)
        await until(lambda: "no run in 30 days" in _line(driver))
        assert "Page 3 of 6 of the tasks could not be fetched" in _line(driver), "what comes later hides it not"
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


async def test_a_pasted_uuid_that_is_in_no_list_shows_the_same_as_one_that_is(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        made = caller.control("POST", "/sandbox/tasks", {"name": "Late", "index": "late", "source": "Late"}).json()
        code = {"task": made["taskID"], "name": "price range", "code": "function transform(record) { return record; }"}
        caller.control("POST", "/sandbox/transformations", code).raise_for_status()
        caller.push("updateObject", _A, task=made["taskID"])
        await driver.seek_task(made["taskID"])
        await until(
            lambda: "Source push · transformation “price range” · last run just now, succeeded" in _line(driver)
        )
        assert _picker(driver).text() == "Late  →  late"
        assert made["taskID"] in [choice.key for choice in _picker(driver).choices]


async def test_a_disabled_task_is_enabled_from_here(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        QTest.keyClick(_picker(driver), Qt.Key.Key_F4)
        _picker(driver).popup.go_to(ARCHIVE)
        QTest.keyClick(_picker(driver), Qt.Key.Key_Return)
        await until(lambda: "This task is disabled." in driver.refusal)
        driver.click(driver.find(QPushButton, "Enable the task"))
        await driver.answer("Enable it")
        await until(driver.push_button.isEnabled)
        assert caller.get(f"/2/tasks/{ARCHIVE}")["enabled"] is True
        await driver.push()
        assert len(caller.hits("archive")) == 3


async def test_while_a_pasted_uuid_is_looked_up_nothing_goes_to_the_task_before(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        await until(driver.push_button.isEnabled)
        made = caller.control("POST", "/sandbox/tasks", {"name": "Late", "index": "late", "source": "Late"}).json()
        caller.fault({"delay_s": 1}, path=f"/2/tasks/{made['taskID']}")
        await driver.seek_task(made["taskID"])
        await until(lambda: not driver.push_button.isEnabled(), within_s=0.8)
        assert "Choose a task first." in driver.refusal
        assert _picker(driver).text() == made["taskID"]
        await until(lambda: _picker(driver).text() == "Late  →  late")
        await until(driver.push_button.isEnabled)


async def test_a_pasted_uuid_that_no_task_has_leaves_no_other_task_aimed_at(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        await until(driver.push_button.isEnabled)
        unknown = "99999999-9999-4999-8999-999999999999"
        await driver.seek_task(unknown)
        await until(lambda: f"has no task {unknown}" in driver.log)
        assert not driver.push_button.isEnabled()
        assert "Choose a task first." in driver.refusal
        caller.control("POST", "/sandbox/reset")
        await driver.seek_task(EVENTS)
        await until(driver.push_button.isEnabled)


async def test_a_task_that_vanishes_is_told_and_no_other_takes_its_place(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    made = caller.control("POST", "/sandbox/tasks", {"name": "Late", "index": "late", "source": "Late"}).json()
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        await driver.seek_task(made["taskID"])
        await until(lambda: "late" in driver.push_button.text())
        caller.control("POST", "/sandbox/reset").raise_for_status()
        driver.window.commands.refresh_tasks.trigger()
        await until(lambda: "The task Late → late is not there any more" in driver.log)
        assert "Choose a task first." in driver.refusal
        assert not driver.push_button.isEnabled()


@pytest.mark.usefixtures("many")
async def test_a_page_that_fails_takes_no_task_away_that_was_there(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        await _all_there(driver)
        last = _picker(driver).choices[-1]
        await driver.seek_task(last.key)
        await until(lambda: last.index in driver.push_button.text())
        for nth in range(2, 20):
            caller.fault({"status": 500}, **_PAGE, nth=nth)
        driver.window.commands.refresh_tasks.trigger()
        await until(lambda: "could not be fetched" in _line(driver))
        assert _offered(driver) == _MANY + 4
        assert "is shown as it was before" in _line(driver)
        assert last.index in driver.push_button.text()
