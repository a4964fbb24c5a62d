"""`pushconsole check`: read a file as a push would, and say what is wrong with it."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer

from pushconsole.command_line.exit_status import ExitStatus
from pushconsole.command_line.profile_options import RecordLimitOption
from pushconsole.command_line.reading import (
    Reading,
    input_file,
    load,
    reading,
    temporary_workspace,
)
from pushconsole.command_line.shared_options import sharing
from pushconsole.command_line.terminal import Screen
from pushconsole.credentials import Profile
from pushconsole.ingestion import Action
from pushconsole.quantities import counted
from pushconsole.records import LoadReport, Problem, ProblemKind, Problems, Workspace
from pushconsole.records import check as checked
from pushconsole.runs import FACTS

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")


@application.command()
@sharing(how=reading)
def check(
    *,
    file: Annotated[str, typer.Argument(help="The file, or its https:// or s3:// address; - reads standard input.")],
    action: Annotated[
        Action | None,
        typer.Option(help="What a push would do: most actions need an objectID in every record.", metavar="ACTION"),
    ] = None,
    record_limit: RecordLimitOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one finding a line as JSON, nothing else.")] = False,
    how: Reading,
) -> None:
    """Read a file as a push would read it, and say what is wrong with it. Nothing is sent.

    The exit status is 1 where a push would refuse the file or lose a record of it, else 0.
    """
    screen = Screen()
    with input_file(file) as path, temporary_workspace() as workspace:
        progress = None if as_json else screen.loading
        report = load(workspace, path, how, is_standard_input=file == "-", on_progress=progress)
        merges = action is not None and FACTS[action].merges
        limit = Profile.record_limit_bytes if record_limit is None else record_limit
        problems = checked(workspace, record_limit_bytes=limit, partial_update=merges)
        if as_json:
            _print_json(workspace, report, problems, action)
        else:
            screen.loaded(report)
            screen.problems(problems)
            rejected = f", {counted(report.rejected, 'row', 'rows')} rejected" if report.rejected else ""
            sys.stdout.write(f"Checked {counted(report.loaded, 'record', 'records')}{rejected}\n")
    if any(_severity(problem, action) == "error" for problem in problems.first):
        raise typer.Exit(ExitStatus.SOME_DID_NOT)


def _severity(problem: Problem, action: Action | None) -> str:
    """Return how bad a problem is for an action: only some can do without an objectID."""
    if problem.kind is ProblemKind.MISSING_OBJECT_ID and action is not None:
        return "error" if FACTS[action].needs_object_id else "warning"
    return problem.severity


def _print_json(workspace: Workspace, report: LoadReport, problems: Problems, action: Action | None) -> None:
    """Print what was read, each problem that is told one by one, and how many there are of each kind."""
    _print({"event": "loaded", "records": report.loaded, "rejected": report.rejected, "source": report.source})
    for row in workspace.rejected():
        _print({"event": "rejected", "line": row.line, "text": row.text, "reason": row.reason})
    for problem in problems.first:
        if problem.kind is not ProblemKind.REJECTED_ROW:
            _print(
                {
                    "event": "problem",
                    "kind": problem.kind.value,
                    "severity": _severity(problem, action),
                    "sentence": problem.sentence,
                    "line": problem.line,
                    "attribute": problem.column,
                }
            )
    counts = {kind.value: count for kind, count in problems.counts.items()}
    _print({"event": "checked", "records": report.loaded, "rejected": report.rejected, "problems": counts})


def _print(event: object) -> None:
    sys.stdout.write(msgspec.json.encode(event).decode() + "\n")
