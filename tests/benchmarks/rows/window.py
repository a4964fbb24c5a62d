"""The real window at work: its first rows, stalls, repaints and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from tests.benchmarks.measuring import Bench, Measured, seconds

_CHECKOUT = Path(__file__).parents[3]
_WORK = "from tests.benchmarks.window_work import main; main()"
_LOOK_S = 0.02
_MOST_MEMORY_MB = 300
_FRAME_MS = 16
_LONGEST_STALL_MS = 50


def measure(bench: Bench) -> list[Measured]:
    """Open, scroll, edit, save and push the NDJSON file in a window of its own, on a sandbox."""
    with tempfile.TemporaryDirectory(dir=bench.folder) as home:
        file = Path(home) / "products.ndjson"
        file.symlink_to(bench.inputs.ndjson)
        figures, memory_mb = _worked(Path(home), file, bench.inputs.records)
    first = figures["first rows"]
    return [
        Measured("first rows on screen", seconds(first), "", seconds(first), "≤ 0.5 s", first <= 0.5),
        *(
            _milliseconds(what, figures[name], goal)
            for what, name, goal in (
                ("scroll a tenth of a screen, p95", "scroll p95", _FRAME_MS),
                ("jump anywhere and paint, p95", "jump p95", _FRAME_MS),
                ("edit one cell to repaint, p95", "edit p95", _FRAME_MS),
                ("stall while scrolling", "scrolling stall", _FRAME_MS),
            )
        ),
        *(
            _milliseconds(f"stall while {phase}", figures[f"{phase} stall"], _LONGEST_STALL_MS)
            for phase in ("loading", "editing", "saving", "pushing")
        ),
        _milliseconds("stall, 100,000 events in the log", figures["logging stall"], _LONGEST_STALL_MS),
        *(_megabytes(phase, most) for phase, most in memory_mb.items() if phase not in {"ending", "jumping"}),
    ]


def _milliseconds(what: str, figure_s: float, goal_ms: int) -> Measured:
    text = f"{figure_s * 1000:.1f} ms"
    return Measured(what, text, "", text, f"≤ {goal_ms} ms", figure_s * 1000 <= goal_ms)


def _megabytes(phase: str, most: float) -> Measured:
    text = f"{most:.0f} MB"
    holds = most <= _MOST_MEMORY_MB
    return Measured(f"memory while {phase}", text, "", text, f"≤ {_MOST_MEMORY_MB} MB", holds)


def _worked(home: Path, file: Path, records: int) -> tuple[dict[str, float], dict[str, float]]:
    """Run the window; return its figures, and the most memory of each phase in megabytes."""
    environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-c", _WORK, str(file), str(records)],
        env=environment, cwd=_CHECKOUT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    memory = _Memory(process.pid)
    memory.start()
    figures: dict[str, float] = {}
    try:
        for line in process.stdout:
            told = json.loads(line)
            memory.phase = told["phase"]
            figures = told.get("figures", figures)
    finally:
        memory.ended.set()
        process.wait()
        process.stdout.close()
        memory.join()
    assert process.returncode == 0
    return figures, dict(memory.most_mb)


class _Memory(threading.Thread):
    """Looks at the resident memory of the window and of the processes it started, the sandbox aside.

    Attributes:
        phase: what the window does now.
        most_mb: the most of each phase.
        ended: set when it is enough.

    """

    def __init__(self, process_id: int) -> None:
        super().__init__(name="memory")
        self.phase = "starting"
        self.most_mb: dict[str, float] = defaultdict(float)
        self.ended = threading.Event()
        self._window = psutil.Process(process_id)

    def run(self) -> None:
        """Look until it is enough."""
        while not self.ended.wait(_LOOK_S):
            phase, resident = self.phase, 0
            for process in _processes(self._window):
                try:
                    if "sandbox" not in process.cmdline():
                        resident += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.most_mb[phase] = max(self.most_mb[phase], resident / 1e6)


def _processes(window: psutil.Process) -> list[psutil.Process]:
    try:
        return [window, *window.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
