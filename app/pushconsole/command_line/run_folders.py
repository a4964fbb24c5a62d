"""The records of runs that were started from the command line, kept as long as a run may still need them.

A run that ends with every record in the index needs nothing more, and its records go. Those of the others stay, so that
they can be resumed, retried and exported, until the run is forgotten. What a killed command left is judged by the
ledger the next time.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pushconsole import locations
from pushconsole.errors import InputError
from pushconsole.records import Ownership, Workspace
from pushconsole.runs import Ledger

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


def opened(path: str) -> Workspace:
    """Open the records of a run.

    Raises:
        InputError: they are not there any more.

    """
    if not Path(path).is_file():
        raise InputError(
            f"The records of this run are not there any more ({path}).",
            "Push the file anew; what had a verdict keeps it in the ledger.",
            file=path,
        )
    return Workspace.open(Path(path))
