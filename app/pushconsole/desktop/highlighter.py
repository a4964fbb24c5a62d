"""What colours text by the theme's tokens, whatever its language is."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from pushconsole.desktop.theme import Theme


class TokenHighlighter(QSyntaxHighlighter):
    """Gives each part of a language the colour of a token; repaints when the theme changes."""

    def __init__(self, document: QTextDocument, theme: Theme, tokens: Mapping[str, str]) -> None:
        super().__init__(document)
        self._theme = theme
        self._tokens = tokens
        self._formats: dict[str, QTextCharFormat] = {}
        theme.changed.connect(self._take_look)
        self._take_look()

    def colour(self, start: int, end: int, part: str) -> None:
        """Colour some characters of the line as a part of the language."""
        self.setFormat(start, end - start, self._formats[part])

    def _take_look(self) -> None:
        for part, token in self._tokens.items():
            look = QTextCharFormat()
            look.setForeground(self._theme.color(token))
            self._formats[part] = look
        self.rehighlight()
