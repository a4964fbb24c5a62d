"""Loads a file in a process of its own, so that the window's thread never waits for the interpreter.

Python runs one thread at a time. A paint of the table takes and gives back the interpreter some hundred times, and a
thread that parses records takes it each time it is free: measured with 100,000 records, paints of 5 ms became stalls
of 115 ms. Letting the thread give way before each paint still left 60 ms and made loading 1.6 times as long. SQLite
lets the process write while this one reads.
"""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pushconsole.errors import InputError, InternalError
from pushconsole.records.reading import LoadProgress, LoadReport, ReadOptions
from pushconsole.records.workspace import Workspace

_LOOK_S = 0.05  # how soon a wish to cancel is passed on
_END_S = 5.0


@dataclass(frozen=True)
class _Refusal:
    """An InputError on its way between the processes: its attributes, since exceptions lose theirs."""

    attributes: dict[str, Any]


@dataclass(frozen=True)
class _Fault:
    """An error nobody foresaw, with its traceback."""

    text: str


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
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_load, args=(theirs, workspace.path, file, options), name="loader", daemon=True)
    process.start()
    theirs.close()
    try:
        return _followed(workspace, ours, on_progress, cancelled)
    finally:
        ours.close()  # which ends the process, if it has not ended
        process.join(_END_S)
        process.kill()


def _followed(
    workspace: Workspace,
    connection: Connection,
    on_progress: Callable[[LoadProgress], None],
    cancelled: Callable[[], bool],
) -> LoadReport:
    asked_to_end = False
    while True:
        if not asked_to_end and cancelled():
            connection.send("end")
            asked_to_end = True
        if not connection.poll(_LOOK_S):
            continue
        match _received(connection):
            case LoadProgress() as so_far:
                workspace.follow(so_far.loaded)
                on_progress(so_far)
            case LoadReport() as report:
                workspace.follow(report.loaded)
                return report
            case _Refusal(attributes):
                raise InputError(**attributes)
            case _Fault(text):
                raise InternalError(f"Loading failed: {text}")


def _received(connection: Connection) -> object:
    try:
        return connection.recv()
    except (EOFError, ConnectionError) as error:
        raise InternalError("The process that loads the file ended without a word.") from error


def _load(
    connection: Connection, workspace_path: Path, file: Path | Sequence[Path], options: ReadOptions | None
) -> None:
    """Load, in the new process. Whatever comes through the pipe, its end too, means to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the window, which then closes the pipe
    workspace = Workspace.open(workspace_path)
    try:
        connection.send(workspace.load(file, options, on_progress=connection.send, cancelled=connection.poll))
    except InputError as refusal:
        connection.send(_Refusal(vars(refusal)))
    except ConnectionError:
        pass  # nobody is there any more to hear of it
    except Exception:
        connection.send(_Fault(traceback.format_exc()))
        raise
    finally:
        workspace.close()
