"""Adds, changes and deletes profiles; a key is kept only once the service, if it can be reached, says it may push."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject

from pushconsole.credentials import KeyStore, Profile, ProfileKind, ProfileStore, Secret
from pushconsole.desktop.clients import client_of
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.profile_dialog import ProfileDialog, ProfileDraft
from pushconsole.desktop.question_dialog import Answer
from pushconsole.desktop.questions import accepted, asked
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import UserFacingError
from pushconsole.ingestion import KeyReport, check_key

_ANY = "us"  # until it is found out


class ProfileEditing(QObject):
    """Owns the dialog of a profile, from the chooser's menu to settings and keyring."""

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        theme: Theme,
        store: ProfileStore,
        keys: KeyStore,
        saved: Callable[[str], Awaitable[None]],
        deleted: Callable[[str], Awaitable[None]],
    ) -> None:
        """Make it; `saved` and `deleted` are awaited with the name of the profile."""
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._theme = theme
        self._store = store
        self._keys = keys
        self._saved = saved
        self._deleted = deleted
        chooser = window.profiles
        for add in (chooser.add_requested, window.commands.add_profile.triggered, window.welcome.profile_requested):
            add.connect(lambda *_: jobs.start(self._add(), instead_of="profile dialog"))
        chooser.edit_requested.connect(lambda name: jobs.start(self._edit(name), instead_of="profile dialog"))
        chooser.delete_requested.connect(lambda name: jobs.start(self._delete(name), instead_of="profile dialog"))

    async def _add(self) -> None:
        await self._asked(await self._dialog(), None)

    async def _edit(self, name: str) -> None:
        profile = await asyncio.to_thread(self._store.get, name)
        dialog = await self._dialog()
        dialog.edit(
            ProfileDraft(
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
            )
        )
        await self._asked(dialog, profile)

    async def _dialog(self) -> ProfileDialog:
        state = await asyncio.to_thread(self._keys.state)
        return ProfileDialog(self._theme, state.sentence, self._window)

    async def _asked(self, dialog: ProfileDialog, before: Profile | None) -> None:
        dialog.submitted.connect(lambda draft: self._jobs.start(self._save(dialog, draft, before), instead_of="save"))
        await accepted(dialog)

    async def _save(self, dialog: ProfileDialog, draft: ProfileDraft, before: Profile | None) -> None:
        """Keep what was drafted, or say in the dialog what cannot be right."""
        try:
            profile = _drafted(draft, before)
            key = Secret(draft.api_key) if draft.api_key or before is None else None
            if not draft.region:
                known = key or await asyncio.to_thread(self._keys.get, profile)
                found = await _found_region(profile, known or Secret(draft.api_key))
                profile = dataclasses.replace(profile, region=found)
            if key is not None:
                report = await _looked_at(profile, key)
                report.check()
                profile = dataclasses.replace(profile, key_expires_at=report.expires_at)
            await asyncio.to_thread(self._keep, profile, key, before)
        except UserFacingError as error:
            dialog.show_error(str(error))
            return
        dialog.accept()
        await self._saved(profile.name)

    def _keep(self, profile: Profile, key: Secret | None, before: Profile | None) -> None:
        """Write a profile and its key; blocks, and may wait for a person to unlock the keyring."""
        if before is None:
            self._store.add(profile)
        else:
            self._store.replace(before.name, profile)
            self._keys.rename(before, profile)
        if key is not None:
            self._keys.set(profile, key)

    async def _delete(self, name: str) -> None:
        answer = await asked(
            self._window,
            self.tr("Delete the profile “{0}”?").format(name),
            self.tr("Its API key is removed from the keyring. Nothing changes at Algolia."),
            [Answer("delete", self.tr("Delete the profile"), self.tr("Removes its key too"), destructive=True)],
        )
        if answer:
            await asyncio.to_thread(self._remove, name)
            await self._deleted(name)

    def _remove(self, name: str) -> None:
        self._keys.delete(self._store.get(name))
        self._store.remove(name)


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
    )


async def _looked_at(profile: Profile, key: Secret) -> KeyReport:
    """Ask the service what a key may do, with a client of its own."""
    async with await asyncio.to_thread(client_of, profile, key) as client:
        return await check_key(client)


async def _found_region(profile: Profile, key: Secret) -> str:
    from pushconsole.ingestion import find_region  # noqa: PLC0415  httpx with it

    return await find_region(lambda region: client_of(profile, key, region))
