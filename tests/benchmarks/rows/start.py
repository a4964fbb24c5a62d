"""From the start of the process to the first paint."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.measuring import Bench, Measured, at_most

_CHECKOUT = Path(__file__).parents[3]


def measure(bench: Bench) -> list[Measured]:
    """Start the program, and a window with nothing in it."""
    for window in ("program", "bare"):
        _first_paint(window, bench.folder)  # once for the bytecode
    ours, theirs = bench.compared(
        lambda folder: _first_paint("program", folder), lambda folder: _first_paint("bare", folder)
    )
    return [at_most("start to first paint", ours, "bare PySide6 window", theirs, 1.5)]


def _first_paint(window: str, home: Path) -> float:
    environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    begun = time.time()
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.first_paint", window],
        env=environment, cwd=_CHECKOUT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return float(told) - begun
