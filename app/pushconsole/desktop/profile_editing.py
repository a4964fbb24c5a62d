"""Adds, changes and deletes profiles; a key is kept only once the service, if it can be reached, says it may push."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pushconsole.credentials import (
    KeyPlace,
    KeyStore,
    Profile,
    ProfileKind,
    ProfileStore,
    Secret,
    add_profile,
    remove_profile,
    replace_profile,
)
from pushconsole.desktop.clients import client_of
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.own_thread import in_own_thread
from pushconsole.desktop.profile_dialog import ProfileDialog, ProfileDraft
from pushconsole.desktop.question_dialog import Answer
from pushconsole.desktop.questions import accepted, asked
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import ConfigurationError, ConnectionFailed, CredentialsError, UserFacingError
from pushconsole.ingestion import KeyReport, check_connection, check_key, key_facts, to_ask_for

_ANY = "us"  # until it is found out
_UNNAMED = "new"
_PATIENCE_S = 6.0  # a person who saves waits for no longer; the profile's first use shows the rest
_REGIONS = {"us": "United States (us)", "eu": "Europe (eu)"}


@dataclass(frozen=True)
class Heeds:
    """Who is awaited after a change.

    Attributes:
        saved: with the profile's name, and the one it had before, or None for a new one.
        deleted: with the name.

    """

    saved: Callable[[str, str | None], Coroutine[Any, Any, None]]
    deleted: Callable[[str], Awaitable[None]]


class ProfileEditing(QObject):
    """Owns the dialog of a profile, from the menus to settings and keyring."""

    def __init__(
        self, window: MainWindow, jobs: Jobs, theme: Theme, store: ProfileStore, keys: KeyStore, heeds: Heeds
    ) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._theme = theme
        self._store = store
        self._keys = keys
        self._heeds = heeds
        chooser = window.profiles
        for add in (chooser.add_requested, window.commands.add_profile.triggered, window.welcome.profile_requested):
            add.connect(lambda *_: jobs.start(self.add(window), instead_of="profile dialog"))
        chooser.edit_requested.connect(lambda name: jobs.start(self.edit(name, window), instead_of="profile dialog"))
        chooser.delete_requested.connect(
            lambda name: jobs.start(self.delete(name, window), instead_of="profile dialog")
        )

    async def add(self, parent: QWidget) -> None:
        """Ask for a new profile and keep it."""
        await self._asked(ProfileDialog(self._theme, parent), None)

    async def edit(self, name: str, parent: QWidget) -> None:
        """Let a profile be changed."""
        profile = await asyncio.to_thread(self._store.get, name)
        dialog = ProfileDialog(self._theme, parent)
        dialog.edit(_draft_of(profile))
        await self._asked(dialog, profile)

    async def delete(self, name: str, parent: QWidget) -> None:
        """Forget a profile with its key, once that is confirmed."""
        profile = await asyncio.to_thread(self._store.get, name)
        detail = self.tr("It leads to the application {0}. Its API key is removed from the keyring. ") + self.tr(
            "Nothing changes at Algolia."
        )
        answer = await asked(
            parent,
            self.tr("Delete the profile “{0}”?").format(name),
            detail.format(profile.application_id),
            [Answer("delete", self.tr("Delete the profile"), self.tr("Removes its key too"), destructive=True)],
        )
        if answer:
            await in_own_thread(remove_profile, self._store, self._keys, name)
            await self._heeds.deleted(name)

    async def _asked(self, dialog: ProfileDialog, before: Profile | None) -> None:
        saved = ""

        async def save(draft: ProfileDraft) -> None:
            nonlocal saved
            if await self._saved(dialog, draft, before):
                saved = draft.name
                dialog.accept()

        def start(work: Coroutine[Any, Any, None], instead_of: str) -> None:
            self._jobs.start(work, instead_of=instead_of, until=dialog.finished)

        dialog.submitted.connect(lambda draft: start(save(draft), "save profile"))
        dialog.check_wanted.connect(lambda draft: start(self._check(dialog, draft, before), "check profile"))
        start(self._tell_keyring(dialog), "tell keyring")
        if await accepted(dialog):
            heeding = self._heeds.saved(saved, before.name if before else None)
            self._jobs.start(heeding, instead_of="profile")  # a slow service holds up no list of the profiles

    async def _tell_keyring(self, dialog: ProfileDialog) -> None:
        """Say where the key will be; a keyring that does not answer does not keep the dialog from opening."""
        state = await in_own_thread(self._keys.state)
        dialog.show_keyring(state.sentence)

    async def _check(self, dialog: ProfileDialog, draft: ProfileDraft, before: Profile | None) -> None:
        """Show what the service says of what was typed so far; saving does not wait for it."""
        dialog.show_region("")
        try:
            profile = _drafted(dataclasses.replace(draft, name=draft.name or _UNNAMED), before)
            key = await self._key_to_check(draft, profile, before)
        except UserFacingError as error:
            dialog.key_table.say(str(error) if draft.application_id and draft.api_key else "")
            return
        if key is None:
            return
        dialog.key_table.say(self.tr("Asking the service…"))
        try:
            if not draft.region:
                profile = dataclasses.replace(profile, region=await _found_region(profile, key))
                dialog.show_region(self.tr("Found in {0}").format(_REGIONS[profile.region]))
            async with await asyncio.to_thread(client_of, profile, key) as client:
                report = await check_connection(client, before.key_expires_at if before else None)
        except UserFacingError as error:
            dialog.key_table.say(self._unreached(str(error)), "warning")
            return
        faults = [host.fault for host in report.hosts if host.fault]
        if len(faults) == len(report.hosts):
            dialog.key_table.say(self._unreached(faults[0]), "warning")
        else:
            facts = key_facts(report.key, profile.region)
            dialog.key_table.show_facts(facts, to_ask_for(report.key), report.hosts, report.clock)

    def _unreached(self, fault: str) -> str:
        return self.tr("{0}\n\nThe profile can be saved all the same.").format(fault)

    async def _key_to_check(self, draft: ProfileDraft, profile: Profile, before: Profile | None) -> Secret | None:
        """Return the key that was typed, or the kept one where it can be had without unlocking anything."""
        if draft.api_key:
            return Secret(draft.api_key)
        if before is None or before.application_id != profile.application_id:
            return None
        places = await in_own_thread(self._keys.places, [before])
        if places[before.name] not in {KeyPlace.KEYRING, KeyPlace.SESSION}:
            return None
        return await in_own_thread(self._keys.get, before)

    async def _saved(self, dialog: ProfileDialog, draft: ProfileDraft, before: Profile | None) -> bool:
        """Keep what was drafted and return True, or say in the dialog what cannot be right."""
        try:
            profile = _drafted(draft, before)
            key = Secret(draft.api_key) if draft.api_key or before is None else None
            if key is None and before is not None and before.application_id != profile.application_id:
                raise self._of_another(before, profile)
            if not draft.region:
                known = key or await in_own_thread(self._keys.get, before or profile)
                profile = dataclasses.replace(profile, region=await self._region(profile, known))
            if key is not None:
                report = await _looked_at(profile, key)
                _check_report(report, profile)
                profile = dataclasses.replace(profile, key_expires_at=report.expires_at)
            await in_own_thread(self._keep, profile, key, before)
        except UserFacingError as error:
            dialog.show_error(str(error))
            return False
        return True

    def _of_another(self, before: Profile, after: Profile) -> CredentialsError:
        """Return why the kept key cannot stay; it is never sent to another application than its own."""
        return CredentialsError(
            self.tr("The key that is kept is for the application {0}.").format(before.application_id),
            self.tr("Enter one of {0}.").format(after.application_id),
        )

    async def _region(self, profile: Profile, key: Secret | None) -> str:
        if key is None:
            raise ConfigurationError(
                self.tr("Without a key nobody can be asked for the region."), self.tr("Choose the region.")
            )
        try:
            return await _found_region(profile, key)
        except ConnectionFailed as error:
            raise ConfigurationError(
                str(error), self.tr("Choose the region, and the profile can be saved all the same.")
            ) from error

    def _keep(self, profile: Profile, key: Secret | None, before: Profile | None) -> None:
        """Write a profile and its key; blocks, and may wait for a person to unlock the keyring."""
        if before is None:
            add_profile(self._store, self._keys, profile, key, for_now=True)
        else:
            replace_profile(self._store, self._keys, before, profile, key, for_now=True)


def _draft_of(profile: Profile) -> ProfileDraft:
    return ProfileDraft(
        profile.name,
        profile.application_id,
        profile.region,
        profile.kind,
        "",
        profile.ingestion_url or "",
        profile.search_url or "",
        profile.proxy or "",
        profile.ca_bundle or "",
        profile.note,
        profile.calls_per_minute,
        profile.concurrency,
        profile.record_limit_bytes,
    )


def _drafted(draft: ProfileDraft, before: Profile | None) -> Profile:
    """Return a profile as it was typed; what the dialog does not show stays as it was.

    Raises:
        ConfigurationError: something of it cannot be right.

    """
    return dataclasses.replace(
        before or Profile(draft.name, draft.application_id, draft.region or _ANY),
        name=draft.name,
        application_id=draft.application_id,
        region=draft.region or _ANY,
        kind=ProfileKind(draft.kind),
        ingestion_url=draft.ingestion_url or None,
        search_url=draft.search_url or None,
        proxy=draft.proxy or None,
        ca_bundle=draft.ca_bundle or None,
        note=draft.note,
        calls_per_minute=draft.calls_per_minute,
        concurrency=draft.concurrency,
        record_limit_bytes=draft.record_limit_bytes,
    )


def _check_report(report: KeyReport, profile: Profile) -> None:
    """Let a key pass that will do for the profile; who only reads needs no right to write.

    Raises:
        CredentialsError: it will not do.

    """
    if report.refusal or profile.kind is not ProfileKind.READ_ONLY:
        report.check()


async def _looked_at(profile: Profile, key: Secret) -> KeyReport:
    """Ask the service what a key may do, with a client of its own, and not for long."""
    try:
        async with asyncio.timeout(_PATIENCE_S), await asyncio.to_thread(client_of, profile, key) as client:
            return await check_key(client)
    except TimeoutError:
        return KeyReport(profile.application_id, unread="The service did not answer in time.")


async def _found_region(profile: Profile, key: Secret) -> str:
    from pushconsole.ingestion import find_region  # noqa: PLC0415  httpx with it

    return await find_region(lambda region: client_of(profile, key, region))
