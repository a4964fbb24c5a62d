"""The page of a task, opened from the Push pane: all of it fetched in the background, part by part."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QToolButton, QTreeWidget, QTreeWidgetItem

from pushconsole.desktop.task_page import TaskPage
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import numbered_csv
from tests.end_to_end.window_driver import Driver, StallMeter, open_console, until
from tests.sandbox.caller import ARTICLES, PRODUCTS, Caller

_A = [{"objectID": "a", "price": 10}]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of three records."""
    return numbered_csv(tmp_path / "records.csv", 3)


async def _opened(driver: Driver, task: str = PRODUCTS) -> TaskPage:
    """Aim at a task and click on what tells all about it."""
    if driver.window.push_pane.tasks.chosen != task:
        await driver.seek_task(task)
        await until(lambda: driver.window.push_pane.tasks.chosen == task)
    driver.click(driver.find(QToolButton, "All about the task"))
    page = await driver.dialog(TaskPage)
    assert isinstance(page, TaskPage)
    return page


def _tree(page: TaskPage) -> QTreeWidget:
    found = page.findChild(QTreeWidget)
    assert isinstance(found, QTreeWidget)
    return found


def _rows(page: TaskPage) -> list[QTreeWidgetItem]:
    items = [_tree(page).topLevelItem(row) for row in range(_tree(page).topLevelItemCount())]
    return [item for item in items if item is not None]


def _below(item: QTreeWidgetItem) -> list[tuple[str, str]]:
    children = [item.child(row) for row in range(item.childCount())]
    return [(child.text(1), child.text(2)) if child.text(1) else ("", child.text(0)) for child in children if child]


def _code(page: TaskPage) -> str:
    found = page.findChild(QPlainTextEdit)
    assert isinstance(found, QPlainTextEdit)
    return found.toPlainText()


async def test_the_page_tells_what_a_task_joins_its_code_and_its_runs(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.settings(run_window_s=0)
    for _ in range(25):
        caller.push("updateObject", _A, task=ARTICLES)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        page = await _opened(driver, ARTICLES)
        await until(lambda: len(_rows(page)) == 20 and "price_with_tax" in _code(page))
        await until(lambda: "As of" in driver.labels(page) and "last run just now, succeeded" in driver.labels(page))
        said = driver.labels(page)
        for part in (
            "Shop export  →  articles",
            ARTICLES,
            "Takes pushes",
            "Shop export, type push",
            "Articles, type search",
            "transformation “Price with tax”",
            "Adds the price with 20 % tax",
        ):
            assert part in said
        assert {row.text(1) for row in _rows(page)} == {"succeeded"}
        driver.click(driver.find(QPushButton, "Copy the taskID", page))
        assert QApplication.clipboard().text() == ARTICLES
        QTest.keyClick(page, Qt.Key.Key_Escape)
        await driver.gone(TaskPage)


async def test_failures_and_their_reasons_are_told_and_events_come_on_demand(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.push("updateObject", [*_A, {"objectID": "b"}])
    caller.settings(record_limit_bytes=5)
    for _ in range(4):
        caller.push("updateObject", _A)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        page = await _opened(driver)
        await until(lambda: "4 pushes in a row failed: the next failure turns it off." in driver.labels(page))
        await until(lambda: "4 of the 5 that turn it off" in driver.labels(page))
        (run,) = await until(lambda: _rows(page))
        assert run.text(1) == "failed"
        assert "too big" in run.text(2)
        run.setExpanded(True)
        await until(lambda: run.childCount() == 5)
        assert [status for status, _ in _below(run)] == ["failed"] * 4 + ["succeeded"]
        assert "1 record · Record at the position 0 objectID=a is too big" in _below(run)[0][1]
        assert _below(run)[4][1] == "2 records"
        events = [call for call in caller.get("/sandbox/calls") if call["path"].endswith("/events")]
        shown = [call for call in events if "status=" not in call["query"]]  # the others count the failures
        assert len(shown) == 1, "only when the run was opened"
        page.accept()


async def test_a_run_of_many_events_is_shown_page_by_page(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    for _ in range(70):
        caller.push("updateObject", _A)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        page = await _opened(driver)
        (run,) = await until(lambda: _rows(page))
        run.setExpanded(True)
        await until(lambda: run.childCount() == 51)
        more = run.child(50)
        assert more is not None
        assert more.text(0) == "Show 20 more"
        _tree(page).scrollToItem(more)
        QTest.mouseClick(
            _tree(page).viewport(), Qt.MouseButton.LeftButton, pos=_tree(page).visualItemRect(more).center()
        )
        await until(lambda: run.childCount() == 70)
        page.accept()


async def test_what_fails_says_why_and_the_rest_is_there(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.push("updateObject", _A)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        caller.fault({"status": 500}, path="/events$")
        caller.fault({"status": 500}, path="^/1/destinations/")
        page = await _opened(driver)
        (run,) = await until(lambda: _rows(page))
        await until(lambda: "answered 500" in driver.labels(page))
        run.setExpanded(True)
        await until(lambda: "answered 500" in _below(run)[0][1])
        caller.control("DELETE", "/sandbox/faults")
        note = run.child(0)
        assert note is not None
        _tree(page).setFocus()
        _tree(page).setCurrentItem(note)
        QTest.keyClick(_tree(page), Qt.Key.Key_Return)
        await until(lambda: _below(run) == [("succeeded", "1 record")])
        driver.click(driver.find(QPushButton, "Refresh", page))
        await until(lambda: "No transformation" in driver.labels(page))
        assert "answered 500" not in driver.labels(page)
        page.accept()


async def test_the_page_is_there_at_once_and_what_comes_slowly_can_be_stopped(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.push("updateObject", _A)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        caller.fault({"delay_s": 20}, path="^/1/runs$")
        caller.fault({"delay_s": 20}, path=f"^/2/tasks/{PRODUCTS}$")
        with StallMeter() as meter:
            page = await _opened(driver)
            said = driver.labels(page)
            assert "Fetching the runs…" in said
            assert "Fetching the task…" in said
            driver.click(driver.find(QPushButton, "Stop", page))
            await until(lambda: "Stopped before the runs came." in driver.labels(page), within_s=1)
        assert "Stopped before the task came." in driver.labels(page)
        assert meter.longest_s < 0.3
        caller.control("DELETE", "/sandbox/faults")
        driver.click(driver.find(QPushButton, "Refresh", page))
        await until(lambda: len(_rows(page)) == 1)
        page.accept()


async def test_closing_the_page_ends_what_is_under_way(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        caller.fault({"delay_s": 30}, path="^/1/runs$")
        page = await _opened(driver)
        page.reject()
        await driver.gone(TaskPage)
        running = driver.console._jobs._running
        await until(lambda: not any(name.startswith("task page") for name in running))


async def test_without_a_task_there_is_no_page(qapp: QApplication, sandbox: RunningSandbox, file: Path) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        assert driver.window.commands.task_page.isEnabled()
        driver.console._targets._aim(None)
        assert not driver.window.commands.task_page.isEnabled()
        assert not driver.find(QToolButton, "All about the task").isEnabled()
