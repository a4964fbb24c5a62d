"""Fixtures of the faults' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pushconsole.runs import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Open a ledger for one test."""
    opened = Ledger(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()
