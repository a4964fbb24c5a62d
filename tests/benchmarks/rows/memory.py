"""Resident memory of the window and the processes it starts, while it does what takes the most.

The goal is the same for any number of records; ``python -m tests.benchmarks memory --records 10000000`` takes long.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks.measuring import Bench, Measured
from tests.benchmarks.sink import running_sink
from tests.benchmarks.window_process import worked

_PHASES = ("loading", "sorting", "replacing", "pushing", "logging")
_WORDS = {"replacing": "bulk editing", "pushing": "pushing to a sink", "logging": "100,000 events in the log"}
_MOST_MB = 300


def measure(bench: Bench) -> list[Measured]:
    """Load, sort, replace a word in all records, and push them."""
    with tempfile.TemporaryDirectory(dir=bench.folder) as home, running_sink() as url:
        file = Path(home) / "products.ndjson"
        file.symlink_to(bench.inputs.ndjson)
        _, most_mb = worked(Path(home), file, bench.inputs.records, _PHASES, url)
    return [_row(_WORDS.get(phase, phase), most_mb[phase]) for phase in _PHASES]


def _row(what: str, most_mb: float) -> Measured:
    text = f"{most_mb:.0f} MB"
    return Measured(f"memory: {what}", text, "", text, f"≤ {_MOST_MB} MB", most_mb <= _MOST_MB)
