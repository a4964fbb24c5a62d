"""`pushconsole runs`: what the ledger knows, and what can still be done about a run that did not end well."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec
import typer
from rich.table import Column

from pushconsole import locations
from pushconsole.command_line.conducting import conducted, interruptible, unless_cancelled
from pushconsole.command_line.connection import (
    Choice,
    Connection,
    aimed,
    connected,
)
from pushconsole.command_line.console import console, table
from pushconsole.command_line.pacing import CallsOption, ConcurrencyOption, SettleOption, Wishes
from pushconsole.command_line.shared_options import sharing
from pushconsole.command_line.terminal import JsonLines, Screen, Terminal
from pushconsole.errors import CommandError, InputError
from pushconsole.quantities import counted, number
from pushconsole.records import Workspace, make_view
from pushconsole.runs import (
    FACTS,
    Accounting,
    Doubtful,
    Ledger,
    Pace,
    PastRun,
    SavedRun,
    TaskLock,
    Verdict,
    check_target,
    export_run,
    plan_records,
    push,
    record_folders,
    resume,
    resumption,
    target_of,
)

application = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich"
)

RunArgument: TypeAlias = Annotated[str, typer.Argument(help="The run's ID, or enough of its beginning.", metavar="RUN")]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON, nothing else.")]
ReportOption: TypeAlias = Annotated[
    Path | None, typer.Option(help="Folder for the reports and the records that did not succeed.", metavar="DIR")
]
YesOption: TypeAlias = Annotated[
    str | None, typer.Option(help="The index's name in full, which delete and clear ask for.", metavar="INDEX")
]


@application.callback()
def runs() -> None:
    """Show runs, and finish those that did not end well."""


@application.command("list")
def list_runs(
    limit: Annotated[int, typer.Option(help="How many, the newest first.", min=1, metavar="N")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List runs with what became of their records, the newest first."""
    with _ledger() as ledger:
        found = [(run, _state(ledger, run)) for run in ledger.runs(limit)]
    if as_json:
        for run, state in found:
            _print_json({**msgspec.to_builtins(run), "state": state})
        return
    words = ("succeeded", "failed", "in doubt", "unsent")
    shown = table("Run", "Started", "Task → index", "Action", *(Column(word, justify="right") for word in words), "")
    for run, state in found:
        started = f"{datetime.fromtimestamp(run.started_at).astimezone():%Y-%m-%d %H:%M}"
        numbers = map(number, (run.succeeded, run.failed, run.in_doubt, run.unsent))
        shown.add_row(run.run_id, started, f"{run.task} → {run.index}", run.action, *numbers, state)
    console().print(shown if found else "There is no run yet.")


@application.command()
def show(run: RunArgument, as_json: JsonOption = False) -> None:
    """Show a run batch by batch, with every call that was made and every record that was named."""
    with _ledger() as ledger:
        saved = ledger.saved_run(run)
        batches, failures = ledger.batches(saved.run_id), ledger.failures(saved.run_id)
    if as_json:
        named = [msgspec.to_builtins(failure) for found in failures.values() for failure in found]
        batch_rows = [{name: getattr(b, name) for name in b.__dataclass_fields__} for b in batches]
        of = {name: getattr(saved, name) for name in saved.__dataclass_fields__}
        _print_json({**of, "batches": batch_rows, "named_records": named})
        return
    shown = table("Batch", Column("Records", justify="right"), Column("Calls", justify="right"), "Verdict", "Why")
    for batch in batches:
        name = f"{batch.batch} (of {batch.of})" if batch.of else f"{batch.batch}"
        shown.add_row(name, number(batch.records), f"{batch.attempts}", batch.state.replace("_", " "), batch.reason)
    screen = console()
    what = saved.source or "the whole index"
    screen.print(f"{saved.run_id}: {saved.action} of {what} to {saved.task} → {saved.index}")
    if saved.left_out.records:
        left_out = counted(saved.left_out.records, "record", "records")
        screen.print(f"{left_out} left out: {saved.left_out.reason}", soft_wrap=True)
    screen.print(shown)
    for failure in (one for found in failures.values() for one in found):
        place = f"line {failure.line}" if failure.line else "an added record"
        screen.print(f"{place}, objectID {failure.object_id or 'none'}: {failure.reason}", soft_wrap=True)


@application.command("resume")
@sharing(choice=Choice)
def resume_run(
    *,
    run: RunArgument,
    choice: Choice,
    in_doubt: Annotated[
        Doubtful,
        typer.Option(help="What becomes of batches that nobody knows of and that are not safe to send twice."),
    ] = Doubtful.LEAVE,
    yes: YesOption = None,
    report: ReportOption = None,
    concurrency: ConcurrencyOption = None,
    calls_per_minute: CallsOption = None,
    settle: SettleOption = Wishes.settling_s,
    as_json: JsonOption = False,
) -> None:
    """Settle what is in doubt, and send what was not sent, with the same bytes."""
    with _ledger() as ledger, connected(choice) as connection:
        saved = _of_this_application(ledger.saved_run(run), connection)
        pace = Wishes(concurrency, calls_per_minute, settle, canary=0).pace(connection)
        status = asyncio.run(_resume(saved, ledger, connection, _terminal(as_json), pace, in_doubt, yes, report))
        record_folders.remove_needless(ledger)
    raise typer.Exit(status)


