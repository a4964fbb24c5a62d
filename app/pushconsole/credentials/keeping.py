"""Profiles and keys written together: both or neither."""

from __future__ import annotations

import contextlib
import dataclasses
import time

from pushconsole import errors
from pushconsole.credentials.keys import KeyStore
from pushconsole.credentials.profile_store import ProfileStore
from pushconsole.credentials.profiles import Profile
from pushconsole.credentials.secret import Secret


def add_profile(
    store: ProfileStore, keys: KeyStore, profile: Profile, key: Secret | None, *, for_now: bool = False
) -> None:
    """Add a profile with its key, or without one; blocks, and may wait for a person to unlock the keyring.

    Args:
        store: where profiles are kept.
        keys: where keys are kept.
        profile: what is added.
        key: its key; None where it is to get one later.
        for_now: whether a key that no keyring took, and that lasts until the program ends, is enough.

    Raises:
        errors.CredentialsError: the name is taken.
        errors.KeyringError: the key was not kept; there is no such profile then.

    """
    store.add(profile if key is None else _with_new_key(profile))
    if key is None:
        return
    try:
        _set(keys, profile, key, for_now=for_now)
    except BaseException:
        store.remove(profile.name)
        raise


def replace_profile(
    store: ProfileStore, keys: KeyStore, before: Profile, after: Profile, key: Secret | None, *, for_now: bool = False
) -> None:
    """Put a profile in another's place, and its key, the old or a new one, where it is looked for then; as above."""
    if key is None:
        store.replace(before.name, after)  # first: it refuses a name that is another profile's, whose key has to stay
        try:
            keys.rename(before, after)
        except BaseException:
            keys.forget(after)
            store.replace(after.name, before)
            raise
        return
    store.replace(before.name, _with_new_key(after))
    try:
        _set(keys, after, key, for_now=for_now)
    except BaseException:
        store.replace(after.name, before)
        raise
    if (before.name, before.application_id) != (after.name, after.application_id):
        with contextlib.suppress(errors.KeyringError):  # the new one is kept, which counts
            keys.delete(before)


def remove_profile(store: ProfileStore, keys: KeyStore, name: str) -> None:
    """Forget a profile and its key; a profile whose key cannot be deleted stays. Raises as `KeyStore.delete` does."""
    keys.delete(store.get(name))
    store.remove(name)


def duplicate_profile(store: ProfileStore, keys: KeyStore, name: str, other: str) -> bool:
    """Add a profile that is like another but for its name, with the same key; return whether there is a key.

    Raises:
        errors.CredentialsError: there is none of that name, or the other name is taken.
        errors.KeyringError: the key could not be read or kept; nothing was added then.

    """
    profile = store.get(name)
    key = keys.get(profile)
    copy = dataclasses.replace(profile, name=other, key_used_at=None)
    store.add(copy)
    if key is None:
        return False
    try:
        keys.set(copy, key)
    except BaseException:
        store.remove(other)
        keys.forget(copy)
        raise
    return True


def free_name(store: ProfileStore, wanted: str) -> str:
    """Return a name that no profile has, as near to the wanted one as can be."""
    return unlike(wanted, {profile.name for profile in store.all()})


def unlike(wanted: str, taken: set[str]) -> str:
    """Return the wanted name, or with a number where it is taken."""
    names = (wanted if number == 1 else f"{wanted} ({number})" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _set(keys: KeyStore, profile: Profile, key: Secret, *, for_now: bool) -> None:
    try:
        keys.set(profile, key)
    except errors.KeyKeptForNow:
        if not for_now:
            keys.forget(profile)
            raise


def _with_new_key(profile: Profile) -> Profile:
    return dataclasses.replace(profile, key_stored_at=time.time(), key_used_at=None)
