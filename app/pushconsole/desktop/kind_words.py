"""The words on the badge of a profile, apart from everything that knows profiles: the window's shell has one."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def kind_word(kind: str) -> str:
    """Return what stands on the badge of a kind: sandbox, test, production or read-only."""
    words = {
        "sandbox": QCoreApplication.translate("KindWords", "Sandbox"),
        "test": QCoreApplication.translate("KindWords", "Test"),
        "production": QCoreApplication.translate("KindWords", "Production"),
        "read-only": QCoreApplication.translate("KindWords", "Read-only"),
    }
    return words.get(kind, kind)
