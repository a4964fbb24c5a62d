"""Does a person's work in the real window and prints what it took; a process of its own, whose memory is looked at.

``python -c "from tests.benchmarks.window_work import main; main()" FILE RECORDS SINK PHASE…`` prints a line of JSON
when a phase begins, and one with the figures at the end. Without a SINK it pushes to a sandbox. Not ``-m``: the process
that loads would import all of this again.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication

from pushconsole.desktop.log_buffer import LogBuffer, LogEntry
from pushconsole.records import Replace
from pushconsole.runs import Level
from tests.benchmarks.measuring import percentile
from tests.benchmarks.sink import as_sandbox
from tests.end_to_end.window_driver import Driver, StallMeter, open_console, until

PHASES = (
    "loading",
    "scrolling",
    "jumping",
    "sorting",
    "filtering",
    "replacing",
    "editing",
    "saving",
    "pushing",
    "logging",
)
_WITHIN_S = 3600
_STEPS = 300
_EDITS = 60
_EVENTS = 100_000
_EVENTS_AT_ONCE = 50  # what a busy run brings between two turns of the loop


class _Work:
    """One phase after the other, in one window.

    Attributes:
        figures: what was measured, in seconds unless the name says otherwise.

    """

    def __init__(self, driver: Driver, file: Path, records: int) -> None:
        self.figures: dict[str, float] = {}
        self._driver = driver
        self._file = file
        self._records = records
        self._chance = random.Random(1)

    async def do(self, phases: list[str]) -> None:
        """Do the phases that are wanted; loading always comes first."""
        for phase in PHASES:
            if phase in phases:
                _say({"phase": phase})
                with self._stalls(phase):
                    work: Callable[[], Awaitable[None]] = getattr(self, f"_{phase}")
                    await work()

    @contextmanager
    def _stalls(self, phase: str) -> Iterator[None]:
        with StallMeter() as meter:
            yield
        self.figures[f"{phase} stall"] = meter.longest_s

    async def _loading(self) -> None:
        driver, begun = self._driver, time.perf_counter()
        driver.window.files_dropped.emit([self._file])
        await until(lambda: driver.shown(0, "objectID") not in {"", "…"})
        driver.table.viewport().repaint()
        self.figures["first rows"] = time.perf_counter() - begun
        await until(self._all_loaded, within_s=_WITHIN_S)
        self.figures["loading"] = time.perf_counter() - begun

    def _all_loaded(self) -> bool:
        number = f"{self._records:,}".replace(",", "\u202f")
        return (
            self._driver.window.model.rowCount() == self._records
            and number in self._driver.push_button.text().splitlines()[0]
        )

    async def _scrolling(self) -> None:
        """Turn the wheel, a tenth of a screen at a time, and paint each step at once."""
        bar = self._driver.table.verticalScrollBar()
        step = max(1, bar.pageStep() // 10)
        await self._painted_steps("scroll", lambda: bar.setValue(bar.value() + step))

    async def _jumping(self) -> None:
        """Drag the scroll bar to places all over the file."""
        bar = self._driver.table.verticalScrollBar()
        await self._painted_steps("jump", lambda: bar.setValue(self._chance.randint(0, bar.maximum())))

    async def _painted_steps(self, name: str, step: Callable[[], None]) -> None:
        viewport, taken = self._driver.table.viewport(), []
        for _ in range(_STEPS):
            begun = time.perf_counter()
            step()
            viewport.repaint()
            taken.append(time.perf_counter() - begun)
            await asyncio.sleep(0.004)
        self.figures[f"{name} p95"] = percentile(taken)

    async def _sorting(self) -> None:
        """Click the heading of a column, and wait for its lowest value on top."""
        driver, begun = self._driver, time.perf_counter()
        before = driver.shown(0, "objectID")
        driver.window.records.header.clicked.emit(driver.cell(0, "price").column(), False)  # noqa: FBT003  a signal's
        await until(lambda: driver.shown(0, "objectID") not in {before, "", "…"}, within_s=_WITHIN_S)
        self.figures["sorting"] = time.perf_counter() - begun

    async def _filtering(self) -> None:
        """Filter until only what is left is shown, then take the filter away again."""
        driver, begun = self._driver, time.perf_counter()
        driver.window.filter_field.applied.emit("price > 900")
        await until(lambda: driver.window.model.rowCount() < self._records, within_s=_WITHIN_S)
        self.figures["filtering"] = time.perf_counter() - begun
        driver.window.filter_field.applied.emit("")
        await until(lambda: driver.window.model.rowCount() == self._records, within_s=_WITHIN_S)

    async def _replacing(self) -> None:
        """Replace a word in all records, as one step to undo."""
        driver, begun = self._driver, time.perf_counter()
        driver.console.edits.carry_out(Replace("shop.example", "shop.test"))
        await until(lambda: "shop.test" in driver.shown(0, "url"), within_s=_WITHIN_S)
        await until(driver.push_button.isEnabled, within_s=_WITHIN_S)
        self.figures["replacing"] = time.perf_counter() - begun

    async def _editing(self) -> None:
        """Change cells near the end of the file, each until its new text is painted."""
        driver, taken = self._driver, []
        driver.window.records.go_to(self._records - 1)
        for number in range(_EDITS):
            row, text = self._records - 1 - number % 5, f"edited {number}"
            await until(lambda row=row: driver.shown(row, "name") != "…")  # type: ignore[misc]
            begun = time.perf_counter()
            record = driver.window.model.record_at(row)
            assert record is not None
            driver.window.model.request_edit(record.record_id, "name", text)
            while driver.shown(row, "name") != text:  # noqa: ASYNC110  what is measured ends with what is shown
                await asyncio.sleep(0.001)
            driver.table.viewport().repaint()
            taken.append(time.perf_counter() - begun)
        self.figures["edit p95"] = percentile(taken)

    async def _saving(self) -> None:
        """Save a copy, as the command does once it knows where to."""
        workspace = self._driver.console._records.workspace
        assert workspace is not None
        begun = time.perf_counter()
        copy = self._file.with_suffix(f".copy{self._file.suffix}")
        assert await self._driver.console._records._copies.written(workspace, copy, None, self._records, defused=False)
        self.figures["saving"] = time.perf_counter() - begun

    async def _pushing(self) -> None:
        begun = time.perf_counter()
        await self._driver.push(within_s=_WITHIN_S)
        self.figures["pushing"] = time.perf_counter() - begun

    async def _logging(self) -> None:
        """Let a hundred thousand events arrive while the log pane is on screen."""
        log: LogBuffer = self._driver.console._activity._log
        self._driver.window.raise_pane("log")
        now = datetime.now().astimezone()
        for number in range(_EVENTS // _EVENTS_AT_ONCE):
            for index in range(_EVENTS_AT_ONCE):
                log.append(LogEntry(now, Level.SUCCESS, f"batch {number}.{index} · 11 214 records · succeeded"))
            await asyncio.sleep(0)


def _say(words: object) -> None:
    sys.stdout.write(f"{json.dumps(words)}\n")
    sys.stdout.flush()


async def _run(application: QApplication, file: Path, records: int, sink: str, phases: list[str]) -> None:
    _say({"phase": "starting"})
    async with open_console(application, sandbox=as_sandbox(sink) if sink else None) as driver:
        work = _Work(driver, file, records)
        await work.do(phases)
        _say({"phase": "ending", "figures": work.figures})


def main() -> None:
    """Run in a home of its own, which the caller has made."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(_run(application, Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]))
