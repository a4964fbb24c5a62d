"""The threads in which an open workspace is used, so that what a person waits for never queues behind a scan."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Result = TypeVar("_Result")


class RecordThreads:
    """Three lanes.

    Edits are made one after the other, in the order they were asked for. Pages and single records are read beside
    them. Scans of all records take turns: one that is no longer wanted is dropped if it has not begun, so that edits
    in quick succession leave one scan under way and not six.
    """

    def __init__(self) -> None:
        self._edits = ThreadPoolExecutor(1, thread_name_prefix="edits")
        self._reads = ThreadPoolExecutor(2, thread_name_prefix="reads")
        self._scans = ThreadPoolExecutor(1, thread_name_prefix="scans")

    async def edit(self, work: Callable[[], _Result]) -> _Result:
        """Make an edit after those before it."""
        return await _run(self._edits, work)

    async def read(self, work: Callable[[], _Result]) -> _Result:
        """Read little, at once."""
        return await _run(self._reads, work)

    async def scan(self, work: Callable[[], _Result]) -> _Result:
        """Read all records, after the scan that is under way."""
        return await _run(self._scans, work)

    def close(self) -> None:
        """Take no more work, and drop what has not begun."""
        for lane in (self._edits, self._reads, self._scans):
            lane.shutdown(wait=False, cancel_futures=True)


async def _run(lane: ThreadPoolExecutor, work: Callable[[], _Result]) -> _Result:
    return await asyncio.get_running_loop().run_in_executor(lane, work)
