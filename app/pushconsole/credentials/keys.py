"""API keys in the operating system's keyring, and nowhere else."""

from __future__ import annotations

import enum
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pushconsole import errors
from pushconsole.credentials.profiles import Profile
from pushconsole.credentials.secret import Secret, masked
from pushconsole.credentials.system_keyring import in_plain_words, is_locked, is_windows, mend, system_keyring, unlock

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "Push Console"  # what the keyring's own window lists

# Windows' CRED_MAX_CREDENTIAL_BLOB_SIZE: 2,560 bytes, and keyring writes UTF-16. Kept to everywhere, so that a profile
# that works on one machine works on all; a real key has 32 characters.
_LONGEST_KEY = 1280


class KeyPlace(enum.StrEnum):
    """Where the key of a profile is."""

    KEYRING = "keyring"
    SESSION = "session"
    NOWHERE = "nowhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class KeyringState:
    """Where API keys go.

    Attributes:
        usable: whether they are kept after the program has ended.
        sentence: where they are kept or why they are not, and how to mend that.
        locked: whether the keyring will ask for its password; None where it does not say, or there is none.

    """

    usable: bool
    sentence: str
    locked: bool | None = None


@dataclass(frozen=True)
class _Kept:
    """A key that no keyring took, and the sentence that says why."""

    key: Secret
    sentence: str


class KeyStore:
    """Keeps one API key a profile.

    An entry's service is `Push Console` and its user name `NAME (APPLICATION ID)`: people find it in the keyring's own
    window, and a key is never sent to another application after a profile's application ID was changed.
    Without a usable keyring keys live in this object, until the process ends; `state` says so. Which keyring there is
    is found out again at every call, so one that was started or unlocked meanwhile is used.

    Every method but the constructor blocks, and may wait for a person to unlock the keyring. Any thread may call.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}

    def get(self, profile: Profile) -> Secret | None:
        """Return the profile's key, or None if there is none.

        Raises:
            errors.KeyringError: the keyring is locked or broken.
            errors.CredentialsError: what the keyring holds cannot be a key.

        """
        user = _user(profile)
        with self._lock:
            kept = self._kept.get(user)
        if kept is not None:
            return kept.key
        keyring, _ = system_keyring()
        if keyring is None:
            return None
        stored = _ask(keyring, f"read the API key of “{profile.name}”", lambda: keyring.get_password(SERVICE, user))
        return None if stored is None else Secret(stored)

    def set(self, profile: Profile, key: Secret) -> None:
        """Store or replace the profile's key.

        Raises:
            errors.KeyringError: the key is too long for a keyring.
            errors.KeyKeptForNow: the keyring refused it. It is kept in this object, so that the work can go on.

        """
        if len(key.reveal()) > _LONGEST_KEY:
            raise errors.KeyringError(
                f"The API key of “{profile.name}” has {len(key.reveal()):,} characters; "
                f"a keyring takes no more than {_LONGEST_KEY:,}, which is what Windows' holds.",
                "Check what was copied: a key of Algolia's has 32.",
            )
        user = _user(profile)
        keyring, reason = system_keyring()
        if keyring is None:
            self._keep(profile, key, f"{reason} {mend()}")
            return
        what = f"store the API key of “{profile.name}”"
        try:
            _ask(keyring, what, lambda: keyring.set_password(SERVICE, user, key.reveal()), key)
        except errors.KeyringError as error:
            self._keep(profile, key, str(error))
            raise errors.KeyKeptForNow(error.sentence, error.remedy) from error
        with self._lock:
            self._kept.pop(user, None)

    def delete(self, profile: Profile) -> None:
        """Forget the profile's key; that there is none is fine. Raises KeyringError as `get` does."""
        user = _user(profile)
        with self._lock:
            self._kept.pop(user, None)
        keyring, _ = system_keyring()
        if keyring is None:
            return

        def remove() -> None:
            if keyring.get_password(SERVICE, user) is not None:
                keyring.delete_password(SERVICE, user)

        _ask(keyring, f"delete the API key of “{profile.name}”", remove)

    def keep_for_now(self, profile: Profile, key: Secret, why: str) -> None:
        """Keep a key in this object only; `why` is a sentence for people. The keyring is not asked."""
        self._keep(profile, key, why)

    def keeps_for_now(self, profile: Profile) -> bool:
        """Return whether the profile's key is in this object only; does not block."""
        with self._lock:
            return _user(profile) in self._kept

    def store_kept(self, profile: Profile) -> None:
        """Offer the keyring once more a key that is kept for now. Raises as `set` does."""
        with self._lock:
            kept = self._kept.get(_user(profile))
        if kept is not None:
            self.set(profile, kept.key)

    def forget(self, profile: Profile) -> None:
        """Drop a key that is only kept for now; what the keyring has stays."""
        with self._lock:
            self._kept.pop(_user(profile), None)

    def rename(self, before: Profile, after: Profile) -> None:
        """Move the key of a profile that was renamed; if this raises midway, the key is still there at least once."""
        if _user(before) != _user(after):
            self.copy(before, after)
            self.delete(before)

    def copy(self, profile: Profile, other: Profile) -> bool:
        """Give another profile the same key; return whether there is one. Raises as `get` and `set` do."""
        key = self.get(profile)
        if key is not None:
            self.set(other, key)
        return key is not None

    def places(self, profiles: Sequence[Profile]) -> dict[str, KeyPlace]:
        """Return where the key of each profile is, by name. This unlocks nothing and so never prompts.

        Raises:
            errors.KeyringError: the keyring is broken.

        """
        keyring, _ = system_keyring()
        closed = keyring is not None and bool(is_locked(keyring))

        def place(profile: Profile) -> KeyPlace:
            user = _user(profile)
            with self._lock:
                if user in self._kept:
                    return KeyPlace.SESSION
            if keyring is None or closed:
                return KeyPlace.UNKNOWN if closed else KeyPlace.NOWHERE
            what = f"look for the API key of “{profile.name}”"
            there = _ask(keyring, what, lambda: keyring.get_password(SERVICE, user) is not None)
            return KeyPlace.KEYRING if there else KeyPlace.NOWHERE

        return {profile.name: place(profile) for profile in profiles}

    def state(self) -> KeyringState:
        """Say where keys go now. This unlocks nothing and so never prompts."""
        keyring, reason = system_keyring()
        if keyring is None:
            sentence = f"{reason} API keys are kept only until Push Console is closed. {mend()}"
            return KeyringState(usable=False, sentence=sentence)
        with self._lock:
            kept = list(self._kept.values())
        if kept:
            return KeyringState(usable=False, sentence=kept[-1].sentence)
        locked = is_locked(keyring)
        asks = " It is locked now, and asks for its password when a key is needed." if locked else ""
        kept_in = f"API keys are kept in the system's keyring, {in_plain_words(keyring)}."
        return KeyringState(usable=True, sentence=kept_in + asks, locked=locked)

    def _keep(self, profile: Profile, key: Secret, why: str) -> None:
        sentence = f"The API key of “{profile.name}” is kept only until Push Console is closed. {why}"
        with self._lock:
            self._kept[_user(profile)] = _Kept(key, sentence)


