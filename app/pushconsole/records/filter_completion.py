"""What can come next in a filter that is being typed."""

from __future__ import annotations

from collections.abc import Sequence

from pushconsole.errors import FilterNotUnderstood
from pushconsole.records.filter_language import State
from pushconsole.records.filter_words import Token, quoted_name, tokens

_OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "contains", "starts with", "ends with", "matches", "in", "has", "not")
_AT = {
    "operator": ("is missing", "is not missing", *_OPERATORS),
    "with": ("with",),
    "state": ("not", *State, "true", "false"),
    "value": ("true", "false", "null"),
    "joint": ("and", "or"),
}
_GRAMMAR: dict[str, tuple[dict[str, str], str]] = {
    "column": ({"not": "column", "(": "column"}, "operator"),
    "part": ({}, "operator"),
    "operator": (
        {".": "part", "not": "operator", "is": "state", "in": "values", "starts": "with", "ends": "with"},
        "value",
    ),
    "with": ({}, "value"),
    "state": ({"not": "state"}, "joint"),
    "values": ({")": "joint"}, "values"),
    "value": ({}, "joint"),
    "joint": ({"and": "column", "or": "column"}, "joint"),
}
"""What is wanted after a word, by what was wanted before it: for some words, and for all others."""


def suggestions(typed: str, columns: Sequence[str]) -> tuple[int, list[str]]:
    """Return where the word begins that is being typed, and the words it can become.

    Args:
        typed: the filter up to the cursor.
        columns: the attributes there are.

    """
    try:
        *found, _ = tokens(typed)
    except FilterNotUnderstood:  # inside a text or an expression
        return len(typed), []
    begun = found.pop() if found and found[-1].kind == "word" and not typed[-1:].isspace() else None
    if begun is None and typed.strip() and not typed[-1].isspace() and typed[-1] not in "(.":
        return len(typed), []
    start, prefix = (begun.at, begun.text.lower()) if begun else (len(typed), "")
    state = _state(found)
    words = [quoted_name(name) for name in columns] if state == "column" else _AT.get(state, ())
    return start, [word for word in words if word.strip('"').lower().startswith(prefix) and word.lower() != prefix]


def _state(found: Sequence[Token]) -> str:
    """Return what is wanted after these words."""
    state = "column"
    for token in found:
        state = _following(state, token)
    return state


def _following(state: str, token: Token) -> str:
    word = token.text.lower()
    exceptions, usual = _GRAMMAR[state]
    return exceptions.get(word, usual)