@application.command("retry-failed")
@sharing(choice=Choice)
def retry_failed(
    *,
    run: RunArgument,
    choice: Choice,
    report: ReportOption = None,
    concurrency: ConcurrencyOption = None,
    calls_per_minute: CallsOption = None,
    settle: SettleOption = Wishes.settling_s,
    as_json: JsonOption = False,
) -> None:
    """Push the records that failed once more, as a run of its own."""
    with _ledger() as ledger, connected(choice) as connection:
        saved = _of_this_application(ledger.saved_run(run), connection)
        if saved.workspace is None:
            raise CommandError(f"{saved.action} takes no records, so none of them failed.", "Push it anew.")
        with record_folders.opened_alone(saved.workspace) as workspace:
            pace = Wishes(concurrency, calls_per_minute, settle, canary=0).pace(connection)
            status = asyncio.run(_retry(saved, workspace, ledger, connection, _terminal(as_json), pace, report))
    raise typer.Exit(status)


@application.command()
def export(
    run: RunArgument,
    to: Annotated[Path, typer.Option(help="Folder for the files.", metavar="DIR")],
) -> None:
    """Write the records that failed, are in doubt or were not sent, each as they came in, and the reports."""
    with _ledger() as ledger:
        for file in export_run(to, ledger, ledger.saved_run(run)):
            sys.stdout.write(f"{file}\n")


@application.command()
def forget(run: RunArgument) -> None:
    """Remove a run from the ledger, and its records unless another run needs them."""
    with _ledger() as ledger:
        saved = ledger.saved_run(run)
        record_folders.forget(ledger, saved)
    sys.stdout.write(f"Forgot {saved.run_id} ({counted(saved.records, 'record', 'records')})\n")


@contextlib.contextmanager
def _ledger() -> Iterator[Ledger]:
    with contextlib.closing(Ledger(locations.ledger_file())) as ledger:
        yield ledger


@contextlib.contextmanager
def _workspace(saved: SavedRun) -> Iterator[Workspace | None]:
    if saved.workspace is None:
        yield None
        return
    with record_folders.opened_alone(saved.workspace) as workspace:
        yield workspace


def _terminal(as_json: bool) -> Terminal:
    return JsonLines() if as_json else Screen()


def _print_json(document: object) -> None:
    sys.stdout.write(msgspec.json.encode(document).decode() + "\n")


def _state(ledger: Ledger, run: PastRun) -> str:
    """Say how a run stands; one that is open without a process that has it was interrupted."""
    if run.state != "open":
        return "complete" if run.complete else "finished"
    saved = ledger.saved_run(run.run_id)
    return "interrupted" if TaskLock.is_free(ledger.tasks, saved.application_id, saved.task_id) else "under way"


def _of_this_application(saved: SavedRun, connection: Connection) -> SavedRun:
    if saved.application_id != connection.client.application_id:
        raise CommandError(
            f"The run {saved.run_id} was for the application {saved.application_id}, "
            f"not for {connection.client.application_id}.",
            "Choose a profile of that application.",
        )
    return saved


async def _resume(
    saved: SavedRun,
    ledger: Ledger,
    connection: Connection,
    terminal: Terminal,
    pace: Pace,
    doubtful: Doubtful,
    typed_index: str | None,
    report: Path | None,
) -> int:
    async with connection.client as client, interruptible() as control:
        target, key = await unless_cancelled(control, aimed(connection, target_of(client, saved)))
        for warning in key.warnings():
            terminal.warned(warning)
        check_target(target, saved.action, read_only=connection.read_only, typed_index=typed_index)
        TaskLock.check_free(ledger.tasks, saved.application_id, target)
        with _workspace(saved) as workspace:
            again = await asyncio.to_thread(resumption, ledger, saved, target, workspace, doubtful)
            if again.complete:
                raise InputError(f"Every record of the run {saved.run_id} has a verdict: there is nothing to resume.")
            accounting = Accounting(again.plan)
            for event in again.history:
                accounting.apply(event)
            events = resume(again, client, ledger, control=control, pace=pace)
            return await conducted(events, again.plan, accounting, ledger, terminal, report)


async def _retry(
    saved: SavedRun,
    workspace: Workspace,
    ledger: Ledger,
    connection: Connection,
    terminal: Terminal,
    pace: Pace,
    report: Path | None,
) -> int:
    async with connection.client as client, interruptible() as control:
        target, key = await unless_cancelled(control, aimed(connection, target_of(client, saved)))
        for warning in key.warnings():
            terminal.warned(warning)
        assert FACTS[saved.action].takes_records, "a run without a workspace was refused before"
        check_target(target, saved.action, read_only=connection.read_only, typed_index=None)
        failed = await asyncio.to_thread(ledger.ranges, saved.run_id, Verdict.FAILED)
        if not failed:
            raise InputError(f"No record of the run {saved.run_id} failed.")
        only = await asyncio.to_thread(lambda: make_view(workspace, among=failed))
        assert only is not None, "nobody cancels it"
        with contextlib.closing(only):
            plan = await asyncio.to_thread(
                lambda: plan_records(workspace, target, saved.action, watch=saved.watch, only=only)
            )
        terminal.planned(plan)
        events = push(plan, client, ledger, control=control, pace=pace)
        return await conducted(events, plan, Accounting(plan), ledger, terminal, report)
