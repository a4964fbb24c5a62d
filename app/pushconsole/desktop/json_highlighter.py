"""Colours JSON text by the theme's tokens."""

from __future__ import annotations

import re

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from pushconsole.desktop.theme import Theme

_PARTS = re.compile(
    r'(?P<name>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<text>"(?:[^"\\]|\\.)*")'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<word>true|false|null)"
)
_TOKENS = {"name": "accent", "text": "succeeded", "number": "warning", "word": "failed"}


class JsonHighlighter(QSyntaxHighlighter):
    """Tells names, texts, numbers and the three words apart; repaints when the theme changes."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        self._formats: dict[str, QTextCharFormat] = {}
        theme.changed.connect(self._take_look)
        self._take_look()

    def _take_look(self) -> None:
        for part, token in _TOKENS.items():
            look = QTextCharFormat()
            look.setForeground(self._theme.color(token))
            self._formats[part] = look
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:  # noqa: N802  Qt's
        """Colour one line."""
        for found in _PARTS.finditer(text):
            assert found.lastgroup is not None
            self.setFormat(found.start(), found.end() - found.start(), self._formats[found.lastgroup])
