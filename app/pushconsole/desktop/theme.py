"""The look: tokens from resources/styles become the palette, the style sheet and the fonts."""

from __future__ import annotations

import enum
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QDir, QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from pushconsole.desktop.icons import SIZE, Icons, drawn

_GENERIC_FACES = {"sans serif", "sans", "monospace", ""}
_SHEET_ICONS = {
    "chevron-down": "muted",
    "chevron-right": "muted",
    "check": "on_accent",
    "check-menu": "text",
    "minus": "on_accent",
}
_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "alternate",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "on_accent",
    QPalette.ColorRole.Highlight: "selection",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.ToolTipBase: "surface",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Light: "surface",
    QPalette.ColorRole.Midlight: "hairline_faint",
    QPalette.ColorRole.Mid: "hairline",
    QPalette.ColorRole.Dark: "hairline_strong",
    QPalette.ColorRole.Shadow: "hairline_strong",
}


STYLE_ARGUMENTS = ("-style", "fusion")
"""What an application is to be started with: the style that the sheet is drawn for. To set it later makes Python's
side of QStyle with all its enumerations, which takes 11 ms before the window appears."""


class Scheme(enum.StrEnum):
    """Which set of colours is wanted; SYSTEM follows the desktop."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """Dresses the application and tells widgets that paint themselves which colours and fonts to use.

    Attributes:
        icons: the family of line icons, coloured by this theme.

    Signals:
        changed: colours or fonts are other ones now; what is painted by hand repaints.

    """

    changed = Signal()

    def __init__(self, application: QApplication, resources: Path) -> None:
        super().__init__(application)
        self._application = application
        self._sheet = (resources / "styles" / "window.qss").read_text("utf-8")
        self._tokens = tomllib.loads((resources / "styles" / "tokens.toml").read_text("utf-8"))
        self._icon_folder = resources / "icons"
        self._sheet_images = QTemporaryDir()
        self._choice = Scheme.SYSTEM
        self._colors: dict[str, QColor] = {}
        self.icons = Icons(self._icon_folder, self.color)
        application.setFont(self._text_font(application.font()))
        QDir.setSearchPaths("themed", [self._sheet_images.path()])
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._apply()

    @property
    def choice(self) -> Scheme:
        """The scheme that was asked for."""
        return self._choice

    @property
    def scheme(self) -> Scheme:
        """The scheme that is shown: LIGHT or DARK."""
        if self._choice is not Scheme.SYSTEM:
            return self._choice
        dark = self._application.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return Scheme.DARK if dark else Scheme.LIGHT

    def choose(self, choice: Scheme) -> None:
        """Show this scheme from now on; SYSTEM follows the desktop again."""
        if choice is self._choice:
            return
        self._choice = choice
        wanted = {Scheme.LIGHT: Qt.ColorScheme.Light, Scheme.DARK: Qt.ColorScheme.Dark}
        self._application.styleHints().setColorScheme(wanted.get(choice, Qt.ColorScheme.Unknown))
        self._apply()

    def color(self, token: str) -> QColor:
        """Return the colour of a token in the scheme that is shown."""
        return self._colors[token]

    def font(self, size: str = "", *, bold: bool = False) -> QFont:
        """Return the text font: `size` is empty or one of the names in the tokens (small, title, figure, hero)."""
        font = QFont(self._application.font())
        if size:
            font.setPointSizeF(font.pointSizeF() * self._tokens["fonts"][size])
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def mono_font(self) -> QFont:
        """Return the fixed-width font, a little smaller than the text so that both look alike in size."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        if font.family().lower() in _GENERIC_FACES:
            font.setFamily(_first_installed(self._tokens["fonts"]["mono"], font.family()))
        font.setPointSizeF(self._application.font().pointSizeF() * 0.95)
        return font

    @property
    def icon_size(self) -> int:
        """Edge in pixels of an icon beside text: 16, or more where the font is large."""
        return max(SIZE, round(QFontMetrics(self._application.font()).height() * 0.84))

    def row_height(self, least: int = 32) -> int:
        """Return the height in pixels of a table row: `least`, or more where the font is large."""
        return max(least, QFontMetrics(self._application.font()).height() + 12)

    def _follow_system(self) -> None:
        if self._choice is Scheme.SYSTEM:
            self._apply()

    def _apply(self) -> None:
        tokens: Mapping[str, str] = self._tokens[self.scheme.value]
        self._colors = {name: QColor(value) for name, value in tokens.items()}
        self._application.setPalette(self._palette())
        self._application.setStyleSheet(self._filled_sheet(tokens))
        self.changed.emit()

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, token in _ROLES.items():
            palette.setColor(role, self._colors[token])
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self._colors["faint"])
        return palette

    def _filled_sheet(self, tokens: Mapping[str, str]) -> str:
        base_pt = self._application.font().pointSizeF()
        names = dict(tokens)
        names |= {f"{name}_size": f"{base_pt * self._tokens['fonts'][name]:.2f}pt" for name in _SIZES}
        names["icon_size"] = f"{self.icon_size}px"
        names["mono_family"] = f'"{self.mono_font().family()}"'
        names["mono_size"] = f"{self.mono_font().pointSizeF():.2f}pt"
        for name, token in _SHEET_ICONS.items():
            names[f"icon_{name.replace('-', '_')}"] = self._sheet_image(name, token)
        return re.sub(r"\$(\w+)", lambda found: names[found[1]], self._sheet)

    def _sheet_image(self, name: str, token: str) -> str:
        """Write an icon in its colour to a file, because a style sheet takes images by address only."""
        file_name = f"{self.scheme}-{name}.svg"
        source = (self._icon_folder / f"{name.removesuffix('-menu')}.svg").read_text("utf-8")
        Path(self._sheet_images.filePath(file_name)).write_text(drawn(source, self._colors[token]), "utf-8")
        return f"url(themed:{file_name})"

    def _text_font(self, system: QFont) -> QFont:
        """Return the system's own font; where it names none, the first of ours that is installed."""
        if system.family().lower() not in _GENERIC_FACES:
            return system
        font = QFont(_first_installed(self._tokens["fonts"]["text"], system.family()))
        font.setPointSizeF(max(system.pointSizeF(), self._tokens["fonts"]["fallback_size_pt"]))
        return font


_SIZES = ("small", "title", "figure", "hero")


def _first_installed(families: list[str], otherwise: str) -> str:
    return next((family for family in families if QFontDatabase.hasFamily(family)), otherwise)
