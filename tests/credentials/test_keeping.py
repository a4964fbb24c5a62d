"""Profiles and keys that are written together, in a real Secret Service."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from pushconsole import errors
from pushconsole.credentials import (
    KeyPlace,
    KeyStore,
    Profile,
    ProfileStore,
    Secret,
    add_profile,
    duplicate_profile,
    free_name,
    remove_profile,
    replace_profile,
)
from tests.credentials.conftest import LEAKS_ITS_SOCKET
from tests.secret_service import SecretServiceSession

pytestmark = pytest.mark.secret_service

KEY, NEWER_KEY = Secret("0123456789abcdef0123456789abcdef"), Secret("fedcba9876543210")


@pytest.fixture
def store(tmp_path: Path) -> ProfileStore:
    return ProfileStore(tmp_path / "settings.json")


@pytest.mark.usefixtures("secret_service")
def test_a_profile_is_added_duplicated_renamed_and_removed_with_its_key(store: ProfileStore, profile: Profile) -> None:
    keys = KeyStore()
    add_profile(store, keys, profile, KEY)
    assert store.get(profile.name).key_stored_at is not None
    other = free_name(store, profile.name)
    assert other == f"{profile.name} (2)"
    assert duplicate_profile(store, keys, profile.name, other)
    assert keys.places(store.all()) == {profile.name: KeyPlace.KEYRING, other: KeyPlace.KEYRING}
    renamed = dataclasses.replace(store.get(other), name="Renamed")
    replace_profile(store, keys, store.get(other), renamed, None)
    assert keys.get(renamed) == KEY
    replace_profile(store, keys, renamed, dataclasses.replace(renamed, name="Once more"), NEWER_KEY)
    assert keys.get(store.get("Once more")) == NEWER_KEY
    assert keys.get(renamed) is None
    for name in (profile.name, "Once more"):
        gone = store.get(name)
        remove_profile(store, keys, name)
        assert keys.get(gone) is None
    assert store.all() == []


@pytest.mark.usefixtures("secret_service")
def test_a_name_that_is_taken_changes_nothing(store: ProfileStore, profile: Profile) -> None:
    keys, other = KeyStore(), Profile("Other", "OTHERAPP12", "us")
    add_profile(store, keys, profile, KEY)
    add_profile(store, keys, other, None)
    with pytest.raises(errors.CredentialsError, match="already a profile"):
        add_profile(store, keys, profile, NEWER_KEY)
    with pytest.raises(errors.CredentialsError, match="already a profile"):
        duplicate_profile(store, keys, profile.name, "Other")
    with pytest.raises(errors.CredentialsError, match="already a profile"):
        replace_profile(store, keys, profile, dataclasses.replace(profile, name="Other"), None)
    assert keys.get(profile) == KEY
    assert keys.places(store.all()) == {profile.name: KeyPlace.KEYRING, "Other": KeyPlace.NOWHERE}
    keys.delete(profile)


@pytest.mark.usefixtures("secret_service")
def test_a_rename_to_the_name_of_another_profile_of_the_application_leaves_both_keys(
    store: ProfileStore, profile: Profile
) -> None:
    keys, other = KeyStore(), dataclasses.replace(profile, name="Other")
    add_profile(store, keys, profile, KEY)
    add_profile(store, keys, other, NEWER_KEY)
    with pytest.raises(errors.CredentialsError, match="already a profile"):
        replace_profile(store, keys, profile, other, None)
    assert (keys.get(profile), keys.get(other)) == (KEY, NEWER_KEY)
    assert [one.name for one in store.all()] == [profile.name, "Other"]
    for one in (profile, other):
        keys.delete(one)


@LEAKS_ITS_SOCKET
@pytest.mark.usefixtures("sockets_collected")
def test_while_the_keyring_is_locked_nothing_is_half_done(
    store: ProfileStore, profile: Profile, secret_service: SecretServiceSession
) -> None:
    keys = KeyStore()
    add_profile(store, keys, profile, KEY)
    secret_service.lock()
    try:
        assert keys.places([profile]) == {profile.name: KeyPlace.UNKNOWN}
        state = keys.state()
        assert (state.usable, state.locked) == (True, True)
        assert "It is locked now" in state.sentence
        for deed in (
            lambda: add_profile(store, keys, Profile("New", "OTHERAPP12", "us"), NEWER_KEY),
            lambda: duplicate_profile(store, keys, profile.name, "Copy"),
            lambda: replace_profile(store, keys, profile, dataclasses.replace(profile, name="Renamed"), None),
            lambda: replace_profile(store, keys, profile, profile, NEWER_KEY),
            lambda: remove_profile(store, keys, profile.name),
        ):
            with pytest.raises(errors.KeyringError, match="locked"):
                deed()
            assert [one.name for one in store.all()] == [profile.name]
        new = Profile("New", "OTHERAPP12", "us")
        add_profile(store, keys, new, NEWER_KEY, for_now=True)
        assert keys.places([new]) == {"New": KeyPlace.SESSION}
        assert keys.get(new) == NEWER_KEY
        assert not keys.state().usable
    finally:
        secret_service.kill_daemon()
    secret_service.start_daemon()
    assert KeyStore().get(profile) == KEY
    assert KeyStore().state().locked is False
    KeyStore().delete(profile)


def test_a_keyring_of_windows_takes_the_longest_key_and_says_in_its_own_way_what_it_refuses(
    monkeypatch: pytest.MonkeyPatch, profile: Profile
) -> None:
    held: dict[tuple[str, str], bytes] = {}

    class WinVaultKeyring:
        """Holds as much as CredWrite does, and raises what pywin32 raises, which is no KeyringError."""

        def get_password(self, service: str, username: str) -> str | None:
            blob = held.get((service, username))
            return None if blob is None else blob.decode("utf-16-le")

        def set_password(self, service: str, username: str, password: str) -> None:
            if len(blob := password.encode("utf-16-le")) > 2560 or password == "refused":
                raise OSError(1783, "CredWrite", "The stub received bad data.")
            held[service, username] = blob

    WinVaultKeyring.__module__ = "keyring.backends.Windows"
    monkeypatch.setattr("keyring.core.load_env", WinVaultKeyring)
    keys = KeyStore()
    assert "the Credential Manager of Windows" in keys.state().sentence
    assert keys.state().locked is False
    keys.set(profile, Secret("k" * 1280))
    assert keys.get(profile) == Secret("k" * 1280)
    with pytest.raises(errors.KeyringError, match="1,281 characters"):
        keys.set(profile, Secret("k" * 1281))
    with pytest.raises(errors.KeyKeptForNow, match="bad data"):
        keys.set(profile, Secret("refused"))
    assert keys.get(profile) == Secret("refused")
    assert not keys.state().usable
    entry = b'{"api_key":"0123456789abcdef"}'  # as Go writes it: UTF-8 under service and user
    held["algolia-cli:app:ABCDEFGH12", "app:ABCDEFGH12"] = entry
    from pushconsole.credentials.keys import entry_of_another_program

    assert entry_of_another_program("algolia-cli", "app:ABCDEFGH12") == entry.decode()
