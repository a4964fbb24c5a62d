"""API keys in the operating system's keyring, and nowhere else."""

from __future__ import annotations

import contextlib
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pushconsole import errors
from pushconsole.credentials.profiles import Profile
from pushconsole.credentials.secret import Secret, masked

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "Push Console"  # what the keyring's own window lists

# The keyrings that come with an operating system or its desktop. A list of what is allowed, not of what is refused:
# whatever else is installed may keep keys in plain text, or call out to somewhere, and must not even be loaded.
_SYSTEM_KEYRINGS = (
    "keyring.backends.Windows.WinVaultKeyring",
    "keyring.backends.macOS.Keyring",
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.libsecret.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.kwallet.DBusKeyringKWallet4",
)

# Windows' CRED_MAX_CREDENTIAL_BLOB_SIZE: 2,560 bytes, and keyring writes UTF-16. Kept to everywhere, so that a profile
# that works on one machine works on all; a real key has 32 characters.
_LONGEST_KEY = 1280

_MEND = {
    "linux": "Start GNOME Keyring, KWallet or another Secret Service in your session to have them kept.",
    "darwin": "Unlock the login keychain to have them kept.",
    "win32": "Start the Credential Manager service to have them kept.",
}


@dataclass(frozen=True)
class KeyringState:
    """Where API keys go.

    Attributes:
        usable: whether they are kept after the program has ended.
        sentence: where they are kept or why they are not, and how to mend that.

    """

    usable: bool
    sentence: str


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
        keyring, _ = _system_keyring()
        if keyring is None:
            return None
        stored = _ask(f"read the API key of “{profile.name}”", lambda: keyring.get_password(SERVICE, user))
        return None if stored is None else Secret(stored)

    def set(self, profile: Profile, key: Secret) -> None:
        """Store or replace the profile's key.

        Raises:
            errors.KeyringError: the key is too long for a keyring, or the keyring refused it. A refused key is kept in
                this object, so that the work can go on.

        """
        if len(key.reveal()) > _LONGEST_KEY:
            raise errors.KeyringError(
                f"The API key of “{profile.name}” has {len(key.reveal()):,} characters; "
                f"a keyring takes no more than {_LONGEST_KEY:,}, which is what Windows' holds.",
                "Check what was copied: a key of Algolia's has 32.",
            )
        user = _user(profile)
        keyring, reason = _system_keyring()
        if keyring is None:
            self._keep(profile, key, f"{reason} {_mend()}")
            return
        what = f"store the API key of “{profile.name}”"
        try:
            _ask(what, lambda: keyring.set_password(SERVICE, user, key.reveal()), key)
        except errors.KeyringError as error:
            self._keep(profile, key, str(error))
            raise
        with self._lock:
            self._kept.pop(user, None)

    def delete(self, profile: Profile) -> None:
        """Forget the profile's key; that there is none is fine. Raises KeyringError as `get` does."""
        user = _user(profile)
        with self._lock:
            self._kept.pop(user, None)
        keyring, _ = _system_keyring()
        if keyring is None:
            return

        def remove() -> None:
            if keyring.get_password(SERVICE, user) is not None:
                keyring.delete_password(SERVICE, user)

        _ask(f"delete the API key of “{profile.name}”", remove)

    def rename(self, before: Profile, after: Profile) -> None:
        """Move the key of a profile that was renamed; if this raises midway, the key is still there at least once."""
        key = None if _user(before) == _user(after) else self.get(before)
        if key is not None:
            self.set(after, key)
            self.delete(before)

    def state(self) -> KeyringState:
        """Say where keys go now. This unlocks nothing and so never prompts."""
        keyring, reason = _system_keyring()
        if keyring is None:
            sentence = f"{reason} API keys are kept only until Push Console is closed. {_mend()}"
            return KeyringState(usable=False, sentence=sentence)
        with self._lock:
            kept = list(self._kept.values())
        if kept:
            return KeyringState(usable=False, sentence=kept[-1].sentence)
        return KeyringState(usable=True, sentence=f"API keys are kept in the system's keyring ({keyring.name}).")

    def _keep(self, profile: Profile, key: Secret, why: str) -> None:
        sentence = f"The API key of “{profile.name}” is kept only until Push Console is closed. {why}"
        with self._lock:
            self._kept[_user(profile)] = _Kept(key, sentence)


def _user(profile: Profile) -> str:
    return f"{profile.name} ({profile.application_id})"


def _mend() -> str:
    return _MEND.get(sys.platform, _MEND["linux"])


def _ask(what: str, call: Callable[[], T], *secrets: Secret) -> T:
    """Return what `call` returns; whatever a keyring raises becomes a KeyringError that says `what` failed."""
    try:
        return call()
    except Exception as error:  # Windows, macOS, D-Bus and GLib each raise classes of their own, not only keyring's
        traceback.clear_frames(error.__traceback__)  # their local variables hold the key
        raise _explained(what, error, secrets) from error


def _explained(what: str, error: Exception, secrets: tuple[Secret, ...]) -> errors.KeyringError:
    from keyring.errors import InitError, KeyringLocked  # noqa: PLC0415  see _system_keyring

    if isinstance(error, KeyringLocked | InitError):
        return errors.KeyringError(
            f"The keyring is locked, so Push Console could not {what}.", "Unlock it and try again."
        )
    said = masked(" ".join(str(error).split()), secrets).rstrip(".") or type(error).__name__
    return errors.KeyringError(f"Push Console could not {what}: {said}.", "Check that the keyring runs and try again.")


def _system_keyring() -> tuple[KeyringBackend | None, str]:
    """Return the keyring to use, or None and the sentence that says why there is none.

    One that the user has configured for the keyring library (PYTHON_KEYRING_BACKEND, keyringrc.cfg) goes first, but
    only if it is the system's. The library's own choice is not asked: it chains every back end that is installed.
    """
    from keyring import core  # noqa: PLC0415  importing it takes longer than a window may take to appear

    try:
        configured = core.load_env() or core.load_config()
    except Exception as error:  # loading runs whatever the configuration names
        return None, f"The keyring that PYTHON_KEYRING_BACKEND or keyringrc.cfg names cannot be loaded ({error})."
    if configured is not None:
        name = f"{type(configured).__module__}.{type(configured).__name__}"
        if name in _SYSTEM_KEYRINGS:
            return configured, ""
        return None, f"PYTHON_KEYRING_BACKEND or keyringrc.cfg names {name}, which is not the system's keyring."
    found = [keyring for keyring in map(_loaded, _SYSTEM_KEYRINGS) if keyring is not None]
    if not found:
        return None, "No keyring is running here."
    return max(found, key=lambda keyring: keyring.priority), ""


def _loaded(name: str) -> KeyringBackend | None:
    """Return the back end of that name, or None where it does not work."""
    from keyring import core  # noqa: PLC0415  see _system_keyring

    with contextlib.suppress(Exception):  # each says in its own way that its platform or its service is not there
        return core.load_keyring(name)
    return None
