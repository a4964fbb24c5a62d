"""Opens a window, prints the time of its first paint, and ends; a process of its own for the start row.

``python -m tests.benchmarks.first_paint bare|program``
"""

from __future__ import annotations

import os
import sys
import time

from PySide6 import QtWidgets
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent


class _Watched(QtWidgets.QMainWindow):
    """Tells its first paint. It takes the place of the class that the program's window is made from."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint; when all is on screen the loop comes to the timer."""
        super().paintEvent(event)
        QTimer.singleShot(0, _tell)


def _tell() -> None:
    sys.stdout.write(f"{time.time()}\n")
    sys.stdout.flush()
    os._exit(0)  # nothing of what comes after is of interest


def main() -> None:
    """Open the window that is asked for."""
    if sys.argv[1] == "program":
        QtWidgets.QMainWindow = _Watched  # type: ignore[misc]
        from pushconsole.__main__ import main as program

        sys.argv[1:] = []
        program()
    else:
        application = QtWidgets.QApplication([])
        window = _Watched()
        window.resize(1440, 900)
        window.show()
        application.exec()


if __name__ == "__main__":
    main()
