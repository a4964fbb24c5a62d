"""The API key is found nowhere after anything that is done with profiles, imports that fail and crashes among it."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from pushconsole import locations
from pushconsole.credentials import KeyStore, Profile, ProfileStore, Secret, add_profile
from pushconsole.desktop.application import Console
from pushconsole.desktop.import_profiles_dialog import ImportProfilesDialog
from pushconsole.desktop.profile_dialog import ProfileDialog
from pushconsole.desktop.profiles_dialog import ProfilesDialog
from pushconsole.desktop.reveal_dialog import RevealDialog
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import Outcome, run, start
from tests.end_to_end.test_command_line_secrecy import DEBUG, LOUD, _forms, _found_nowhere, temporary
from tests.end_to_end.window_driver import Driver, until
from tests.keyring_prompter import Prompter
from tests.look import look_of
from tests.secret_service import SecretServiceSession

__all__ = ["temporary"]

pytestmark = [pytest.mark.secret_service, pytest.mark.usefixtures("temporary")]

KEY = "5ecre7" * 5 + "ab"


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for the files that hold the key because somebody put it there."""
    return tmp_path_factory.mktemp("outside")


def _dotenv(folder: Path, application_id: str, key: str = KEY) -> Path:
    file = folder / ".env"
    file.write_text(f"ALGOLIA_APPLICATION_ID={application_id}\nALGOLIA_API_KEY={key}\nALGOLIA_REGION=us\n")
    return file


def _cli(folder: Path, application_id: str, key: str = KEY) -> dict[str, str]:
    """Write the files of Algolia's command line, and return the variable by which they are found."""
    (folder / "algolia").mkdir()
    text = f'[shop]\napplication_id = "{application_id}"\napi_key = "{key}"\n'
    (folder / "algolia" / "config.toml").write_text(text)
    return {"XDG_CONFIG_HOME": str(folder)}


@pytest.fixture
def no_profile_left(home: Path) -> Iterator[None]:
    """Take the keys of what a test added out of the keyring, which all tests share."""
    yield
    for profile in ProfileStore(locations.settings_file()).all():
        KeyStore().delete(profile)


@pytest.mark.usefixtures("secret_service", "no_profile_left")
def test_after_everything_a_command_does_with_a_profile(
    sandbox: RunningSandbox, home: Path, tmp_path: Path, outside: Path
) -> None:
    key, where = sandbox.api_key, ("--ingestion-url", sandbox.ingestion_url, "--search-url", sandbox.search_url)
    dotenv, exported = _dotenv(outside, sandbox.app_id, key), tmp_path / "profiles.json"
    target = ("--application-id", sandbox.app_id, "--region", "us", *where)
    environ = {"ALGOLIA_APPLICATION_ID": sandbox.app_id, "ALGOLIA_REGION": "us", "ALGOLIA_ADMIN_API_KEY": key}
    flows: list[tuple[tuple[str | Path, ...], bytes]] = [
        (("profiles", "add", "Shop", *target), key.encode()),
        (("profiles", "import", "--from-dotenv", dotenv, "--yes"), b""),
        (("profiles", "import", "--from-env", "--only", sandbox.app_id, "--yes"), b""),
        (("profiles", "duplicate", "Shop", "Copy"), b""),
        (("profiles", "edit", "Copy", "--name", "Renamed"), b""),
        (("profiles", "rotate", "Renamed"), key.encode()),
        (("profiles", "test", "Renamed"), b""),
        (("profiles", "export", exported), b""),
        (("profiles", "list"), b""),
        (("profiles", "list", "--json"), b""),
        (("profiles", "remove", "Renamed"), b""),
    ]
    for words, stdin in flows:
        done = run(*words, stdin=stdin, environ=environ | DEBUG, python=LOUD)
        assert done.status == 0, done.stderr
        _found_nowhere(key, done, home, tmp_path)


@pytest.mark.usefixtures("secret_service", "no_profile_left")
def test_after_an_import_from_algolias_command_line(home: Path, tmp_path: Path, outside: Path) -> None:
    environ = _cli(outside, "SHOPAPP001")
    for words in (("--region", "us"), ("--region", "us", "--yes"), ("--only", "shop", "--yes")):
        done = run("profiles", "import", "--from-cli", *words, environ=environ | DEBUG, python=LOUD)
        assert done.status == 0, done.stderr
        (outside / "algolia").rename(outside / "kept")
        _found_nowhere(KEY, done, home, tmp_path, outside / "pushconsole")
        (outside / "kept").rename(outside / "algolia")


@pytest.mark.usefixtures("secret_service")
@pytest.mark.parametrize(
    "text",
    [
        f'[shop]\napplication_id = "SHOPAPP001"\napi_key = "{KEY}"\n= "{KEY}"\n',
        f"[shop]\napi_key = {KEY}\n",
        f'[shop]\napplication_id = "SHOPAPP001"\napi_key = "{KEY} {KEY}"\n',
        f'[shop]\napplication_id = "short"\napi_key = "{KEY}"\n',
    ],
    ids=["not TOML", "not quoted", "no key", "no application"],
)
def test_after_an_import_that_failed(home: Path, tmp_path: Path, outside: Path, text: str) -> None:
    environ = _cli(outside, "SHOPAPP001")
    (outside / "algolia" / "config.toml").write_text(text)
    done = run("profiles", "import", "--from-cli", "--region", "us", "--yes", environ=environ | DEBUG, python=LOUD)
    run("profiles", "remove", "shop", environ=environ)
    _found_nowhere(KEY, done, home, tmp_path)
    broken = outside / ".env"
    broken.write_bytes(f"ALGOLIA_APP_ID={KEY}\nALGOLIA_API_KEY={KEY}\n".encode() + b"\xff")
    done = run("profiles", "import", "--from-dotenv", broken, "--yes", environ=DEBUG, python=LOUD)
    assert done.status == 2
    _found_nowhere(KEY, done, home, tmp_path)


