"""Which of the operating system's keyrings is used, in words that people know, and whether it is locked."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_OF_A_SESSION = "keyring.backends.SecretService.Keyring"
_WINDOWS = "keyring.backends.Windows.WinVaultKeyring"

# The keyrings that come with an operating system or its desktop. A list of what is allowed, not of what is refused:
# whatever else is installed may keep keys in plain text, or call out to somewhere, and must not even be loaded.
_SYSTEM_KEYRINGS: Final = {
    _WINDOWS: "the Credential Manager of Windows",
    "keyring.backends.macOS.Keyring": "the login keychain of macOS",
    _OF_A_SESSION: "the Secret Service of this session, such as GNOME Keyring or KeePassXC",
    "keyring.backends.libsecret.Keyring": "the Secret Service of this session, such as GNOME Keyring or KeePassXC",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.kwallet.DBusKeyringKWallet4": "KWallet",
}

_MEND: Final = {
    "linux": "Start GNOME Keyring, KWallet or another Secret Service in your session to have them kept.",
    "darwin": "Unlock the login keychain to have them kept.",
    "win32": "Start the Credential Manager service to have them kept.",
}


def mend() -> str:
    """Return the sentence that says how to come by a keyring here."""
    return _MEND.get(sys.platform, _MEND["linux"])


def in_plain_words(keyring: KeyringBackend) -> str:
    """Return what a person calls this keyring."""
    return _SYSTEM_KEYRINGS[_name(keyring)]


def is_windows(keyring: KeyringBackend) -> bool:
    """Whether it is the one of Windows, where other programs name their entries in another way."""
    return _name(keyring) == _WINDOWS


def is_locked(keyring: KeyringBackend) -> bool | None:
    """Return whether it would ask for its password now; None where it does not say. This itself never prompts."""
    if is_windows(keyring):
        return False  # it is open as long as the person is signed in
    if _name(keyring) != _OF_A_SESSION:
        return None
    import secretstorage  # noqa: PLC0415  there is none elsewhere, and the keyring loads it anyway

    with contextlib.suppress(Exception), contextlib.closing(secretstorage.dbus_init()) as connection:
        try:
            return secretstorage.Collection(connection).is_locked()
        except secretstorage.ItemNotFoundException:  # the default collection is made with the first key
            return False
    return None  # D-Bus' library raises classes of its own; whoever asks for a key is told


def unlock(keyring: KeyringBackend) -> None:
    """Wait until the person has unlocked the keyring, where it is locked and can be asked to.

    The library does so too, and leaves a connection to D-Bus open each time the person does not.

    Raises:
        keyring.errors.KeyringLocked: the person did not.
        Exception: what D-Bus' library raises.

    """
    if _name(keyring) != _OF_A_SESSION:
        return
    import secretstorage  # noqa: PLC0415  as above
    from keyring.errors import KeyringLocked  # noqa: PLC0415  see system_keyring

    with contextlib.closing(secretstorage.dbus_init()) as connection:
        try:
            collection = secretstorage.Collection(connection)
        except secretstorage.ItemNotFoundException:
            return
        if collection.is_locked() and (collection.unlock() or collection.is_locked()):
            raise KeyringLocked("The prompt was dismissed.")


def system_keyring() -> tuple[KeyringBackend | None, str]:
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
        name = _name(configured)
        if name in _SYSTEM_KEYRINGS:
            return configured, ""
        return None, f"PYTHON_KEYRING_BACKEND or keyringrc.cfg names {name}, which is not the system's keyring."
    found = [keyring for keyring in map(_loaded, _SYSTEM_KEYRINGS) if keyring is not None]
    if not found:
        return None, "No keyring is running here."
    return max(found, key=lambda keyring: keyring.priority), ""


def _loaded(name: str) -> KeyringBackend | None:
    """Return the back end of that name, or None where it does not work."""
    from keyring import core  # noqa: PLC0415  see system_keyring

    with contextlib.suppress(Exception):  # each says in its own way that its platform or its service is not there
        return core.load_keyring(name)
    return None


def _name(keyring: KeyringBackend) -> str:
    return f"{type(keyring).__module__}.{type(keyring).__name__}"
