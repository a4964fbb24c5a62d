"""What the tests of packaging share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def uv() -> str:
    """Return uv's path: the one on PATH, or the one that the bootstrap has fetched."""
    fetched = CHECKOUT / ".bootstrap" / "uv" / "bin"
    found = shutil.which("uv", path=os.pathsep.join([os.environ["PATH"], str(fetched)]))
    if found is None:
        pytest.fail("uv is not on PATH. Run the tests with: packaging/bootstrap pytest")
    return found
