"""Saving a copy of all records."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from pushconsole.records import save_copy
from tests.benchmarks.measuring import Bench, Measured, seconds, timed


def measure(bench: Bench) -> list[Measured]:
    """Save the NDJSON file's records as NDJSON and as CSV; the design states no goal."""
    workspace = bench.loaded
    lines, cells = (
        bench.compared(
            lambda folder, ending=ending: timed(lambda: save_copy(workspace, folder / f"copy{ending}")),  # type: ignore[misc]
            lambda folder, theirs=theirs: timed(lambda: theirs(bench.inputs.ndjson, folder / "copy")),  # type: ignore[misc]
        )
        for ending, theirs in ((".ndjson", _copied), (".csv", _written))
    )
    return [
        _row("save copy as NDJSON", lines, "its lines read and written"),
        _row("save copy as CSV", cells, "json.loads and csv.DictWriter"),
    ]


def _row(what: str, figures: tuple[float, float], against: str) -> Measured:
    ours, theirs = figures
    return Measured(what, seconds(ours), f"{against}: {seconds(theirs)}", f"{ours / theirs:.2f} ×", "", None)


def _copied(file: Path, target: Path) -> None:
    with file.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as copy:
        copy.writelines(lines)


def _written(file: Path, target: Path) -> None:
    with file.open("rb") as lines, target.open("w", encoding="utf-8", newline="") as copy:
        writer: csv.DictWriter[str] | None = None
        for line in lines:
            record = json.loads(line)
            if writer is None:
                writer = csv.DictWriter(copy, list(record))
                writer.writeheader()
            writer.writerow(record)
