"""Profiles at the window, with the key in a real Secret Service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QPushButton, QSpinBox

from pushconsole import locations
from pushconsole.credentials import KeyStore, Profile, ProfileStore, Secret, add_profile
from pushconsole.desktop.application import Console
from pushconsole.desktop.profile_dialog import ProfileDialog
from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import Driver, StallMeter, until
from tests.look import look_of
from tests.sandbox.caller import Caller
from tests.secret_service import SecretServiceSession

pytestmark = pytest.mark.secret_service

# keyring's D-Bus library leaves its socket to the collector when the other side refuses or dies.
LEAKS_ITS_SOCKET = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@asynccontextmanager
async def _opened(qapp: QApplication, file: Path | None = None) -> AsyncIterator[Driver]:
    console = Console(look_of(qapp))
    await console.start(file=file, on_sandbox=False)
    driver = Driver(console)
    try:
        yield driver
    finally:
        await driver.close()


async def _add_profile(driver: Driver, sandbox: RunningSandbox, *, key: str, kind: str = "Testing") -> None:
    await _filled(driver, sandbox, key=key, kind=kind)
    await driver.gone(ProfileDialog)


async def _filled(
    driver: Driver, sandbox: RunningSandbox, *, key: str, kind: str = "Testing", region: str = "United States"
) -> QDialog:
    """Fill the dialog of a new profile and press Enter."""
    driver.window.commands.add_profile.trigger()
    dialog = await driver.dialog(ProfileDialog)
    driver.click(driver.find(QPushButton, "Advanced", dialog))
    for name, text in (
        ("Name", "Acme shop"),
        ("Application ID", sandbox.app_id),
        ("API key", key),
        ("Address of the Ingestion API", sandbox.ingestion_url),
        ("Address of the Search API", sandbox.search_url),
    ):
        driver.type(driver.find(QLineEdit, name, dialog), text)
    driver.choose(driver.find(QComboBox, "It is for", dialog), kind)
    driver.choose(driver.find(QComboBox, "Region", dialog), region)
    QTest.keyClick(driver.find(QLineEdit, "Name", dialog), Qt.Key.Key_Return)
    return dialog


async def test_a_profile_is_added_its_key_kept_and_the_next_start_finds_both(
    qapp: QApplication, sandbox: RunningSandbox, secret_service: SecretServiceSession
) -> None:
    async with _opened(qapp) as driver:
        await _add_profile(driver, sandbox, key=sandbox.api_key)
        await until(driver.has_tasks)
    (profile,) = ProfileStore(locations.settings_file()).all()
    assert (profile.name, profile.application_id, profile.kind) == ("Acme shop", sandbox.app_id, "test")
    kept = KeyStore().get(profile)
    assert kept is not None
    assert kept.reveal() == sandbox.api_key
    async with _opened(qapp) as driver:
        await until(driver.has_tasks)


@LEAKS_ITS_SOCKET
async def test_a_keyring_that_dies_while_it_is_asked_neither_freezes_the_window_nor_ends_it(
    qapp: QApplication, sandbox: RunningSandbox, secret_service: SecretServiceSession, tmp_path: Path
) -> None:
    file = tmp_path / "a.json"
    file.write_text('[{"objectID":"a"}]')
    async with _opened(qapp) as driver:
        await _add_profile(driver, sandbox, key=sandbox.api_key)
        await until(driver.has_tasks)
    secret_service.freeze_daemon()
    async with _opened(qapp, file) as driver:
        with StallMeter() as meter:
            await driver.loaded_unaimed(1)
            await asyncio.sleep(1.0)
            assert not driver.has_tasks(), "the keyring has not answered"
            await asyncio.to_thread(secret_service.kill_daemon)
            await until(lambda: "could not read the API key" in driver.log or "no API key" in driver.log)
        assert meter.longest_s < 0.3
        assert driver.window.model.rowCount() == 1
    secret_service.start_daemon()


@LEAKS_ITS_SOCKET
async def test_a_locked_keyring_is_told_and_the_window_goes_on(
    qapp: QApplication, sandbox: RunningSandbox, secret_service: SecretServiceSession
) -> None:
    async with _opened(qapp) as driver:
        await _add_profile(driver, sandbox, key=sandbox.api_key)
        await until(driver.has_tasks)
    secret_service.lock()
    try:
        async with _opened(qapp) as driver:
            with StallMeter() as meter:
                await until(lambda: "The keyring is locked" in driver.log)
            assert meter.longest_s < 0.3
    finally:
        secret_service.kill_daemon()
        secret_service.start_daemon()


async def test_a_production_profile_asks_before_each_run(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, secret_service: SecretServiceSession, tmp_path: Path
) -> None:
    file = tmp_path / "a.json"
    file.write_text('[{"objectID":"a"}]')
    async with _opened(qapp, file) as driver:
        await _add_profile(driver, sandbox, key=sandbox.api_key, kind="Production")
        await until(driver.has_tasks)
        await driver.loaded_unaimed(1)
        await driver.seek_task("products")
        await until(driver.push_button.isEnabled)
        driver.click(driver.push_button)
        await driver.answer("Cancel")
        await until(driver.push_button.isEnabled)
        assert "products" not in caller.index_names()
        driver.click(driver.push_button)
        await driver.answer("Push 1 record to products")
        await until(lambda: "Finished in" in driver.log)
        assert [hit["objectID"] for hit in caller.hits()] == ["a"]


async def test_a_key_that_is_refused_is_kept_nowhere_and_said_nowhere(
    qapp: QApplication, sandbox: RunningSandbox, secret_service: SecretServiceSession, home: Path
) -> None:
    key = "deadbeef" * 4
    async with _opened(qapp) as driver:
        dialog = await _filled(driver, sandbox, key=key)
        await until(lambda: "knows no such API key" in driver.labels(dialog))
        assert key not in driver.log + driver.banner + driver.labels(dialog)
        assert key not in repr(vars(driver.console)) + repr(vars(driver.console._targets))
        assert ProfileStore(locations.settings_file()).all() == []
        dialog.reject()
        await driver.gone(ProfileDialog)
    assert not _files_with(key, home)


async def test_a_dialog_that_is_closed_while_the_service_is_asked_keeps_nothing(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, secret_service: SecretServiceSession
) -> None:
    async with _opened(qapp) as driver:
        caller.fault({"delay_s": 1.0}, path="/1/keys/")
        dialog = await _filled(driver, sandbox, key=sandbox.api_key)
        await until(lambda: "save profile" in driver.console._jobs._running)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await driver.gone(ProfileDialog)
        await until(lambda: "save profile" not in driver.console._jobs._running)
        assert ProfileStore(locations.settings_file()).all() == []
        assert "should not have happened" not in driver.log


async def test_where_the_region_cannot_be_found_out_it_is_asked_for(
    qapp: QApplication, sandbox: RunningSandbox, secret_service: SecretServiceSession
) -> None:
    async with _opened(qapp) as driver:
        dialog = await _filled(driver, sandbox, key=sandbox.api_key, region="Find out")
        await until(lambda: "Both regions answer" in driver.labels(dialog))  # here both are the sandbox
        driver.choose(driver.find(QComboBox, "Region", dialog), "Europe")
        QTest.keyClick(driver.find(QLineEdit, "Name", dialog), Qt.Key.Key_Return)
        await driver.gone(ProfileDialog)
    assert ProfileStore(locations.settings_file()).get("Acme shop").region == "eu"


async def test_another_key_takes_the_place_of_the_old_one_once_it_may_push(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, secret_service: SecretServiceSession
) -> None:
    limited = caller.control("POST", "/sandbox/keys", {"acl": ["addObject"]}).json()["value"]
    async with _opened(qapp) as driver:
        await _add_profile(driver, sandbox, key=sandbox.api_key)
        await until(driver.has_tasks)
        driver.window.profiles.edit_requested.emit("Acme shop")
        dialog = await driver.dialog(ProfileDialog)
        field = driver.find(QLineEdit, "API key", dialog)
        driver.type(field, limited)
        QTest.keyClick(field, Qt.Key.Key_Return)
        await until(lambda: "lacks the permission deleteIndex and editSettings" in driver.labels(dialog))
        field.clear()
        driver.find(QSpinBox, "Calls at once", dialog).setValue(7)
        QTest.keyClick(field, Qt.Key.Key_Return)
        await driver.gone(ProfileDialog)
    (profile,) = ProfileStore(locations.settings_file()).all()
    assert profile.concurrency == 7
    kept = KeyStore().get(profile)
    assert kept is not None
    assert kept.reveal() == sandbox.api_key


async def test_a_key_for_other_indexes_closes_the_button_and_says_why(
    qapp: QApplication,
    sandbox: RunningSandbox,
    caller: Caller,
    secret_service: SecretServiceSession,
    tmp_path: Path,
) -> None:
    body = {"acl": ["addObject", "deleteIndex", "editSettings"], "indexes": ["dev_*"]}
    key = caller.control("POST", "/sandbox/keys", body).json()["value"]
    profile = Profile("Shop", sandbox.app_id, "us", ingestion_url=sandbox.ingestion_url, search_url=sandbox.search_url)
    store = ProfileStore(locations.settings_file())
    add_profile(store, KeyStore(), profile, Secret(key))
    store.set_default("Shop")
    file = tmp_path / "a.json"
    file.write_text('[{"objectID":"a"}]')
    async with _opened(qapp, file) as driver:
        await until(driver.has_tasks)
        await driver.seek_task("products")
        await driver.loaded(1)
        await until(lambda: "The API key is for dev_* only, and the task pushes to products." in driver.refusal)
        assert "ask an administrator of SANDBOX001 for a key for products" in driver.refusal
        assert not driver.push_button.isEnabled()
    assert not any(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))


def _files_with(key: str, folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and key.encode() in path.read_bytes()]
