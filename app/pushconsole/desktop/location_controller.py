"""Fetches a file that is elsewhere, has it opened like any other, and removes what was fetched."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject

from pushconsole import quantities
from pushconsole.desktop.activity import Activity, Work
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.location_dialog import LocationDialog
from pushconsole.desktop.questions import accepted
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.window import MainWindow
from pushconsole.ingestion import FetchProgress, fetch, remote_name
from pushconsole.records import WorkspaceFolder
from pushconsole.runs import Level


class LocationController(QObject):
    """Owns File, Open location."""

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        activity: Activity,
        records: RecordsController,
        folder: WorkspaceFolder,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._activity = activity
        self._records = records
        self._folder = folder
        window.commands.open_location.triggered.connect(lambda: jobs.start(self._ask(), instead_of="ask location"))

    async def _ask(self) -> None:
        """Ask for an address; what is being fetched goes on until there is one."""
        dialog = LocationDialog(self._window)
        if await accepted(dialog):
            self._jobs.start(self._open(dialog.address), instead_of="location")

    async def _open(self, address: str) -> None:
        room = await asyncio.to_thread(self._folder.make_room)
        try:
            path = room / remote_name(address)
            if await self._fetched(address, path):
                await self._records.open_and_wait([path])
        finally:
            await asyncio.to_thread(self._folder.clear_room, room)

    async def _fetched(self, address: str, path: Path) -> bool:
        """Fetch a file; return whether it is here, which it is not where the person cancelled."""
        fetching = asyncio.create_task(self._fetch(address, path))
        try:
            await asyncio.wait({fetching})
        finally:
            fetching.cancel()
            await asyncio.wait({fetching})  # its connection is closed on this loop, not after it
            if fetching.cancelled():
                self._activity.tell(Level.INFO, self.tr("Fetching {0} was cancelled.").format(path.name))
        if fetching.cancelled():
            return False
        fetching.result()
        return True

    async def _fetch(self, address: str, path: Path) -> None:
        task = asyncio.current_task()
        assert task is not None
        with self._activity.work(self.tr("Fetching {0}").format(path.name), task.cancel) as work:
            await fetch(address, path, lambda so_far: self._show(work, so_far))

    def _show(self, work: Work, so_far: FetchProgress) -> None:
        figures = quantities.size(so_far.read_bytes)
        if so_far.size_bytes:
            figures = self.tr("{0} of {1}").format(figures, quantities.size(so_far.size_bytes))
        work.progress(so_far.read_bytes, so_far.size_bytes, figures)
