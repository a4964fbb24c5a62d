"""Filters as SQL over the records' JSON texts, with every value bound."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import apsw
import apsw.sqlite_extra

from pushconsole.errors import FilterNotUnderstood
from pushconsole.records.filter_language import (
    All,
    Comparison,
    Condition,
    Not,
    Number,
    Operator,
    Pattern,
    Some,
    State,
    Value,
    parse_filter,
)
from pushconsole.records.ordering import add_functions, folded, is_long, long_sql, number_key, path_of

_NUMERIC = "('integer', 'real')"
_STATES = {
    State.MISSING: "{type} IS NULL",
    State.NULL: "{type} IS 'null'",
    State.EMPTY: """ifnull({raw} IN ('""', '[]', '{{}}'), 0)""",
    State.TEXT: "{type} IS 'text'",
    State.NUMBER: f"ifnull({{type}} IN {_NUMERIC}, 0)",
    State.BOOLEAN: "ifnull({type} IN ('true', 'false'), 0)",
    State.LIST: "{type} IS 'array'",
    State.OBJECT: "{type} IS 'object'",
}
_FAR = 1e-12
"""Of a number: doubles farther apart stand to one another as what they were written as does, for which the nearest
double, and the second nearest, is off by some 1e-16."""

_TRUE_BELOW = frozenset({Operator.LESS, Operator.LESS_OR_EQUAL})
_TRUE_ABOVE = frozenset({Operator.GREATER, Operator.GREATER_OR_EQUAL})
_LOOKING = {
    Operator.CONTAINS: "contains_folded",
    Operator.STARTS_WITH: "starts_with_folded",
    Operator.ENDS_WITH: "ends_with_folded",
}


@dataclass(frozen=True)
class Filter:
    """A filter that was understood.

    Attributes:
        text: as it was typed.
        condition: what it says.

    """

    text: str
    condition: Condition

    @property
    def as_part(self) -> str:
        """The text as it can stand before an ``and``."""
        return f"({self.text})" if isinstance(self.condition, Some) else self.text


def read_filter(text: str, columns: Collection[str]) -> Filter | None:
    """Read a filter; None where the text is blank.

    Raises:
        FilterNotUnderstood: it is no filter; the sentence names the place.

    """
    if not text.strip():
        return None
    condition = parse_filter(text, columns)
    _try_patterns(condition, text)
    return Filter(text.strip(), condition)


def prepare(connection: apsw.Connection) -> None:
    """Give a connection what the statements of filters and sorting use."""
    add_functions(connection)
    apsw.sqlite_extra.load(connection, "regexp")


def _try_patterns(condition: Condition, text: str) -> None:
    match condition:
        case Not(part):
            _try_patterns(part, text)
        case All(parts) | Some(parts):
            for part in parts:
                _try_patterns(part, text)
        case Comparison(operand=Pattern(pattern)):
            _try_pattern(pattern, text)


def _try_pattern(pattern: str, text: str) -> None:
    connection = apsw.Connection(":memory:")
    try:
        apsw.sqlite_extra.load(connection, "regexp")
        connection.execute("SELECT regexp(?, '')", (pattern,))
    except apsw.SQLError as error:
        at = max(0, text.find(pattern))
        raise FilterNotUnderstood(
            f"At character {at + 1}: the regular expression {pattern} cannot be used: {error}.", position=at
        ) from error
    finally:
        connection.close()


@dataclass
class Bindings:
    """Values on their way into a statement, each under a name of its own."""

    values: dict[str, str | int | float] = field(default_factory=dict)

    def add(self, value: str | float) -> str:
        """Bind a value; return how the statement calls it."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"


def filter_sql(condition: Condition, bindings: Bindings) -> str:
    """Return the condition as SQL that is 1 or 0 for every row with a column ``text``, never NULL."""
    match condition:
        case Not(part):
            return f"NOT {filter_sql(part, bindings)}"
        case All(parts):
            return f"({' AND '.join(filter_sql(part, bindings) for part in parts)})"
        case Some(parts):
            return f"({' OR '.join(filter_sql(part, bindings) for part in parts)})"
        case Comparison():
            return f"({_comparison(condition, bindings)})"


