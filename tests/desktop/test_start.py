"""The start: what is on screen first needs nothing of what comes behind it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

_BEHIND = ("apsw", "asyncio", "httpx", "keyring", "msgspec", "qasync", "typer", "uvicorn", "pushconsole.records")
_SHELL_ONLY = """
import json, sys
import pushconsole.desktop.start
json.dump(sorted(sys.modules), sys.stdout)
"""
_WHOLE_START = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication
from pushconsole.desktop import start, window

told = {"usable": []}
class Watched(window.MainWindow):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        told.setdefault("loaded at first paint", "pushconsole.desktop.application" in sys.modules)
        told["usable"].append([a.isEnabled() for a in (self.commands.open, self.commands.save_copy)])
        QTimer.singleShot(0, self._leave)
    def _leave(self) -> None:
        if hasattr(self, "model") and self.model.rowCount():
            told["rows"] = self.model.rowCount()
            self.close()

start.MainWindow = Watched
status = start.run_window(file=start.locations.sample(), on_sandbox=False)
json.dump({**told, "status": status}, sys.stdout)
"""


def _told_by(script: str, home: Path) -> object:
    names = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"} | dict.fromkeys(names, str(home))
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_the_shell_imports_nothing_of_what_the_window_works_with(tmp_path: Path) -> None:
    loaded = _told_by(_SHELL_ONLY, tmp_path)
    assert isinstance(loaded, list)
    assert not {*_BEHIND} & {*loaded}


def test_the_window_is_painted_before_it_works_and_works_then(tmp_path: Path) -> None:
    told = _told_by(_WHOLE_START, tmp_path)
    assert isinstance(told, dict)
    assert told["loaded at first paint"] is False
    assert told["usable"][0] == [True, False], "what needs records is not offered before there are any"
    assert told["rows"] == 300
    assert told["status"] == 0
