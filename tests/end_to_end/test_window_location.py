"""File, Open location: fetched with progress, cancellable, read like any file, and nothing of it kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from pushconsole import locations
from pushconsole.desktop.location_dialog import LocationDialog
from pushconsole.records import WorkspaceFolder
from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import Driver, open_console, until
from tests.file_server import FileServer, file_server

PRODUCTS = b"objectID,name,price\nsku-1,Alpha Lamp,94.10\nsku-2,Beta Lamp,10.00\n"


@pytest.fixture
def server() -> Iterator[FileServer]:
    """Give a server with a table and a large file."""
    with file_server() as running:
        running.files |= {"/shop/products.csv": PRODUCTS, "/large.ndjson": b'{"objectID":"a"}\n' * 200_000}
        yield running


async def open_location(driver: Driver, address: str) -> None:
    """Open an address through the menu's shortcut and the dialog."""
    driver.window.activateWindow()
    await until(driver.window.isActiveWindow)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(driver.window, Qt.Key.Key_O, modifiers)
    dialog = await driver.dialog(LocationDialog)
    button = driver.find(QPushButton, "Open", dialog)
    assert not button.isEnabled()
    QTest.keyClicks(driver.find(QLineEdit, "Address", dialog), address)
    driver.click(button)
    await driver.gone(LocationDialog)


def rooms() -> list[str]:
    """Return what is left of fetched files."""
    return [path.name for path in locations.workspaces().glob("*.fetched*")]


async def test_a_table_from_elsewhere_is_asked_about_loaded_and_not_kept(
    qapp: QApplication, sandbox: RunningSandbox, server: FileServer
) -> None:
    async with open_console(qapp, None, sandbox) as driver:
        await open_location(driver, f"{server.address}/shop/products.csv?token=1")
        await driver.accept_import()
        await driver.loaded(2)
        await until(lambda: driver.shown(0, "price") == "94.10")
        assert driver.window.windowTitle().startswith("products.csv")
        await until(lambda: not rooms())


@pytest.mark.parametrize(("path", "words"), [("/none", "(404)"), ("/shop/products.csv", "could not be fetched")])
async def test_what_cannot_be_fetched_leaves_the_open_records_as_they_are(
    qapp: QApplication, sandbox: RunningSandbox, server: FileServer, path: str, words: str
) -> None:
    server.cut.add("/shop/products.csv")
    async with open_console(qapp, locations.sample(), sandbox) as driver:
        await driver.loaded(300)
        await open_location(driver, server.address + path)
        await until(lambda: words in driver.banner)
        assert driver.window.model.rowCount() == 300
        await until(lambda: not rooms())


async def test_a_stalled_fetch_shows_its_progress_and_is_cancelled_at_once(
    qapp: QApplication, sandbox: RunningSandbox, server: FileServer
) -> None:
    server.stalled.add("/large.ndjson")
    async with open_console(qapp, locations.sample(), sandbox) as driver:
        await driver.loaded(300)
        await open_location(driver, f"{server.address}/large.ndjson")
        await until(lambda: "Fetching large.ndjson · 1.0 MB of 3.4 MB" in driver.labels(driver.window.run_bar))
        driver.click(driver.find(QPushButton, "Cancel this work"))
        await until(lambda: "Fetching large.ndjson was cancelled" in driver.log, within_s=1)
        assert driver.window.model.rowCount() == 300
        await until(lambda: not rooms())


async def test_closing_the_window_ends_a_fetch(qapp: QApplication, sandbox: RunningSandbox, server: FileServer) -> None:
    server.stalled.add("/large.ndjson")
    async with open_console(qapp, None, sandbox) as driver:
        await open_location(driver, f"{server.address}/large.ndjson")
        await until(rooms)
    assert not rooms()


async def test_what_a_crash_left_of_a_fetch_goes_at_the_next_start(qapp: QApplication, sandbox: RunningSandbox) -> None:
    folder = WorkspaceFolder(locations.workspaces())
    living = folder.make_room()
    dead = living.with_name(f"dead{living.suffix}")
    dead.mkdir()
    (dead / "half").write_bytes(b"half")
    async with open_console(qapp, None, sandbox):
        await until(lambda: not dead.exists())
        assert living.is_dir()
    await asyncio.to_thread(folder.clear_room, living)
    assert not rooms()


async def test_a_fetch_goes_on_while_another_address_is_asked_for_and_while_nothing_is_pasted(
    qapp: QApplication, sandbox: RunningSandbox, server: FileServer
) -> None:
    server.stalled.add("/large.ndjson")
    async with open_console(qapp, locations.sample(), sandbox) as driver:
        await driver.loaded(300)
        await open_location(driver, f"{server.address}/large.ndjson")
        await until(lambda: "Fetching large.ndjson · 1.0 MB" in driver.labels(driver.window.run_bar))
        driver.window.commands.open_location.trigger()
        dialog = await driver.dialog(LocationDialog)
        dialog.reject()
        await driver.gone(LocationDialog)
        QApplication.clipboard().clear()
        driver.window.commands.open_pasted.trigger()
        await until(lambda: "Nothing is copied that has rows." in driver.banner)
        assert "Fetching large.ndjson · 1.0 MB" in driver.labels(driver.window.run_bar)
        await open_location(driver, f"{server.address}/shop/products.csv")
        await driver.accept_import()
        await driver.loaded(2)
        assert "Fetching large.ndjson was cancelled" in driver.log
        await until(lambda: not rooms())
