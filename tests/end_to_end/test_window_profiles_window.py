"""The window of profiles, clicked through, with keys in a real Secret Service."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QFileDialog, QLabel, QLineEdit, QPushButton, QTreeWidget

from pushconsole import locations
from pushconsole.credentials import KeyPlace, KeyStore, Profile, ProfileKind, ProfileStore, Secret, add_profile
from pushconsole.desktop.application import Console
from pushconsole.desktop.import_profiles_dialog import ImportProfilesDialog
from pushconsole.desktop.profile_dialog import ProfileDialog
from pushconsole.desktop.profiles_dialog import ProfilesDialog
from pushconsole.desktop.reveal_dialog import RevealDialog
from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import Driver, StallMeter, until
from tests.look import look_of
from tests.sandbox.caller import Caller
from tests.secret_service import SecretServiceSession

pytestmark = pytest.mark.secret_service


@pytest.fixture
def store(sandbox: RunningSandbox, secret_service: SecretServiceSession) -> Iterator[ProfileStore]:
    """Give three profiles: a test one and a production one of the sandbox, and one without a key."""
    kept, keys = ProfileStore(locations.settings_file()), KeyStore()
    for name, kind in (("Staging", ProfileKind.TEST), ("Shop", ProfileKind.PRODUCTION)):
        add_profile(kept, keys, _profile(sandbox, name, kind), Secret(sandbox.api_key))
    add_profile(kept, keys, Profile("Keyless", "OTHERAPP12", "eu"), None)
    yield kept
    for profile in kept.all():
        keys.delete(profile)  # all tests share the keyring


def _profile(sandbox: RunningSandbox, name: str, kind: ProfileKind = ProfileKind.TEST) -> Profile:
    return Profile(name, sandbox.app_id, "us", kind, sandbox.ingestion_url, sandbox.search_url)


@asynccontextmanager
async def _managing(qapp: QApplication) -> AsyncIterator[tuple[Driver, ProfilesDialog]]:
    """Open the window, and in it that of the profiles."""
    console = Console(look_of(qapp))
    await console.start(file=None, on_sandbox=False)
    driver = Driver(console)
    try:
        driver.window.profiles.manage_requested.emit()
        dialog = await driver.dialog(ProfilesDialog)
        assert isinstance(dialog, ProfilesDialog)
        await until(lambda: "system's keyring" in driver.labels(dialog))
        await until(lambda: KeyPlace.UNKNOWN not in {_row(dialog, n) for n in range(dialog.profiles.count())})
        yield driver, dialog
        for left in driver.window.findChildren(ProfilesDialog):
            driver.click(driver.find(QPushButton, "Close", left))
        await driver.gone(ProfilesDialog)
    finally:
        await driver.close()


def _row(dialog: ProfilesDialog, number: int) -> KeyPlace:
    return dialog.profiles.row_at(dialog.profiles.model().index(number, 0)).place


def _choose(dialog: ProfilesDialog, name: str) -> None:
    item = dialog.profiles.item(dialog.profiles.order.index(name))
    place = dialog.profiles.visualItemRect(item).center()
    QTest.mouseClick(dialog.profiles.viewport(), Qt.MouseButton.LeftButton, pos=place)


async def test_what_a_key_may_do_and_what_lacks_is_shown_with_what_to_ask_for(
    qapp: QApplication, store: ProfileStore, sandbox: RunningSandbox, caller: Caller
) -> None:
    body = {"acl": ["addObject", "browse"], "indexes": ["dev_*"], "validity": 86_400 * 3}
    limited = caller.control("POST", "/sandbox/keys", body).json()["value"]
    add_profile(store, KeyStore(), _profile(sandbox, "Limited"), Secret(limited))
    async with _managing(qapp) as (driver, dialog):
        _choose(dialog, "Limited")
        await until(lambda: "Ask an administrator of SANDBOX001" in driver.labels(dialog))
        shown = driver.labels(dialog)
        for part in ("addObject", "deleteIndex", "dev_*", "2 days more", "Ingestion API", "127.0.0.1 answered in"):
            assert part in shown
        assert driver.find(QLabel, "deleteIndex: lacking", dialog).isVisible()
        assert driver.find(QLabel, "addObject: there", dialog).isVisible()
        assert driver.find(QLabel, "search: lacking, and not needed for a push", dialog).isVisible()
        driver.click(driver.find(QPushButton, "Copy", dialog))
        assert QGuiApplication.clipboard().text().endswith("with the ACL addObject, deleteIndex, editSettings.")
        assert limited not in shown + QGuiApplication.clipboard().text()
        _choose(dialog, "Shop")
        await until(lambda: "without end" in driver.labels(dialog))
        assert "Ask an administrator" not in driver.labels(dialog)
        _choose(dialog, "Keyless")
        await until(lambda: "There is none" in driver.labels(dialog))
        assert not driver.find(QPushButton, "Test connection", dialog).isEnabled()
        assert not driver.find(QPushButton, "Reveal the key…", dialog).isEnabled()
    assert store.get("Limited").key_expires_at is not None


async def test_a_host_that_is_not_there_is_told_by_the_test(qapp: QApplication, store: ProfileStore) -> None:
    away = Profile("Away", "OTHERAPP12", "us", ProfileKind.TEST, "http://127.0.0.1:9", "http://127.0.0.1:9")
    add_profile(store, KeyStore(), away, Secret("k" * 32))
    async with _managing(qapp) as (driver, dialog):
        _choose(dialog, "Away")
        await until(lambda: "takes no connection" in driver.labels(dialog))
        dialog.page.table.say("")
        driver.click(driver.find(QPushButton, "Test connection", dialog))
        await until(lambda: "takes no connection" in driver.labels(dialog))


async def test_the_order_is_changed_by_keys_and_buttons_and_followed_everywhere(
    qapp: QApplication, store: ProfileStore
) -> None:
    async with _managing(qapp) as (driver, dialog):
        _choose(dialog, "Keyless")
        QTest.keyClick(dialog.profiles, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        await until(lambda: [one.name for one in store.all()] == ["Staging", "Keyless", "Shop"])
        driver.click(driver.find(QPushButton, "Move up", dialog))
        await until(lambda: [one.name for one in store.all()] == ["Keyless", "Staging", "Shop"])
        assert not driver.find(QPushButton, "Move up", dialog).isEnabled()
        _choose(dialog, "Staging")
        driver.click(driver.find(QPushButton, "Move down", dialog))
        await until(lambda: [one.name for one in store.all()] == ["Keyless", "Shop", "Staging"])
        assert dialog.shown == "Staging"
        await until(lambda: _menu(driver) == ["Keyless", "Shop", "Staging"])


def _menu(driver: Driver) -> list[str]:
    return [action.text().split(" · ")[0] for action in driver.window.profiles._menu.actions() if action.isCheckable()]


async def test_a_profile_is_duplicated_made_the_default_and_deleted_with_its_key(
    qapp: QApplication, store: ProfileStore, sandbox: RunningSandbox
) -> None:
    async with _managing(qapp) as (driver, dialog):
        _choose(dialog, "Staging")
        driver.click(driver.find(QPushButton, "Duplicate", dialog))
        edit = await driver.dialog(ProfileDialog)
        name = driver.find(QLineEdit, "Name", edit)
        assert name.text() == "Staging (2)"
        name.selectAll()
        driver.type(name, "Second")
        QTest.keyClick(name, Qt.Key.Key_Return)
        await driver.gone(ProfileDialog)
        await until(lambda: dialog.profiles.order == ["Staging", "Shop", "Keyless", "Second"])
        copy = store.get("Second")
        assert KeyStore().get(copy) == Secret(sandbox.api_key)
        _choose(dialog, "Second")
        await until(lambda: dialog.shown == "Second")
        driver.click(driver.find(QPushButton, "Make default", dialog))
        await until(lambda: store.default_name() == "Second")
        await until(lambda: dialog.profiles.chosen is not None and dialog.profiles.chosen.is_default)
        driver.click(driver.find(QPushButton, "Delete…", dialog))
        await driver.answer("Cancel")
        assert store.get("Second")
        driver.click(driver.find(QPushButton, "Delete…", dialog))
        await driver.answer("Delete the profile")
        await until(lambda: dialog.profiles.order == ["Staging", "Shop", "Keyless"])
        assert KeyStore().get(copy) is None


async def test_the_window_works_with_the_one_that_is_used(qapp: QApplication, store: ProfileStore) -> None:
    async with _managing(qapp) as (driver, dialog):
        _choose(dialog, "Shop")
        driver.click(driver.find(QPushButton, "Use this profile", dialog))
        await driver.gone(ProfilesDialog)
        await until(driver.has_tasks)
        assert driver.console._targets.profile is not None
        assert driver.console._targets.profile.name == "Shop"
        await until(lambda: store.get("Shop").key_used_at is not None)


async def test_a_key_is_shown_for_a_while_copied_past_histories_and_gone(
    qapp: QApplication, store: ProfileStore, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, clipboard = sandbox.api_key, QGuiApplication.clipboard()
    monkeypatch.setattr("pushconsole.desktop.reveal_dialog.SHOWN_S", 3)
    async with _managing(qapp) as (driver, dialog):
        _choose(dialog, "Shop")
        driver.click(driver.find(QPushButton, "Reveal the key…", dialog))
        await driver.answer("Cancel")
        assert not dialog.findChildren(RevealDialog)
        driver.click(driver.find(QPushButton, "Reveal the key…", dialog))
        await driver.answer("Show the key")
        reveal = await driver.dialog(RevealDialog)
        assert key in driver.labels(reveal)
        assert "Hidden again in 3 s" in driver.labels(reveal)
        driver.click(driver.find(QPushButton, "Copy", reveal))
        assert clipboard.text() == key
        assert clipboard.mimeData().data("x-kde-passwordManagerHint").toStdString() == "secret"
        await driver.gone(RevealDialog)
        assert not any(key in label.text() for label in driver.window.findChildren(QLabel))
        assert clipboard.text() == key, "it was copied to be pasted"
        driver.console._targets._profiles.clipboard._timer.setInterval(0)
        await until(lambda: clipboard.text() != key)
        driver.console._targets._profiles.clipboard.put(Secret(key))
    assert clipboard.text() != key, "closing the window takes it away at once"


async def test_what_was_copied_since_stays_on_the_clipboard(
    qapp: QApplication, store: ProfileStore, sandbox: RunningSandbox
) -> None:
    async with _managing(qapp) as (driver, _):
        clipboard = driver.console._targets._profiles.clipboard
        clipboard.put(Secret(sandbox.api_key))
        QGuiApplication.clipboard().setText("of another program")
        clipboard.clear()
        assert QGuiApplication.clipboard().text() == "of another program"


@pytest.mark.parametrize("platform", ["darwin", "sunos5"])
async def test_where_a_history_cannot_be_kept_away_nothing_is_copied(
    qapp: QApplication, store: ProfileStore, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    async with _managing(qapp) as (driver, dialog):
        monkeypatch.setattr("pushconsole.desktop.secret_clipboard.sys.platform", platform)
        clipboard = driver.console._targets._profiles.clipboard
        reveal = RevealDialog(look_of(qapp), store.get("Shop"), Secret("k" * 32), clipboard, dialog)
        reveal.open()
        assert not [b for b in reveal.findChildren(QPushButton) if b.text().replace("&", "") == "Copy"]
        assert "cannot be copied here" in driver.labels(reveal)
        clipboard.put(Secret("k" * 32))
        assert QGuiApplication.clipboard().text() != "k" * 32
        reveal.reject()
        monkeypatch.undo()


@pytest.fixture
def algolia_cli(home: Path, sandbox: RunningSandbox) -> Path:
    """Write the profiles of Algolia's command line: a new one, and two that clash."""
    file = home / "config" / "algolia" / "config.toml"
    file.parent.mkdir(parents=True)
    text = "".join(
        f'[{name}]\napplication_id = "{application_id}"\napi_key = "{key}"\n'
        for name, application_id, key in (
            ("fresh", "FRESHAPP01", "f" * 32),
            ("Keyless", "OTHERAPP12", "e" * 32),
            ("Shop", "ANOTHERAPP", "d" * 32),
        )
    )
    file.write_text(text, encoding="utf-8")
    return file


