"""`pushconsole push`: load, plan, push and report, without a window."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from pushconsole import locations
from pushconsole.command_line.connection import (
    Choice,
    Connection,
    CredentialsOption,
    IngestionUrlOption,
    ProfileOption,
    SandboxOption,
    SearchUrlOption,
    connected,
)
from pushconsole.command_line.exit_status import Cancelled, ExitStatus
from pushconsole.command_line.terminal import JsonLines, Screen, Terminal
from pushconsole.errors import CommandError, InputError
from pushconsole.ingestion import Action, find_target
from pushconsole.records import EmptyCell, ReadOptions, Workspace, check
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
    check_target,
    plan_index_action,
    plan_records,
    write_report,
)
from pushconsole.runs import push as push_plan

application = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode="rich")

_STOPPED = {
    StopCause.CANCELLED: ExitStatus.CANCELLED,
    StopCause.PERMISSION: ExitStatus.WRONG_TARGET,
    StopCause.TARGET: ExitStatus.WRONG_TARGET,
}
_STANDARD_INPUT = "standard input"
_REJECTED_SHOWN = 5


@dataclass(frozen=True)
class _Order:
    """What the command's options ask for."""

    file: str | None
    task_id: str
    action: Action
    watch: bool
    reading: ReadOptions
    limits: BatchLimits
    pace: Pace
    dry_run: bool
    typed_index: str | None
    report: Path | None


