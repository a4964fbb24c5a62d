"""Carries a push out that was ordered on the command line: read, check, plan, send, report."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pushconsole import locations
from pushconsole.command_line.connection import Choice, Connection, connected
from pushconsole.command_line.exit_status import Cancelled, ExitStatus
from pushconsole.command_line.reading import Reading, input_file, load, temporary_workspace
from pushconsole.command_line.terminal import Terminal
from pushconsole.errors import CommandError, InputError, UserFacingError
from pushconsole.ingestion import Action, find_target
from pushconsole.records import Workspace, check
from pushconsole.runs import (
    FACTS,
    Accounting,
    BatchLimits,
    Control,
    Finished,
    Ledger,
    Pace,
    Plan,
    Started,
    StopCause,
    Stopping,
    attributes_lost,
    check_target,
    loss_in_words,
    plan_index_action,
    plan_records,
    push,
    write_report,
)

_Result = TypeVar("_Result")

_STOPPED = {
    StopCause.CANCELLED: ExitStatus.CANCELLED,
    StopCause.PERMISSION: ExitStatus.WRONG_TARGET,
    StopCause.TARGET: ExitStatus.WRONG_TARGET,
}
_REJECTED_SHOWN = 5


@dataclass(frozen=True)
class Order:
    """What a push is asked to do.

    Attributes:
        file: the file with the records, - for standard input, None for an action that takes none.
        task_id: the task's UUID.
        action: what the push does.
        watch: whether each call waits for the end of ingestion.
        reading: how the file becomes records.
        limits: how large a call may become.
        pace: how many calls are under way at once.
        dry_run: whether to stop after the plan.
        typed_index: the index's name as a person typed it, or None.
        report: the folder for the report, or None.

    """

    file: str | None
    task_id: str
    action: Action
    watch: bool = False
    reading: Reading = field(default_factory=Reading)
    limits: BatchLimits = field(default_factory=BatchLimits)
    pace: Pace = field(default_factory=Pace)
    dry_run: bool = False
    typed_index: str | None = None
    report: Path | None = None


def carried_out(order: Order, choice: Choice, terminal: Terminal) -> int:
    """Carry an order out and return the exit status.

    Raises:
        UserFacingError: nothing was sent, or the ledger failed on the way.
        Cancelled: nothing was sent.

    """
    _check(order)
    taken = contextlib.nullcontext() if order.file is None else input_file(order.file)
    with taken as file, connected(choice) as connection:
        return asyncio.run(_carry_out(order, file, connection, terminal))


def _check(order: Order) -> None:
    """Find what is wrong with an order before anything is asked of anybody."""
    takes_records = FACTS[order.action].takes_records
    if takes_records and order.file is None:
        raise CommandError(f"{order.action} needs a FILE with records.", "Give one, or - for standard input.")
    if not takes_records and order.file is not None:
        raise CommandError(f"{order.action} takes no FILE: it is about the whole index.", "Leave the FILE out.")
    if order.report is not None and not order.dry_run:
        _check_writable(order.report)


def _check_writable(folder: Path) -> None:
    """Make the report's folder and try it: after the run it would be too late to say that it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CommandError(
            f"The report cannot be written to {folder}: {error.strerror}.", "Choose another folder."
        ) from error


async def _carry_out(order: Order, file: Path | None, connection: Connection, terminal: Terminal) -> int:
    async with connection.client as client, _interruptible() as control:
        target = await _unless_cancelled(control, find_target(client, order.task_id))
        check_target(target, order.action, read_only=connection.read_only, typed_index=order.typed_index)
        if file is None:
            plan = plan_index_action(target, order.action, watch=order.watch)
            return await _send(order, plan, connection, terminal, control)
        with temporary_workspace() as workspace:
            await asyncio.to_thread(_load, workspace, file, order, terminal, control)
            plan = await asyncio.to_thread(
                plan_records, workspace, target, order.action, watch=order.watch, limits=order.limits
            )
            return await _send(order, plan, connection, terminal, control)


