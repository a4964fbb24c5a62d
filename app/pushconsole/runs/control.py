"""The owner's hand on a run."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class Control:
    """Pauses, continues and cancels a run, and tells those who work on it.

    Attributes:
        attended: whether somebody is there who can continue a run that pauses by itself; else it stops.
        why_paused: why a run paused by itself, as a whole sentence; empty where its owner paused it.

    """

    def __init__(self, *, attended: bool = False) -> None:
        self.attended = attended
        self.why_paused = ""
        self._cancelled = asyncio.Event()
        self._abandoned = asyncio.Event()
        self._paused = asyncio.Event()
        self._going = asyncio.Event()
        self._going.set()

    def pause(self, why: str = "") -> None:
        """Let no call leave until the run is continued."""
        self.why_paused = why
        self._going.clear()
        self._paused.set()

    def go_on(self) -> None:
        """Continue after a pause."""
        self._paused.clear()
        self._going.set()

    def cancel(self) -> None:
        """Let nothing more leave; the run waits a moment for answers under way, then ends."""
        self._cancelled.set()

    def abandon(self) -> None:
        """Cancel, and wait for nothing."""
        self._cancelled.set()
        self._abandoned.set()

    @property
    def paused(self) -> bool:
        """Whether nothing may leave now."""
        return self._paused.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether the owner has cancelled the run."""
        return self._cancelled.is_set()

    async def wait_paused(self) -> None:
        """Return once the run is paused."""
        await self._paused.wait()

    async def wait_going(self) -> None:
        """Return once the run may go on."""
        await self._going.wait()

    async def wait_cancelled(self) -> None:
        """Return once the run is cancelled."""
        await self._cancelled.wait()

    async def abandon_after(self, grace_s: float) -> None:
        """Abandon the run after a grace, or return as soon as it is abandoned already."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._abandoned.wait(), grace_s)
        self.abandon()

    async def unless_cancelled(self, work: Coroutine[Any, Any, _Result]) -> _Result | None:
        """Return what the work returns, or None as soon as the run is cancelled; the work is then cancelled."""
        return await unless(self._cancelled, work)

    async def unless_abandoned(self, work: Coroutine[Any, Any, _Result]) -> _Result | None:
        """Return what the work returns, or None as soon as the run is abandoned; the work is then cancelled."""
        return await unless(self._abandoned, work)


async def unless(happens: asyncio.Event, work: Coroutine[Any, Any, _Result]) -> _Result | None:
    """Return what the work returns, or None as soon as something else happens; the work is then cancelled."""
    working = asyncio.create_task(work)
    other = asyncio.create_task(happens.wait())
    try:
        await asyncio.wait({working, other}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        other.cancel()
        await asyncio.gather(working, other, return_exceptions=True)
