"""`pushconsole restore`: brings back what an index held before it was cleared or deleted."""

from __future__ import annotations

from typing import Annotated

import typer

from pushconsole.command_line.connection import (
    Choice,
)
from pushconsole.command_line.order import Order, carried_out
from pushconsole.command_line.pacing import CallsOption, ConcurrencyOption, Wishes
from pushconsole.command_line.push_command import DryRunOption, JsonOption, ReportOption, TaskOption
from pushconsole.command_line.shared_options import sharing
from pushconsole.command_line.terminal import JsonLines, Screen
from pushconsole.ingestion import Action

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")


@application.command()
@sharing(choice=Choice)
def restore(
    *,
    file: Annotated[str, typer.Argument(help="The backup: a file that delete or clear wrote before.")],
    task: TaskOption,
    choice: Choice,
    concurrency: ConcurrencyOption = None,
    calls_per_minute: CallsOption = None,
    dry_run: DryRunOption = False,
    report: ReportOption = None,
    as_json: JsonOption = False,
) -> None:
    """Push a backup back into an index: each record as it was, in the place of one with its objectID."""
    order = Order(
        file=file,
        task_id=task,
        action=Action.UPDATE_OBJECT,
        wishes=Wishes(concurrency, calls_per_minute, canary=0),
        dry_run=dry_run,
        report=report,
        restores=True,
    )
    raise typer.Exit(carried_out(order, choice, JsonLines() if as_json else Screen()))
