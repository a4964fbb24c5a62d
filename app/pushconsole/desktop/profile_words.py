"""What is said of a profile and its key, in the list and beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from pushconsole import quantities
from pushconsole.credentials import KeyPlace, Profile
from pushconsole.ingestion import expiry_in_words

_DAY_S = 24 * 3600


@dataclass(frozen=True)
class ProfileRow:
    """A profile as it is listed.

    Attributes:
        profile: itself.
        place: where its key is.
        is_default: whether it is the one that is chosen at the start.

    """

    profile: Profile
    place: KeyPlace
    is_default: bool


def tr(text: str) -> str:
    """Return a text in the person's language."""
    return QCoreApplication.translate("ProfileWords", text)


def place_in_words(place: KeyPlace) -> str:
    """Return where a key is, as a line of its own."""
    return {
        KeyPlace.KEYRING: tr("In the system's keyring"),
        KeyPlace.SESSION: tr("Kept until Push Console is closed"),
        KeyPlace.NOWHERE: tr("There is none; edit the profile to enter it"),
        KeyPlace.UNKNOWN: tr("Not known: the keyring is locked, or did not answer yet"),
    }[place]


def key_in_short(row: ProfileRow) -> str:
    """Return how the key of a profile is, in a few words."""
    if row.place is KeyPlace.KEYRING and row.profile.key_stored_at is not None:
        return tr("key stored {0}").format(ago(row.profile.key_stored_at))
    return {
        KeyPlace.KEYRING: tr("key stored"),
        KeyPlace.SESSION: tr("key for now"),
        KeyPlace.NOWHERE: tr("no key"),
        KeyPlace.UNKNOWN: tr("key not known"),
    }[row.place]


def ends_soon(profile: Profile) -> bool:
    """Whether a person has to be warned of the end of a profile's key."""
    return profile.key_expires_at is not None and expiry_in_words(profile.key_expires_at)[1]


def ago(moment: float) -> str:
    """Return how long ago a moment was, to the day."""
    today, then = datetime.now().astimezone().date(), datetime.fromtimestamp(moment).astimezone().date()
    days = (today - then).days
    if days <= 0:
        return tr("today")
    return tr("yesterday") if days == 1 else tr("{0} days ago").format(quantities.number(days))


def moment_in_words(moment: float | None, otherwise: str) -> str:
    """Return a moment with how long ago it was, or what is said where it is not known."""
    if moment is None:
        return otherwise
    return f"{datetime.fromtimestamp(moment).astimezone():%Y-%m-%d %H:%M}, {ago(moment)}"


def limits_in_words(profile: Profile) -> str:
    """Return how fast pushes leave and how large a record may be."""
    return tr("{0} calls a minute, {1} at once, records up to {2}").format(
        quantities.number(profile.calls_per_minute), profile.concurrency, quantities.size(profile.record_limit_bytes)
    )


def way_in_words(profile: Profile) -> str:
    """Return through what the service is reached, where that is not as usual."""
    parts = [
        (tr("proxy {0}"), profile.proxy),
        (tr("CA bundle {0}"), profile.ca_bundle),
        (tr("Ingestion API at {0}"), profile.ingestion_url),
        (tr("Search API at {0}"), profile.search_url),
    ]
    return ", ".join(words.format(value) for words, value in parts if value)
