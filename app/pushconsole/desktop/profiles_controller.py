"""Does what is asked for in the window of profiles."""

from __future__ import annotations

import asyncio
import dataclasses
import os
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtWidgets import QDialog

from pushconsole.credentials import (
    Change,
    Found,
    KeyPlace,
    KeyStore,
    Profile,
    ProfileStore,
    Proposal,
    Secret,
    cli_folder,
    duplicate_profile,
    found_in_cli,
    found_in_dotenv,
    found_in_environment,
    found_in_export,
    free_name,
    proposals,
    take_over,
)
from pushconsole.desktop.clients import client_of
from pushconsole.desktop.import_profiles_dialog import ImportProfilesDialog
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.own_thread import in_own_thread
from pushconsole.desktop.profile_editing import ProfileEditing
from pushconsole.desktop.profile_words import ProfileRow
from pushconsole.desktop.profiles_dialog import Place, ProfilesDialog
from pushconsole.desktop.question_dialog import Answer
from pushconsole.desktop.questions import accepted, asked, file_to_save, files_to_open
from pushconsole.desktop.reveal_dialog import RevealDialog
from pushconsole.desktop.secret_clipboard import SecretClipboard
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import ConfigurationError, CredentialsError, KeyringError, UserFacingError
from pushconsole.ingestion import check_connection
from pushconsole.own_environment import with_keys


