"""The tasks of the application that is aimed at: fetched page by page, kept for the next start, and offered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pushconsole import locations
from pushconsole.desktop import known_tasks
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.push_pane import PushPane
from pushconsole.desktop.task_choices import TaskChoice, arranged
from pushconsole.desktop.task_marks import TaskMarks
from pushconsole.desktop.task_standings import TaskStandings
from pushconsole.desktop.task_words import choice_of, resolved_key
from pushconsole.errors import UserFacingError
from pushconsole.ingestion import Standing, Target, TargetPage, by_name, details_of, target_pages

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there


_AGEING_MS = 30_000  # how often “2 min ago” is said anew


class TaskList(QObject):
    """Owns what is known of an application's tasks, and what a person has made of them.

    Attributes:
        tasks: by their IDs, in the order of their names.
        standings: how they stand.

    Signals:
        taken(whole): other tasks are known; `whole`: as many as there are.

    """

    taken = Signal(bool)

    def __init__(self, pane: PushPane, jobs: Jobs, marks: TaskMarks, parent: QObject) -> None:
        super().__init__(parent)
        self.tasks: dict[str, Target] = {}
        self.standings = TaskStandings(jobs, self)
        self._pane = pane
        self._marks = marks
        self._client: IngestionClient | None = None
        self._named: list[str] = []  # keys of indexes that were named since the start
        self._worded: dict[str, tuple[tuple[Target, Standing | None, str], TaskChoice]] = {}
        self._seen: frozenset[str] = frozenset()
        ageing = QTimer(self)
        ageing.setInterval(_AGEING_MS)
        ageing.timeout.connect(self._tell_ages)
        ageing.start()
        self.standings.changed.connect(self._offer)
        pane.tasks.star_toggled.connect(self._toggle_star)
        pane.tasks.seen.connect(self._look_at)

    def clear(self) -> None:
        """Offer nothing: another application comes."""
        self._client, self.tasks, self._named, self._worded = None, {}, [], {}
        self.standings.begin(None, {})
        self._pane.set_tasks([])

    def find(self, key: str) -> Target | None:
        """Return the target of a key, where its task is known."""
        return resolved_key(key, self.tasks)

    async def resolve(self, client: IngestionClient, task_id: str) -> None:
        """Take in a task that is in no list.

        Raises:
            TargetError: there is no such task in the application.

        """
        found = (await details_of(client, task_id)).target
        if client is self._client:
            self.tasks[task_id] = found
            self._offer()

    def add_named(self, target: Target) -> None:
        """Offer an index that was named, beside the tasks."""
        self._named = [target.key, *(key for key in self._named if key != target.key)]
        self._offer()

    def note_use(self, target: Target) -> None:
        """Note that something is pushed to a target now."""
        if self._client is not None:
            self._marks.note_use(self._client.application_id, target.key)
            self._offer()

    def look_anew(self, target: Target) -> None:
        """Find out how a task stands now."""
        self.standings.want([target.task_id], anew=True)

    async def fetch(self, client: IngestionClient) -> None:
        """Offer the tasks as they were, then as they are, page after page.

        Raises:
            ServiceError, ConnectionFailed: not even the first page can be fetched.

        """
        pane, file = self._pane, locations.known_tasks(client.application_id)
        if self._client is not client:
            self._client = client
            standings = await asyncio.to_thread(
                known_tasks.read_standings, locations.known_standings(client.application_id)
            )
            self.standings.begin(client, standings)
        known = None if self.tasks else await asyncio.to_thread(known_tasks.read, file)
        if known is not None:
            self._take(known.targets)
        moment = f"{known.fetched:%Y-%m-%d %H:%M}" if known else ""
        pane.set_loading(self._fetching(moment), at_once=bool(moment))
        try:
            missing = await self._fetch_pages(client, moment)
        except UserFacingError as error:
            pane.set_loading("")
            stale = self.tr(" The list is of {0}.").format(moment) if moment else ""
            pane.set_list_state(f"{error}{stale}", "failed")
            raise
        if client is not self._client:
            return
        pane.set_loading("")
        if missing:
            pane.set_list_state(missing, "warning")
        else:
            await asyncio.to_thread(known_tasks.write, file, list(self.tasks.values()))
        self._look_at(self._marked(client))

    async def _fetch_pages(self, client: IngestionClient, stale: str) -> str:
        """Offer the tasks page after page, and return what could not be fetched, in a sentence."""
        found: list[Target] = []
        failed: list[TargetPage] = []
        known = bool(self.tasks)
        async for page in target_pages(client):
            if client is not self._client:
                return ""
            found.extend(page.targets)
            failed += [page] if page.error is not None else []
            if page.number < page.pages and not known:
                self._take(found, whole=False)
            self._pane.set_loading(self._fetching(stale, page), at_once=bool(stale))
        if failed and known:  # what was known is more than what came
            found = [*found, *(t for t in self.tasks.values() if t.task_id not in {one.task_id for one in found})]
        self._take(found)
        if not failed:
            return ""
        pages = ", ".join(f"{page.number}" for page in failed)
        sentence = self.tr("Page {0} of {1} of the tasks could not be fetched: {2}").format(
            pages, failed[-1].pages, failed[-1].error
        )
        if not known:
            return sentence
        as_of = self.tr(" What is missing is shown as of {0}.").format(stale)
        return sentence + (as_of if stale else self.tr(" What is missing is shown as it was before."))

    def _fetching(self, stale: str, page: TargetPage | None = None) -> str:
        """Say how far the list is, and from when what is shown is."""
        shown = self.tr("The list is of {0}. ").format(stale) if stale else ""
        if page is None or page.pages == 1:
            return shown + self.tr("Fetching the tasks…")
        return shown + self.tr("Fetching the tasks, page {0} of {1}…").format(page.number, page.pages)

    def _take(self, targets: Sequence[Target], *, whole: bool = True) -> None:
        self.tasks = {target.task_id: target for target in by_name(targets)}
        self._offer()
        self.taken.emit(whole)

    def _offer(self) -> None:
        """Offer the tasks and the indexes that were named, the favourites and the last used first."""
        if self._client is None:
            return
        application_id = self._client.application_id
        favourites, used = self._marks.favourites(application_id), self._marks.used(application_id)
        by_name_too = [key for key in dict.fromkeys([*self._named, *favourites, *used]) if "/" in key]
        targets = [*self.tasks.values(), *(found for key in by_name_too if (found := self.find(key)) is not None)]
        recent = [*self._named, *(key for key in used if key not in self._named)]
        self._pane.set_tasks(arranged(map(self._choice, targets), favourites, recent))

    def _choice(self, target: Target) -> TaskChoice:
        """Return a task in words, found anew only where something else is known: for 500 that takes 15 ms."""
        known = (target, self.standings.of(target.task_id), self.standings.fault(target.task_id))
        worded = self._worded.get(target.key)
        if worded is None or worded[0] != known:
            worded = self._worded[target.key] = known, choice_of(*known)
        return worded[1]

    def _tell_ages(self) -> None:
        """Say of what is on screen how long ago it was."""
        for key in self._seen | {self._pane.tasks.chosen}:
            self._worded.pop(key, None)
        self._offer()

    def _marked(self, client: IngestionClient) -> list[str]:
        return [*self._marks.used(client.application_id), *self._marks.favourites(client.application_id)]

    def _toggle_star(self, key: str) -> None:
        if self._client is not None:
            self._marks.toggle_favourite(self._client.application_id, key)
            self._offer()

    def _look_at(self, keys: Sequence[str]) -> None:
        """Find out how the tasks stand that are looked at."""
        self._seen = frozenset(keys)
        found = [target.task_id for key in keys if (target := self.find(key)) is not None]
        self.standings.want(task_id for task_id in found if task_id in self.tasks)
