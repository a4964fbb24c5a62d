"""What several tests of the window push."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from pushconsole.runs import BatchLimits, plan_records
from tests.command_line.shell import numbered_csv
from tests.end_to_end.run_steps import COUNT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of 80 records."""
    return numbered_csv(tmp_path / "records.csv", COUNT)


@pytest.fixture
def small_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a call have no more than ten records, so that a small file makes several."""
    planned = functools.partial(plan_records, limits=BatchLimits(max_records=10))
    monkeypatch.setattr("pushconsole.desktop.run_controller.plan_records", planned)
