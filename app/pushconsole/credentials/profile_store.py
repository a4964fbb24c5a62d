"""The profiles in the settings file."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pushconsole import errors
from pushconsole.credentials.profiles import Profile, ProfileKind
from pushconsole.credentials.settings import Settings, SettingsFile

_PROFILES = "profiles"
_DEFAULT = "default_profile"
_REQUIRED = ("name", "application_id", "region")
_OPTIONAL = ("kind", "ingestion_url", "search_url", "proxy", "ca_bundle", "note")
_NUMBERS = ("calls_per_minute", "concurrency", "record_limit_bytes")
_MOMENTS = ("key_expires_at", "key_stored_at", "key_used_at")
_LOOKS_APART_S = 60.0
_KNOWN = (*_REQUIRED, *_OPTIONAL, *_NUMBERS, *_MOMENTS)


class ProfileStore:
    """Keeps profiles, and which of them is chosen at the start; their keys are in the KeyStore.

    Every method reads the file anew. All raise errors.ConfigurationError if it cannot be read or written.
    """

    def __init__(self, settings_file: Path) -> None:
        self._file = SettingsFile(settings_file)

    def all(self) -> list[Profile]:
        """Return the profiles in the order that `reorder` gave them; those added since are last."""
        return self._profiles(self._file.read())

    def exported(self) -> list[dict[str, str | float]]:
        """Return the profiles as the settings file has them, for a file that others read; nothing of their keys."""
        return [
            _entry(dataclasses.replace(profile, key_expires_at=None, key_stored_at=None, key_used_at=None))
            for profile in self.all()
        ]

    def export_to(self, file: Path) -> int:
        """Write the profiles to a file for others, and return how many there are.

        Raises:
            errors.InputError: it cannot be written.

        """
        profiles = self.exported()
        try:
            file.write_text(json.dumps({_PROFILES: profiles}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise errors.InputError(f"{file} cannot be written: {error.strerror}.") from error
        return len(profiles)

    def get(self, name: str) -> Profile:
        """Return the profile of that name; raise CredentialsError if there is none."""
        profiles = self.all()
        return profiles[_position(profiles, name)]

    def add(self, profile: Profile) -> None:
        """Append a profile; raise CredentialsError if its name is taken."""

        def append(settings: Settings) -> None:
            _check_free(self._profiles(settings), profile.name)
            settings.setdefault(_PROFILES, []).append(_entry(profile))

        self._file.change(append)

    def replace(self, name: str, profile: Profile) -> None:
        """Put `profile` in the place of the one called `name`; they may be named differently.

        Raises:
            errors.CredentialsError: there is none of that name, or the new name is another profile's.

        """

        def swap(settings: Settings) -> None:
            profiles = self._profiles(settings)
            position = _position(profiles, name)
            if profile.name != name:
                _check_free(profiles, profile.name)
            unknown = {k: v for k, v in settings[_PROFILES][position].items() if k not in _KNOWN}
            settings[_PROFILES][position] = _entry(profile) | unknown
            if settings.get(_DEFAULT) == name:
                settings[_DEFAULT] = profile.name

        self._file.change(swap)

    def remove(self, name: str) -> None:
        """Forget a profile; raise CredentialsError if there is none of that name. Its key is not touched."""

        def drop(settings: Settings) -> None:
            del settings[_PROFILES][_position(self._profiles(settings), name)]
            if settings.get(_DEFAULT) == name:
                del settings[_DEFAULT]

        self._file.change(drop)

    def reorder(self, names: Sequence[str]) -> None:
        """Put the profiles into this order; those that are not named come last, as they stood."""

        def sort(settings: Settings) -> None:
            self._profiles(settings)
            places = {name: place for place, name in enumerate(names)}
            settings.get(_PROFILES, []).sort(key=lambda entry: places.get(entry["name"], len(places)))

        self._file.change(sort)

    def remember_expiry(self, name: str, expires_at: float | None) -> None:
        """Keep when a profile's key ends, and nothing else of it; a profile that is gone meanwhile needs none.

        Once the time is over the service knows the key no more, and cannot say so.
        """
        self._remember(name, "key_expires_at", expires_at)

    def remember_use(self, name: str) -> None:
        """Keep that the service let a profile's key in just now, to the minute."""
        self._remember(name, "key_used_at", time.time())

    def remember_stored(self, name: str) -> None:
        """Keep that a profile's key was put into the keyring just now; it has not been used yet."""
        self._remember(name, "key_stored_at", time.time())
        self._remember(name, "key_used_at", None)

    def _remember(self, name: str, what: str, moment: float | None) -> None:
        known = next((profile for profile in self.all() if profile.name == name), None)
        if known is None or _alike(getattr(known, what), moment):
            return

        def note(settings: Settings) -> None:
            for entry in settings[_PROFILES]:
                if entry["name"] == name:
                    entry.pop(what, None)
                    entry.update({} if moment is None else {what: moment})

        with contextlib.suppress(errors.ConfigurationError):  # no push is held up by what is only good to know
            self._file.change(note)

    def default_name(self) -> str | None:
        """Return the name of the profile chosen at the start, or None."""
        settings = self._file.read()
        name = settings.get(_DEFAULT)
        return next((profile.name for profile in self._profiles(settings) if profile.name == name), None)

    def set_default(self, name: str) -> None:
        """Choose the profile for the next start; raise CredentialsError if there is none of that name."""

        def choose(settings: Settings) -> None:
            _position(self._profiles(settings), name)
            settings[_DEFAULT] = name

        self._file.change(choose)

    def _profiles(self, settings: Settings) -> list[Profile]:
        entries = settings.get(_PROFILES, [])
        if not isinstance(entries, list):
            raise self._file.broken(f"“{_PROFILES}” is not a list")
        profiles = [self._profile(entry, number) for number, entry in enumerate(entries, 1)]
        names = [profile.name for profile in profiles]
        for name in names:
            if names.count(name) > 1:
                raise self._file.broken(f"two profiles are called “{name}”")
        return profiles

    def _profile(self, entry: Any, number: int) -> Profile:
        if not isinstance(entry, dict):
            raise self._file.broken(f"profile {number} is not a JSON object")
        known = {key: entry[key] for key in _KNOWN if key in entry}
        missing = [key for key in _REQUIRED if key not in known]
        if missing:
            raise self._file.broken(f"profile {number} has no {' and no '.join(missing)}")
        for key, value in known.items():
            if key in _NUMBERS and (not isinstance(value, int) or isinstance(value, bool)):
                raise self._file.broken(f"“{key}” of profile {number} is not a whole number")
            if key in _MOMENTS and (not isinstance(value, int | float) or isinstance(value, bool)):
                raise self._file.broken(f"“{key}” of profile {number} is not a number")
            if key not in (*_NUMBERS, *_MOMENTS) and not isinstance(value, str):
                raise self._file.broken(f"“{key}” of profile {number} is not a text")
        try:
            return Profile(**known | {"kind": _kind(known.get("kind", ProfileKind.TEST))})
        except errors.ConfigurationError as error:
            raise self._file.broken(f"in profile {number}, {error.sentence.rstrip('.')}") from error


