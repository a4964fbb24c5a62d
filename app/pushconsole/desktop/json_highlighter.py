"""Colours JSON text by the theme's tokens."""

from __future__ import annotations

import re

from PySide6.QtGui import QTextDocument

from pushconsole.desktop.highlighter import TokenHighlighter
from pushconsole.desktop.theme import Theme

_PARTS = re.compile(
    r'(?P<name>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<text>"(?:[^"\\]|\\.)*")'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<word>true|false|null)"
)
_TOKENS = {"name": "accent", "text": "succeeded", "number": "warning", "word": "failed"}


class JsonHighlighter(TokenHighlighter):
    """Tells names, texts, numbers and the three words apart."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document, theme, _TOKENS)

    def highlightBlock(self, text: str) -> None:  # noqa: N802  Qt's
        """Colour one line."""
        for found in _PARTS.finditer(text):
            assert found.lastgroup is not None
            self.colour(found.start(), found.end(), found.lastgroup)
