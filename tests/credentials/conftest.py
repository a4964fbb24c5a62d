"""What the tests of credentials share."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from pushconsole.credentials import Profile

# keyring's D-Bus library leaves its socket to the collector when the other side refuses or dies.
LEAKS_ITS_SOCKET = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def sockets_collected() -> Iterator[None]:
    """Collect such sockets before the next test, which would be blamed for them."""
    yield
    gc.collect()


@pytest.fixture
def profile() -> Profile:
    return Profile("Shop — été", "ABCDEFGH12", "eu")


@pytest.fixture
def no_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the test on a machine without a desktop: no D-Bus, an empty home."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nothing'}")
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
