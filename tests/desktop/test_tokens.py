"""The tokens, the style sheet and the icons, as files."""

from __future__ import annotations

import re
import tomllib
from xml.etree import ElementTree

import pytest

from pushconsole import locations

_STYLES = locations.resources() / "styles"
_ICONS = locations.resources() / "icons"
_TOKENS = tomllib.loads((_STYLES / "tokens.toml").read_text("utf-8"))
_PAIRS = [
    ("text", "window surface selection alternate accent_soft hover pressed failed_soft warning_soft succeeded_soft"),
    ("muted", "window surface alternate"),
    ("accent", "window surface warning_soft"),
    ("succeeded", "surface alternate succeeded_soft selection"),
    ("failed", "surface alternate failed_soft selection"),
    ("warning", "surface alternate warning_soft selection"),
    ("on_accent", "accent accent_hover accent_pressed"),
    ("on_failed", "failed failed_hover failed_pressed"),
]


def _luminance(color: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "backgrounds"), _PAIRS)
def test_text_can_be_read_on_every_background_it_stands_on(scheme: str, text: str, backgrounds: str) -> None:
    tokens = _TOKENS[scheme]
    poor = {on: _contrast(tokens[text], tokens[on]) for on in backgrounds.split()}
    assert min(poor.values()) >= 4.5, poor


def test_both_schemes_have_the_same_tokens() -> None:
    assert _TOKENS["light"].keys() == _TOKENS["dark"].keys()


def test_the_style_sheet_names_no_colour_of_its_own() -> None:
    sheet = (_STYLES / "window.qss").read_text("utf-8")
    rules = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert not re.findall(r":[^;{}]*#[0-9A-Fa-f]{3,8}\b|rgba?\(", rules)


def test_the_code_names_no_colour() -> None:
    folder = locations.resources().parent / "app" / "pushconsole" / "desktop"
    found = {path.name: re.findall(r'"#[0-9A-Fa-f]{6}"', path.read_text("utf-8")) for path in folder.glob("*.py")}
    assert found
    assert not {name: colors for name, colors in found.items() if colors}


@pytest.mark.parametrize("path", sorted(_ICONS.glob("*.svg")), ids=lambda path: path.stem)
def test_an_icon_is_one_of_the_family(path: object) -> None:
    root = ElementTree.parse(str(path)).getroot()  # our own files
    if root.get("width") != "16":
        assert str(path).endswith("pushconsole.svg")
        return
    assert (root.get("viewBox"), root.get("stroke-width"), root.get("stroke")) == ("0 0 16 16", "1.5", "currentColor")
