"""How the window says what goes on: the log, the bar over the table, and the foot for what takes long."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from pushconsole import quantities
from pushconsole.desktop.log_buffer import LogBuffer, LogEntry
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import Cancelled, UserFacingError
from pushconsole.runs import Level, Line

SOON_S = 0.3
"""What takes longer shows that it is under way."""

_logger = logging.getLogger(__name__)


_Result = TypeVar("_Result")
_Progress = Callable[[int], None]
_Cancelled = Callable[[], bool]


class Work:
    """A long piece of work.

    Attributes:
        words: what is done.
        cancel: ends it.
        cancelled: whether that was asked for.
        done, whole, figures: how far it is; ``whole`` is 0 where its size is not known.

    """

    def __init__(self, words: str, cancel: Callable[[], object], changed: Callable[[Work], None]) -> None:
        self.words = words
        self.cancel = cancel
        self.cancelled = False
        self.done, self.whole, self.figures = 0, 0, ""
        self._changed = changed

    def progress(self, done: int, whole: int, figures: str) -> None:
        """Tell how far it is; a late word, after its end, shows nothing."""
        self.done, self.whole, self.figures = done, whole, figures
        self._changed(self)


class Activity:
    """Tells, and shows the run, or else the newest long piece of work, so that it can be cancelled."""

    def __init__(self, window: MainWindow, log: LogBuffer) -> None:
        self._window = window
        self._log = log
        self._works: list[Work] = []
        self._run: Work | None = None
        self._in_workers: set[asyncio.Future[Any]] = set()
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

    @contextmanager
    def work(self, words: str, cancel: Callable[[], object], *, after_s: float = 0.0) -> Iterator[Work]:
        """Show work that can be cancelled, in the foot, from some time after its beginning to its end."""
        work = Work(words, cancel, self._heed)
        begin = asyncio.get_running_loop().call_later(after_s, self._begin, work)
        try:
            yield work
        finally:
            begin.cancel()
            if work in self._works:
                self._works.remove(work)
                self._show()

    async def in_worker(
        self, words: str, records: int, work: Callable[[_Progress, _Cancelled], _Result]
    ) -> _Result | None:
        """Return what work through records returns in a worker thread, or None where it was cancelled.

        Args:
            words: what is done, shown once it takes long.
            records: how many there are.
            work: is given whom to tell how many are done, and what says that it is to end; raises `Cancelled` then.

        """
        loop, cancel = asyncio.get_running_loop(), threading.Event()
        with self.work(words, cancel.set, after_s=SOON_S) as shown:

            def tell(done: int) -> None:  # in the worker thread
                loop.call_soon_threadsafe(shown.progress, done, records, quantities.of_records(done, records))

            working = asyncio.ensure_future(asyncio.to_thread(work, tell, cancel.is_set))
            self._in_workers.add(working)
            try:
                return await working
            except Cancelled:
                return None
            finally:
                self._in_workers.discard(working)
                cancel.set()

    async def workers_ended(self) -> None:
        """Wait for the files that are being written; whoever will not wait cancels them in the foot."""
        while self._in_workers:
            await asyncio.wait(self._in_workers)

    def begin_run(self, cancel: Callable[[], object]) -> None:
        """Give the foot to a run: it shows itself there, and all else goes on unseen until it has ended."""
        self._run = Work("", cancel, self._heed)
        self._show()

    def end_run(self) -> None:
        """Show what goes on beside the run that has ended, if anything does."""
        if self._run is not None:
            self._run = None
            if self._works:
                self._show()
            else:
                self._let_cancel()

    def cancel(self) -> None:
        """Cancel what the foot shows, if that is anything."""
        if (work := self._shown) is not None and not work.cancelled:
            work.cancelled = True
            self._let_cancel()
            work.cancel()

    @property
    def _shown(self) -> Work | None:
        return self._run or (self._works[-1] if self._works else None)

    def _begin(self, work: Work) -> None:
        self._works.append(work)
        self._show()

    def _heed(self, work: Work) -> None:
        if work is self._shown:
            self._show()

    def _show(self) -> None:
        self._let_cancel()
        if self._run is not None:
            return
        work = self._shown
        if work is None:
            self._window.run_bar.show_hint("")
        else:
            words = f"{work.words} · {work.figures}" if work.figures else work.words
            self._window.run_bar.show_working(words, work.done, work.whole)

    def _let_cancel(self) -> None:
        may = self._shown is not None and not self._shown.cancelled
        self._window.commands.cancel_run.setEnabled(may)
        self._window.run_bar.set_cancel_enabled(may)
