"""Saving a copy, against writing the same records with the standard library."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from pushconsole.records import save_copy
from tests.benchmarks.measuring import Bench, Measured, seconds, timed


def measure(bench: Bench) -> list[Measured]:
    """Save the NDJSON file's records as NDJSON and as CSV; performance.md states no goal."""
    return [
        _row(bench, "save copy NDJSON", "copying the file", ".ndjson", lambda folder: _copied(bench, folder)),
        _row(
            bench, "save copy CSV", "csv.writer of the CSV file's rows", ".csv", lambda folder: _written(bench, folder)
        ),
    ]
