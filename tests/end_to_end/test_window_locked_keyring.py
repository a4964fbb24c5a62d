"""A keyring that is locked, whose prompt a real prompter shows and a person cancels: the window never freezes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from pushconsole import locations
from pushconsole.credentials import KeyPlace, KeyStore, Profile, ProfileStore, Secret, add_profile
from pushconsole.desktop.application import Console
from pushconsole.desktop.key_dialog import KeyDialog
from pushconsole.desktop.profile_dialog import ProfileDialog
from pushconsole.desktop.profiles_dialog import ProfilesDialog
from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import Driver, StallMeter, until
from tests.keyring_prompter import Prompter
from tests.look import look_of
from tests.sandbox.caller import Caller
from tests.secret_service import SecretServiceSession

pytestmark = pytest.mark.secret_service

_STALL_S = 0.3


@pytest.fixture
def profile(sandbox: RunningSandbox, secret_service: SecretServiceSession) -> Profile:
    """Give a profile whose key is in the keyring."""
    made = Profile("Shop", sandbox.app_id, "us", ingestion_url=sandbox.ingestion_url, search_url=sandbox.search_url)
    store = ProfileStore(locations.settings_file())
    add_profile(store, KeyStore(), made, Secret(sandbox.api_key))
    store.set_default("Shop")
    return made


@pytest.fixture
def prompter(profile: Profile, secret_service: SecretServiceSession) -> Iterator[Prompter]:
    """Lock the keyring, and put a prompter there that asks."""
    secret_service.lock()
    with Prompter(secret_service.environ["DBUS_SESSION_BUS_ADDRESS"]) as there:
        yield there
    secret_service.kill_daemon()
    secret_service.start_daemon()


@asynccontextmanager
async def _opened(qapp: QApplication, file: Path) -> AsyncIterator[Driver]:
    console = Console(look_of(qapp))
    await console.start(file=file, on_sandbox=False)
    driver = Driver(console)
    try:
        yield driver
    finally:
        await driver.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "a.json"
    made.write_text('[{"objectID":"a"}]', encoding="utf-8")
    return made


def _files_with(key: str, folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and key.encode() in path.read_bytes()]


def _notice(driver: Driver) -> str:
    return driver.labels(driver.window.keyring_banner)


async def test_while_the_prompt_waits_the_window_works_and_after_it_is_cancelled_a_key_for_now_pushes(
    qapp: QApplication, profile: Profile, prompter: Prompter, sandbox: RunningSandbox, caller: Caller, file: Path,
    home: Path,
) -> None:  # fmt: skip
    async with _opened(qapp, file) as driver:
        with StallMeter() as meter:
            await until(prompter.asked.is_set)
            await driver.loaded(1)
            await driver.type_into_cell(0, "objectID", "b")
            await until(lambda: driver.shown(0, "objectID") == "b")
            assert not driver.has_tasks()
            prompter.cancel()
            await until(lambda: "The keyring is locked" in _notice(driver))
            driver.click(driver.find(QPushButton, "Try again", driver.window.keyring_banner))
            await until(prompter.asked.is_set)
            prompter.cancel()
            await until(lambda: len(prompter.questions) == 2 and not prompter.asked.is_set())
            await until(lambda: driver.log.count("The keyring is locked") == 2)
            driver.click(driver.find(QPushButton, "Enter the key for now…", driver.window.keyring_banner))
            dialog = await driver.dialog(KeyDialog)
            driver.type(driver.find(QLineEdit, "API key", dialog), sandbox.api_key)
            driver.click(driver.find(QPushButton, "Use it for now", dialog))
            await driver.gone(KeyDialog)
            await until(driver.has_tasks)
            assert "is kept only until Push Console is closed" in _notice(driver)
            await driver.seek_task("products")
            await driver.loaded(1)
            await driver.push()
    assert [hit["objectID"] for hit in caller.hits()] == ["b"]
    assert meter.longest_s < _STALL_S
    assert KeyStore().places([profile]) == {"Shop": KeyPlace.UNKNOWN}, "it is still locked"
    assert not _files_with(sandbox.api_key, home)


async def test_the_window_can_be_closed_while_the_prompt_waits(
    qapp: QApplication, prompter: Prompter, file: Path
) -> None:
    async with _opened(qapp, file) as driver:
        await until(prompter.asked.is_set)
        await driver.loaded_unaimed(1)
        start = time.monotonic()
    assert time.monotonic() - start < 5
    assert prompter.asked.is_set()
    await asyncio.wait_for(asyncio.get_running_loop().shutdown_default_executor(), 5)
    prompter.cancel()


async def test_the_profiles_are_listed_without_asking_for_the_password(
    qapp: QApplication, prompter: Prompter, file: Path
) -> None:
    async with _opened(qapp, file) as driver:
        await until(prompter.asked.is_set)
        prompter.cancel()
        await until(lambda: "The keyring is locked" in _notice(driver))
        driver.window.profiles.manage_requested.emit()
        dialog = await driver.dialog(ProfilesDialog)
        await until(lambda: "It is locked now" in driver.labels(dialog))
        await until(lambda: "Not known: the keyring is locked" in driver.labels(dialog))
        assert not prompter.asked.is_set()
        driver.click(driver.find(QPushButton, "Test connection", dialog))
        await until(prompter.asked.is_set)
        prompter.cancel()
        await until(lambda: "The keyring is locked, so" in driver.labels(dialog))
        dialog.reject()
        await driver.gone(ProfilesDialog)


async def test_a_key_kept_for_now_is_stored_once_the_keyring_is_there(
    qapp: QApplication, profile: Profile, secret_service: SecretServiceSession, sandbox: RunningSandbox, file: Path
) -> None:
    secret_service.lock()
    try:
        async with _opened(qapp, file) as driver:
            await until(lambda: "The keyring is locked" in _notice(driver))
            driver.click(driver.find(QPushButton, "Enter the key for now…", driver.window.keyring_banner))
            dialog = await driver.dialog(KeyDialog)
            driver.type(driver.find(QLineEdit, "API key", dialog), sandbox.api_key)
            driver.click(driver.find(QPushButton, "Use it for now", dialog))
            await until(driver.has_tasks)
            await asyncio.to_thread(secret_service.kill_daemon)
            await asyncio.to_thread(secret_service.start_daemon)
            driver.click(driver.find(QPushButton, "Store it now", driver.window.keyring_banner))
            await until(lambda: not driver.window.keyring_banner.isVisible())
    finally:
        secret_service.kill_daemon()
        secret_service.start_daemon()
    assert KeyStore().get(profile) == Secret(sandbox.api_key)


async def test_without_any_keyring_a_profile_works_until_the_end_and_the_bar_says_so(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, home: Path
) -> None:
    async with _opened(qapp, file) as driver:
        driver.window.commands.add_profile.trigger()
        form = await driver.dialog(ProfileDialog)
        await until(lambda: "Start GNOME Keyring" in driver.labels(form))
        driver.click(driver.find(QPushButton, "Advanced", form))
        for name, text in (
            ("Name", "Shop"),
            ("Application ID", sandbox.app_id),
            ("API key", sandbox.api_key),
            ("Address of the Ingestion API", sandbox.ingestion_url),
            ("Address of the Search API", sandbox.search_url),
        ):
            driver.type(driver.find(QLineEdit, name, form), text)
        driver.click(driver.find(QPushButton, "Save the profile", form))
        await driver.gone(ProfileDialog)
        await until(driver.has_tasks)
        assert "No keyring is running here" in _notice(driver)
        driver.click(driver.find(QPushButton, "Store it now", driver.window.keyring_banner))
        assert "API keys are kept only until Push Console is closed" in _notice(driver)
        driver.window.profiles.manage_requested.emit()
        dialog = await driver.dialog(ProfilesDialog)
        await until(lambda: "Kept until Push Console is closed" in driver.labels(dialog))
        dialog.reject()
        await driver.gone(ProfilesDialog)
        await driver.seek_task("products")
        await driver.loaded(1)
        await driver.push()
    assert [hit["objectID"] for hit in caller.hits()] == ["a"]
    assert not _files_with(sandbox.api_key, home)
    async with _opened(qapp, file) as driver:
        await until(lambda: "There is no API key for the profile" in driver.log)
        assert "No keyring is running here" in _notice(driver)


async def test_while_a_run_is_open_nothing_can_take_its_profile_away(
    qapp: QApplication, profile: Profile, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"delay_s": 2}, path="/push$")
    async with _opened(qapp, file) as driver:
        await until(driver.has_tasks)
        await driver.seek_task("products")
        await driver.loaded(1)
        await until(driver.push_button.isEnabled)
        driver.click(driver.push_button)
        await until(lambda: [call for call in caller.get("/sandbox/calls") if call["path"].endswith("/push")])
        commands = driver.window.commands
        assert not commands.manage_profiles.isEnabled()
        assert not commands.add_profile.isEnabled()
        await until(lambda: "Finished in" in driver.log)
        await until(commands.manage_profiles.isEnabled)
