"""The language of filters: what a person types over the table, read into a tree.

::

    price > 100 and brand is missing
    name contains "lamp" or not (tags has "new")
    "unit price" <= 9.90          a name with blanks stands in quotes
    dimensions.width in (10, 20)  a dot leads into an object
    sku matches /^AB-[0-9]+$/i

A comparison is an attribute, an operator, and a value: a number, a text in quotes, true, false or null. ``and`` binds
tighter than ``or``, ``not`` tighter than both. Every comparison is either true or false of every record; ``!=`` and
``not`` are true of a record that lacks the attribute.

* ``=``, ``!=``, ``in``, ``has`` (a list holds the value) are exact; numbers by their decimal value, of any length.
* ``<`` ``<=`` ``>`` ``>=`` compare numbers with numbers, and texts with texts in the order of sorting.
* ``contains``, ``starts with``, ``ends with`` look into texts, numbers and booleans, whatever case and accents.
* ``matches`` takes a regular expression without look-ahead, back reference or lazy repetition (SQLite's, which takes
  time in proportion to the text); ``i`` ignores the case of A to Z.
* ``is`` knows missing, null, empty (``""``, ``[]``, ``{}``), text, number, boolean, list, object.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from pushconsole.errors import FilterNotUnderstood
from pushconsole.records.column_types import NUMBER
from pushconsole.records.filter_words import Token, mistake, tokens, unquoted


class Operator(enum.StrEnum):
    """What an attribute is asked; each as it is written."""

    EQUAL = "="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"
    HAS = "has"
    MATCHES = "matches"
    IS = "is"


class State(enum.StrEnum):
    """What `Operator.IS` asks for."""

    MISSING = "missing"
    NULL = "null"
    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"
    OBJECT = "object"


@dataclass(frozen=True)
class Number:
    """A number as it was typed."""

    raw: str


@dataclass(frozen=True)
class Pattern:
    """A regular expression."""

    text: str
    ignore_case: bool


Value: TypeAlias = Number | str | bool | None
"""What an attribute is compared with; None is null."""


@dataclass(frozen=True)
class Comparison:
    """One question to one attribute.

    Attributes:
        path: the names that lead to the value; the first is a column.
        operator: the question.
        operand: what it is asked about.

    """

    path: tuple[str, ...]
    operator: Operator
    operand: Value | Pattern | State


@dataclass(frozen=True)
class Not:
    """The opposite."""

    part: Condition


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Some:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition: TypeAlias = Comparison | Not | All | Some

_CONSTANTS = {"true": True, "false": False, "null": None}
_DEEPEST = 100  # pairs of parentheses and nots, far below where Python's own stack ends
_LONGEST = 10_000
_COMPARING = frozenset({"=", "<", "<=", ">", ">="})


def parse_filter(text: str, columns: Collection[str]) -> Condition:
    """Read a filter.

    Args:
        text: what was typed.
        columns: the names an attribute may have.

    Raises:
        FilterNotUnderstood: it is no filter; the sentence names the place.

    """
    if len(text) > _LONGEST:
        raise mistake(f"A filter has at most {_LONGEST} characters.", _LONGEST)
    return _Reading(tokens(text), columns).whole()


class _Reading:
    """Goes through the tokens from the left, one function a rule of the grammar."""

    def __init__(self, found: list[Token], columns: Collection[str]) -> None:
        self._tokens = found
        self._columns = columns
        self._place = 0
        self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _take(self) -> Token:
        token = self._next
        self._place += token.kind != "end"
        return token

    def _taken(self, *words: str) -> bool:
        """Take the next token where it is one of these words or signs."""
        token = self._next
        if token.is_word(*words) or (token.kind == "sign" and token.text in words):
            self._take()
            return True
        return False

    def whole(self) -> Condition:
        condition = self._some()
        if self._next.kind != "end":
            token = self._next
            raise mistake(f"After a comparison comes “and” or “or”, not “{token.text}”.", token.at)
        return condition

    def _some(self) -> Condition:
        parts = [self._all()]
        while self._taken("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _all(self) -> Condition:
        parts = [self._opposite()]
        while self._taken("and"):
            parts.append(self._opposite())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _opposite(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise mistake(f"A filter has at most {_DEEPEST} levels of parentheses.", self._next.at)
        try:
            if self._next.is_word("not") and not self._names_a_column():
                self._take()
                return Not(self._opposite())
            if self._taken("("):
                condition = self._some()
                if not self._taken(")"):
                    raise mistake("A closing parenthesis is missing here.", self._next.at)
                return condition
            return self._test()
        finally:
            self._depth -= 1

    def _names_a_column(self) -> bool:
        """Say whether ``not`` is an attribute here, since an operator follows."""
        following = self._tokens[self._place + 1]
        return "not" in self._columns and following.kind == "sign" and following.text not in {"(", ")"}

    def _test(self) -> Condition:
        path = self._path()
        if self._taken("is"):
            return self._is(path)
        if self._taken("!="):
            return Not(Comparison(path, Operator.EQUAL, self._value()))
        denied = self._taken("not")
        condition = self._asked(path)
        return Not(condition) if denied else condition

    def _asked(self, path: tuple[str, ...]) -> Condition:
        token = self._take()
        if token.kind == "sign" and token.text in _COMPARING:
            operator, at = Operator(token.text), self._next.at
            value = self._value()
            if operator is not Operator.EQUAL and not isinstance(value, str | Number):
                raise mistake(f"“{operator}” compares numbers and texts; true, false and null are only equal.", at)
            return Comparison(path, operator, value)
        if token.is_word("contains", "has"):
            operator = Operator(token.text.lower())
            return Comparison(path, operator, self._value() if operator is Operator.HAS else self._text(token))
        if token.is_word("starts", "ends") and self._taken("with"):
            return Comparison(path, Operator(f"{token.text.lower()} with"), self._text(token))
        if token.is_word("matches"):
            return Comparison(path, Operator.MATCHES, self._pattern())
        if token.is_word("in"):
            return self._in(path)
        raise self._no_operator(token)

    def _no_operator(self, token: Token) -> FilterNotUnderstood:
        if token.is_word("starts", "ends"):
            return mistake(f"“{token.text}” is followed by “with”.", self._next.at)
        found = f", not “{token.text}”" if token.text else ""
        return mistake(
            f"After an attribute comes an operator{found}.",
            token.at,
            "Operators are = != < <= > >= contains, starts with, ends with, matches, in, has, is missing.",
        )

    def _path(self) -> tuple[str, ...]:
        first = self._next
        names = [self._name()]
        while self._taken("."):
            names.append(self._name())
        dotted = ".".join(names)
        if dotted in self._columns:
            return (dotted,)
        if names[0] not in self._columns:
            raise self._unknown(names[0], first.at)
        return tuple(names)

    def _name(self) -> str:
        token = self._take()
        if token.kind == "text":
            return unquoted(token)
        if token.kind == "word" or (token.kind == "number" and token.text.isdigit()):
            return token.text
        found = f", not “{token.text}”" if token.text else ""
        raise mistake(f"The name of an attribute is wanted here{found}.", token.at)

    def _unknown(self, name: str, at: int) -> FilterNotUnderstood:
        folded = {column.lower(): column for column in self._columns}
        near = get_close_matches(name.lower(), folded, n=1)
        remedy = f"Did you mean “{folded[near[0]]}”?" if near else ""
        return mistake(f"There is no attribute “{name}”.", at, remedy)

    def _value(self) -> Value:
        token = self._take()
        if token.kind == "number":
            if not NUMBER.fullmatch(token.text):
                raise mistake(f"“{token.text}” is not a number as JSON writes it.", token.at, "A text needs quotes.")
            return Number(token.text)
        if token.kind == "text":
            return unquoted(token)
        if token.kind == "word" and token.text.lower() in _CONSTANTS:
            return _CONSTANTS[token.text.lower()]
        if token.kind == "word":
            raise mistake(f"The text {token.text} needs quotes.", token.at, f'Write "{token.text}".')
        found = f", not “{token.text}”" if token.text else ""
        raise mistake(f'A value is wanted here{found}: a number, a "text", true, false or null.', token.at)

    def _text(self, operator: Token) -> str:
        at = self._next.at
        value = self._value()
        if isinstance(value, Number):
            return value.raw
        if isinstance(value, str):
            return value
        raise mistake(f"“{operator.text.lower()}” wants a text in quotes.", at)

    def _pattern(self) -> Pattern:
        token = self._take()
        if token.kind == "text":
            return Pattern(unquoted(token), ignore_case=False)
        if token.kind != "pattern":
            raise mistake("A regular expression is wanted here, between slashes.", token.at, "For example /^AB/i.")
        text, _, flags = token.text[1:].rpartition("/")
        if flags.lower() not in {"", "i"}:
            raise mistake(f"A regular expression can only be followed by i, not by {flags}.", token.at)
        return Pattern(text.replace("\\/", "/"), ignore_case=bool(flags))

    def _in(self, path: tuple[str, ...]) -> Condition:
        if not self._taken("("):
            raise mistake("“in” is followed by values in parentheses.", self._next.at, 'For example in ("a", "b").')
        values = [self._value()]
        while self._taken(","):
            values.append(self._value())
        if not self._taken(")"):
            raise mistake("A comma or a closing parenthesis is missing here.", self._next.at)
        return Some(tuple(Comparison(path, Operator.EQUAL, value) for value in values))

    def _is(self, path: tuple[str, ...]) -> Condition:
        denied = self._taken("not")
        token = self._next
        if token.kind == "word" and token.text.lower() in set(State):
            condition = Comparison(path, Operator.IS, State(self._take().text.lower()))
        elif token.kind == "word" and token.text.lower() not in _CONSTANTS:
            states = ", ".join(State)
            raise mistake(f"“is” is followed by {states}, or a value, not by “{token.text}”.", token.at)
        else:
            condition = Comparison(path, Operator.EQUAL, self._value())
        return Not(condition) if denied else condition
