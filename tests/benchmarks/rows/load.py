"""Loading a file completely, against the least that could be done."""

from __future__ import annotations

import csv
import importlib
from pathlib import Path

import apsw

from pushconsole.records import Workspace
from tests.benchmarks.measuring import Bench, Measured, at_most, timed


def measure(bench: Bench) -> list[Measured]:
    """Load both files."""
    inputs = bench.inputs
    ndjson = bench.compared(lambda folder: _loaded(folder, inputs.ndjson), lambda f: _inserted(f, inputs.ndjson))
    delimited = bench.compared(lambda folder: _loaded(folder, inputs.csv), lambda _: _scanned(inputs.csv))
    rows = [
        at_most("load NDJSON", ndjson[0], "bare executemany of its lines", ndjson[1], 2),
        at_most("load CSV", delimited[0], "bare csv.reader scan", delimited[1], 3),
    ]
    if bench.with_pandas:
        pandas = importlib.import_module("pandas")
        theirs = timed(lambda: pandas.read_json(inputs.ndjson, lines=True))
        ratio = theirs / ndjson[0]
        against, result = f"pandas.read_json: {theirs:.1f} s", f"{ratio:.1f} × faster"
        rows.append(Measured("load NDJSON", f"{ndjson[0]:.2f} s", against, result, "≥ 8 ×", ratio >= 8))
    return rows


def _loaded(folder: Path, file: Path) -> float:
    workspace = Workspace.create(folder / "workspace")
    try:
        return timed(lambda: workspace.load(file))
    finally:
        workspace.close()


def _inserted(folder: Path, file: Path) -> float:
    """Insert the lines as they are into a database with the workspace's settings, in one transaction."""
    connection = apsw.Connection(str(folder / "bare"))
    for pragma, value in (("page_size", 65536), ("journal_mode", "WAL"), ("synchronous", "NORMAL")):
        connection.pragma(pragma, value)
    connection.pragma("cache_size", -16000)
    connection.execute("CREATE TABLE records(id INTEGER PRIMARY KEY, text TEXT NOT NULL)")

    def insert() -> None:
        with file.open(encoding="utf-8") as lines, connection:
            connection.executemany("INSERT INTO records(text) VALUES(?)", ((line,) for line in lines))

    try:
        return timed(insert)
    finally:
        connection.close()


def _scanned(file: Path) -> float:
    def scan() -> None:
        with file.open(encoding="utf-8", newline="") as lines:
            for _ in csv.reader(lines):
                pass

    return timed(scan)