def _alike(one: float | None, other: float | None) -> bool:
    """Whether two looks at the same key gave these moments."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _LOOKS_APART_S


def _kind(text: str) -> ProfileKind:
    try:
        return ProfileKind(text)
    except ValueError as error:
        kinds = ", ".join(ProfileKind)
        raise errors.ConfigurationError(f"“{text}” is not a kind of profile; the kinds are {kinds}.") from error


def _entry(profile: Profile) -> dict[str, str | float]:
    """Return what is written of a profile; what is as usual is left out."""
    texts = {key: str(value) for key in (*_REQUIRED, *_OPTIONAL) if (value := getattr(profile, key)) not in {None, ""}}
    usual = {field.name: field.default for field in dataclasses.fields(Profile)}
    return texts | {key: value for key in (*_NUMBERS, *_MOMENTS) if (value := getattr(profile, key)) != usual[key]}


def _position(profiles: list[Profile], name: str) -> int:
    names = [profile.name for profile in profiles]
    if name not in names:
        known = f"The profiles are: {', '.join(names)}." if names else "Add one with “pushconsole profiles add”."
        raise errors.CredentialsError(f"There is no profile called “{name}”.", known)
    return names.index(name)


def _check_free(profiles: list[Profile], name: str) -> None:
    if any(profile.name == name for profile in profiles):
        raise errors.CredentialsError(f"There is already a profile called “{name}”.", "Choose another name.")
