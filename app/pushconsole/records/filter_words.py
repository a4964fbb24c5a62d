"""The words of a filter: names, texts in quotes, numbers, signs, regular expressions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pushconsole.errors import FilterNotUnderstood

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|“[^”]*”)
    |(?P<number>-?[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?(?![\w$@]))
    |(?P<sign><=|>=|!=|<>|==|≤|≥|≠|[=<>(),.])
    |(?P<pattern>/(?:[^/\\]|\\.)*/[A-Za-z]*)
    |(?P<word>[\w$@#][\w$@#-]*))""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\", "/": "/"}
_SIGNS = {"==": "=", "<>": "!=", "≤": "<=", "≥": ">=", "≠": "!="}


@dataclass(frozen=True)
class Token:
    """A word of a filter: its kind (text, number, sign, pattern, word, end), its characters, and where it begins."""

    kind: str
    text: str
    at: int

    def is_word(self, *words: str) -> bool:
        """Say whether it is one of these words, in any case."""
        return self.kind == "word" and self.text.lower() in words


def tokens(text: str) -> list[Token]:
    """Cut a filter into words; the last token has the kind ``end``.

    Raises:
        FilterNotUnderstood: something stands there that no filter has.

    """
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise _strange(text, at + len(text[at:]) - len(text[at:].lstrip()))
        kind = match.lastgroup or ""
        word = match[kind]
        found.append(Token(kind, _SIGNS.get(word, word), match.start(kind)))
        at = match.end()
    return [*found, Token("end", "", len(text))]


def _strange(text: str, at: int) -> FilterNotUnderstood:
    character = text[at]
    if character in "\"'“":
        return mistake("The text that begins here is not closed by a quotation mark.", at)
    if character == "/":
        return mistake("The regular expression that begins here is not closed by a slash.", at)
    return mistake(f"“{character}” has no meaning in a filter.", at, "Put names and texts with such signs in quotes.")


def mistake(sentence: str, at: int, remedy: str = "") -> FilterNotUnderstood:
    """Return the error for a place in a filter, counted from 0."""
    return FilterNotUnderstood(f"At character {at + 1}: {sentence}", remedy, position=at)


def unquoted(token: Token) -> str:
    """Return the text that a token in quotes stands for.

    Raises:
        FilterNotUnderstood: a backslash stands before a letter that it gives no meaning to.

    """
    if token.text[0] == "“":
        return token.text[1:-1]

    def character(found: re.Match[str]) -> str:
        if found[1] not in _ESCAPES:
            at = token.at + 1 + found.start()
            raise mistake(f"“\\{found[1]}” has no meaning in a text.", at, "A backslash is written twice.")
        return _ESCAPES[found[1]]

    return _ESCAPE.sub(character, token.text[1:-1])


def quoted_text(text: str) -> str:
    """Return a text as a filter holds it, in quotes."""
    return f'"{text.translate(_TO_ESCAPE)}"'


_TO_ESCAPE = str.maketrans({"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"})
_PLAIN_NAME = re.compile(r"[^\W\d][\w$@#-]*")
_RESERVED = frozenset({"and", "or", "not"})


def quoted_name(name: str) -> str:
    """Return an attribute's name as a filter holds it, in quotes where it needs them."""
    return name if _PLAIN_NAME.fullmatch(name) and name.lower() not in _RESERVED else quoted_text(name)
