"""The real window at work: its first rows, stalls and repaints."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks.measuring import Bench, Measured, seconds
from tests.benchmarks.window_process import worked

_PHASES = ("loading", "scrolling", "jumping", "editing", "saving", "pushing", "logging")
_FRAME_MS = 16
_LONGEST_STALL_MS = 50


def measure(bench: Bench) -> list[Measured]:
    """Open, scroll, edit, save and push the NDJSON file in a window of its own, on a sandbox."""
    with tempfile.TemporaryDirectory(dir=bench.folder) as home:
        file = Path(home) / "products.ndjson"
        file.symlink_to(bench.inputs.ndjson)
        figures, _ = worked(Path(home), file, bench.inputs.records, _PHASES)
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
    ]


def _milliseconds(what: str, figure_s: float, goal_ms: int) -> Measured:
    text = f"{figure_s * 1000:.1f} ms"
    return Measured(what, text, "", text, f"≤ {goal_ms} ms", figure_s * 1000 <= goal_ms)