async def _import(driver: Driver, dialog: ProfilesDialog, words: str) -> None:
    menu = driver.find(QPushButton, "Import", dialog).menu()
    next(action for action in menu.actions() if action.text().replace("&", "").startswith(words)).trigger()


async def test_profiles_of_algolias_command_line_are_shown_chosen_and_taken_over(
    qapp: QApplication, store: ProfileStore, algolia_cli: Path, home: Path
) -> None:
    before = await asyncio.to_thread(algolia_cli.read_bytes)
    async with _managing(qapp) as (driver, dialog):
        await _import(driver, dialog, "From Algolia's command line")
        offer = await driver.dialog(ImportProfilesDialog)
        tree = offer.findChild(QTreeWidget)
        assert isinstance(tree, QTreeWidget)
        items = [item for row in range(3) if (item := tree.topLevelItem(row)) is not None]
        shown = [[item.text(column) for column in range(5)] for item in items]
        assert [row[0] for row in shown] == ["fresh", "Keyless", "Shop"]
        assert {row[3] for row in shown} == {"********"}
        assert "would take the place of its key" in shown[1][4].replace("\n", " ")
        assert "as “Shop (2)”" in shown[2][4]
        assert driver.find(QPushButton, "Import 2 profiles", offer)
        items[1].setCheckState(0, Qt.CheckState.Checked)
        items[2].setCheckState(0, Qt.CheckState.Unchecked)
        driver.choose(driver.find(QComboBox, "Region", offer), "Europe")
        driver.click(driver.find(QPushButton, "Import 2 profiles", offer))
        await driver.gone(ImportProfilesDialog)
        await until(lambda: dialog.profiles.order == ["Staging", "Shop", "Keyless", "fresh"])
    assert await asyncio.to_thread(algolia_cli.read_bytes) == before
    fresh = store.get("fresh")
    assert (fresh.application_id, fresh.region) == ("FRESHAPP01", "eu")
    assert KeyStore().get(fresh) == Secret("f" * 32)
    assert KeyStore().get(store.get("Keyless")) == Secret("e" * 32)
    for key in ("f" * 32, "e" * 32):
        assert not _files_with(key, home, but=algolia_cli)


