"""Checking all records."""

from __future__ import annotations

from pathlib import Path

import orjson

from pushconsole.records import Workspace, check
from tests.benchmarks.measuring import Bench, Measured, at_most, timed


def measure(bench: Bench) -> list[Measured]:
    """Check the records as after opening a file, against one scan of the file by orjson."""
    ours, theirs = bench.compared(lambda folder: _checked(folder, bench), lambda _: _scanned(bench))
    return [at_most("check all records", ours, "one scan by orjson", theirs, 1.5)]


def _checked(folder: Path, bench: Bench) -> float:
    """Load anew, so that the index of objectIDs, which the first check makes, counts."""
    workspace = Workspace.create(folder / "workspace")
    try:
        workspace.load(bench.inputs.ndjson)
        return timed(lambda: check(workspace))
    finally:
        workspace.close()


def _scanned(bench: Bench) -> float:
    def scan() -> None:
        with bench.inputs.ndjson.open("rb") as lines:
            for line in lines:
                orjson.loads(line)

    return timed(scan)
