"""The one look of the one application that all tests share; a second would dress it twice."""

from __future__ import annotations

from functools import cache

from PySide6.QtWidgets import QApplication

from pushconsole import locations
from pushconsole.desktop.theme import Theme


@cache
def look_of(application: QApplication) -> Theme:
    """Return the application's look, made at the first call."""
    return Theme(application, locations.resources())
