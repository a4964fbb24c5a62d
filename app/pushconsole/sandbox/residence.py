"""A data folder is served by one process at a time, and says to others where that one answers.

Both locks are transactions on empty SQLite databases, which are the one kind of lock in the standard library that every
platform has; the system takes them back from a process that is killed. Whoever serves the folder holds the first one;
each guest shares the second, and the sandbox stays for as long as one does, whoever started it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from .errors import SandboxNotStarted

TAKEN = "Another sandbox serves the folder"
"""How the sentence begins that says so, in whatever process it is said."""
_LOCK = "owner.lock"
_GUESTS = "guests.lock"
_ANNOUNCEMENT = "running.json"
_LOOKS_WITHIN_S = 0.5  # somebody who only looks holds the lock for a moment
_LOOK_EVERY_S = 0.1


class Residence:
    """A data folder that this process serves, until `leave`.

    The announcement means something only as long as the lock is held, so a stale one deceives nobody.
    """

    def __init__(self, folder: Path) -> None:
        """Move in.

        Raises:
            SandboxNotStarted: another process serves the folder.
            OSError, sqlite3.Error: nothing can be written there; `usable` turns them into a SandboxNotStarted.

        """
        folder.mkdir(parents=True, exist_ok=True)
        self._announcement = folder / _ANNOUNCEMENT
        self._lock = _opened(folder / _LOCK, _LOOKS_WITHIN_S)
        if not _taken(self._lock):
            self._lock.close()
            raise SandboxNotStarted(f"{TAKEN} {folder}.")
        self._guests = _opened(folder / _GUESTS, 0)
        self._announcement.unlink(missing_ok=True)

    def announce(self, announcement: Mapping[str, object]) -> None:
        """Tell other processes of this user where the sandbox answers, and its key."""
        part = self._announcement.with_suffix(".part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123  a Path cannot open a descriptor
            json.dump({**announcement, "process_id": os.getpid()}, file)
        part.replace(self._announcement)

    def wait_until_alone(self) -> None:
        """Return when no guest is there, and let none in any more."""
        while not _taken(self._guests):
            time.sleep(_LOOK_EVERY_S)  # between two looks new guests may come

    def leave(self) -> None:
        """Move out."""
        self._announcement.unlink(missing_ok=True)
        self._guests.close()
        self._lock.close()


class Visit:
    """A stay with the sandbox that serves a folder: it does not end of itself before `end`.

    Attributes:
        announcement: where it answers, as JSON.

    """

    def __init__(self, announcement: str, lock: sqlite3.Connection) -> None:
        self.announcement = announcement
        self._lock = lock

    def end(self) -> None:
        """Leave; harmless a second time."""
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
    with closing(_opened(folder / _LOCK, 0)) as lock:
        return not _shared(lock)


def visit(folder: Path) -> Visit | None:
    """Become a guest of the sandbox that serves the folder; None where there is none, or none yet, or none any more."""
    lock = _opened(folder / _GUESTS, _LOOKS_WITHIN_S)
    try:
        if _shared(lock) and is_served(folder):
            return Visit((folder / _ANNOUNCEMENT).read_text(encoding="utf-8"), lock)
    except FileNotFoundError:
        pass  # it is starting
    lock.close()
    return None


def has_guests(folder: Path) -> bool:
    """Tell whether others than who started the sandbox of the folder use it."""
    with closing(_opened(folder / _GUESTS, 0)) as lock:
        if _taken(lock):
            return False
        return _shared(lock)  # else it is the sandbox itself that lets no guest in any more


def _opened(file: Path, wait_s: float) -> sqlite3.Connection:
    # One thread opens it and another may close it, never both at once.
    return sqlite3.connect(file, timeout=wait_s, isolation_level=None, check_same_thread=False)


def _taken(lock: sqlite3.Connection) -> bool:
    """Take a lock for oneself; False where somebody has it or shares it."""
    return _done(lock, "BEGIN EXCLUSIVE")


def _shared(lock: sqlite3.Connection) -> bool:
    """Take a share in a lock; False where somebody has it for himself."""
    return _done(lock, "BEGIN", "SELECT count(*) FROM sqlite_master")


def _done(lock: sqlite3.Connection, *statements: str) -> bool:
    try:
        for statement in statements:
            lock.execute(statement).fetchall()
    except sqlite3.OperationalError as error:
        if lock.in_transaction:
            lock.execute("ROLLBACK")
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return False
        raise
    return True
