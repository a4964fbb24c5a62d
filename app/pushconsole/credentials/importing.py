"""What another place knows of profiles, and what becomes of ours if that is taken over; nothing is written here."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Sequence
from dataclasses import dataclass

from pushconsole import errors
from pushconsole.credentials.keeping import add_profile, unlike
from pushconsole.credentials.keys import KeyStore
from pushconsole.credentials.profile_store import ProfileStore
from pushconsole.credentials.profiles import Profile, ProfileKind
from pushconsole.credentials.secret import Secret


@dataclass(frozen=True)
class Candidate:
    """A profile as another place knows it.

    Attributes:
        name: there.
        application_id: ten upper-case letters and digits.
        region: `us`, `eu`, or empty where it is not known there.
        key: its key, masked; None where there is none.
        remark: what a person should know about it, a sentence; may be empty.
        settings: all of it, where that place has profiles of ours.

    """

    name: str
    application_id: str
    region: str = ""
    key: Secret | None = None
    remark: str = ""
    settings: Profile | None = None


@dataclass(frozen=True)
class Found:
    """What was found in a place.

    Attributes:
        place: where, for people.
        candidates: the profiles there.
        left_out: what cannot be taken over and why, a sentence each.

    """

    place: str
    candidates: tuple[Candidate, ...] = ()
    left_out: tuple[str, ...] = ()


class Change(enum.StrEnum):
    """What becomes of ours."""

    ADD = "add"
    NEW_KEY = "new key"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Proposal:
    """A candidate beside what is here already.

    Attributes:
        candidate: what was found.
        change: what would become of it.
        name: what it would be called here.
        sentence: what would be done, and what it clashes with.
        chosen: whether a person most likely wants it.

    """

    candidate: Candidate
    change: Change
    name: str
    sentence: str
    chosen: bool


def proposals(found: Found, known: Sequence[Profile]) -> list[Proposal]:
    """Hold what was found against the profiles that are here; a name is never taken twice."""
    names, made = {profile.name for profile in known}, []
    for candidate in found.candidates:
        proposal = _proposal(candidate, known, names)
        names.add(proposal.name)
        made.append(proposal)
    return made


def take_over(
    proposal: Proposal, region: str, store: ProfileStore, keys: KeyStore, *, for_now: bool = False
) -> Profile:
    """Do what was proposed, and return the profile; blocks, and may wait for a person to unlock the keyring.

    Args:
        proposal: what is done.
        region: where the application is hosted; not asked for where it is known.
        store: where profiles are kept.
        keys: where keys are kept.
        for_now: whether a key that lasts until the program ends is enough.

    Raises:
        errors.CredentialsError: the name was taken meanwhile, or nothing was proposed.
        errors.KeyringError: the key was not kept; nothing was added then.

    """
    candidate = proposal.candidate
    if proposal.change is Change.NOTHING:
        raise errors.CredentialsError(f"Of “{candidate.name}” there is nothing to import. {proposal.sentence}")
    if proposal.change is Change.NEW_KEY and candidate.key is not None:
        return _renewed(proposal.name, candidate.key, store, keys, for_now=for_now)
    settings = candidate.settings
    if settings is None:
        settings = Profile(proposal.name, candidate.application_id, candidate.region or region, ProfileKind.TEST)
    profile = dataclasses.replace(settings, name=proposal.name)
    add_profile(store, keys, profile, candidate.key, for_now=for_now)
    return profile


def _renewed(name: str, key: Secret, store: ProfileStore, keys: KeyStore, *, for_now: bool) -> Profile:
    profile = store.get(name)
    try:
        keys.set(profile, key)
    except errors.KeyKeptForNow:
        if not for_now:
            keys.forget(profile)
            raise
    store.remember_stored(name)
    store.remember_expiry(name, None)
    return profile


def _proposal(candidate: Candidate, known: Sequence[Profile], names: set[str]) -> Proposal:
    namesake = next((profile for profile in known if profile.name == candidate.name), None)
    if namesake is not None and namesake.application_id == candidate.application_id:
        if candidate.key is None:
            return Proposal(candidate, Change.NOTHING, candidate.name, "It is there already.", chosen=False)
        sentence = f"“{candidate.name}” is there already; the key found here would take the place of its key."
        return Proposal(candidate, Change.NEW_KEY, candidate.name, sentence, chosen=False)
    name = unlike(candidate.name, names)
    sentences = ["Would be added." if name == candidate.name else f"Would be added as “{name}”: the name is taken."]
    same = [profile.name for profile in known if profile.application_id == candidate.application_id]
    if same:
        sentences.append(f"The application is there already, as {' and '.join(f'“{one}”' for one in same)}.")
    if candidate.key is None:
        sentences.append("No key comes with it.")
    return Proposal(candidate, Change.ADD, name, " ".join(sentences), chosen=not same)
