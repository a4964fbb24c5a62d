"""A data folder is served by one process at a time, and says to others where that one answers."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from .errors import SandboxNotStarted

_LOCK = "owner.lock"
_ANNOUNCEMENT = "running.json"
_LOOKS_WITHIN_S = 2.0  # somebody who only looks holds the lock for a moment


class Residence:
    """A data folder that this process serves, until `leave`; the system gives it back if the process is killed.

    The lock is an exclusive transaction on an empty SQLite database, which is the one lock in the standard library that
    every platform has. The announcement means something only as long as the lock is held, so a stale one deceives
    nobody.
    """

    def __init__(self, folder: Path) -> None:
        """Move in.

        Raises:
            SandboxNotStarted: another process serves the folder.
            OSError, sqlite3.Error: nothing can be written there; `usable` turns them into a SandboxNotStarted.

        """
        folder.mkdir(parents=True, exist_ok=True)
        self._announcement = folder / _ANNOUNCEMENT
        self._lock = _lock_file(folder, _LOOKS_WITHIN_S)
        try:
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            self._lock.close()
            if not is_served(folder):
                raise
            raise SandboxNotStarted(f"Another sandbox serves the folder {folder}.") from error
        self._announcement.unlink(missing_ok=True)

    def announce(self, announcement: Mapping[str, object]) -> None:
        """Tell other processes of this user where the sandbox answers, and its key."""
        part = self._announcement.with_suffix(".part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123  a Path cannot open a descriptor
            json.dump({**announcement, "process_id": os.getpid()}, file)
        part.replace(self._announcement)

    def leave(self) -> None:
        """Move out."""
        self._announcement.unlink(missing_ok=True)
        self._lock.close()


@contextmanager
def residence(folder: Path | None) -> Iterator[Residence | None]:
    """Live in a folder as long as the context lasts; without a folder there is nobody to tell."""
    if folder is None:
        yield None
        return
    with usable(folder):
        resident = Residence(folder)
    try:
        yield resident
    finally:
        resident.leave()


@contextmanager
def usable(folder: Path | None) -> Iterator[None]:
    """Say in a sentence why a data folder (None: a temporary one) cannot be used.

    Raises:
        SandboxNotStarted: in the place of what the system or SQLite raised.

    """
    name = folder or tempfile.gettempdir()
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        raise SandboxNotStarted(f"{name} is not a folder.") from error
    except OSError as error:
        raise SandboxNotStarted(f"The folder {name} cannot be used: {error.strerror or error}.") from error
    except sqlite3.Error as error:
        raise SandboxNotStarted(f"The folder {name} cannot be used: {error}.") from error


def is_served(folder: Path) -> bool:
    """Tell whether a process serves the folder now."""
    if not (folder / _LOCK).is_file():
        return False
    with closing(_lock_file(folder, 0)) as lock:
        try:
            lock.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False


def announced(folder: Path) -> str | None:
    """Return the announcement of the sandbox that serves the folder, or None where there is none (yet)."""
    if not is_served(folder):
        return None
    try:
        return (folder / _ANNOUNCEMENT).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _lock_file(folder: Path, wait_s: float) -> sqlite3.Connection:
    return sqlite3.connect(folder / _LOCK, timeout=wait_s, isolation_level=None)