def test_after_a_crash_while_the_keyring_asks_for_its_password(
    secret_service: SecretServiceSession, home: Path, tmp_path: Path, outside: Path
) -> None:
    KeyStore().set(Profile("other", "OTHERAPP12", "us"), Secret("k" * 32))
    secret_service.lock()
    words = ("profiles", "import", "--from-dotenv", _dotenv(outside, "SHOPAPP001"), "--yes")
    try:
        with (
            Prompter(secret_service.environ["DBUS_SESSION_BUS_ADDRESS"]) as prompter,
            start(*words, environ=DEBUG) as process,
        ):
            assert prompter.asked.wait(20)
            arguments = Path(f"/proc/{process.pid}/cmdline")
            assert not arguments.exists() or KEY.encode() not in arguments.read_bytes()
            os.kill(process.pid, signal.SIGABRT)
            stdout, stderr = process.communicate(timeout=20)
    finally:
        secret_service.kill_daemon()
    assert "SHOPAPP001" in locations.settings_file().read_text(encoding="utf-8"), "it was killed in the middle"
    _found_nowhere(KEY, Outcome(process.returncode, stdout, stderr), home, tmp_path)


def _holders(key: str, window: QWidget) -> list[str]:
    """Return the widgets that show the key, or hold it as their text."""
    shown = [label.accessibleName() or label.text() for label in window.findChildren(QLabel) if key in label.text()]
    return shown + [field.accessibleName() for field in window.findChildren(QLineEdit) if key in field.text()]


def _seen_of_processes(key: str) -> list[str]:
    """Return what others may read of this process' children that holds the key: arguments and environments."""
    found = []
    for child in psutil.Process().children(recursive=True):
        for name in ("cmdline", "environ"):
            file = Path(f"/proc/{child.pid}/{name}")
            if file.exists() and any(form in file.read_bytes() for form in _forms(key)):
                found.append(str(file))
    return found


@pytest.mark.usefixtures("no_profile_left")
async def test_after_everything_the_window_does_with_a_profile(
    qapp: QApplication,
    sandbox: RunningSandbox,
    secret_service: SecretServiceSession,
    home: Path,
    tmp_path: Path,
    outside: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    key, clipboard = sandbox.api_key, QGuiApplication.clipboard()
    monkeypatch.setattr("pushconsole.desktop.reveal_dialog.SHOWN_S", 1)
    caplog.set_level(logging.DEBUG)
    shop = Profile("Shop", sandbox.app_id, "us", ingestion_url=sandbox.ingestion_url, search_url=sandbox.search_url)
    store = ProfileStore(locations.settings_file())
    add_profile(store, KeyStore(), shop, Secret(key))
    dotenv = _dotenv(outside, "SHOPAPP001", key)
    console = Console(look_of(qapp))
    await console.start(file=locations.sample(), on_sandbox=False)
    driver = Driver(console)
    try:
        driver.window.profiles.manage_requested.emit()
        dialog = await driver.dialog(ProfilesDialog)
        assert isinstance(dialog, ProfilesDialog)
        await until(lambda: "answered in" in driver.labels(dialog))
        driver.click(driver.find(QPushButton, "Reveal the key…", dialog))
        await driver.answer("Show the key")
        reveal = await driver.dialog(RevealDialog)
        driver.click(driver.find(QPushButton, "Copy", reveal))
        assert _holders(key, driver.window) == ["API key"], "this audit finds what there is"
        await driver.gone(RevealDialog)
        driver.click(driver.find(QPushButton, "Duplicate", dialog))
        form = await driver.dialog(ProfileDialog)
        await until(lambda: "answered in" in driver.labels(form))
        assert not _holders(key, driver.window)
        form.reject()
        await driver.gone(ProfileDialog)
        monkeypatch.setattr("pushconsole.desktop.profiles_controller.files_to_open", _picked(dotenv))
        dialog.import_requested.emit("dotenv")
        offer = await driver.dialog(ImportProfilesDialog)
        driver.click(driver.find(QPushButton, "Import 1 profile", offer))
        await driver.gone(ImportProfilesDialog)
        await until(lambda: "SHOPAPP001" in dialog.profiles.order)
        assert not _holders(key, driver.window)
        assert not _seen_of_processes(key)
        dialog.reject()
        await driver.gone(ProfilesDialog)
        log = driver.log
    finally:
        await driver.close()
    assert key not in clipboard.text()
    texts = log + caplog.text + repr([vars(record) for record in caplog.records])
    _found_nowhere(key, Outcome(0, texts, ""), home, tmp_path)
    for name in ("Shop", "Shop (2)", "SHOPAPP001"):
        assert KeyStore().get(store.get(name)) == Secret(key)


def _picked(file: Path) -> object:
    async def picked(*_: object) -> list[Path]:
        return [file]

    return picked
