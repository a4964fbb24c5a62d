"""Aiming at an index by its name in the window: its own task, one of several, or the task of another index."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton

from pushconsole.desktop.index_name_dialog import IndexNameDialog
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import written
from tests.end_to_end.window_driver import Driver, open_console, until
from tests.sandbox.caller import ARTICLES, PRODUCTS, Caller


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of two records with a price."""
    return written(tmp_path / "records.csv", "objectID,price\na,10\nb,20\n")


async def _asked(driver: Driver, index: str, reference: str = "") -> IndexNameDialog:
    """Name an index in the dialog that the list's foot opens."""
    picker = driver.window.push_pane.tasks
    picker.setFocus()
    QTest.keyClick(picker, Qt.Key.Key_F4)
    driver.click(driver.find(QPushButton, "Push to an index by name…", picker.popup))
    dialog = await driver.dialog(IndexNameDialog)
    assert isinstance(dialog, IndexNameDialog)
    field = driver.find(QLineEdit, "Index", dialog)
    driver.type(field, index)
    if reference:
        driver.choose(driver.find(QComboBox, "Through the task of", dialog), reference)
    return dialog


async def _aimed(driver: Driver, dialog: IndexNameDialog) -> None:
    driver.click(driver.find(QPushButton, "Aim at it", dialog))
    await driver.gone(IndexNameDialog)


async def test_a_temporary_index_is_filled_through_the_task_of_another(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(2)
        dialog = await _asked(driver, "articles_tmp", "articles")
        said = driver.labels(dialog)
        assert "Records pass the transformation “Price with tax” of articles and go to articles_tmp" in said
        await _aimed(driver, dialog)
        await until(lambda: driver.push_button.text().startswith("Push 2 records to articles_tmp"))
        assert driver.window.push_pane.tasks.text() == "Shop export  →  articles_tmp"
        assert "As articles: source push" in driver.refusal
        assert "articles_tmp (Sandbox" in driver.window.windowTitle()
        await driver.push()
        assert [hit["price_with_tax"] for hit in caller.hits("articles_tmp")] == [12, 24]
        assert caller.index_names() == ["articles_tmp"]
        assert "→ articles_tmp as articles" in driver.log
        await until(lambda: driver.window.push_pane.tasks.chosen == f"{ARTICLES}/articles_tmp")
        QTest.keyClick(driver.window, Qt.Key.Key_F5)
        await until(lambda: "Fetching" not in driver.refusal)
        assert driver.window.push_pane.tasks.chosen == f"{ARTICLES}/articles_tmp", "a refresh keeps the aim"
    async with open_console(qapp, None, sandbox) as driver:
        await until(lambda: len(driver.window.push_pane.tasks.choices) == 5)
        first = driver.window.push_pane.tasks.model.choice(0)
        assert (first.index, first.key) == ("articles_tmp", f"{ARTICLES}/articles_tmp"), "it was used last"


async def test_one_of_several_tasks_is_chosen(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    wanted = {"name": "Again", "index": "articles", "source": "Second feed"}
    other = caller.control("POST", "/sandbox/tasks", wanted).json()["taskID"]
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(2)
        dialog = await _asked(driver, "articles")
        assert "2 tasks push to articles: choose one of them." in driver.labels(dialog)
        driver.choose(driver.find(QComboBox, "Task", dialog), other)
        await _aimed(driver, dialog)
        await until(lambda: driver.window.push_pane.tasks.chosen == other)
        await until(driver.push_button.isEnabled)
        await driver.push()
        (pushed,) = [call for call in caller.get("/sandbox/calls") if call["path"].endswith("/push")]
        assert pushed["path"] == f"/2/tasks/{other}/push"


async def test_a_name_that_stands_for_no_task_cannot_be_aimed_at(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.control("POST", "/sandbox/tasks", {"name": "Again", "index": "articles"}).raise_for_status()
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(2)
        dialog = await _asked(driver, "nowhere")
        assert "No task pushes to nowhere." in driver.labels(dialog)
        assert not driver.find(QPushButton, "Aim at it", dialog).isEnabled()
        driver.choose(driver.find(QComboBox, "Through the task of", dialog), "articles")
        assert "the service cannot tell whose transformations are meant" in driver.labels(dialog)
        assert ARTICLES in driver.labels(dialog)
        assert not driver.find(QPushButton, "Aim at it", dialog).isEnabled()
        driver.choose(driver.find(QComboBox, "Through the task of", dialog), "products")
        assert driver.find(QPushButton, "Aim at it", dialog).isEnabled()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await driver.gone(IndexNameDialog)
        assert driver.window.push_pane.tasks.chosen == PRODUCTS


async def test_a_task_that_came_meanwhile_stops_the_run_with_the_choice(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(2)
        await _aimed(driver, await _asked(driver, "articles_tmp", "articles"))
        other = caller.control("POST", "/sandbox/tasks", {"name": "Again", "index": "articles"}).json()["taskID"]
        await until(driver.push_button.isEnabled)
        await driver.push()
        assert f"multiple tasks ({ARTICLES}, {other}) found" in driver.log
        assert caller.index_names() == []
