"""The owner's hand on a run."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class Control:
    """Cancels a run, and tells those who work on it."""

    def __init__(self) -> None:
        self._cancelled = asyncio.Event()
        self._abandoned = asyncio.Event()

    def cancel(self) -> None:
        """Let nothing more leave; the run waits a moment for answers under way, then ends."""
        self._cancelled.set()

    def abandon(self) -> None:
        """Cancel, and wait for nothing."""
        self._cancelled.set()
        self._abandoned.set()

    @property
    def cancelled(self) -> bool:
        """Whether the owner has cancelled the run."""
        return self._cancelled.is_set()

    async def wait_cancelled(self) -> None:
        """Return once the run is cancelled."""
        await self._cancelled.wait()

    async def abandon_after(self, grace_s: float) -> None:
        """Abandon the run after a grace, or return as soon as it is abandoned already."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._abandoned.wait(), grace_s)
        self.abandon()

    async def unless_abandoned(self, work: Coroutine[Any, Any, _Result]) -> _Result | None:
        """Return what the work returns, or None as soon as the run is abandoned; the work is then cancelled."""
        working = asyncio.create_task(work)
        abandoned = asyncio.create_task(self._abandoned.wait())
        try:
            await asyncio.wait({working, abandoned}, return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else None
        finally:
            working.cancel()
            abandoned.cancel()
            await asyncio.gather(working, abandoned, return_exceptions=True)
