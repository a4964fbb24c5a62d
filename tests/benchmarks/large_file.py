"""Does a person's work on one large NDJSON file in the real window; for files too large for the table of benchmarks.

``./packaging/bootstrap python -m tests.benchmarks.large_file RECORDS [PHASE…]`` makes a file of that many product
records, 431 bytes each, and prints for each phase of the work how long it took, the longest time the window did not
answer, and the most memory of the window and of the processes it started.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.inputs import Inputs
from tests.benchmarks.window_process import worked

_PHASES = ("loading", "scrolling", "jumping", "sorting", "filtering", "editing", "saving")


def main() -> None:
    """Print a line for each phase."""
    records, phases = int(sys.argv[1]), sys.argv[2:] or _PHASES
    with tempfile.TemporaryDirectory() as folder:
        file = Inputs(Path(folder), records).ndjson
        sys.stdout.write(f"{records:,} records, {file.stat().st_size / 1e9:.2f} GB\n")
        figures, most_mb = worked(Path(folder), file, records, phases)
    for phase in phases:
        took = f"{figures[phase]:8.1f} s" if phase in figures else " " * 10
        stall, memory = 1000 * figures[f"{phase} stall"], most_mb.get(phase, 0)
        sys.stdout.write(f"{phase:10} {took}  longest stall {stall:5.0f} ms  {memory:4.0f} MB\n")
    for name in ("first rows", "scroll p95", "jump p95", "edit p95"):
        if name in figures:
            sys.stdout.write(f"{name:10} {1000 * figures[name]:8.1f} ms\n")


if __name__ == "__main__":
    main()
