"""Keys in a real Secret Service, and what happens where there is none."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from pushconsole import errors
from pushconsole.credentials import KeyStore, Profile, Secret
from tests.secret_service import SecretServiceSession

KEY, NEWER_KEY = Secret("0123456789abcdef0123456789abcdef"), Secret("fedcba9876543210/+==")

# Each runs in a process of its own: what it finds was kept by the keyring and not by this process.
READ = """
import sys
from pushconsole.credentials import KeyStore, Profile
key = KeyStore().get(Profile(*sys.argv[1:]))
print(key.reveal() if key else "nothing")
"""
USE_LOCKED = """
import sys
import traceback
from pushconsole import errors
from pushconsole.credentials import KeyStore, Profile, Secret
store, profile = KeyStore(), Profile(*sys.argv[1:])
for call in (lambda: store.get(profile), lambda: store.delete(profile), lambda: store.set(profile, Secret("k" * 40))):
    try:
        call()
    except errors.KeyringError as error:
        assert error.__cause__ is not None
        report = traceback.TracebackException.from_exception(error, capture_locals=True)
        assert "k" * 40 not in "".join(report.format())
        print(error)
print(store.state().usable, store.state().sentence)
print(store.get(profile).reveal())
"""


def read_elsewhere(session: SecretServiceSession, profile: Profile) -> str:
    return session.python(READ, profile.name, profile.application_id, profile.region).strip()


@pytest.mark.secret_service
class TestWithASecretService:
    """A desktop's keyring."""

    def test_a_key_is_stored_rotated_and_deleted(self, secret_service: SecretServiceSession, profile: Profile) -> None:
        store = KeyStore()
        assert store.get(profile) is None
        for key in (KEY, NEWER_KEY):
            store.set(profile, key)
            assert store.get(profile) == key
            assert read_elsewhere(secret_service, profile) == key.reveal()
        store.delete(profile)
        assert store.get(profile) is None
        assert read_elsewhere(secret_service, profile) == "nothing"
        store.delete(profile)

    @pytest.mark.usefixtures("secret_service")
    def test_the_keyring_is_usable_and_says_so(
        self,
    ) -> None:
        state = KeyStore().state()
        assert state.usable
        assert "Secret Service of this session" in state.sentence
        assert state.locked is False

    def test_a_key_outlives_the_session(self, secret_service: SecretServiceSession, profile: Profile) -> None:
        KeyStore().set(profile, KEY)
        secret_service.kill_daemon()
        secret_service.start_daemon()
        assert read_elsewhere(secret_service, profile) == KEY.reveal()
        KeyStore().delete(profile)

    @pytest.mark.usefixtures("secret_service")
    def test_another_application_never_gets_the_key(self, profile: Profile) -> None:
        KeyStore().set(profile, KEY)
        assert KeyStore().get(Profile(profile.name, "OTHERAPP12", profile.region)) is None
        KeyStore().delete(profile)

    @pytest.mark.usefixtures("secret_service")
    def test_a_key_moves_with_its_profile(self, profile: Profile) -> None:
        renamed = Profile("Renamed", profile.application_id, profile.region)
        KeyStore().set(profile, KEY)
        KeyStore().rename(profile, renamed)
        assert KeyStore().get(profile) is None
        assert KeyStore().get(renamed) == KEY
        KeyStore().rename(renamed, renamed)
        assert KeyStore().get(renamed) == KEY
        KeyStore().delete(renamed)

    def test_a_locked_keyring_refuses_and_the_key_is_kept_for_the_process(
        self, secret_service: SecretServiceSession, profile: Profile
    ) -> None:
        KeyStore().set(profile, KEY)
        secret_service.lock()
        try:
            said = secret_service.python(USE_LOCKED, profile.name, profile.application_id, profile.region).splitlines()
        finally:
            secret_service.kill_daemon()
        for verb, line in zip(("read", "delete", "store"), said, strict=False):
            assert line.startswith(
                f"The keyring is locked, so Push Console could not {verb} the API key of “{profile.name}”."
            )
        assert said[3].startswith("False The API key of “Shop — été” is kept only until Push Console is closed.")
        assert said[4] == "k" * 40
        secret_service.start_daemon()
        assert read_elsewhere(secret_service, profile) == KEY.reveal()
        KeyStore().delete(profile)

    def test_a_keyring_that_dies_between_two_calls_is_noticed(
        self, secret_service: SecretServiceSession, profile: Profile
    ) -> None:
        store = KeyStore()
        store.set(profile, KEY)
        secret_service.kill_daemon()
        assert not store.state().usable
        store.set(profile, NEWER_KEY)
        assert store.get(profile) == NEWER_KEY
        secret_service.start_daemon()
        assert read_elsewhere(secret_service, profile) == KEY.reveal()
        assert not store.state().usable  # the newer key is still only here
        store.set(profile, NEWER_KEY)
        assert store.state().usable
        assert read_elsewhere(secret_service, profile) == NEWER_KEY.reveal()
        store.delete(profile)

    def test_what_somebody_else_put_there_is_checked(
        self, secret_service: SecretServiceSession, profile: Profile
    ) -> None:
        put = "import sys, keyring; keyring.set_password('Push Console', sys.argv[1], 'not a key')"
        secret_service.python(put, f"{profile.name} ({profile.application_id})")
        with pytest.raises(errors.CredentialsError, match="character 4 of 9"):
            KeyStore().get(profile)
        KeyStore().delete(profile)


