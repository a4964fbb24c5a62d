"""Owns every asyncio task of the window, so that none is forgotten and none outlives it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Jobs:
    """Starts work and hears of every failure.

    This is one of the two doors at which any exception is caught; the other is `sys.excepthook`.
    """

    def __init__(self, failed: Callable[[Exception], None]) -> None:
        self._failed = failed
        self._running: dict[str, asyncio.Task[None]] = {}
        self._started = 0

    def start(self, work: Coroutine[Any, Any, None], *, instead_of: str = "") -> asyncio.Task[None]:
        """Start work; with a name it takes the place of earlier work of that name, which is cancelled."""
        self._started += 1
        name = instead_of or f"job {self._started}"
        if earlier := self._running.get(name):
            earlier.cancel()
        task = asyncio.get_running_loop().create_task(self._guarded(work), name=name)
        self._running[name] = task
        task.add_done_callback(self._forget)
        return task

    async def close(self) -> None:
        """Cancel all work and wait until it has ended."""
        running = [task for task in self._running.values() if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            self._failed(error)

    def _forget(self, task: asyncio.Task[None]) -> None:
        if self._running.get(task.get_name()) is task:
            del self._running[task.get_name()]