class ProfilesController(QObject):
    """Owns the window of profiles.

    Attributes:
        clipboard: where a revealed key may be for a while.

    """

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        theme: Theme,
        store: ProfileStore,
        keys: KeyStore,
        editing: ProfileEditing,
        choose: Callable[[str], None],
        changed: Callable[[], Awaitable[None]],
    ) -> None:
        """Make it; `choose` is called with a profile to work with, `changed` awaited when the list is another one."""
        super().__init__(window)
        self.clipboard = SecretClipboard(self)
        self._window = window
        self._jobs = jobs
        self._theme = theme
        self._store = store
        self._keys = keys
        self._editing = editing
        self._choose = choose
        self._changed = changed
        for wish in (window.commands.manage_profiles.triggered, window.profiles.manage_requested):
            wish.connect(lambda *_: jobs.start(self._open(), instead_of="profiles window"))

    async def _open(self) -> None:
        dialog = ProfilesDialog(self._theme, self._window)
        self._connect(dialog)
        self._start(dialog, self._list(dialog), "list profiles")
        await accepted(dialog)
        await self._changed()

    def _start(self, dialog: QDialog, work: Coroutine[Any, Any, None], instead_of: str) -> None:
        """Start work for a dialog, until it is closed."""
        self._jobs.start(work, instead_of=instead_of, until=dialog.finished)

    def _connect(self, dialog: ProfilesDialog) -> None:
        page = dialog.page
        deeds: tuple[tuple[SignalInstance, Callable[..., Awaitable[object]]], ...] = (
            (dialog.add_requested, lambda: self._editing.add(dialog)),
            (page.edit_requested, lambda: self._editing.edit(dialog.shown, dialog)),
            (page.delete_requested, lambda: self._editing.delete(dialog.shown, dialog)),
            (page.duplicate_requested, lambda: self._duplicate(dialog)),
            (page.default_requested, lambda: asyncio.to_thread(self._store.set_default, dialog.shown)),
            (page.reveal_requested, lambda: self._reveal(dialog)),
            (dialog.import_requested, lambda place: self._import(dialog, Place(place))),
            (dialog.export_requested, lambda: self._export(dialog)),
            (dialog.profiles.order_changed, lambda: self._reorder(dialog)),
        )
        for signal, deed in deeds:
            signal.connect(lambda *of, do=deed: self._start(dialog, self._done(dialog, do, of), "profile dialog"))
        dialog.chosen.connect(lambda name: self._start(dialog, self._look(dialog, name), "look at profile"))
        page.test_requested.connect(
            lambda: self._start(dialog, self._look(dialog, dialog.shown, asked_for=True), "look at profile")
        )
        dialog.use_requested.connect(lambda name: self._use(dialog, name))

    async def _done(
        self, dialog: ProfilesDialog, deed: Callable[..., Awaitable[object]], of: tuple[object, ...]
    ) -> None:
        """Do something, say in the dialog what did not work, and list the profiles as they are then."""
        dialog.show_mistake("")
        try:
            await deed(*of)
        except UserFacingError as error:
            dialog.show_mistake(str(error))
        await self._list(dialog)
        await self._changed()

    async def _list(self, dialog: ProfilesDialog) -> None:
        """List the profiles at once, and where their keys are as soon as the keyring says so."""
        profiles = await asyncio.to_thread(self._store.all)
        default = await asyncio.to_thread(self._store.default_name)
        unknown = dict.fromkeys((profile.name for profile in profiles), KeyPlace.UNKNOWN)
        if not dialog.shown:
            dialog.show_rows(_rows(profiles, unknown, default), default or "")
        dialog.show_keyring(await in_own_thread(self._keys.state))
        try:
            places = await in_own_thread(self._keys.places, profiles)
        except KeyringError as error:
            dialog.show_mistake(str(error))
            places = unknown
        dialog.show_rows(_rows(profiles, places, default))

    async def _look(self, dialog: ProfilesDialog, name: str, *, asked_for: bool = False) -> None:
        """Show what the service says of a profile's key; the keyring is unlocked only where that is asked for."""
        row = dialog.profiles.chosen
        if row is None or row.profile.name != name:
            return
        if not asked_for and row.place not in {KeyPlace.KEYRING, KeyPlace.SESSION}:
            return
        dialog.page.show_asking()
        try:
            key = await self._key(row.profile)
            async with await asyncio.to_thread(client_of, row.profile, key) as client:
                report = await check_connection(client, row.profile.key_expires_at)
        except UserFacingError as error:
            dialog.page.table.say(str(error), "failed")
            return
        dialog.page.show_report(report, row.profile.region)
        if report.key.key is not None:
            await asyncio.to_thread(self._store.remember_expiry, name, report.key.expires_at)

    async def _key(self, profile: Profile) -> Secret:
        key = await in_own_thread(self._keys.get, profile)
        if key is None:
            raise CredentialsError(
                self.tr("There is no API key for the profile “{0}”.").format(profile.name),
                self.tr("Edit the profile and enter it."),
            )
        return key

    def _use(self, dialog: ProfilesDialog, name: str) -> None:
        dialog.accept()
        self._choose(name)

    async def _duplicate(self, dialog: ProfilesDialog) -> None:
        name = await asyncio.to_thread(free_name, self._store, dialog.shown)
        await in_own_thread(duplicate_profile, self._store, self._keys, dialog.shown, name)
        await self._list(dialog)
        await self._editing.edit(name, dialog)

    async def _reorder(self, dialog: ProfilesDialog) -> None:
        await asyncio.to_thread(self._store.reorder, dialog.profiles.order)

    async def _reveal(self, dialog: ProfilesDialog) -> None:
        """Show the key for a while, once it is agreed that somebody may be looking."""
        profile = await asyncio.to_thread(self._store.get, dialog.shown)
        question = self.tr("Show the API key of “{0}”?").format(profile.name)
        detail = self.tr("It is the key of the application {0}. Everybody who sees the screen sees it; ") + self.tr(
            "it is hidden again after 15 seconds."
        )
        answer = Answer("show", self.tr("Show the key"), self.tr("Asks the keyring for it"))
        if await asked(dialog, question, detail.format(profile.application_id), [answer]):
            key = await self._key(profile)
            await accepted(RevealDialog(self._theme, profile, key, self.clipboard, dialog))

    async def _export(self, dialog: ProfilesDialog) -> None:
        filters = self.tr("Profiles (*.json)")
        file = await file_to_save(dialog, self.tr("Export the profiles"), "push-console-profiles.json", filters)
        if file is not None:
            await asyncio.to_thread(self._store.export_to, file)

    # Import

    async def _import(self, dialog: ProfilesDialog, place: Place) -> None:
        """Show what a place knows, and take over what is chosen of it."""
        found = await self._found(dialog, place)
        if found is None:
            return
        known = await asyncio.to_thread(self._store.all)
        offer = ImportProfilesDialog(self._theme, found, proposals(found, known), dialog)
        offer.submitted.connect(lambda: self._start(offer, self._take_over(offer), "import profiles"))
        await accepted(offer)

    async def _found(self, dialog: ProfilesDialog, place: Place) -> Found | None:
        if place is Place.CLI:
            return await in_own_thread(found_in_cli, cli_folder(os.environ))
        if place is Place.ENVIRONMENT:
            return found_in_environment(with_keys())
        if place is Place.DOTENV:
            files, read = await self._file(dialog, self.tr("Environment file (.env *.env *)")), found_in_dotenv
        else:
            files, read = await self._file(dialog, self.tr("Profiles (*.json);;All files (*)")), found_in_export
        return await asyncio.to_thread(read, files[0]) if files else None

    async def _file(self, dialog: ProfilesDialog, filters: str) -> list[Path]:
        return await files_to_open(dialog, self.tr("Import profiles"), filters)

    async def _take_over(self, offer: ImportProfilesDialog) -> None:
        """Take over what is ticked, one by one; one that fails does not hold up the others."""
        mistakes = []
        for proposal in offer.chosen:
            try:
                region = offer.region or await _region(proposal)
                await in_own_thread(take_over, proposal, region, self._store, self._keys, for_now=True)
                offer.mark_done(proposal)
            except UserFacingError as error:
                mistakes.append(f"{proposal.candidate.name}: {error}")
        if mistakes:
            offer.show_error("\n".join(mistakes))
        else:
            offer.accept()


def _rows(profiles: list[Profile], places: dict[str, KeyPlace], default: str | None) -> list[ProfileRow]:
    return [ProfileRow(one, places[one.name], one.name == default) for one in profiles]


async def _region(proposal: Proposal) -> str:
    """Return where a candidate's application is hosted, found out by asking both regions where nobody has said it.

    Raises:
        ConfigurationError: it cannot be found out.
        ServiceError, ConnectionFailed: nobody answers.

    """
    from pushconsole.ingestion import find_region  # noqa: PLC0415  httpx with it

    found = proposal.candidate
    if found.region or found.settings is not None or proposal.change is not Change.ADD:
        return found.region
    if found.key is None:
        raise ConfigurationError("Its region is not known, and without a key nobody can be asked.", "Choose one below.")
    profile, key = Profile(proposal.name, found.application_id, "us"), found.key
    return await find_region(lambda region: client_of(dataclasses.replace(profile, region=region), key))
