"""Opens a task's page and fetches what it shows, part by part, until it is closed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.questions import accepted
from pushconsole.desktop.target_controller import TargetController
from pushconsole.desktop.task_page import TaskPage
from pushconsole.desktop.task_page_words import codes_of, event_row, facts_of, heading_of, run_row
from pushconsole.desktop.task_standings import TaskStandings
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import UserFacingError
from pushconsole.ingestion import EVENTS_SHOWN, Run, Target, TaskDetails, details_of, events_of, runs_of

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there


class TaskPageController(QObject):
    """Shows the page of the task that is aimed at."""

    def __init__(self, window: MainWindow, theme: Theme, jobs: Jobs, targets: TargetController) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._jobs = jobs
        self._targets = targets
        pane, do = window.push_pane, window.commands
        for wish in (pane.details_requested, do.task_page.triggered):
            wish.connect(lambda *_: jobs.start(self._open(), instead_of="task page"))
        targets.changed.connect(self._enable)
        self._enable()

    def _enable(self) -> None:
        there = self._targets.target is not None and self._targets.client is not None
        self._window.commands.task_page.setEnabled(there)
        self._window.push_pane.offer_details(on=there)

    async def _open(self) -> None:
        client, target, standings = self._targets.client, self._targets.target, self._targets.tasks.standings
        if client is None or target is None:
            return
        page = TaskPage(self._theme, heading_of(target, standings.of(target.task_id)), self._window)
        filling = _Filling(page, client, target, standings, self._jobs)
        filling.begin()
        try:
            await accepted(page)
        finally:
            filling.end()


class _Filling(QObject):
    """Fetches the parts of one page; each fails, and is there, for itself."""

    def __init__(
        self, page: TaskPage, client: IngestionClient, target: Target, standings: TaskStandings, jobs: Jobs
    ) -> None:
        super().__init__(page)
        self._page = page
        self._client = client
        self._target = target
        self._standings = standings
        self._jobs = jobs
        self._details: TaskDetails | None = None
        self._runs: dict[str, Run] = {}
        self._parts: set[asyncio.Task[None]] = set()
        self._events: set[asyncio.Task[None]] = set()
        page.copy_requested.connect(lambda: QGuiApplication.clipboard().setText(target.task_id))
        page.refresh_requested.connect(self.begin)
        page.stop_requested.connect(self._stop)
        page.events_wanted.connect(self._want_events)
        standings.changed.connect(self._show_standing)

    def begin(self) -> None:
        """Fetch all of it."""
        self._page.say_of_runs(self.tr("Fetching the runs…"))
        self._page.say_of_code(self.tr("Fetching the task…"))
        self._page.set_progress(self.tr("Fetching the task and its runs…"), busy=True)
        self._standings.want([self._target.task_id], anew=True)
        self._start(self._parts, self._fetch_details(), "task page: details")
        self._start(self._parts, self._fetch_runs(), "task page: runs")

    def end(self) -> None:
        """Fetch nothing more: the page is gone."""
        self._standings.changed.disconnect(self._show_standing)
        for task in self._parts | self._events:
            task.cancel()

    def _start(self, among: set[asyncio.Task[None]], work: Coroutine[Any, Any, None], name: str) -> None:
        task = self._jobs.start(work, instead_of=name)
        among.add(task)
        task.add_done_callback(among.discard)
        if among is self._parts:
            task.add_done_callback(lambda done: self._heed_end(stopped=done.cancelled()))

    def _heed_end(self, *, stopped: bool) -> None:
        if self._parts or stopped:
            return
        moment = f"{datetime.now().astimezone():%H:%M:%S}"
        self._page.set_progress(self.tr("As of {0}").format(moment), busy=False)

    def _stop(self) -> None:
        for task in self._parts:
            task.cancel()
        if self._details is None:
            self._page.say_of_code(self.tr("Stopped before the task came. Refresh asks again."))
        if not self._runs:
            self._page.say_of_runs(self.tr("Stopped before the runs came. Refresh asks again."))
        self._page.set_progress(self.tr("Stopped"), busy=False)

    async def _fetch_details(self) -> None:
        try:
            self._details = await details_of(self._client, self._target.task_id)
        except UserFacingError as error:
            self._page.say_of_code(str(error), failed=True)
            return
        self._page.show_codes(codes_of(self._details))
        self._show_standing()

    async def _fetch_runs(self) -> None:
        try:
            page = await runs_of(self._client, self._target.task_id)
        except UserFacingError as error:
            self._page.say_of_runs(str(error), failed=True)
            return
        self._runs = {run.run_id: run for run in page.runs}
        self._page.show_runs([run_row(run) for run in page.runs])

    def _want_events(self, run_id: str, page: int) -> None:
        self._start(self._events, self._fetch_events(run_id, page), f"task page: events of {run_id}")

    async def _fetch_events(self, run_id: str, page: int) -> None:
        try:
            found = await events_of(self._client, self._runs[run_id], page)
        except UserFacingError as error:
            self._page.show_events_missing(run_id, str(error), page=page)
            return
        shown = found.pagination.nb_items - (page - 1) * EVENTS_SHOWN - len(found.events)
        self._page.show_events(run_id, [event_row(event) for event in found.events], more=max(0, shown), page=page)

    def _show_standing(self) -> None:
        """Say how the task stands, as soon as that is known."""
        target = self._details.target if self._details else self._target
        standing = self._standings.of(target.task_id)
        self._page.show_heading(heading_of(target, standing))
        if self._details is not None:
            self._page.show_facts(facts_of(self._details, standing))