@dataclass(frozen=True)
class _Place:
    """A value in a record as SQL: its type, the value itself, its JSON text."""

    type: str
    value: str
    raw: str


def _comparison(test: Comparison, bindings: Bindings) -> str:
    path = bindings.add(path_of(test.path))
    place = _Place(f"json_type(text, {path})", f"json_extract(text, {path})", f"(text -> {path})")
    operator, operand = test.operator, test.operand
    if isinstance(operand, State):
        return _STATES[operand].format(type=place.type, raw=place.raw)
    if isinstance(operand, Pattern):
        function = "regexpi" if operand.ignore_case else "regexp"
        return _looked_into(place, lambda text: f"{function}({bindings.add(operand.text)}, {_whole(place, text)})")
    if operator in _LOOKING:
        assert isinstance(operand, str)
        return _looked_into(place, lambda text: f"{_LOOKING[operator]}({text}, {bindings.add(folded(operand))})")
    if operator is Operator.HAS:
        item = _Place("item.type", "item.atom", "(text -> item.fullkey)")
        held = _compared(item, Operator.EQUAL, operand, bindings)
        return f"{place.type} IS 'array' AND EXISTS (SELECT 1 FROM json_each(text, {path}) AS item WHERE {held})"
    return _compared(place, operator, operand, bindings)


def _whole(place: _Place, text: str) -> str:
    """Return SQL for a text that the regular expressions, written in C, do not take for ended at its first NUL."""
    return f"CASE WHEN instr({place.raw}, '\\u0000') THEN without_nul({text}) ELSE {text} END"


def _looked_into(place: _Place, question: Callable[[str], str]) -> str:
    return (
        f"CASE {place.type} WHEN 'text' THEN {question(place.value)} WHEN 'integer' THEN {question(place.raw)} "
        f"WHEN 'real' THEN {question(place.raw)} WHEN 'true' THEN {question(place.raw)} "
        f"WHEN 'false' THEN {question(place.raw)} ELSE 0 END"
    )


def _compared(place: _Place, operator: Operator, operand: Value, bindings: Bindings) -> str:
    if operand is None:
        return f"{place.type} IS 'null'"
    if isinstance(operand, bool):
        return f"{place.type} IS '{'true' if operand else 'false'}'"
    if isinstance(operand, Number):
        return _number_compared(place, operator, operand.raw, bindings)
    if operator is Operator.EQUAL:
        return f"{place.value} IS {bindings.add(operand)} AND {place.type} IS 'text'"
    compared = f"folded({place.value}) {operator} {bindings.add(folded(operand))}"
    return f"CASE WHEN {place.type} IS 'text' THEN {compared} ELSE 0 END"


def _number_compared(place: _Place, operator: Operator, raw: str, bindings: Bindings) -> str:
    """Compare doubles where that is exact, keys where it might not be."""
    compared = f"number_key({place.raw}) {operator} {bindings.add(number_key(raw))}"
    if not is_long(raw):
        number = float(raw) if "." in raw else int(raw)
        short, margin = bindings.add(number), abs(number) * _FAR
        # Whether a number is long is asked only of those near by: of most, their doubles tell.
        compared = (
            f"CASE WHEN {place.value} < {bindings.add(number - margin)} THEN {int(operator in _TRUE_BELOW)} "
            f"WHEN {place.value} > {bindings.add(number + margin)} THEN {int(operator in _TRUE_ABOVE)} "
            f"WHEN {long_sql(place.raw)} THEN {compared} ELSE {place.value} {operator} {short} END"
        )
    return f"CASE WHEN {place.type} IN {_NUMERIC} THEN {compared} ELSE 0 END"
