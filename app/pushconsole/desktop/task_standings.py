"""Finds out in the background how tasks stand: those that somebody looks at, a few at a time, under a limit."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pushconsole import locations
from pushconsole.desktop import known_tasks
from pushconsole.desktop.jobs import Jobs
from pushconsole.errors import Cancelled, PermissionRefused, TooManyCalls, UserFacingError
from pushconsole.ingestion import Standing, standing_of
from pushconsole.runs import CallPaces

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

FRESH_S = 300.0
"""So long what is known of a task is not asked for again, unless somebody wishes it."""
_CALLS_PER_MINUTE = 120.0  # a quarter of what the service allows for looks: the rest is for runs that wait for verdicts
_AT_ONCE = 3
_REST_S = 60.0  # a task whose runs could not be read is left alone so long
_GATHER_MS = 150  # answers that come together are shown together


class TaskStandings(QObject):
    """Knows how tasks stand, and when that was found out.

    Signals:
        changed: something new is known.

    """

    changed = Signal()

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._client: IngestionClient | None = None
        self._looks = CallPaces.of(_CALLS_PER_MINUTE).looks
        self._known: dict[str, Standing] = {}
        self._faults: dict[str, tuple[float, str]] = {}
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._under_way: set[str] = set()
        self._working = False
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.setInterval(_GATHER_MS)
        self._telling.timeout.connect(self.changed)

    def begin(self, client: IngestionClient | None, known: Mapping[str, Standing]) -> None:
        """Go on with the tasks of another application, of which something may be known from the last time."""
        self._client, self._known = client, dict(known)
        self._faults.clear()
        self._wanted.clear()

    def of(self, task_id: str) -> Standing | None:
        """Return how a task stands, as far as it is known."""
        return self._known.get(task_id)

    def fault(self, task_id: str) -> str:
        """Say why nothing new is known of a task; empty where that is not so."""
        return self._faults[task_id][1] if task_id in self._faults else ""

    def want(self, task_ids: Iterable[str], *, anew: bool = False) -> None:
        """Find out about these before all others; `anew`: also where it was found out just now."""
        wanted = [one for one in dict.fromkeys(task_ids) if anew or not self._is_coming(one)]
        for task_id in reversed(wanted):
            self._wanted[task_id] = None
            self._wanted.move_to_end(task_id, last=False)
        if self._wanted and not self._working and self._client is not None:
            self._working = True
            self._jobs.start(self._work(self._client), instead_of="standings")

    def _is_coming(self, task_id: str) -> bool:
        return task_id in self._under_way or self._is_fresh(task_id)

    def _is_fresh(self, task_id: str) -> bool:
        standing, fault = self._known.get(task_id), self._faults.get(task_id)
        fresh = standing is not None and time.time() - standing.looked_at < FRESH_S
        return fresh or (fault is not None and time.time() - fault[0] < _REST_S)

    async def _work(self, client: IngestionClient) -> None:
        try:
            await asyncio.gather(*(self._look_on(client) for _ in range(_AT_ONCE)))
            await asyncio.to_thread(
                known_tasks.write_standings,
                locations.known_standings(client.application_id),
                list(self._known.values()),
            )
        finally:
            self._working = False
        if self._client is not client or self._wanted:
            self.want(())

    async def _look_on(self, client: IngestionClient) -> None:
        while self._wanted and self._client is client:
            task_id, _ = self._wanted.popitem(last=False)
            self._under_way.add(task_id)
            try:
                standing = await standing_of(client, task_id, lambda: self._turn(client))
            except Cancelled:
                return
            except UserFacingError as error:
                self._note_fault(client, task_id, error)
            else:
                self._note(client, standing)
            finally:
                self._under_way.discard(task_id)

    async def _turn(self, client: IngestionClient) -> None:
        """Wait for the turn of a call; a client that is not the window's any more is closed.

        Raises:
            Cancelled: it is not.

        """
        await self._looks.turn()
        if self._client is not client:
            raise Cancelled

    def _note(self, client: IngestionClient, standing: Standing) -> None:
        if self._client is client:
            self._known[standing.task_id] = standing
            self._faults.pop(standing.task_id, None)
            self._telling.start()

    def _note_fault(self, client: IngestionClient, task_id: str, error: UserFacingError) -> None:
        """Keep why; where the service wants no more calls, or the key may not make them, ask for nothing else."""
        if self._client is not client:
            return
        self._faults[task_id] = (time.time(), error.sentence)
        if isinstance(error, TooManyCalls):
            self._looks.refused(error.retry_after_s, error.message)
        if isinstance(error, PermissionRefused):
            self._wanted.clear()
        self._telling.start()
