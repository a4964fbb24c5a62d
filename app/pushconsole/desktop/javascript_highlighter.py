"""Colours JavaScript by the theme's tokens: enough to read a transformation by, not a parser."""

from __future__ import annotations

import enum
import re

from PySide6.QtGui import QTextDocument

from pushconsole.desktop.highlighter import TokenHighlighter
from pushconsole.desktop.theme import Theme

_KEYWORDS = (
    "async await break case catch class const continue default delete do else export extends finally for function if "
    "import in instanceof let new of return static super switch this throw try typeof var void while yield"
).replace(" ", "|")
# A slash begins an expression where a value cannot stand before it, and divides otherwise.
_PARTS = re.compile(
    r"(?P<comment>//.*|/\*)"
    r"|(?P<text>'(?:[^'\\]|\\.)*'?|\"(?:[^\"\\]|\\.)*\"?|`)"
    r"|(?P<number>\b(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)n?\b)"
    r"|(?P<word>\b(?:true|false|null|undefined|NaN|Infinity)\b)"
    rf"|(?P<keyword>(?<![\w$.])(?:{_KEYWORDS})\b)"
    r"|(?P<name>[A-Za-z_$][\w$]*(?=\s*\())"
    r"|(?P<expression>(?:(?<=[(,=:\[!&|?{};])|(?<=return)|^)\s*/(?![/*])(?:[^/\\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+/[a-z]*)"
)
_TOKENS = {
    "comment": "muted",
    "text": "succeeded",
    "expression": "succeeded",
    "number": "warning",
    "word": "failed",
    "keyword": "accent",
    "name": "accent",
}


class _Inside(enum.IntEnum):
    """What a line begins in; Qt's own number for nothing is -1."""

    NOTHING = -1
    COMMENT = 1
    TEMPLATE = 2


_ENDS = {_Inside.COMMENT: re.compile(r"\*/"), _Inside.TEMPLATE: re.compile(r"(?<!\\)`")}
_PART_OF = {_Inside.COMMENT: "comment", _Inside.TEMPLATE: "text"}
_OPENING = {"/*": _Inside.COMMENT, "`": _Inside.TEMPLATE}


class JavaScriptHighlighter(TokenHighlighter):
    """Tells comments, texts, numbers, words and names of functions apart, also those that take several lines."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document, theme, _TOKENS)

    def _closed(self, text: str, start: int, search_from: int, inside: _Inside) -> int:
        """Colour what is inside of something as far as its end; return where that is, or the line's length."""
        end = _ENDS[inside].search(text, search_from)
        until = end.end() if end else len(text)
        self.colour(start, until, _PART_OF[inside])
        self.setCurrentBlockState(_Inside.NOTHING if end else inside)
        return until

    # Qt's own name, overridden.

    def highlightBlock(self, text: str) -> None:  # noqa: N802  Qt's
        """Colour one line."""
        at, before = 0, self.previousBlockState()
        self.setCurrentBlockState(_Inside.NOTHING)
        if before in {_Inside.COMMENT, _Inside.TEMPLATE}:
            at = self._closed(text, 0, 0, _Inside(before))
        while (found := _PARTS.search(text, at)) is not None:
            assert found.lastgroup is not None
            if (inside := _OPENING.get(found.group())) is not None:
                at = self._closed(text, found.start(), found.end(), inside)
            else:
                self.colour(found.start(), found.end(), found.lastgroup)
                at = max(found.end(), at + 1)
