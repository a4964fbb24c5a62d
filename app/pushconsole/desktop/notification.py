"""Calls a person who looks at another window."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

_SHOWN_MS = 10_000


def notify(window: QWidget, sentence: str) -> None:
    """Show a sentence as a notification, where the desktop has a place for it, unless the window is in front."""
    if window.isActiveWindow():
        return
    QApplication.alert(window)
    if not QSystemTrayIcon.isSystemTrayAvailable():
        return
    icon = QSystemTrayIcon(window.windowIcon(), window)
    icon.messageClicked.connect(window.activateWindow)
    icon.show()
    icon.showMessage(QApplication.applicationDisplayName(), sentence, window.windowIcon(), _SHOWN_MS)
    QTimer.singleShot(_SHOWN_MS, icon, icon.deleteLater)
