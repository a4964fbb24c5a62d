"""What every test of a widget gets: the look, as the window has it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from pushconsole.desktop.theme import Scheme, Theme
from tests.look import look_of


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> QApplication:
    """Make the application first: a timer of a model without one is a warning of Qt's."""
    return qapp


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """Give the look, light at first whatever the test before chose."""
    look = look_of(qapp)
    look.choose(Scheme.LIGHT)
    yield look
    look.choose(Scheme.LIGHT)


@pytest.fixture
def heap_at_rest() -> Iterator[None]:
    """Keep the collector off what the test run itself holds: to walk over that takes 50 ms, no widget's doing."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