def _load(workspace: Workspace, file: Path, order: Order, terminal: Terminal, control: Control) -> None:
    """Read the file into the workspace, or raise: a file that is not wholly understood is not pushed in part."""
    report = load(
        workspace,
        file,
        order.reading,
        is_standard_input=order.file == "-",
        on_progress=terminal.loading,
        cancelled=lambda: control.cancelled,
    )
    terminal.loaded(report)
    if report.rejected:
        raise _rejected(workspace, report.source.name)
    terminal.problems(check(workspace))


def _rejected(workspace: Workspace, name: str) -> InputError:
    count = workspace.rejected_count()
    rows = workspace.rejected(limit=_REJECTED_SHOWN)
    shown = "\n".join(f"  line {row.line}: {row.reason}" for row in rows)
    more = f"\n  and {count - len(rows)} more" if count > len(rows) else ""
    what = "1 row that is not a record" if count == 1 else f"{count} rows that are not records"
    return InputError(
        f"{name} has {what}, so nothing was sent:\n{shown}{more}\n",
        "Mend the file and start again.",
        file=name,
        line=rows[0].line,
    )


async def _send(order: Order, plan: Plan, connection: Connection, terminal: Terminal, control: Control) -> int:
    if control.cancelled:
        raise Cancelled
    terminal.planned(plan)
    if order.dry_run:
        return ExitStatus.SUCCEEDED
    with contextlib.closing(Ledger(locations.ledger_file())) as ledger:
        return await _run(order, plan, connection, terminal, control, ledger)


async def _run(
    order: Order, plan: Plan, connection: Connection, terminal: Terminal, control: Control, ledger: Ledger
) -> int:
    accounting = Accounting(plan)
    terminal.lost(await asyncio.to_thread(_loss, plan, connection, ledger))
    started: Started | None = None
    finished: Finished | None = None
    stopped: Stopping | None = None
    # Closed in every case: where showing an event fails (nobody reads the output any more), the account is closed too.
    running = contextlib.aclosing(push(plan, connection.client, ledger, control=control, pace=order.pace))
    with terminal.running(accounting):
        async with running as events:
            async for event in events:
                accounting.apply(event)
                terminal.show(event)
                match event:
                    case Started():
                        started = event
                    case Stopping():
                        stopped = event
                    case Finished():
                        finished = event
    assert started is not None
    assert finished is not None
    status = _status(accounting, stopped)
    if order.report is not None:
        try:
            terminal.reported(write_report(order.report, plan, accounting, ledger, started, finished))
        except UserFacingError as error:  # the account is closed all the same, and still to be shown
            sys.stderr.write(f"{error}\n")
            status = status or ExitStatus.SOME_DID_NOT
    terminal.closed(finished)
    return status


def _loss(plan: Plan, connection: Connection, ledger: Ledger) -> str:
    """Return in a sentence what replacing whole records would remove, or nothing."""
    if plan.workspace is None:
        return ""
    lost = attributes_lost(
        plan.workspace,
        ledger,
        application_id=connection.client.application_id,
        target=plan.target,
        action=plan.action,
    )
    return loss_in_words(lost, plan.target.index) if lost else ""


def _status(accounting: Accounting, stopped: Stopping | None) -> ExitStatus:
    if accounting.all_succeeded:
        return ExitStatus.SUCCEEDED
    return _STOPPED.get(stopped.cause, ExitStatus.SOME_DID_NOT) if stopped else ExitStatus.SOME_DID_NOT


async def _unless_cancelled(control: Control, work: Coroutine[Any, Any, _Result]) -> _Result:
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


@contextlib.asynccontextmanager
async def _interruptible() -> AsyncIterator[Control]:
    """Let Ctrl+C cancel the run; a second one waits for nothing."""
    control = Control()
    loop = asyncio.get_running_loop()

    def interrupt(*_: object) -> None:
        loop.call_soon_threadsafe(control.abandon if control.cancelled else control.cancel)

    assert threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield control
    finally:
        signal.signal(signal.SIGINT, before)
