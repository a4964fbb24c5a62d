"""The threads in which an open workspace is used, so that what a person waits for never queues behind a scan."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_SOON_S = 0.3  # what takes longer shows that it is under way
_Result = TypeVar("_Result")


class RecordThreads:
    """Four lanes.

    Edits are made one after the other, in the order they were asked for. Pages and single records are read beside
    them. Scans of all records take turns, and one that is no longer wanted is told to end, so that edits in quick
    succession leave none behind that takes their processor. What is only looked at, a pane's statistics, waits for
    nobody and holds up nobody.

    Args:
        editing_changed: called when an edit begins to take long, and when one has ended.

    """

    def __init__(self, editing_changed: Callable[[], None]) -> None:
        self._edits = ThreadPoolExecutor(1, thread_name_prefix="edits")
        self._reads = ThreadPoolExecutor(2, thread_name_prefix="reads")
        self._scans = ThreadPoolExecutor(1, thread_name_prefix="scans")
        self._looks = ThreadPoolExecutor(1, thread_name_prefix="looks")
        self._editing_changed = editing_changed
        self._edits_asked = 0

    @property
    def editing(self) -> bool:
        """Whether an edit is asked for and not yet made: what the records will be is not known."""
        return self._edits_asked > 0

    async def edit(self, work: Callable[[], _Result]) -> _Result:
        """Make an edit after those before it."""
        telling = asyncio.get_running_loop().call_later(_SOON_S, self._editing_changed)
        self._edits_asked += 1
        try:
            return await _run(self._edits, work)
        finally:
            self._edits_asked -= 1
            telling.cancel()
            self._editing_changed()

    async def read(self, work: Callable[[], _Result]) -> _Result:
        """Read little, at once."""
        return await _run(self._reads, work)

    async def scan(self, work: Callable[[Callable[[], bool]], _Result]) -> _Result:
        """Read all records, after the scan that is under way; ``work`` is given what tells it to end."""
        return await _run_while_wanted(self._scans, work)

    async def look(self, work: Callable[[Callable[[], bool]], _Result]) -> _Result:
        """Look through all records for something that nobody waits for; as `scan` does."""
        return await _run_while_wanted(self._looks, work)

    def close(self) -> None:
        """Take no more work, and drop what has not begun."""
        for lane in (self._edits, self._reads, self._scans, self._looks):
            lane.shutdown(wait=False, cancel_futures=True)


async def _run(lane: ThreadPoolExecutor, work: Callable[[], _Result]) -> _Result:
    return await asyncio.get_running_loop().run_in_executor(lane, work)


async def _run_while_wanted(lane: ThreadPoolExecutor, work: Callable[[Callable[[], bool]], _Result]) -> _Result:
    unwanted = threading.Event()
    try:
        return await _run(lane, lambda: work(unwanted.is_set))
    except asyncio.CancelledError:
        unwanted.set()
        raise
