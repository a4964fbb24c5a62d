"""What a crash or a quit leaves is offered at the next start, and old workspaces are cleaned up with consent."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTreeWidget

from pushconsole import locations
from pushconsole.desktop.question_dialog import QuestionDialog
from pushconsole.desktop.workspaces_dialog import WorkspacesDialog
from pushconsole.records import OLD_AFTER_DAYS, WorkspaceFolder
from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import Driver, open_console, until

PRODUCTS = "objectID,name,price\nsku-1,Alpha Lamp,94.13\nsku-2,Beta Lamp,10.00\n"


@pytest.fixture
def products(tmp_path: Path) -> Path:
    """Give a file of two products and a row that is none."""
    path = tmp_path / "products.csv"
    path.write_text(f"{PRODUCTS}too,many,cells,here\n", "utf-8")
    return path


def offered(driver: Driver) -> str:
    """Return what stands over everything."""
    return " ".join(part.text() for part in driver.window.offer.findChildren(QLabel) if part.isVisible())


def leave(products: Path, *, edits: int = 1, days: float = 0) -> Path:
    """Leave a workspace behind, last used so many days ago."""
    folder = WorkspaceFolder(locations.workspaces())
    workspace = folder.create()
    workspace.load(products)
    for number in range(edits):
        workspace.set_value(1, "price", str(number))
    folder.keep(workspace)
    moment = time.time() - days * 24 * 60 * 60
    os.utime(workspace.path, (moment, moment))
    return workspace.path


_WINDOW = """
import asyncio, sys
from pathlib import Path
import qasync
from PySide6.QtWidgets import QApplication
from tests.end_to_end.window_driver import Driver, until
from pushconsole import locations
from pushconsole.desktop.application import Console
from pushconsole.desktop.theme import Theme

async def edit(application):
    console = Console(Theme(application, locations.resources()))
    await console.start(file=Path(sys.argv[1]), on_sandbox=False)
    driver = Driver(console)
    await driver.accept_import()
    await driver.loaded_unaimed(2)
    await driver.type_into_cell(1, "price", "11.50")
    await until(lambda: driver.shown(1, "price") == "11.50")
    print("edited", flush=True)
    await asyncio.Event().wait()

