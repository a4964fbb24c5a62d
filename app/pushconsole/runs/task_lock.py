"""One run a task at a time, across processes: what two runs push to an index has no order."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from pushconsole.errors import TargetError
from pushconsole.ingestion import Target
from pushconsole.records import Ownership


class TaskLock:
    """Held while a run is open; the system gives it back when the process dies."""

    def __init__(self, folder: Path, application_id: str, target: Target) -> None:
        """Take the lock; the folder is made if need be.

        Raises:
            TargetError: another run of the task is open.

        """
        folder.mkdir(parents=True, exist_ok=True)
        self._note = folder / f"{application_id}-{target.task_id}"
        ownership = Ownership.taken(self._note)
        if ownership is None:
            raise TargetError(
                f"Another run pushes to the task {target.name} now ({self._owner()}).",
                "Wait for its end, or cancel it.",
            )
        self._ownership = ownership
        with suppress(OSError):  # who it is, is only said to be helpful
            self._note.write_text(f"{os.getpid()}", encoding="ascii")

    def end(self) -> None:
        """Let the next run have the task."""
        with suppress(OSError):
            self._note.unlink()
        self._ownership.end()

    @classmethod
    def check_free(cls, folder: Path, application_id: str, target: Target) -> None:
        """Raise `TargetError` where a run of the task is open, before anything is prepared for another."""
        cls(folder, application_id, target).end()

    @staticmethod
    def is_free(folder: Path, application_id: str, task_id: str) -> bool:
        """Return whether no run of a task is open in any process."""
        if not folder.is_dir():
            return True
        ownership = Ownership.taken(folder / f"{application_id}-{task_id}")
        if ownership is None:
            return False
        ownership.end()
        return True

    def _owner(self) -> str:
        try:
            return f"process {int(self._note.read_text(encoding='ascii'))}"
        except (OSError, ValueError):
            return "in another process"
