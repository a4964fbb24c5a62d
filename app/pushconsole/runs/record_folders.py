"""The records of runs that were started from the command line, kept as long as a run may still need them.

A run that ends with every record in the index needs nothing more, and its records go. Those of the others stay, so that
they can be resumed, retried and exported, until the run is forgotten, or until the window takes them over to do the
same. What a killed command left is judged by the ledger the next time.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pushconsole import locations
from pushconsole.errors import CommandError, InputError
from pushconsole.records import Ownership, Workspace, WorkspaceFolder
from pushconsole.runs.ledger import Ledger
from pushconsole.runs.ledger_rows import SavedRun
from pushconsole.runs.task_lock import TaskLock

_FILE = "records.sqlite"


@contextmanager
def kept_workspace(ledger: Ledger) -> Iterator[Workspace]:
    """Make a workspace that outlives the context where a run in the ledger needs it.

    Raises:
        InputError: none can be made.

    """
    remove_needless(ledger)
    folder = locations.run_records() / secrets.token_hex(8)
    ownership = Ownership.taken(folder)  # before the folder is there, so that nobody finds it without an owner
    assert ownership is not None, "nobody else knows this name"
    try:
        folder.mkdir(mode=0o700)
        workspace = Workspace.create(folder / _FILE)
        try:
            yield workspace
        finally:
            workspace.close()
    except OSError as error:
        if folder.is_dir():
            raise
        raise InputError(f"{folder} cannot be made: {error.strerror}.") from error
    finally:
        if str(folder / _FILE) not in ledger.workspaces_needed():
            shutil.rmtree(folder, ignore_errors=True)
        ownership.end()


def remove_needless(ledger: Ledger) -> None:
    """Remove the records that no run needs and no living command has."""
    needed = ledger.workspaces_needed()
    for folder in locations.run_records().iterdir():
        if not folder.is_dir() or str(folder / _FILE) in needed:
            continue
        if (ownership := Ownership.taken(folder)) is not None:
            shutil.rmtree(folder, ignore_errors=True)
            ownership.end()


@contextmanager
def opened(path: str) -> Iterator[Workspace]:
    """Open the records of a run to read them.

    Raises:
        InputError: they are not there any more.

    """
    _check_there(Path(path))
    with closing(Workspace.open(Path(path))) as workspace:
        yield workspace


@contextmanager
def opened_alone(path: str) -> Iterator[Workspace]:
    """Open the records of a run to push them; the window cannot take them over meanwhile.

    Raises:
        InputError: they are not there any more, or somebody works with them.

    """
    with _owned(Path(path)), opened(path) as workspace:
        yield workspace


def is_of_command_line(path: Path) -> bool:
    """Return whether a file with records of a run is one that the command line keeps."""
    return path.parent.parent == locations.run_records()


def taken_over(ledger: Ledger, path: Path, folder: WorkspaceFolder) -> Path:
    """Let the window have the records of a run that the command line kept, and return where they are now.

    They stand in both places until the ledger says the new one, so that a crash in between loses nothing.

    Raises:
        InputError: they are not there any more, or a command works with them.
        LedgerFailed: the ledger cannot be written.

    """
    with _owned(path):
        _check_there(path)
        taken = folder.take_in(path)
        ledger.move_records(str(path), str(taken))
        shutil.rmtree(path.parent, ignore_errors=True)
    return taken


def forget(ledger: Ledger, saved: SavedRun) -> None:
    """Remove a run from the ledger. Its records go, or may be edited again where the window has them.

    Raises:
        CommandError: some process has it under way, whatever it was when the run was chosen.
        LedgerFailed: the ledger cannot be written.

    """
    is_open = ledger.saved_run(saved.run_id).state == "open"
    if is_open and not TaskLock.is_free(ledger.tasks, saved.application_id, saved.task_id):
        raise CommandError(f"The run {saved.run_id} is under way.", "Cancel it first.")
    ledger.forget(saved.run_id)
    remove_needless(ledger)
    path = Path(saved.workspace) if saved.workspace else None
    if path is not None and path.is_file() and ledger.interrupted_run(str(path)) is None:
        with closing(Workspace.open(path)) as workspace:
            workspace.thaw()


@contextmanager
def _owned(path: Path) -> Iterator[None]:
    """Own the folder of a run's records, where it is one of the command line's."""
    ownership = Ownership.taken(path.parent) if is_of_command_line(path) else None
    if ownership is None and is_of_command_line(path):
        raise InputError("Another command works with the records of this run.", "Wait for its end, or cancel it there.")
    try:
        yield
    finally:
        if ownership is not None:
            ownership.end()


def _check_there(path: Path) -> None:
    if not path.is_file():
        raise InputError(
            f"The records of this run are not there any more ({path}).",
            "Push the file anew; what had a verdict keeps it in the ledger.",
            file=str(path),
        )
