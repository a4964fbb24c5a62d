"""What the window keeps of its looks from one start to the next: its size, its panes, the theme."""

from __future__ import annotations

from PySide6.QtCore import QSettings

from pushconsole import locations
from pushconsole.desktop.theme import Scheme, Theme
from pushconsole.desktop.window import MainWindow


class KeptLayout:
    """Restores it in two goes, as the window is made, and keeps it at the end.

    Attributes:
        settings: the file it stands in, which others may use too.

    """

    def __init__(self) -> None:
        self.settings = QSettings(str(locations.window_state_file()), QSettings.Format.IniFormat)

    def restore_shell(self, window: MainWindow, theme: Theme) -> None:
        """Give the window its size and its theme, before it is shown."""
        self._restore(window, "geometry")
        if (choice := str(self.settings.value("theme", ""))) in set(Scheme):
            theme.choose(Scheme(choice))

    def restore_docks(self, window: MainWindow) -> None:
        """Put the panes where they were."""
        self._restore(window, "docks")

    def keep(self, window: MainWindow, theme: Theme) -> None:
        """Keep it for the next start."""
        for name, state in window.layout_state().items():
            self.settings.setValue(name, state)
        self.settings.setValue("theme", theme.choice.value)

    def _restore(self, window: MainWindow, part: str) -> None:
        if self.settings.contains(part):
            window.restore_layout({part: str(self.settings.value(part))})
