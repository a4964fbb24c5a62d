"""The start: the window's shell on screen first, everything else behind it.

To import what the window works with takes several times as long as to show it. So it is imported in a thread while
the shell is on screen and painted; what a person clicks or types meanwhile waits its turn and is not lost.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from pushconsole import locations
from pushconsole.desktop.kept_layout import KeptLayout
from pushconsole.desktop.theme import STYLE_ARGUMENTS, Theme
from pushconsole.desktop.window import MainWindow

_BUT_INPUT = QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents
_EXPOSED_WITHIN_MS = 500  # a window that nobody can see is never exposed
_LOOK_MS = 5
_BEHIND = "pushconsole.desktop.application"


def run_window(*, file: Path | None, on_sandbox: bool) -> int:
    """Show the window until it is closed; return the exit status."""
    application = QApplication([sys.argv[0], *STYLE_ARGUMENTS])
    application.setApplicationName("Push Console")
    application.setQuitOnLastWindowClosed(False)  # else qasync's loop stops before the last tasks have ended
    theme = Theme(application, locations.resources())
    window = MainWindow(theme)
    kept = KeptLayout()
    kept.restore_shell(window, theme)
    window.show()
    _see_painted(application, window)
    _import_behind()
    from pushconsole.desktop.application import Console, run  # noqa: PLC0415  imported just now

    console = Console(theme, shown=(window, kept), breathe=lambda: application.processEvents(_BUT_INPUT))
    return run(application, console, file=file, on_sandbox=on_sandbox)


def _see_painted(application: QApplication, window: MainWindow) -> None:
    """Come back when the window is on screen, or cannot be seen."""
    patience, shown = QDeadlineTimer(_EXPOSED_WITHIN_MS), window.windowHandle()
    while not shown.isExposed() and not patience.hasExpired():
        application.processEvents(_BUT_INPUT | QEventLoop.ProcessEventsFlag.WaitForMoreEvents, _LOOK_MS)
    application.processEvents(_BUT_INPUT)


def _import_behind() -> None:
    """Import what the window works with, and paint meanwhile. What fails there fails here when it is asked for."""
    importing = Thread(target=_import_all, name="imports")
    waiting, looking = QEventLoop(), QTimer()

    def look() -> None:
        if not importing.is_alive():
            waiting.quit()

    looking.timeout.connect(look)
    importing.start()
    looking.start(_LOOK_MS)
    waiting.exec(_BUT_INPUT)
    looking.stop()


def _import_all() -> None:
    try:
        import_module(_BEHIND)
    except ImportError:
        return
