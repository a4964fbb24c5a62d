"""Remembers order, widths and hidden columns for every set of attributes."""

from __future__ import annotations

import hashlib

import msgspec
from PySide6.QtCore import QByteArray, QSettings

from pushconsole.desktop.records_view import RecordsView

_GROUP = "columns"


class ColumnLayouts:
    """Keeps the table's layout under its attributes' names, so that next week's export looks as this week's."""

    def __init__(self, kept: QSettings, table: RecordsView) -> None:
        self._kept = kept
        self._table = table
        self._wanted = False

    def leave(self) -> None:
        """Keep the layout of the records that go; the next ones may have one of their own."""
        if self._table.names:
            state = bytes(self._table.layout_state().toBase64().data()).decode()
            self._kept.setValue(self._key(), state)
            self._kept.setValue(f"{self._key()}/pinned", msgspec.json.encode(self._table.pinned_names).decode())
        self._wanted = True

    def arrive(self) -> None:
        """Set the layout that was kept for the records that came, once."""
        if self._wanted and self._table.names:
            self._wanted = False
            state = str(self._kept.value(self._key(), ""))
            if state:
                self._table.restore_layout(QByteArray.fromBase64(state.encode()))
                self._table.set_pinned_names(msgspec.json.decode(str(self._kept.value(f"{self._key()}/pinned", "[]"))))

    def _key(self) -> str:
        names = "\0".join(self._table.names).encode("utf-8", "surrogatepass")
        return f"{_GROUP}/{hashlib.sha256(names).hexdigest()[:32]}"
