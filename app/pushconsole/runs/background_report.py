"""The files of a run, written in a process of their own where a loop in Python would stop the window."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from pushconsole.errors import Cancelled
from pushconsole.records import Channel, KilledInTime, in_process
from pushconsole.runs.ledger import Ledger
from pushconsole.runs.ledger_rows import SavedRun
from pushconsole.runs.report import export_run

_PATIENCE_S = 0.8  # "cancel answers within 1 s"


def export_run_in_background(
    folder: Path,
    ledger: Ledger,
    saved: SavedRun,
    *,
    on_progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> list[Path]:
    """Do what `export_run` does, without stopping other threads; blocks until it has ended.

    Raises:
        Cancelled: ``cancelled`` said so; the folder has what was written until then.
        InputError: the folder cannot be written, or the records are not there any more.

    """
    try:
        written = in_process(
            _export, folder, ledger.path, saved,
            on_progress=on_progress, cancelled=cancelled, patience_s=_PATIENCE_S,
        )  # fmt: skip
    except KilledInTime as error:
        raise Cancelled from error
    if written is None:
        raise Cancelled
    return written


def _export(channel: Channel, folder: Path, ledger_file: Path, saved: SavedRun) -> list[Path] | None:
    with contextlib.closing(Ledger(ledger_file)) as ledger:
        try:
            return export_run(folder, ledger, saved, channel.tell_unless_cancelled)
        except Cancelled:
            return None
