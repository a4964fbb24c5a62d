"""Loads a file in a process of its own, so that the window's thread never waits for the interpreter.

Python runs one thread at a time. A paint of the table takes and gives back the interpreter some hundred times, and a
thread that parses records takes it each time it is free: measured with 100,000 records, paints of 5 ms became stalls
of 115 ms. Letting the thread give way before each paint still left 60 ms and made loading 1.6 times as long. SQLite
lets the process write while this one reads.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from pushconsole.records.processes import Channel, in_process
from pushconsole.records.reading import LoadProgress, LoadReport, ReadOptions
from pushconsole.records.workspace import Workspace

_GIVING_WAY = 10
"""How far a loading process stands back (nice(2)), since its two threads would take both processors of a small machine
from the window: measured there with 465,000 records, the longest stall fell from about 75 to 55 ms, and loading took
as long as before."""


def load_in_background(
    workspace: Workspace,
    file: Path | Sequence[Path],
    options: ReadOptions | None = None,
    *,
    on_progress: Callable[[LoadProgress], None],
    cancelled: Callable[[], bool],
) -> LoadReport:
    """Do what `Workspace.load` does, in another process; blocks until it has ended.

    Raises:
        InputError: the file as a whole cannot be read.
        InternalError: the process ended without a word.

    """

    def progress(so_far: LoadProgress) -> None:
        workspace.follow(so_far.loaded)
        on_progress(so_far)

    # A cancelled load keeps what was read until then, so it is waited for, however long its last write takes.
    report = in_process(
        _load, workspace.path, file, options, on_progress=progress, cancelled=cancelled, patience_s=math.inf
    )
    workspace.follow(report.loaded)
    return report


def _load(
    channel: Channel, workspace_path: Path, file: Path | Sequence[Path], options: ReadOptions | None
) -> LoadReport:
    if hasattr(os, "nice"):
        os.nice(_GIVING_WAY)
    workspace = Workspace.open(workspace_path)
    try:
        return workspace.load(file, options, on_progress=channel.tell, cancelled=channel.cancelled)
    finally:
        workspace.close()
