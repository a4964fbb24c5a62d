"""Runs the window at work in a process of its own, and looks at its memory meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]

_CHECKOUT = Path(__file__).parents[2]
_WORK = "from tests.benchmarks.window_work import main; main()"
_LOOK_S = 0.02


def worked(
    home: Path, file: Path, records: int, phases: Sequence[str], sink: str = ""
) -> tuple[dict[str, float], dict[str, float]]:
    """Run the window through phases, on a sandbox or a sink; return figures and most MB of each."""
    environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-c", _WORK, str(file), str(records), sink, *phases],
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
