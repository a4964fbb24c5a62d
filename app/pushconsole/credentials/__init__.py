"""Profiles, the operating system's keyring, and the keys that must show up nowhere.

Everything here blocks (files, D-Bus, a prompt that a person has to answer): call it in a worker thread.
"""

from __future__ import annotations

from pushconsole.credentials.environment import Credentials, environment_credentials
from pushconsole.credentials.keys import KeyringState, KeyStore
from pushconsole.credentials.profile_store import ProfileStore
from pushconsole.credentials.profiles import Profile, ProfileKind
from pushconsole.credentials.secret import Secret, masked

__all__ = [
    "Credentials",
    "KeyStore",
    "KeyringState",
    "Profile",
    "ProfileKind",
    "ProfileStore",
    "Secret",
    "environment_credentials",
    "masked",
]