if __name__ == "__main__":
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(edit(application))
"""


@contextmanager
def window_with_an_edit(file: Path, script: Path) -> Iterator[subprocess.Popen[str]]:
    """Start the window in a process of its own, load the file and edit a cell by keyboard; it is killed at the end."""
    script.write_text(_WINDOW)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(
        [sys.executable, str(script), str(file)], stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert process.stdout
        assert process.stdout.readline().strip() == "edited"
        yield process
    finally:
        process.kill()
        process.communicate()


async def test_after_a_kill_the_edits_the_undo_and_the_rejects_are_offered_and_come_back(
    qapp: QApplication, sandbox: RunningSandbox, products: Path, tmp_path: Path
) -> None:
    with window_with_an_edit(products, tmp_path / "window.py") as process:
        async with open_console(qapp, None, sandbox) as other:
            assert offered(other) == ""  # the other window lives
        process.kill()
        process.wait()
    async with open_console(qapp, None, sandbox) as driver:
        await until(lambda: "products.csv has 1 edit" in offered(driver))
        assert "2 records" in offered(driver)
        assert driver.window.welcome.isVisible()
        driver.click(driver.find(QPushButton, "Open it again"))
        await driver.loaded(2)
        await until(lambda: driver.shown(1, "price") == "11.50")
        assert offered(driver) == ""
        assert "products.csv (edited)" in driver.window.windowTitle()
        assert driver.console._records.workspace is not None
        assert [row.text for row in driver.console._records.workspace.rejected()] == ["too,many,cells,here"]
        await driver.undo()
        await until(lambda: driver.shown(1, "price") == "10.00")
    assert not list(locations.workspaces().iterdir())


async def test_quitting_can_keep_the_edits_and_the_next_start_offers_them(
    qapp: QApplication, sandbox: RunningSandbox, products: Path
) -> None:
    async with open_console(qapp, products, sandbox) as driver:
        await driver.loaded(2)
        await driver.type_into_cell(0, "name", "Gamma Lamp")
        await until(lambda: driver.shown(0, "name") == "Gamma Lamp")
        driver.window.close()
        await driver.answer("Keep for next time")
        await driver.console.closed.wait()
    async with open_console(qapp, None, sandbox) as driver:
        await until(lambda: "1 edit" in offered(driver))
        driver.click(driver.find(QPushButton, "Open it again"))
        await until(lambda: driver.shown(0, "name") == "Gamma Lamp")


async def test_deleting_what_was_left_asks_where_edits_would_be_lost(
    qapp: QApplication, sandbox: RunningSandbox, products: Path
) -> None:
    path = leave(products, edits=2)
    async with open_console(qapp, None, sandbox) as driver:
        await until(lambda: "2 edits" in offered(driver))
        driver.click(driver.find(QPushButton, "Delete it"))
        question = await driver.dialog(QuestionDialog)
        assert "2 edits of products.csv" in driver.labels(question)
        await driver.answer("Cancel")
        assert path.is_file()
        driver.click(driver.find(QPushButton, "Delete it"))
        await driver.answer("Delete")
        await until(lambda: not driver.window.offer.isVisible())
        assert not path.exists()
        await until(lambda: "Deleted products.csv" in driver.log)


async def test_records_whose_push_was_interrupted_come_back_as_they_were_and_say_why_they_stay_so(
    qapp: QApplication, sandbox: RunningSandbox, products: Path
) -> None:
    folder = WorkspaceFolder(locations.workspaces())
    workspace = folder.create()
    workspace.load(products)
    workspace.freeze("These records are being pushed.")
    folder.keep(workspace)
    async with open_console(qapp, None, sandbox) as driver:
        await until(lambda: "no edits" in offered(driver))
        driver.click(driver.find(QPushButton, "Open it again"))
        await driver.loaded(2)
        await until(lambda: "Save a copy, and open that one to edit it" in driver.banner)
        await driver.type_into_cell(1, "price", "11.50")
        await until(lambda: "These records are being pushed." in driver.banner)
        assert driver.shown(1, "price") == "10.00"


async def test_a_reading_that_broke_off_can_only_be_deleted(
    qapp: QApplication, sandbox: RunningSandbox, products: Path
) -> None:
    folder = WorkspaceFolder(locations.workspaces())
    workspace = folder.create()
    workspace.load(products)
    with workspace.database.writing() as connection:
        connection.execute("INSERT INTO meta VALUES('loading', '\"unfinished\"')")
    folder.keep(workspace)
    async with open_console(qapp, None, sandbox) as driver:
        await until(lambda: "The reading of products.csv broke off" in offered(driver))
        with pytest.raises(AssertionError, match="no visible"):
            driver.find(QPushButton, "Open it again")
        driver.click(driver.find(QPushButton, "Delete it"))
        await until(lambda: not workspace.path.exists())


async def test_old_workspaces_are_proposed_for_deletion_with_their_size_and_go_together(
    qapp: QApplication, sandbox: RunningSandbox, products: Path
) -> None:
    old = [leave(products, edits=0, days=OLD_AFTER_DAYS + 1) for _ in range(2)]
    new = leave(products)
    async with open_console(qapp, None, sandbox) as driver:
        await until(lambda: f"2 workspaces were not used for {OLD_AFTER_DAYS} days" in offered(driver))
        assert "MB" in offered(driver)
        driver.click(driver.find(QPushButton, "Delete the old ones"))
        await until(lambda: "not used" not in offered(driver))
        assert not any(path.exists() for path in old)
        assert new.is_file()
        assert "1 edit" in offered(driver)


async def test_the_list_shows_what_was_left_and_deletes_what_is_chosen(
    qapp: QApplication, sandbox: RunningSandbox, products: Path
) -> None:
    old, new = leave(products, edits=0, days=OLD_AFTER_DAYS + 1), leave(products)
    async with open_console(qapp, products, sandbox) as driver:
        await driver.loaded(2)
        driver.window.commands.workspaces.trigger()
        dialog = await driver.dialog(WorkspacesDialog)
        tree = driver.find(QTreeWidget, "Workspaces", dialog)
        assert tree.topLevelItemCount() == 2  # not what this window has open
        assert [tree.topLevelItem(row).text(2) for row in range(2)] == ["1", "0"]  # type: ignore[union-attr]
        assert [item.text(2) for item in tree.selectedItems()] == ["0"]
        driver.click(driver.find(QPushButton, "Delete", dialog))
        await until(lambda: not old.exists())
        assert new.is_file()
        again = await until(lambda: next((d for d in _lists(driver) if d is not dialog), None))
        tree = driver.find(QTreeWidget, "Workspaces", again)
        tree.topLevelItem(0).setSelected(True)  # type: ignore[union-attr]
        driver.click(driver.find(QPushButton, "Open again", again))
        await until(lambda: driver.shown(0, "price") == "0")


def _lists(driver: Driver) -> list[WorkspacesDialog]:
    return [dialog for dialog in driver.window.findChildren(WorkspacesDialog) if dialog.isVisible()]
