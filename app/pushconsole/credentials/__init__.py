"""Profiles, the operating system's keyring, and the keys that must show up nowhere.

Everything here blocks (files, D-Bus, a prompt that a person has to answer): call it in a worker thread.
"""

from __future__ import annotations

from pushconsole.credentials.environment import Credentials, environment_credentials
from pushconsole.credentials.import_places import (
    cli_folder,
    found_in_cli,
    found_in_dotenv,
    found_in_environment,
    found_in_export,
)
from pushconsole.credentials.importing import Candidate, Change, Found, Proposal, proposals, take_over
from pushconsole.credentials.keeping import (
    add_profile,
    duplicate_profile,
    free_name,
    remove_profile,
    replace_profile,
)
from pushconsole.credentials.keys import KeyPlace, KeyringState, KeyStore
from pushconsole.credentials.profile_store import ProfileStore
from pushconsole.credentials.profiles import Profile, ProfileKind, check_application_id
from pushconsole.credentials.secret import Secret, masked

__all__ = [
    "Candidate",
    "Change",
    "Credentials",
    "Found",
    "KeyPlace",
    "KeyStore",
    "KeyringState",
    "Profile",
    "ProfileKind",
    "ProfileStore",
    "Proposal",
    "Secret",
    "add_profile",
    "check_application_id",
    "cli_folder",
    "duplicate_profile",
    "environment_credentials",
    "found_in_cli",
    "found_in_dotenv",
    "found_in_environment",
    "found_in_export",
    "free_name",
    "masked",
    "proposals",
    "remove_profile",
    "replace_profile",
    "take_over",
]
