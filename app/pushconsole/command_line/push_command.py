"""`pushconsole push`: load, plan, push and report, without a window."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from pushconsole import locations
from pushconsole.command_line.connection import (
    Choice,
)
from pushconsole.command_line.order import Order, carried_out
from pushconsole.command_line.pacing import CallsOption, CanaryOption, ConcurrencyOption, SettleOption, Wishes
from pushconsole.command_line.reading import (
    Reading,
    reading,
)
from pushconsole.command_line.shared_options import sharing
from pushconsole.command_line.terminal import JsonLines, Screen
from pushconsole.errors import CommandError
from pushconsole.ingestion import Action
from pushconsole.runs import BatchLimits

TaskOption: TypeAlias = Annotated[
    str, typer.Option(help="The task's UUID, as `pushconsole tasks` lists it.", metavar="UUID")
]
DryRunOption: TypeAlias = Annotated[bool, typer.Option("--dry-run", help="Read, check and plan; send nothing.")]
ReportOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        help="Folder for report.json and the records that failed, are in doubt or were not sent.", metavar="DIR"
    ),
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one event a line as JSON, nothing else.")]

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")


@application.command()
@sharing(how=reading, choice=Choice)
def push(
    *,
    action: Annotated[Action, typer.Option(help="What the push does, see above.", metavar="ACTION")],
    task: Annotated[
        str | None, typer.Option(help="The task's UUID, as `pushconsole tasks` lists it.", metavar="UUID")
    ] = None,
    index: Annotated[
        str, typer.Option(help="The index's name, in place of the task where only one pushes to it.", metavar="NAME")
    ] = "",
    reference_index: Annotated[
        str,
        typer.Option(
            help="Another index: its task and transformations take the push to --index, which needs none of its own.",
            metavar="NAME",
        ),
    ] = "",
    file: Annotated[
        str | None,
        typer.Argument(
            help="CSV, JSON, XLSX …, also at https:// or s3://; - reads standard input. None for delete and clear."
        ),
    ] = None,
    choice: Choice,
    watch: Annotated[bool, typer.Option("--watch", help="Let each call wait until its records are indexed.")] = False,
    how: Reading,
    max_batch_bytes: Annotated[
        int, typer.Option(help="Largest body of a call, up to 5,000,000.", metavar="N")
    ] = 4_900_000,
    max_batch_records: Annotated[int, typer.Option(help="Most records in a call.", metavar="N")] = 10_000,
    concurrency: ConcurrencyOption = None,
    calls_per_minute: CallsOption = None,
    settle: SettleOption = Wishes.settling_s,
    canary: CanaryOption = None,
    skip_unchanged: Annotated[
        bool,
        typer.Option(
            "--skip-unchanged",
            help="Compare with the index first (permission search) and leave out the records it has already.",
        ),
    ] = False,
    dry_run: DryRunOption = False,
    yes: Annotated[
        str | None, typer.Option(help="The index's name in full, which delete and clear ask for.", metavar="INDEX")
    ] = None,
    backup: Annotated[
        Path | None,
        typer.Option(
            help="Folder for what the index holds before delete or clear; without it in the program's own.",
            metavar="DIR",
        ),
    ] = None,
    no_backup: Annotated[bool, typer.Option("--no-backup", help="Delete or clear without a backup.")] = False,
    report: ReportOption = None,
    as_json: JsonOption = False,
) -> None:
    """Push a file's records to a task, and say what happened to each of them.

    An ACTION is addObject, updateObject (replaces whole records), partialUpdateObject, partialUpdateObjectNoCreate or
    deleteObject; clear and delete are about the whole index, take no FILE and need --yes.

    This tries it on this machine:

    [bold]pushconsole push products.csv --sandbox --action updateObject
    --task 11111111-1111-4111-8111-111111111111[/bold]
    """
    if (task is None) == (not index):
        raise CommandError("A push needs --task or --index.", "Give one of them; `pushconsole tasks` lists both.")
    if reference_index and not index:
        raise CommandError("--reference-index needs --index, the index that is pushed to.", "Give both of them.")
    if no_backup and backup is not None:
        raise CommandError("--backup and --no-backup exclude each other.", "Give one of them.")
    order = Order(
        file=file,
        task_id=task,
        index=index,
        reference=reference_index,
        action=action,
        watch=watch,
        reading=how,
        limits=BatchLimits(max_batch_bytes, max_batch_records),
        wishes=Wishes(concurrency, calls_per_minute, settle, canary),
        dry_run=dry_run,
        typed_index=yes,
        report=report,
        backup=None if no_backup else backup or locations.backups(),
        skip_unchanged=skip_unchanged,
    )
    raise typer.Exit(carried_out(order, choice, JsonLines() if as_json else Screen()))


def push_sample(file: Path, task_id: str) -> int:
    """Push a sample file to the sandbox and show it: what the window would do, where there is no display."""
    return carried_out(Order(str(file), task_id, Action.UPDATE_OBJECT), Choice(sandbox=True), Screen())
