"""Every row can be measured, at a size at which the times mean nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.__main__ import ROWS, run, table
from tests.benchmarks.inputs import Inputs


@pytest.mark.parametrize("name", list(ROWS))
def test_a_row_is_measured(name: str) -> None:
    rows = run([name], 300, rounds=1, keep=None, with_pandas=False)
    assert rows
    assert all(row.what and row.result for row in rows)
    assert len(table(rows).splitlines()) == len(rows) + 2


def test_the_same_files_are_made_every_time(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    made, again = Inputs(tmp_path, 100), Inputs(tmp_path / "again", 100)
    assert made.csv.read_bytes() == again.csv.read_bytes()
    assert made.ndjson.read_bytes() == again.ndjson.read_bytes()
