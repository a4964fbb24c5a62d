"""A key on the clipboard: marked so that no history keeps it, and gone after a while; or not there at all."""

from __future__ import annotations

import sys
from typing import Final

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QGuiApplication

from pushconsole.credentials import Secret

CLEARED_AFTER_S: Final = 15

# What keeps a copied text out of clipboard histories. Klipper and its like heed the first (KDE's Klipper source);
# Windows' own history the others (learn.microsoft.com, “Cloud Clipboard and Clipboard History Formats”). macOS has
# org.nspasteboard.ConcealedType (nspasteboard.org), which Qt for Python cannot write, so nothing is copied there.
_MARKS: Final = {
    "linux": {"x-kde-passwordManagerHint": b"secret"},
    "win32": {
        "ExcludeClipboardContentFromMonitorProcessing": b"1",
        "CanIncludeInClipboardHistory": bytes(4),
        "CanUploadToCloudClipboard": bytes(4),
    },
}


class SecretClipboard(QObject):
    """Puts a key there for a while."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._copied: Secret | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)

    @property
    def offered(self) -> bool:
        """Whether a history can be kept from taking the key here."""
        return sys.platform in _MARKS

    def put(self, key: Secret, seconds: float = CLEARED_AFTER_S) -> None:
        """Put a key there; it goes by itself unless something else was copied meanwhile."""
        if not self.offered:
            return
        data = QMimeData()
        data.setText(key.reveal())
        for name, value in _MARKS[sys.platform].items():
            data.setData(name, value)
        self._copied = key
        QGuiApplication.clipboard().setMimeData(data)
        self._timer.start(round(seconds * 1000))

    def clear(self) -> None:
        """Take it away at once, if it is still there."""
        self._timer.stop()
        copied, self._copied = self._copied, None
        clipboard = QGuiApplication.clipboard()
        if copied is not None and clipboard.text() == copied.reveal():
            clipboard.clear()
