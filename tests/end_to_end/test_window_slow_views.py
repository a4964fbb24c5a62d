"""Sorting and filtering that takes long: cancelled, and with edits made meanwhile."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from pushconsole.desktop import view_controller
from pushconsole.errors import InputError
from pushconsole.records import View
from tests.end_to_end.window_driver import Driver, open_console, until


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Write five records whose names stand against the alphabet."""
    file = tmp_path / "letters.json"
    file.write_text(json.dumps([{"objectID": str(n), "name": name} for n, name in enumerate("edcba")]), "utf-8")
    return file


class _SlowViews:
    """Lets views be as slow as those of millions of records: each is handed over when `go_on` is set, or cancelled."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made, self.go_on, self.failure = threading.Event(), threading.Event(), ""
        self._make = view_controller._view
        monkeypatch.setattr(view_controller, "_view", self._slow)

    def _slow(self, *of: object) -> View | None:
        view, cancelled = self._make(*of), of[-1]  # type: ignore[arg-type]
        assert callable(cancelled)
        self.made.set()
        while not self.go_on.wait(0.01):
            if cancelled():
                return None
        if self.failure:
            raise InputError(self.failure)
        return view


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> _SlowViews:
    """Make views slow."""
    return _SlowViews(monkeypatch)


async def _opened(driver: Driver) -> None:
    await driver.loaded(5)
    await until(driver.window.filter_field.isEnabled)


def _sort(driver: Driver, column: str) -> None:
    driver.window.records.header.clicked.emit(driver.cell(0, column).column(), False)  # noqa: FBT003  as a click tells


def _filter(driver: Driver, text: str) -> None:
    field = driver.window.filter_field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def _names(driver: Driver) -> str:
    return "".join(driver.shown(row, "name") for row in range(driver.window.model.rowCount()))


def _arrows(driver: Driver) -> set[str]:
    return set(driver.window.records.header._marks)


async def test_what_was_cancelled_is_not_in_force(qapp: QApplication, letters: Path, slow: _SlowViews) -> None:
    async with open_console(qapp, letters) as driver:
        await _opened(driver)
        _filter(driver, "name < 'd'")
        await until(lambda: "Looking through the records" in driver.labels(driver.window.run_bar))
        driver.click(driver.find(QPushButton, "Cancel this work"))
        await until(lambda: "The records are shown as before." in driver.banner)
        slow.go_on.set()
        _sort(driver, "name")
        await until(lambda: _names(driver) == "abcde")
        slow.go_on.clear()
        _sort(driver, "name")
        await until(lambda: "Looking through the records" in driver.labels(driver.window.run_bar))
        _sort(driver, "objectID")
        await until(lambda: _arrows(driver) == {"objectID"})
        await until(lambda: "Looking through the records" in driver.labels(driver.window.run_bar))
        driver.click(driver.find(QPushButton, "Cancel this work"))
        await until(lambda: _arrows(driver) == {"name"})
        assert _names(driver) == "abcde"


async def test_a_view_that_cannot_be_made_is_not_in_force(qapp: QApplication, letters: Path, slow: _SlowViews) -> None:
    async with open_console(qapp, letters) as driver:
        await _opened(driver)
        slow.failure = "The disk is full."
        slow.go_on.set()
        _sort(driver, "name")
        await until(lambda: slow.failure in driver.banner)
        await until(lambda: not _arrows(driver))


async def test_a_record_that_is_deleted_while_records_are_sorted_is_not_among_them(
    qapp: QApplication, letters: Path, slow: _SlowViews
) -> None:
    async with open_console(qapp, letters) as driver:
        await _opened(driver)
        _sort(driver, "name")
        await until(slow.made.is_set)
        driver.window.records.go_to(1)
        driver.window.commands.delete_records.trigger()
        await until(lambda: _names(driver) == "ecba")
        slow.go_on.set()
        await until(lambda: driver.console._records.view is not None)
        await until(lambda: _names(driver) == "abce")


async def test_a_view_that_is_gone_need_not_follow_an_edit(qapp: QApplication, letters: Path) -> None:
    going_on = threading.Event()
    async with open_console(qapp, letters) as driver:
        await _opened(driver)
        _filter(driver, "name < 'd'")
        await until(lambda: _names(driver) == "cba")
        driver.window.records.go_to(0)
        driver.window.commands.delete_records.trigger()
        threads = driver.console._records.threads
        await until(lambda: threads.editing)
        holding = asyncio.create_task(threads.edit(lambda: going_on.wait(10)))  # as a long edit would
        await asyncio.sleep(0.3)
        driver.window.filter_field.clear()
        await until(lambda: driver.console._records.view is None)
        going_on.set()
        await holding
        await until(lambda: _names(driver) == "edba")
        await asyncio.sleep(0.3)
        assert "should not have happened" not in driver.log
