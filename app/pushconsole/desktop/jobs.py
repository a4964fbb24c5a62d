"""Owns every asyncio task of the window, so that none is forgotten and none outlives it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import SignalInstance


class Jobs:
    """Starts work and hears of every failure, as `sys.excepthook` does of a slot's: the two doors for any exception."""

    def __init__(self, failed: Callable[[Exception], None]) -> None:
        self._failed = failed
        self._running: dict[str, asyncio.Task[None]] = {}
        self._started = 0

    def start(
        self, work: Coroutine[Any, Any, None], *, instead_of: str = "", until: SignalInstance | None = None
    ) -> asyncio.Task[None]:
        """Start work; with a name it takes the place of earlier work of that name, which is cancelled.

        `until` is the signal that cancels it, such as the end of the dialog it fills.
        """
        self._started += 1
        name = instead_of or f"job {self._started}"
        if earlier := self._running.get(name):
            earlier.cancel()
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running[name] = task
        task.add_done_callback(self._end)
        if until is not None:
            until.connect(lambda *_: task.cancel())
        return task

    async def close(self) -> None:
        """Cancel all work but the caller's own, and wait until it has ended."""
        running = [task for task in self._running.values() if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    def _end(self, task: asyncio.Task[None]) -> None:
        if self._running.get(task.get_name()) is task:
            del self._running[task.get_name()]
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._failed(error)