async def test_a_key_for_a_profile_that_is_there_asks_nobody_for_the_region(
    qapp: QApplication, store: ProfileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # nobody could be asked
    store.add(Profile("AWAYAPP001", "AWAYAPP001", "eu"))
    found = tmp_path / "found.env"
    found.write_text(f"ALGOLIA_APPLICATION_ID=AWAYAPP001\nALGOLIA_API_KEY={'e' * 32}\n", encoding="utf-8")
    async with _managing(qapp) as (driver, dialog):
        await _import(driver, dialog, "From a .env file")
        await _pick(driver, found)
        offer = await driver.dialog(ImportProfilesDialog)
        tree = offer.findChild(QTreeWidget)
        assert isinstance(tree, QTreeWidget)
        item = tree.topLevelItem(0)
        assert item is not None
        item.setCheckState(0, Qt.CheckState.Checked)
        driver.click(driver.find(QPushButton, "Import 1 profile", offer))
        await driver.gone(ImportProfilesDialog)
    assert KeyStore().get(store.get("AWAYAPP001")) == Secret("e" * 32)


async def test_a_place_that_has_nothing_or_cannot_be_read_is_told(
    qapp: QApplication, store: ProfileStore, tmp_path: Path
) -> None:
    key = "secret-of-the-file" * 2
    broken = tmp_path / "broken.env"
    broken.write_bytes(f"ALGOLIA_API_KEY={key}\n".encode() + b"\xff")
    async with _managing(qapp) as (driver, dialog):
        await _import(driver, dialog, "From Algolia's command line")
        await until(lambda: "has no profiles here" in driver.labels(dialog))
        await _import(driver, dialog, "From the environment")
        await until(lambda: "no ALGOLIA_APPLICATION_ID" in driver.labels(dialog))
        await _import(driver, dialog, "From a .env file")
        await _pick(driver, broken)
        await until(lambda: "is not UTF-8" in driver.labels(dialog))
        assert key not in driver.labels(dialog) + driver.log


async def _pick(driver: Driver, file: Path) -> None:
    chooser = await driver.dialog(QFileDialog)
    field = chooser.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(field, QLineEdit)
    field.clear()
    QTest.keyClicks(field, str(file))
    QTest.keyClick(field, Qt.Key.Key_Return)
    await driver.gone(QFileDialog)


async def test_profiles_are_exported_without_their_keys(
    qapp: QApplication, store: ProfileStore, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    file = tmp_path / "profiles.json"
    async with _managing(qapp) as (driver, dialog):
        driver.click(driver.find(QPushButton, "Export…", dialog))
        await _pick(driver, file)
        await until(file.is_file)
    exported = json.loads(file.read_text(encoding="utf-8"))["profiles"]
    assert [profile["name"] for profile in exported] == ["Staging", "Shop", "Keyless"]
    assert sandbox.api_key not in file.read_text(encoding="utf-8")


async def _adding(driver: Driver, dialog: QDialog, fields: dict[str, str]) -> QDialog:
    driver.click(driver.find(QPushButton, "Add a profile…", dialog))
    form = await driver.dialog(ProfileDialog)
    driver.click(driver.find(QPushButton, "Advanced", form))
    for name, text in fields.items():
        driver.type(driver.find(QLineEdit, name, form), text)
    return form


async def test_what_is_typed_is_checked_as_it_goes_without_a_freeze(
    qapp: QApplication, store: ProfileStore, sandbox: RunningSandbox, caller: Caller
) -> None:
    limited = caller.control("POST", "/sandbox/keys", {"acl": ["addObject"]}).json()["value"]
    caller.fault({"delay_s": 1.0}, path="/1/keys/")
    addresses = {
        "Address of the Ingestion API": sandbox.ingestion_url,
        "Address of the Search API": sandbox.search_url,
    }
    async with _managing(qapp) as (driver, dialog):
        form = await _adding(driver, dialog, addresses | {"Application ID": sandbox.app_id.lower(), "API key": limited})
        with StallMeter() as meter:
            await until(lambda: "Asking the service…" in driver.labels(form))
            await until(lambda: "Ask an administrator of SANDBOX001" in driver.labels(form))
        assert meter.longest_s < 0.3
        assert driver.find(QLabel, "deleteIndex: lacking", form).isVisible()
        field = driver.find(QLineEdit, "API key", form)
        field.clear()
        driver.type(field, "0" * 32)
        await until(lambda: "knows no such API key" in driver.labels(form))
        field.clear()
        driver.type(field, sandbox.api_key)
        driver.choose(driver.find(QComboBox, "Region", form), "Find out")
        await until(lambda: "Both regions answer" in driver.labels(form))
        form.reject()
        await driver.gone(ProfileDialog)
        await asyncio.sleep(0)
    assert [one.name for one in store.all()] == ["Staging", "Shop", "Keyless"]


async def test_a_service_that_cannot_be_reached_keeps_nobody_from_saving(
    qapp: QApplication, store: ProfileStore
) -> None:
    fields = {
        "Name": "Away",
        "Application ID": "AWAYAPP001",
        "API key": "k" * 32,
        "Address of the Ingestion API": "http://127.0.0.1:9",
        "Address of the Search API": "http://127.0.0.1:9",
    }
    async with _managing(qapp) as (driver, dialog):
        form = await _adding(driver, dialog, fields)
        await until(lambda: "can be saved all the same" in driver.labels(form))
        assert "takes no connection" in driver.labels(form)
        region = driver.find(QComboBox, "Region", form)
        driver.choose(region, "Find out")
        driver.click(driver.find(QPushButton, "Save the profile", form))
        await until(lambda: "Choose the region, and the profile can be saved" in driver.labels(form))
        driver.choose(region, "Europe")
        driver.click(driver.find(QPushButton, "Save the profile", form))
        await driver.gone(ProfileDialog)
        await until(lambda: "Away" in dialog.profiles.order)
    assert store.get("Away").region == "eu"
    assert KeyStore().get(store.get("Away")) == Secret("k" * 32)


def _files_with(key: str, folder: Path, *, but: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.is_file() and path != but)
    return [path for path in files if key.encode() in path.read_bytes()]


async def test_a_profile_that_leads_elsewhere_takes_no_key_along(qapp: QApplication, store: ProfileStore) -> None:
    before = store.get("Staging")
    async with _managing(qapp) as (driver, dialog):
        _choose(dialog, "Staging")
        driver.click(driver.find(QPushButton, "Edit…", dialog))
        form = await driver.dialog(ProfileDialog)
        field = driver.find(QLineEdit, "Application ID", form)
        field.clear()
        driver.type(field, "OTHERAPP12")
        driver.click(driver.find(QPushButton, "Save the profile", form))
        await until(lambda: "is for the application SANDBOX001" in driver.labels(form))
        assert KeyStore().places([store.get("Staging")]) == {"Staging": KeyPlace.KEYRING}
        driver.type(driver.find(QLineEdit, "API key", form), "k" * 32)
        driver.click(driver.find(QPushButton, "Save the profile", form))
        await until(lambda: "knows no such API key" in driver.labels(form))
        form.reject()
        await driver.gone(ProfileDialog)
    assert store.get("Staging") == before
    assert KeyStore().get(Profile("Staging", "OTHERAPP12", "us")) is None
