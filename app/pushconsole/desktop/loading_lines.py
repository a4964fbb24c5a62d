"""What the log says of a file that was read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pushconsole import quantities
from pushconsole.desktop.activity import Activity
from pushconsole.records import LoadReport
from pushconsole.runs import Level


def name_of(files: Sequence[Path]) -> str:
    """Return what several files are called together."""
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"{files[0].name}{more}"


def tell_loaded(report: LoadReport, activity: Activity) -> None:
    """Say what a file was, which columns are not what they seemed, and that rows were left out."""
    source = report.source
    kind = f"{source.format.value}, {source.encoding}, {quantities.size(source.size_bytes)}"
    records = quantities.counted(report.loaded, "record", "records")
    activity.tell(Level.INFO, f"{source.name} · {records} · {kind} · {report.seconds:.1f} s")
    for turned in report.turned_to_text:
        activity.tell(Level.WARNING, f"Column {turned.column} is text: line {turned.line} has “{turned.value}”.")
    for note in report.notes:
        activity.warn(note)
    if report.cancelled:
        activity.warn(f"Reading was cancelled: only a part of {source.name} is here.")
    elif report.rejected:
        rows = quantities.counted(report.rejected, "row is not a record and was", "rows are not records and were")
        activity.warn(f"{source.name}: {rows} left out. The problems say which and why.")


def tell_opened_again(name: str, activity: Activity, *, frozen: bool) -> None:
    """Say that a workspace is as it was left; `frozen`: the program ended while it was being pushed."""
    activity.tell(Level.SUCCESS, f"Opened {name} again as it was left.")
    if frozen:
        activity.warn(
            "The program ended while these records were being pushed, so they cannot be edited. "
            "Save a copy, and open that one to edit it."
        )
