"""Follows a run on the terminal from its first event to its exit status."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pushconsole.command_line.exit_status import Cancelled, ExitStatus
from pushconsole.command_line.terminal import Terminal
from pushconsole.errors import UserFacingError
from pushconsole.runs import (
    Accounting,
    Control,
    Finished,
    Ledger,
    Plan,
    RunEvent,
    Started,
    StopCause,
    Stopping,
    write_report,
)

_Result = TypeVar("_Result")

_STOPPED = {
    StopCause.CANCELLED: ExitStatus.CANCELLED,
    StopCause.PERMISSION: ExitStatus.WRONG_TARGET,
    StopCause.TARGET: ExitStatus.WRONG_TARGET,
}


@dataclass
class _Seen:
    """What a run told that matters at its end."""

    started: Started | None = None
    finished: Finished | None = None
    stopped: Stopping | None = None


async def conducted(
    events: AsyncGenerator[RunEvent, None],
    plan: Plan,
    accounting: Accounting,
    ledger: Ledger,
    terminal: Terminal,
    report: Path | None,
) -> int:
    """Show a run, write its report where one is asked for, and return the exit status."""
    seen = await _followed(events, accounting, terminal)
    assert seen.started is not None
    assert seen.finished is not None
    status = _status(accounting, seen.stopped)
    if report is not None:
        try:
            terminal.reported(write_report(report, plan, accounting, ledger, seen.started, seen.finished))
        except UserFacingError as error:  # the account is closed all the same, and still to be shown
            sys.stderr.write(f"{error}\n")
            status = status or ExitStatus.SOME_DID_NOT
    terminal.closed(seen.finished)
    return status


async def _followed(events: AsyncGenerator[RunEvent, None], accounting: Accounting, terminal: Terminal) -> _Seen:
    seen = _Seen()
    # Closed in every case: where showing an event fails (nobody reads the output any more), the account is closed too.
    with terminal.running(accounting):
        async with contextlib.aclosing(events):
            async for event in events:
                accounting.apply(event)
                terminal.show(event)
                match event:
                    case Started():
                        seen.started = event
                    case Stopping():
                        seen.stopped = event
                    case Finished():
                        seen.finished = event
    return seen


def _status(accounting: Accounting, stopped: Stopping | None) -> ExitStatus:
    if accounting.all_succeeded:
        return ExitStatus.SUCCEEDED
    return _STOPPED.get(stopped.cause, ExitStatus.SOME_DID_NOT) if stopped else ExitStatus.SOME_DID_NOT


@contextlib.asynccontextmanager
async def interruptible() -> AsyncIterator[Control]:
    """Let Ctrl+C, or whoever started the process and ends it, cancel the run; a second time waits for nothing."""
    control = Control()
    loop = asyncio.get_running_loop()

    def interrupt(*_: object) -> None:
        loop.call_soon_threadsafe(control.abandon if control.cancelled else control.cancel)

    assert threading.current_thread() is threading.main_thread()
    before = {end: signal.signal(end, interrupt) for end in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield control
    finally:
        for end, handler in before.items():
            signal.signal(end, handler)


async def unless_cancelled(control: Control, work: Coroutine[Any, Any, _Result]) -> _Result:
    """Return what the work returns, or raise `Cancelled` as soon as Ctrl+C comes: there is nothing to wait for yet."""
    working = asyncio.create_task(work)
    cancelled = asyncio.create_task(control.wait_cancelled())
    try:
        await asyncio.wait({working, cancelled}, return_when=asyncio.FIRST_COMPLETED)
        if control.cancelled:
            raise Cancelled
        return working.result()
    finally:
        working.cancel()
        cancelled.cancel()
        await asyncio.gather(working, cancelled, return_exceptions=True)
