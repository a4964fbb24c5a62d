"""Which tasks a person likes and which were pushed to last, for each application; kept from one start to the next."""

from __future__ import annotations

import contextlib

import msgspec
from PySide6.QtCore import QSettings

_USED_KEPT = 5
_FAVOURITES, _USED = "favourites", "used"


class TaskMarks:
    """Keeps keys of tasks; the newest use stands first."""

    def __init__(self, kept: QSettings) -> None:
        self._kept = kept

    def favourites(self, application_id: str) -> list[str]:
        """Return the favourites in the order in which they became so."""
        return self._read(application_id, _FAVOURITES)

    def used(self, application_id: str) -> list[str]:
        """Return what was pushed to, the latest first."""
        return self._read(application_id, _USED)

    def toggle_favourite(self, application_id: str, key: str) -> None:
        """Make a task a favourite, or no more one."""
        known = self.favourites(application_id)
        changed = [one for one in known if one != key] if key in known else [*known, key]
        self._write(application_id, _FAVOURITES, changed)

    def note_use(self, application_id: str, key: str) -> None:
        """Note that something is pushed to a task now."""
        others = [one for one in self.used(application_id) if one != key]
        self._write(application_id, _USED, [key, *others][:_USED_KEPT])

    def _read(self, application_id: str, what: str) -> list[str]:
        with contextlib.suppress(msgspec.MsgspecError):
            return msgspec.json.decode(str(self._kept.value(f"tasks/{application_id}/{what}", "[]")), type=list[str])
        return []

    def _write(self, application_id: str, what: str, keys: list[str]) -> None:
        self._kept.setValue(f"tasks/{application_id}/{what}", msgspec.json.encode(keys).decode())
