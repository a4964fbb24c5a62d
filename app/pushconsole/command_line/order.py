"""Carries a push out that was ordered on the command line: read, check, plan, send, report."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pushconsole import locations
from pushconsole.command_line.conducting import conducted, interruptible, unless_cancelled
from pushconsole.command_line.connection import Choice, Connection, aimed, connected
from pushconsole.command_line.exit_status import Cancelled, ExitStatus
from pushconsole.command_line.pacing import Wishes
from pushconsole.command_line.reading import Reading, input_file, load
from pushconsole.command_line.surveying import surveyed
from pushconsole.command_line.terminal import Terminal
from pushconsole.errors import BackupFailed, CommandError, InputError, TargetError
from pushconsole.ingestion import Action, KeyReport, Target, find_target, find_target_of_index
from pushconsole.records import Workspace, check
from pushconsole.runs import (
    FACTS,
    Accounting,
    BatchLimits,
    Control,
    Ledger,
    Plan,
    attributes_lost,
    back_up,
    check_target,
    loss_in_words,
    plan_index_action,
    plan_records,
    push,
    record_folders,
    why_uncertain,
    without_unchanged,
)

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

_REJECTED_SHOWN = 5


@dataclass(frozen=True)
class Order:
    """What a push is asked to do.

    Attributes:
        file: the file with the records, - for standard input, None for an action that takes none.
        task_id: the task's UUID; None: the one task of the index.
        index: the index's name, where no task is named.
        reference: the index whose task takes the push to that index by its name; empty: the index's own.
        action: what the push does.
        watch: whether each call waits for the end of ingestion.
        reading: how the file becomes records.
        limits: how large a call may become.
        wishes: about the pace.
        dry_run: whether to stop after the plan.
        typed_index: the index's name as a person typed it, or None.
        report: the folder for the report, or None.
        backup: the folder for what the index holds before it is cleared or deleted; None: no backup.
        restores: whether the records are a backup, which a transformation would change.
        skip_unchanged: whether records that the index has already are left out.

    """

    file: str | None
    task_id: str | None
    action: Action
    index: str = ""
    reference: str = ""
    watch: bool = False
    reading: Reading = field(default_factory=Reading)
    limits: BatchLimits = field(default_factory=BatchLimits)
    wishes: Wishes = field(default_factory=Wishes)
    dry_run: bool = False
    typed_index: str | None = None
    report: Path | None = None
    backup: Path | None = None
    restores: bool = False
    skip_unchanged: bool = False


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
    if order.skip_unchanged and not takes_records:
        raise CommandError(f"{order.action} is about the whole index, so no record can be left out of it.")
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
    async with connection.client as client, interruptible() as control:
        target, key = await unless_cancelled(control, aimed(connection, _target(order, client)))
        for warning in key.warnings():
            terminal.warned(warning)
        check_target(target, order.action, read_only=connection.read_only, typed_index=order.typed_index)
        await _check_looks(order, target, key, client)
        if order.restores and target.transformations:
            terminal.warned(
                f"The task {target.name} has a transformation: what is restored passes through it, "
                "and may come out changed."
            )
        with contextlib.closing(Ledger(locations.ledger_file())) as ledger:
            if file is None:
                plan = plan_index_action(target, order.action, watch=order.watch)
                return await _send(order, plan, connection, terminal, control, ledger)
            with record_folders.kept_workspace(ledger) as workspace:
                await asyncio.to_thread(_load, workspace, file, order, connection, terminal, control)
                plan = await unless_cancelled(control, _planned(order, target, workspace, connection, terminal))
                return await _send(order, plan, connection, terminal, control, ledger)


async def _check_looks(order: Order, target: Target, key: KeyReport, client: IngestionClient) -> None:
    """See before the file is read whether the index can be looked into as far as it has to be.

    Raises:
        CredentialsError: the key lacks a permission for it.
        TargetError: what is unchanged cannot be told for this task.

    """
    if order.backup is not None and FACTS[order.action].destroys and not order.dry_run:
        for acl in ("browse", "listIndexes"):
            key.check_look(acl, target.index)
    if not order.skip_unchanged:
        return
    key.check_look("search", target.index)
    if sentence := await why_uncertain(client, target, order.action, key):
        raise TargetError(
            f"{sentence} Which records the push would leave unchanged cannot be told, and nothing was sent.",
            "Push without --skip-unchanged.",
        )


async def _planned(
    order: Order, target: Target, workspace: Workspace, connection: Connection, terminal: Terminal
) -> Plan:
    """Plan a push of all records, or of those that the index does not have already."""
    planned = partial(plan_records, workspace, target, order.action, watch=order.watch, limits=order.limits)
    if not order.skip_unchanged:
        return await asyncio.to_thread(planned)
    known = await surveyed(connection, target, order.action, workspace)
    terminal.compared(known)
    view, left_out = await asyncio.to_thread(without_unchanged, workspace, known)
    with contextlib.closing(view):
        return await asyncio.to_thread(planned, only=view, left_out=left_out)


async def _target(order: Order, client: IngestionClient) -> Target:
    if order.task_id is not None:
        return await find_target(client, order.task_id)
    target = await find_target_of_index(client, order.reference or order.index)
    return target.pushing_to(order.index)


def _load(
    workspace: Workspace, file: Path, order: Order, connection: Connection, terminal: Terminal, control: Control
) -> None:
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
    limit_bytes, merges = connection.record_limit_bytes, FACTS[order.action].merges
    terminal.problems(check(workspace, record_limit_bytes=limit_bytes, partial_update=merges))


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


async def _send(
    order: Order, plan: Plan, connection: Connection, terminal: Terminal, control: Control, ledger: Ledger
) -> int:
    if control.cancelled:
        raise Cancelled
    terminal.planned(plan)
    if order.dry_run:
        return ExitStatus.SUCCEEDED
    return await _run(order, plan, connection, terminal, control, ledger)


async def _run(
    order: Order, plan: Plan, connection: Connection, terminal: Terminal, control: Control, ledger: Ledger
) -> int:
    if loss := await asyncio.to_thread(_loss, plan, connection, ledger):
        terminal.warned(loss)
    if order.backup is not None and FACTS[order.action].destroys:
        client, index = connection.client, plan.target.index
        try:
            backup = await back_up(client, index, order.backup, control=control, on_progress=terminal.backing_up)
        except BackupFailed as error:
            if control.cancelled:
                raise Cancelled from error
            raise
        if backup is not None:
            terminal.backed_up(backup)
    events = push(plan, connection.client, ledger, control=control, pace=order.wishes.pace(connection))
    return await conducted(events, plan, Accounting(plan), ledger, terminal, order.report)


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
