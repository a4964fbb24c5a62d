"""The folder in which a command keeps what it reads; it never outlives the command for long.

A command that is killed cannot clean up, so the next one does: it removes the folders whose owners are gone.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pushconsole.errors import InputError
from pushconsole.records import Ownership

_PREFIX = "pushconsole-command-"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder for as long as the context lasts, and remove those of commands that were killed.

    Raises:
        InputError: none can be made.

    """
    _remove_left()
    folder = Path(tempfile.gettempdir()) / f"{_PREFIX}{secrets.token_hex(8)}"
    ownership = Ownership.taken(folder)  # before the folder is there, so that nobody finds it without an owner
    assert ownership is not None, "nobody else knows this name"
    try:
        folder.mkdir(mode=0o700)
        yield folder
    except OSError as error:
        if folder.is_dir():
            raise
        raise InputError(f"{folder} cannot be made: {error.strerror}.", "Set TMPDIR to another folder.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        ownership.end()


def _remove_left() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if _is_ours(folder) and (ownership := Ownership.taken(folder)) is not None:
            shutil.rmtree(folder, ignore_errors=True)
            ownership.end()
            sys.stderr.write(f"Removed {folder}, which a command left behind that was ended from outside.\n")


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder was made by this user: others may write to the same place, links among it."""
    try:
        state = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(state.st_mode) and (not hasattr(os, "getuid") or state.st_uid == os.getuid())
