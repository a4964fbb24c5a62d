"""Where a push would go: the profile with its client, the tasks it has, and the chosen one."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pushconsole import quantities
from pushconsole.credentials import KeyStore, Profile, ProfileKind, ProfileStore, Secret
from pushconsole.desktop.activity import Activity
from pushconsole.desktop.clients import client_of
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.keyring_notice import KeyringNotice
from pushconsole.desktop.own_thread import in_own_thread
from pushconsole.desktop.profile_chooser import ProfileChoice
from pushconsole.desktop.profile_editing import Heeds, ProfileEditing
from pushconsole.desktop.profiles_controller import ProfilesController
from pushconsole.desktop.question_dialog import Answer
from pushconsole.desktop.questions import asked
from pushconsole.desktop.task_list import TaskList
from pushconsole.desktop.task_marks import TaskMarks
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import ConfigurationError, CredentialsError, KeyringError, TargetError, UserFacingError
from pushconsole.ingestion import KeyReport, Target, check_key
from pushconsole.runs import Level
from pushconsole.sandbox import RunningSandbox, SandboxNotStarted

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

_SANDBOX = "Sandbox"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_KIND_WORDS = {
    ProfileKind.PRODUCTION: "Production",
    ProfileKind.TEST: "Test",
    ProfileKind.READ_ONLY: "Read-only",
    ProfileKind.SANDBOX: "Sandbox",
}


class TargetController(QObject):
    """Owns the client of the chosen profile, and the sandbox where one was started.

    Attributes:
        profile: the chosen one, or None.
        client: for its application, or None while there is no key.
        target: the chosen task, or None.
        key: what the client's key may do, or None until that is looked up.
        sandbox: the sandbox that was started, or None.
        tasks: those of its application.

    Signals:
        changed: another profile or task is aimed at.

    """

    changed = Signal()

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        activity: Activity,
        theme: Theme,
        settings: Path,
        start_sandbox: Callable[[], RunningSandbox],
        marks: TaskMarks,
    ) -> None:
        super().__init__(window)
        self.profile: Profile | None = None
        self.client: IngestionClient | None = None
        self.target: Target | None = None
        self.key: KeyReport | None = None
        self._window = window
        self._jobs = jobs
        self._activity = activity
        self._theme = theme
        self._store = ProfileStore(settings)
        self._keys = KeyStore()
        self._start_sandbox = start_sandbox
        self.sandbox: RunningSandbox | None = None
        self.tasks = TaskList(window.push_pane, jobs, marks, self)
        self._notice = KeyringNotice(window, jobs, theme, self._keys, self._work_with)
        heeds = Heeds(self._heed_saved, self._forget)
        editing = ProfileEditing(window, jobs, theme, self._store, self._keys, heeds)
        self._profiles = ProfilesController(
            window, jobs, theme, self._store, self._keys, editing, self._work_with, self._show_profiles
        )
        self._connect()

    async def start(self, *, on_sandbox: bool) -> None:
        """Offer the profiles and choose the default one, or the sandbox."""
        if on_sandbox:
            await self.use_sandbox()
            return
        await self._show_profiles()
        if default := await asyncio.to_thread(self._store.default_name):
            await self._choose(default)

    async def use_sandbox(self) -> None:
        """Start a local sandbox if there is none, and aim at it."""
        if self.sandbox is None:
            self._activity.tell(Level.INFO, self.tr("Starting the sandbox…"))
            self.sandbox = await asyncio.to_thread(self._started_sandbox)
            self._activity.tell(Level.INFO, self.tr("The sandbox answers at {0}.").format(self.sandbox.ingestion_url))
        await self._choose(_SANDBOX)

    def _started_sandbox(self) -> RunningSandbox:
        try:
            return self._start_sandbox()
        except SandboxNotStarted as error:
            raise TargetError(f"The sandbox did not start. {error}") from error

    @property
    def record_limit_bytes(self) -> int:
        """How large a record may be by the plan of the profile, or of the smallest plan where none is chosen."""
        return self.profile.record_limit_bytes if self.profile else Profile.record_limit_bytes

    def in_words(self, index: str, application_id: str) -> str:
        """Name an index with its application, and with the profile where it is the chosen one's."""
        where = [self.tr("application {0}").format(application_id)]
        if self.profile is not None and self.profile.application_id == application_id:
            where.insert(0, self.profile.name)
        return f"{index} ({', '.join(where)})"

    async def close(self) -> None:
        """Close the client and end the sandbox; a key that was copied goes from the clipboard."""
        self._profiles.clipboard.clear()
        if self.client is not None:
            await self.client.close()
        if self.sandbox is not None:
            await asyncio.to_thread(self.sandbox.stop)

    def refresh(self) -> None:
        """Fetch the tasks again, and look again at what the key may do."""
        if self.client is not None and self.profile is not None:
            self._jobs.start(self._look_at_key(self.client, self.profile), instead_of="key")
        self._jobs.start(self._list_tasks(), instead_of="tasks")

    def aim_by_name(self, key: str) -> None:
        """Aim at an index that was named, through a task that is known."""
        if (target := self.tasks.find(key)) is not None:
            if target.reference:
                self.tasks.add_named(target)
            self._aim(target)

    def heed_run(self) -> None:
        """Look again at the tasks, and how the one that is aimed at stands: it ran just now."""
        if self.target is not None:
            self.tasks.look_anew(self.target)
        self.refresh()

    def _connect(self) -> None:
        window, chooser, do = self._window, self._window.profiles, self._window.commands
        chooser.profile_chosen.connect(self._work_with)
        window.push_pane.task_chosen.connect(self._choose_task)
        window.push_pane.enable_requested.connect(lambda: self._jobs.start(self._enable(), instead_of="enable"))
        self.tasks.taken.connect(self._heed_tasks)
        for again in (window.push_pane.refresh_requested, do.refresh_tasks.triggered):
            again.connect(lambda *_: self.refresh())

    # Profiles

    async def _all(self) -> list[Profile]:
        stored = await asyncio.to_thread(self._store.all)
        return [*([self._sandbox_profile(self.sandbox)] if self.sandbox else []), *stored]

    def _sandbox_profile(self, running: RunningSandbox) -> Profile:
        return Profile(
            _SANDBOX,
            running.app_id,
            "us",
            ProfileKind.SANDBOX,
            ingestion_url=running.ingestion_url,
            search_url=running.search_url,
        )

    async def _show_profiles(self) -> None:
        choices = [ProfileChoice(p.name, p.application_id, p.region, p.kind) for p in await self._all()]
        self._window.profiles.set_profiles(choices, self.profile.name if self.profile else None)
        kind = self.profile.kind if self.profile else None
        self._window.push_pane.set_profile_kind(kind or "", _KIND_WORDS[kind] if kind else "")

    def _work_with(self, name: str) -> None:
        """Choose a profile; an earlier choice, which may still wait for its key, counts no more."""
        self._jobs.start(self._choose(name), instead_of="profile")

    async def _choose(self, name: str) -> None:
        profile = next((profile for profile in await self._all() if profile.name == name), None)
        if profile is None:
            raise CredentialsError(f"There is no profile “{name}” any more.", "Choose another one.")
        self._window.keyring_banner.hide()  # it was about another one, or comes again
        before, self.client, self.profile, self.key = self.client, None, profile, None
        self._aim(None)
        self.tasks.clear()
        await self._leave(before)
        try:
            key = await self._key(profile)
        except KeyringError as error:
            self._activity.tell(Level.ERROR, str(error))
            self._notice.refused(profile, error)
            return
        if self.profile is not profile:
            return  # it was deleted meanwhile
        self.client = await asyncio.to_thread(client_of, profile, key)
        if name != _SANDBOX:
            await self._make_default(name)
        self._jobs.start(self._look_at_key(self.client, profile), instead_of="key")  # tells why the tasks are refused
        await self._list_tasks()
        tasks = quantities.counted(len(self.tasks.tasks), self.tr("task"), self.tr("tasks"))
        self._activity.tell(Level.DETAIL, f"{profile.name} · {profile.application_id} · {tasks}")

    async def _make_default(self, name: str) -> None:
        """Choose it at the next start too; that this cannot be written down keeps nobody from working with it now."""
        try:
            await asyncio.to_thread(self._store.set_default, name)
        except ConfigurationError as error:
            self._activity.tell(Level.WARNING, str(error))

    async def _leave(self, before: IngestionClient | None) -> None:
        """Show which profile is chosen now, and close the client of the one before."""
        try:
            await self._show_profiles()
        finally:  # it is nobody's any more
            if before is not None:
                await before.close()

    async def _look_at_key(self, client: IngestionClient, profile: Profile) -> None:
        """Say in the background what the key lacks, and keep when its time is over."""
        key = await check_key(client, profile.key_expires_at)
        if client is not self.client:
            return
        self.key = key
        if key.key is not None:  # before anything is awaited, in which another profile may be chosen
            self.profile = dataclasses.replace(profile, key_expires_at=key.expires_at)
        self.changed.emit()
        for warning in key.warnings():
            self._activity.tell(Level.WARNING, warning)
        if profile.name != _SANDBOX:
            await asyncio.to_thread(self._remember_look, profile.name, key)
        key.check()

    def _remember_look(self, name: str, key: KeyReport) -> None:
        if not key.refusal:
            self._store.remember_use(name)
        if key.key is not None:
            self._store.remember_expiry(name, key.expires_at)

    async def _key(self, profile: Profile) -> Secret:
        if self.sandbox is not None and profile.name == _SANDBOX:
            return Secret(self.sandbox.api_key)
        key = await in_own_thread(self._keys.get, profile)
        await self._notice.look(profile)
        if key is None:
            raise CredentialsError(
                f"There is no API key for the profile “{profile.name}”.", "Edit the profile and enter the key again."
            )
        return key

    async def _heed_saved(self, name: str, before: str | None) -> None:
        """Work with a profile that is new, or that was worked with before it was edited."""
        if before is None or self.profile is None or self.profile.name == before:
            await self._choose(name)
        else:
            await self._show_profiles()

    async def _forget(self, name: str) -> None:
        """Aim at nothing where a profile that was deleted was aimed at."""
        if self.profile is not None and self.profile.name == name:
            before, self.client, self.profile, self.key = self.client, None, None, None
            self._window.keyring_banner.hide()
            self._aim(None)
            self.tasks.clear()
            await self._leave(before)
        else:
            await self._show_profiles()

    # Tasks

    async def _list_tasks(self) -> None:
        if self.client is not None:
            await self.tasks.fetch(self.client)

    def _heed_tasks(self, whole: bool) -> None:
        """Keep the aim as the tasks are now; as long as more are to come, none is chosen for the person."""
        before = self.target
        choice = self._natural_choice()
        if choice == before or not whole:
            return
        self._aim(choice)
        if before is not None and choice is None:
            gone = self.tr("The task {0} → {1} is not there any more: choose another one.")
            self._activity.tell(Level.WARNING, gone.format(before.name, before.index))

    def _natural_choice(self) -> Target | None:
        """Keep what is aimed at, for which no other is taken; else take the only task there is, or the sandbox's."""
        if self.target is not None:
            return self.tasks.find(self.target.key)
        possible = [target for target in self.tasks.tasks.values() if target.enabled and target.takes_pushes]
        if self.profile is not None and self.profile.kind is ProfileKind.SANDBOX:
            possible = [target for target in possible if target.index == "products"] or possible
            return possible[0] if possible else None
        return possible[0] if len(possible) == 1 else None

    def _choose_task(self, key: str) -> None:
        """Aim at a task; as long as one is looked up that the field names already, nothing goes to the one before."""
        self._aim(self.tasks.find(key), shown=key)
        self._jobs.start(self._look_up(self.client, key), instead_of="task")

    async def _look_up(self, client: IngestionClient | None, key: str) -> None:
        """Aim at a task that is in no list, if there is such a one."""
        if client is None or self.tasks.find(key) is not None or not _UUID.fullmatch(key):
            return
        try:
            await self.tasks.resolve(client, key)
        except UserFacingError:
            self._aim(None)
            raise
        if client is self.client:
            self._aim(self.tasks.find(key))

    async def _enable(self) -> None:
        """Let the task that is aimed at take pushes again, once that is confirmed."""
        client, target, profile = self.client, self.target, self.profile
        if client is None or target is None or profile is None:
            return
        question = self.tr("Enable the task {0} → {1}?").format(target.name, target.own_index)
        detail = self.tr("It takes pushes again, in {0} (application {1}), from everybody.").format(
            profile.name, profile.application_id
        )
        if await asked(self._window, question, detail, [Answer("enable", self.tr("Enable it"), "")]):
            await client.enable_task(target.task_id)
            self.tasks.look_anew(target)
            await self._list_tasks()

    def _aim(self, target: Target | None, shown: str = "") -> None:
        """Aim at a target; `shown` is the key in the field as long as it is none."""
        self.target = target
        self._window.push_pane.set_task(target.key if target else shown)
        self._window.push_pane.offer_enabling(on=target is not None and target.takes_pushes and not target.enabled)
        if target is not None:
            self.tasks.standings.want([target.task_id])
        self.changed.emit()