@pytest.mark.usefixtures("no_session")
class TestWithoutAKeyring:
    """A server, a container, or a keyring that must not be used."""

    def test_a_key_is_kept_for_this_process_only(self, profile: Profile, tmp_path: Path) -> None:
        store = KeyStore()
        store.set(profile, KEY)
        assert store.get(profile) == KEY
        assert KeyStore().get(profile) is None
        assert list(tmp_path.iterdir()) == []
        store.rename(profile, Profile("Renamed", profile.application_id, profile.region))
        assert store.get(profile) is None
        assert store.get(Profile("Renamed", profile.application_id, profile.region)) == KEY
        store.delete(Profile("Renamed", profile.application_id, profile.region))
        assert store.get(Profile("Renamed", profile.application_id, profile.region)) is None

    def test_the_state_says_so_and_how_to_mend_it(self) -> None:
        state = KeyStore().state()
        assert not state.usable
        assert "until Push Console is closed" in state.sentence
        assert "Start GNOME Keyring" in state.sentence

    @pytest.mark.parametrize(
        "name",
        ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring", "keyring.backends.chainer.ChainerBackend"],
    )
    def test_a_keyring_that_is_none_is_refused(
        self, name: str, monkeypatch: pytest.MonkeyPatch, profile: Profile
    ) -> None:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
        store = KeyStore()
        assert not store.state().usable
        assert name in store.state().sentence
        store.set(profile, KEY)
        assert store.get(profile) == KEY

    @pytest.mark.parametrize("name", ["no.such.Keyring", "", "keyring.backends.SecretService.Keyring", "sys.path"])
    def test_a_keyring_that_cannot_be_loaded_is_told(
        self, name: str, monkeypatch: pytest.MonkeyPatch, profile: Profile
    ) -> None:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
        store = KeyStore()
        assert "PYTHON_KEYRING_BACKEND" in store.state().sentence
        store.set(profile, KEY)
        assert store.get(profile) == KEY

    def test_a_keyring_that_writes_plain_text_is_never_used(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: Profile
    ) -> None:
        (tmp_path / "plain_keyring.py").write_text(
            "from pathlib import Path\n"
            "from keyring.backend import KeyringBackend\n"
            "class Keyring(KeyringBackend):\n"
            "    priority = 9\n"
            "    def get_password(self, service, username): return None\n"
            "    def set_password(self, service, username, password):\n"
            "        Path(__file__).with_name('passwords').write_text(password)\n",
            encoding="utf-8",
        )
        monkeypatch.syspath_prepend(tmp_path)
        for configured in (True, False):  # named, and merely known to the library with the highest priority
            if configured:
                monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "plain_keyring.Keyring")
            else:
                monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
            store = KeyStore()
            store.set(profile, KEY)
            assert not store.state().usable
            assert store.get(profile) == KEY
            assert not (tmp_path / "passwords").exists()

    def test_a_key_that_windows_could_not_hold_is_refused(self, profile: Profile) -> None:
        store = KeyStore()
        store.set(profile, Secret("k" * 1280))
        with pytest.raises(errors.KeyringError, match=r"1,281 characters.*1,280") as raised:
            store.set(profile, Secret("x" * 1281))
        assert "xxx" not in "".join(traceback.format_exception(raised.value))
        assert store.get(profile) == Secret("k" * 1280)
