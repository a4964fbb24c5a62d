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
_AFTER_OPERATOR = {"is": "state", "in": "values", "starts": "with", "ends": "with"}


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
    match state:
        case "column":
            return "column" if word in {"not", "("} else "operator"
        case "part":
            return "operator"
        case "operator":
            if word in {".", "not"}:
                return "part" if word == "." else "operator"
            return _AFTER_OPERATOR.get(word, "value")
        case "with":
            return "value"
        case "state":
            return "state" if word == "not" else "joint"
        case "values":
            return "joint" if word == ")" else "values"
        case "value":
            return "joint"
    return "column" if word in {"and", "or"} else "joint"
