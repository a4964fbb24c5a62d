"""Files that take long to be looked at, as large spreadsheets do, before anything can be asked about them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton

from pushconsole.desktop.import_dialog import ImportDialog
from pushconsole.records import Inspection, ReadOptions, inspect
from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import open_console, until


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """Write a small table."""
    file = tmp_path / "prices.csv"
    file.write_text("objectID;price\na;1\nb;2\n", "utf-8")
    return file


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let each look at a file last until this is set."""
    going_on = threading.Event()

    def slow(path: Path, options: ReadOptions | None = None) -> Inspection:
        going_on.wait(10)
        return inspect(path, options)

    monkeypatch.setattr("pushconsole.desktop.import_controller.inspect", slow)
    return going_on


async def test_it_is_shown_and_can_be_cancelled(
    qapp: QApplication, sandbox: RunningSandbox, prices: Path, go_on: threading.Event
) -> None:
    async with open_console(qapp, None, sandbox) as driver:
        await driver.open(prices)
        await until(lambda: "Looking at prices.csv" in driver.labels(driver.window.run_bar))
        driver.click(driver.find(QPushButton, "Cancel this work"))
        await until(lambda: "Opening prices.csv was cancelled." in driver.log)
        assert "Looking at" not in driver.labels(driver.window.run_bar)
        go_on.set()
        await driver.load(prices)
        await driver.loaded(2)


async def test_the_dialog_says_that_it_looks_again(
    qapp: QApplication, sandbox: RunningSandbox, prices: Path, go_on: threading.Event
) -> None:
    async with open_console(qapp, None, sandbox) as driver:
        go_on.set()
        await driver.open(prices)
        dialog = await driver.dialog(ImportDialog)
        go_on.clear()
        driver.choose(driver.find(QComboBox, "Delimiter", dialog), "Tab")
        driver.find(QComboBox, "Delimiter", dialog).activated.emit(2)
        await until(lambda: "Looking at the file again…" in driver.labels(dialog))
        go_on.set()
        await until(lambda: "Looking at the file again…" not in driver.labels(dialog))
        dialog.reject()
        await driver.gone(ImportDialog)