@application.command()
def push(  # noqa: PLR0917  the options of a command
    task: Annotated[str, typer.Option(help="The task's UUID, as `pushconsole tasks` lists it.", metavar="UUID")],
    action: Annotated[Action, typer.Option(help="What the push does with the records.")],
    file: Annotated[
        str | None, typer.Argument(help="CSV, TSV, JSON or NDJSON; - reads standard input. None for delete and clear.")
    ] = None,
    profile: ProfileOption = None,
    credentials: CredentialsOption = None,
    sandbox: SandboxOption = False,
    ingestion_url: IngestionUrlOption = None,
    search_url: SearchUrlOption = None,
    watch: Annotated[bool, typer.Option("--watch", help="Let each call wait until its records are indexed.")] = False,
    text_columns: Annotated[
        str, typer.Option(help="Columns of a CSV whose cells are text whatever they look like.", metavar="NAME,…")
    ] = "",
    all_text: Annotated[bool, typer.Option("--all-text", help="Take every cell of a CSV for text.")] = False,
    empty: Annotated[
        EmptyCell, typer.Option(help="What an empty cell of a CSV means: no attribute, an empty text, or null.")
    ] = EmptyCell.OMIT,
    max_batch_bytes: Annotated[int, typer.Option(help="Largest body of a call, up to 5,000,000.")] = 4_900_000,
    max_batch_records: Annotated[int, typer.Option(help="Most records in a call.")] = 10_000,
    concurrency: Annotated[int, typer.Option(help="Calls under way at once.", min=1, max=32)] = 4,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read, check and plan; send nothing.")] = False,
    yes: Annotated[
        str | None, typer.Option(help="The index's name in full, which delete and clear ask for.", metavar="INDEX")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="Folder for report.json and the records that failed, are in doubt or were not sent."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one event a line as JSON, nothing else.")] = False,
) -> None:
    """Push a file's records to a task, and say what happened to each of them.

    [bold]pushconsole push products.csv --task 11111111-1111-4111-8111-111111111111 --action updateObject
    --sandbox[/bold] tries it on this machine.
    """
    order = _Order(
        file=file,
        task_id=task,
        action=action,
        watch=watch,
        reading=ReadOptions(
            all_text=all_text, text_columns=frozenset(filter(None, text_columns.split(","))), empty=empty
        ),
        limits=BatchLimits(max_batch_bytes, max_batch_records),
        pace=Pace(concurrency=concurrency),
        dry_run=dry_run,
        typed_index=yes,
        report=report,
    )
    _check_order(order)
    choice = Choice(profile, credentials, sandbox, ingestion_url, search_url)
    raise typer.Exit(_carried_out(order, choice, JsonLines() if as_json else Screen()))


def push_sample(file: Path, task_id: str) -> int:
    """Push a sample file to the sandbox and show it: what the window would do, where there is no display."""
    order = _Order(
        file=str(file),
        task_id=task_id,
        action=Action.UPDATE_OBJECT,
        watch=False,
        reading=ReadOptions(),
        limits=BatchLimits(),
        pace=Pace(),
        dry_run=False,
        typed_index=None,
        report=None,
    )
    return _carried_out(order, Choice(sandbox=True), Screen())


def _carried_out(order: _Order, choice: Choice, terminal: Terminal) -> int:
    with connected(choice) as connection:
        return asyncio.run(_carry_out(order, connection, terminal))


def _check_order(order: _Order) -> None:
    takes_records = FACTS[order.action].takes_records
    if takes_records and order.file is None:
        raise CommandError(f"{order.action} needs a FILE with records.", "Give one, or - for standard input.")
    if not takes_records and order.file is not None:
        raise CommandError(f"{order.action} takes no FILE: it is about the whole index.", "Leave the FILE out.")


async def _carry_out(order: _Order, connection: Connection, terminal: Terminal) -> int:
    async with connection.client as client, _interruptible() as control:
        target = await find_target(client, order.task_id)
        check_target(target, order.action, read_only=connection.read_only, typed_index=order.typed_index)
        if not FACTS[order.action].takes_records:
            plan = plan_index_action(target, order.action, watch=order.watch)
            return await _send(order, plan, connection, terminal, control)
        with _temporary_workspace() as workspace:
            await asyncio.to_thread(_load, workspace, order, terminal, control)
            plan = await asyncio.to_thread(
                plan_records, workspace, target, order.action, watch=order.watch, limits=order.limits
            )
            return await _send(order, plan, connection, terminal, control)


def _load(workspace: Workspace, order: _Order, terminal: Terminal, control: Control) -> None:
    """Read the file into the workspace, or raise: a file that is not wholly understood is not pushed in part."""
    assert order.file is not None
    with _readable(order.file) as path:
        report = workspace.load(
            path,
            order.reading,
            on_progress=terminal.loading,
            cancelled=lambda: control.cancelled,
            name=_STANDARD_INPUT if order.file == "-" else None,
        )
    if report.cancelled:
        raise Cancelled
    terminal.loaded(report)
    if report.rejected:
        raise _rejected(workspace)
    terminal.problems(check(workspace))


def _rejected(workspace: Workspace) -> InputError:
    count = workspace.rejected_count()
    rows = workspace.rejected(limit=_REJECTED_SHOWN)
    shown = "\n".join(f"  line {row.line}: {row.reason}" for row in rows)
    more = f"\n  and {count - len(rows)} more" if count > len(rows) else ""
    assert workspace.source is not None
    return InputError(
        f"{workspace.source.name} has {count} rows that are not records, so nothing was sent:\n{shown}{more}\n",
        "Mend them and start again.",
        file=workspace.source.name,
        line=rows[0].line,
    )


@contextlib.contextmanager
def _readable(file: str) -> Iterator[Path]:
    """Give a path for a file; standard input is written to a temporary file first, since it can be read only once."""
    if file != "-":
        yield Path(file)
        return
    with tempfile.NamedTemporaryFile(prefix="pushconsole-") as spool:
        shutil.copyfileobj(sys.stdin.buffer, spool)
        spool.flush()
        yield Path(spool.name)


@contextlib.contextmanager
def _temporary_workspace() -> Iterator[Workspace]:
    with tempfile.TemporaryDirectory(prefix="pushconsole-") as folder:
        workspace = Workspace.create(Path(folder) / "workspace.sqlite")
        try:
            yield workspace
        finally:
            workspace.close()


async def _send(order: _Order, plan: Plan, connection: Connection, terminal: Terminal, control: Control) -> int:
    terminal.planned(plan)
    if order.dry_run:
        return ExitStatus.SUCCEEDED
    if control.cancelled:
        raise Cancelled
    with contextlib.closing(Ledger(locations.ledger_file())) as ledger:
        return await _run(order, plan, connection, terminal, control, ledger)


async def _run(
    order: _Order, plan: Plan, connection: Connection, terminal: Terminal, control: Control, ledger: Ledger
) -> int:
    accounting = Accounting(plan)
    started: Started | None = None
    finished: Finished | None = None
    stopped: Stopping | None = None
    with terminal.running(accounting):
        async for event in push_plan(plan, connection.client, ledger, control=control, pace=order.pace):
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
    if order.report is not None:
        terminal.reported(write_report(order.report, plan, accounting, ledger, started, finished))
    terminal.closed(finished)
    return _status(accounting, stopped)


def _status(accounting: Accounting, stopped: Stopping | None) -> ExitStatus:
    if accounting.all_succeeded:
        return ExitStatus.SUCCEEDED
    return _STOPPED.get(stopped.cause, ExitStatus.SOME_DID_NOT) if stopped else ExitStatus.SOME_DID_NOT


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
