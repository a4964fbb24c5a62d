"""How the window says what goes on: the log, the bar over the table, and the foot for what takes long."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from pushconsole.desktop.log_buffer import LogBuffer, LogEntry
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import UserFacingError
from pushconsole.runs import Level, Line

_logger = logging.getLogger(__name__)


class Activity:
    """Tells, and lets one long piece of work at a time be cancelled."""

    def __init__(self, window: MainWindow, log: LogBuffer) -> None:
        self._window = window
        self._log = log
        self._work = ""
        self._cancel: Callable[[], object] | None = None
        window.run_bar.cancel_requested.connect(self.cancel)
        window.commands.cancel_run.triggered.connect(self.cancel)
        window.commands.cancel_run.setEnabled(False)

    def tell(self, level: Level, text: str) -> None:
        """Write a line to the log."""
        self.tell_line(Line(level, text))

    def tell_line(self, line: Line) -> None:
        """Write a line of a run to the log."""
        now = datetime.now().astimezone()
        self._log.append(LogEntry(now, line.level, line.text, line.record_id, line.run_id, line.batches))

    def warn(self, sentence: str) -> None:
        """Write a warning to the log and show it over the table."""
        self.tell(Level.WARNING, sentence)
        self._window.banner.say(sentence)

    def fail(self, error: Exception) -> None:
        """Say that something did not work; what nobody foresaw goes to the program's own log with its traceback."""
        if isinstance(error, UserFacingError):
            sentence = str(error)
        else:
            _logger.error("Unforeseen", exc_info=error)
            sentence = f"This should not have happened: {type(error).__name__}: {error}"
        self.tell(Level.ERROR, sentence)
        self._window.banner.say(sentence, tone="failed")

    def begin(self, work: str, cancel: Callable[[], object]) -> None:
        """Show that long work began, which can be cancelled until `end`."""
        self._work = work
        self.let_cancel(cancel)
        self.progress(0, 0, "")

    def progress(self, done: int, whole: int, figures: str) -> None:
        """Show how far the work is; a late word about work that has ended is not shown."""
        if self._work:
            self._window.run_bar.show_working(f"{self._work} · {figures}" if figures else self._work, done, whole)

    def end(self) -> None:
        """Take the work's end in."""
        self._work = ""
        self.let_cancel(None)
        self._window.run_bar.show_hint("")

    def let_cancel(self, cancel: Callable[[], object] | None) -> None:
        """Let what is under way be cancelled by this, or nothing be cancelled."""
        self._cancel = cancel
        self._window.commands.cancel_run.setEnabled(cancel is not None)
        self._window.run_bar.set_cancel_enabled(cancel is not None)

    def cancel(self) -> None:
        """Cancel what is under way, if anything is."""
        if self._cancel is not None:
            self._window.run_bar.set_cancel_enabled(False)
            self._cancel()