def _user(profile: Profile) -> str:
    return f"{profile.name} ({profile.application_id})"


def _ask(keyring: KeyringBackend, what: str, call: Callable[[], T], *secrets: Secret) -> T:
    """Return what `call` returns; whatever a keyring raises becomes a KeyringError that says `what` failed."""
    try:
        unlock(keyring)
        return call()
    except Exception as error:  # Windows, macOS, D-Bus and GLib each raise classes of their own, not only keyring's
        traceback.clear_frames(error.__traceback__)  # their local variables hold the key
        raise _explained(what, error, secrets) from error


def _explained(what: str, error: Exception, secrets: tuple[Secret, ...]) -> errors.KeyringError:
    from keyring.errors import InitError, KeyringLocked  # noqa: PLC0415  see system_keyring

    if isinstance(error, KeyringLocked | InitError):
        return errors.KeyringError(
            f"The keyring is locked, so Push Console could not {what}.", "Unlock it and try again."
        )
    said = masked(" ".join(str(error).split()), secrets).rstrip(".") or type(error).__name__
    return errors.KeyringError(f"Push Console could not {what}: {said}.", "Check that the keyring runs and try again.")


def entry_of_another_program(service: str, user: str) -> str | None:
    """Return what another program keeps in the system's keyring under these names, as it was written; None: nothing.

    Blocks, and may wait for a person to unlock the keyring.

    Raises:
        errors.KeyringError: the keyring is locked or broken.

    """
    keyring, _ = system_keyring()
    if keyring is None:
        return None
    what = f"read the entry {user} of {service}"
    if not is_windows(keyring):
        return _ask(keyring, what, lambda: keyring.get_password(service, user))
    # There the name of the entry is made of both by who writes it, in UTF-8, which is read as UTF-16 where it can be.
    found = _ask(keyring, what, lambda: keyring.get_password(f"{service}:{user}", user))
    if found is None or found.isascii():
        return found
    return found.encode("utf-16-le").decode("utf-8", "replace")
