"""What every test of a widget gets: the look, as the window has it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from pushconsole import locations
from pushconsole.desktop.theme import Scheme, Theme


@pytest.fixture(scope="session")
def session_theme(qapp: QApplication) -> Theme:
    """Dress the one application once; a second theme would dress it twice."""
    return Theme(qapp, locations.resources())


@pytest.fixture
def theme(session_theme: Theme) -> Iterator[Theme]:
    """Give the look, light at first whatever the test before chose."""
    session_theme.choose(Scheme.LIGHT)
    yield session_theme
    session_theme.choose(Scheme.LIGHT)


@pytest.fixture
def heap_at_rest() -> Iterator[None]:
    """Keep the collector off what the test run itself holds: to walk over that takes 50 ms, no widget's doing."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
