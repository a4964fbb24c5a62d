"""Another profile is chosen while something of the one before is still under way: nothing of that comes after it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked
from PySide6.QtWidgets import QApplication, QPushButton

from pushconsole import locations
from pushconsole.credentials import Profile, ProfileKind, ProfileStore
from pushconsole.desktop.application import Console
from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import Driver, until
from tests.look import look_of
from tests.sandbox.caller import Caller

_OTHER_APPLICATION = "SHOPAPP001"


class SlowKeyring:
    """A keyring whose person dismisses the first question about the shop, and answers the second after a while.

    Attributes:
        questions: how many there were about the shop.
        answered: set where the second is to be answered.

    """

    def __init__(self, keys: dict[str, str]) -> None:
        self.questions = 0
        self.answered = threading.Event()
        self._keys = keys

    def get_password(self, _service: str, username: str) -> str | None:
        if username.startswith("Shop"):
            self.questions += 1
            if self.questions == 1:
                raise KeyringLocked
            if self.questions == 2:
                self.answered.wait(20)
        return self._keys.get(username)

    def delete_password(self, _service: str, username: str) -> None:
        del self._keys[username]


SlowKeyring.__module__, SlowKeyring.__name__ = "keyring.backends.Windows", "WinVaultKeyring"


@pytest.fixture
def keyring(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowKeyring]:
    """Keep two profiles: a shop that is only read, of an application nobody knows, and one of the sandbox."""
    made = SlowKeyring({f"Shop ({_OTHER_APPLICATION})": "k" * 32, f"Trial ({sandbox.app_id})": sandbox.api_key})
    monkeypatch.setattr("keyring.core.load_env", lambda: made)
    store = ProfileStore(locations.settings_file())
    urls = (sandbox.ingestion_url, sandbox.search_url)
    store.add(Profile("Shop", _OTHER_APPLICATION, "us", ProfileKind.READ_ONLY, *urls))
    store.add(Profile("Trial", sandbox.app_id, "us", ProfileKind.TEST, *urls))
    store.set_default("Shop")
    yield made
    made.answered.set()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "a.json"
    made.write_text('[{"objectID":"a"}]', encoding="utf-8")
    return made


@asynccontextmanager
async def _opened(qapp: QApplication, file: Path) -> AsyncIterator[Driver]:
    console = Console(look_of(qapp))
    await console.start(file=file, on_sandbox=False)
    driver = Driver(console)
    try:
        yield driver
    finally:
        await driver.close()


async def _pushed(driver: Driver) -> None:
    await until(driver.has_tasks)
    await driver.seek_task("products")
    await driver.loaded(1)
    await driver.push()


async def test_a_key_that_the_keyring_gives_too_late_takes_the_place_of_no_other(
    qapp: QApplication, keyring: SlowKeyring, caller: Caller, file: Path
) -> None:
    async with _opened(qapp, file) as driver:
        await until(lambda: "The keyring is locked" in driver.labels(driver.window.keyring_banner))
        driver.click(driver.find(QPushButton, "Try again", driver.window.keyring_banner))
        await until(lambda: keyring.questions == 2)
        driver.window.profiles.profile_chosen.emit("Trial")
        await until(driver.has_tasks)
        keyring.answered.set()
        await until(lambda: not any(thread.name == "keyring" for thread in threading.enumerate()))
        await _pushed(driver)
        assert _OTHER_APPLICATION not in driver.log
    assert [hit["objectID"] for hit in caller.hits()] == ["a"]
    assert ProfileStore(locations.settings_file()).default_name() == "Trial"


async def test_what_is_kept_of_a_key_late_brings_no_profile_back(
    qapp: QApplication, keyring: SlowKeyring, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()
    remember_use = ProfileStore.remember_use

    def slow(store: ProfileStore, name: str) -> None:
        begun.set()
        may_end.wait(20)
        remember_use(store, name)

    monkeypatch.setattr(ProfileStore, "remember_use", slow)
    async with _opened(qapp, file) as driver:
        await until(lambda: keyring.questions == 1)
        await driver.loaded_unaimed(1)
        driver.window.profiles.profile_chosen.emit("Trial")
        await until(begun.is_set)
        driver.window.profiles.profile_chosen.emit("Shop")
        await until(lambda: keyring.questions == 2)
        may_end.set()
        store = ProfileStore(locations.settings_file())
        await until(lambda: store.get("Trial").key_used_at is not None)
        keyring.answered.set()
        await until(lambda: "knows no such API key" in driver.log)
        assert "This profile is read-only" in driver.refusal


async def test_a_profile_that_is_deleted_while_its_key_is_waited_for_does_not_come_back(
    qapp: QApplication, keyring: SlowKeyring, file: Path
) -> None:
    async with _opened(qapp, file) as driver:
        await until(lambda: "The keyring is locked" in driver.labels(driver.window.keyring_banner))
        await driver.loaded_unaimed(1)
        driver.click(driver.find(QPushButton, "Try again", driver.window.keyring_banner))
        await until(lambda: keyring.questions == 2)
        driver.window.profiles.delete_requested.emit("Shop")
        await driver.answer("Delete the profile")
        await until(lambda: "Choose a profile first." in driver.refusal)
        keyring.answered.set()
        await until(lambda: not any(thread.name == "keyring" for thread in threading.enumerate()))
        await driver.type_into_cell(0, "objectID", "b")
        await until(lambda: driver.shown(0, "objectID") == "b")
        driver.window.profiles.profile_chosen.emit("Trial")
        await until(driver.has_tasks)
        assert _OTHER_APPLICATION not in driver.log


async def test_a_comparison_ends_with_the_profile_that_is_deleted(
    qapp: QApplication, keyring: SlowKeyring, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.push("updateObject", [{"objectID": "a"}])
    caller.fault({"delay_s": 5}, path="/objects$")
    async with _opened(qapp, file) as driver:
        await until(lambda: keyring.questions == 1)
        driver.window.profiles.profile_chosen.emit("Trial")
        await until(driver.has_tasks)
        await driver.seek_task("products")
        await driver.loaded(1)
        await until(driver.find(QPushButton, "Compare all").isEnabled)
        driver.click(driver.find(QPushButton, "Compare all"))
        card = driver.window.push_pane.index_card
        await until(lambda: "0 of 1" in driver.labels(card))
        driver.window.profiles.delete_requested.emit("Trial")
        await driver.answer("Delete the profile")
        await until(lambda: "Choose a profile first." in driver.refusal)
        await until(lambda: "Compared before" in driver.labels(card), within_s=3)
        await until(lambda: all(task.get_name() != "profile dialog" for task in asyncio.all_tasks()))


async def test_settings_that_cannot_be_written_keep_nobody_from_pushing(
    qapp: QApplication, keyring: SlowKeyring, caller: Caller, file: Path
) -> None:
    lock = locations.settings_file().with_name(".settings.json.lock")
    lock.unlink()
    lock.mkdir()
    async with _opened(qapp, file) as driver:
        await until(lambda: keyring.questions == 1)
        driver.window.profiles.profile_chosen.emit("Trial")
        await _pushed(driver)
        assert "could not be written" in driver.log
    assert [hit["objectID"] for hit in caller.hits()] == ["a"]
