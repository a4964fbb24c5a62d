"""Whose a file is, among the processes of this machine: a lock beside it that the system drops when a process dies.

A process id written into a file would outlive its process and may be another one's by then; a lock cannot.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from pushconsole.errors import InputError

_ENDING = ".lock"


class Ownership:
    """Held from `taken` until `end`, or until the process dies, however it dies.

    Attributes:
        path: what is owned.

    """

    def __init__(self, path: Path, lock: FileLock) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def taken(cls, path: Path) -> Ownership | None:
        """Take a file or folder, whether or not it is there yet; None where somebody living has it.

        Raises:
            InputError: the lock cannot be made there at all.

        """
        lock = FileLock(lock_of(path), thread_local=False)  # taken in one worker thread, given back in another
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return None
        except (OSError, NotImplementedError) as error:
            raise InputError(f"{path.parent} cannot be written to: {error}.", file=str(path)) from error
        return cls(path, lock)

    def end(self) -> None:
        """Give it back; the next may take it.

        The lock's file goes only after what was owned: else somebody who has opened it already would lock a file that
        is not there any more, and the next one another file of that name.
        """
        self._lock.release()
        if not self.path.exists():
            with suppress(OSError):  # Windows keeps a file that somebody has open
                lock_of(self.path).unlink()


def lock_of(path: Path) -> Path:
    """Return the file whose lock says that another one is owned."""
    return path.with_name(path.name + _ENDING)
