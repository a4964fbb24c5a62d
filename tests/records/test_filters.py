"""Filters: what a person writes, held against a plain evaluator, and the sentences for what nobody can mean."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pushconsole.errors import FilterNotUnderstood
from pushconsole.records import make_view, quoted_name, quoted_text, read_filter, suggestions
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
    parse_filter,
)
from pushconsole.records.ordering import folded
from tests.records.builders import loaded

_MISSING = object()


class _Number(Decimal):
    """A number with the characters it was written with."""

    raw: str


def _number(raw: str) -> _Number:
    number = _Number(raw)
    number.raw = raw
    return number


def _load(text: str) -> dict[str, Any]:
    loaded_value: dict[str, Any] = json.loads(text, parse_float=_number, parse_int=_number)
    return loaded_value


def _holds(condition: Condition, record: dict[str, Any]) -> bool:
    """Say in plain Python whether a filter lets a record through."""
    match condition:
        case Not(part):
            return not _holds(part, record)
        case All(parts):
            return all(_holds(part, record) for part in parts)
        case Some(parts):
            return any(_holds(part, record) for part in parts)
    value: Any = record
    for name in condition.path:
        value = value.get(name, _MISSING) if isinstance(value, dict) else _MISSING
    return _answers(value, condition)


def _answers(value: Any, test: Comparison) -> bool:
    operand: Any = test.operand
    if isinstance(operand, State):
        return _is(value, operand)
    if test.operator is Operator.HAS:
        return isinstance(value, list) and any(_equal(item, operand) for item in value)
    if test.operator is Operator.EQUAL:
        return _equal(value, operand)
    return _ordered(value, test.operator, operand) if test.operator in "<=>=" else _found_in(value, test)


def _found_in(value: Any, test: Comparison) -> bool:
    operand: Any = test.operand
    text = value if isinstance(value, str) else getattr(value, "raw", None)
    if isinstance(value, bool):
        text = "true" if value else "false"
    if text is None:
        return False
    if isinstance(operand, Pattern):
        return re.search(operand.text, text, re.IGNORECASE if operand.ignore_case else 0) is not None
    found: bool = {
        Operator.CONTAINS: lambda a, b: b in a,
        Operator.STARTS_WITH: str.startswith,
        Operator.ENDS_WITH: str.endswith,
    }[test.operator](folded(text), folded(operand))
    return found


def _equal(value: Any, operand: Any) -> bool:
    if isinstance(operand, Number):
        return isinstance(value, _Number) and value == Decimal(operand.raw)
    if operand is None or isinstance(operand, bool):
        return value is operand
    return isinstance(value, str) and value == operand


def _ordered(value: Any, operator: str, operand: Any) -> bool:
    if isinstance(operand, Number):
        pair: Any = (value, Decimal(operand.raw)) if isinstance(value, _Number) else None
    else:
        pair = (folded(value), folded(operand)) if isinstance(value, str) else None
    if pair is None:
        return False
    first, second = pair
    return bool({"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}[operator])


def _is(value: Any, state: State) -> bool:
    return {
        State.MISSING: value is _MISSING,
        State.NULL: value is None,
        State.EMPTY: isinstance(value, str | list | dict) and not value,
        State.TEXT: isinstance(value, str),
        State.NUMBER: isinstance(value, _Number),
        State.BOOLEAN: isinstance(value, bool),
        State.LIST: isinstance(value, list),
        State.OBJECT: isinstance(value, dict),
    }[state]


_NAMES = ["price", "unit price", "a.b", "café", 'q"uote', "not", "in", "o"]
_NUMBERS = (
    "0 1 -1 1.0 1.10 1.1 100 12345678901234567890 12345678901234567891 1e2 1e400 0.1 0.1000000000000000000001 -2.5 "
    "9007199254740993"
)
_raw_numbers = st.sampled_from(_NUMBERS.split())
_texts = st.sampled_from(
    [
        "",
        "a",
        "A",
        "lamp",
        "Lamp",
        "Zürich",
        "zurich",
        "1",
        "true",
        'say "x"',
        "back\\slash",
        "line\nend",
        "漢字",
        "\x00x",
    ]
)
_scalars = st.one_of(_raw_numbers, _texts.map(json.dumps), st.sampled_from(["true", "false", "null"]))
_lists = st.lists(_scalars, max_size=3).map(lambda items: f"[ {', '.join(items)} ]")
_values = st.one_of(_scalars, _lists, st.sampled_from(["{ }", '{"x": 1, "y": {"z": "deep"}}', '{"x": "lamp"}']))
_records = st.dictionaries(st.sampled_from(_NAMES), _values, max_size=6).map(
    lambda fields: "{" + ", ".join(f"{json.dumps(name)}: {raw}" for name, raw in fields.items()) + "}"
)

_paths = st.one_of(st.sampled_from(_NAMES).map(quoted_name), st.sampled_from(["o.x", "o.y.z", '"o"."y"', "price.x"]))
_literals = st.one_of(_raw_numbers, _texts.map(quoted_text), st.sampled_from(["true", "FALSE", "null"]))
_comparable = st.one_of(_raw_numbers, _texts.map(quoted_text))
_patterns = st.sampled_from(["/^a/", "/lamp$/i", r"/[0-9]+/", r"/a|1/", r"/^.?$/", r"/\\/"])
_denials = st.sampled_from(["", "not "])
_comparisons = st.one_of(
    st.tuples(_paths, st.sampled_from(["=", "!=", "==", "is", "is not", "has", "not has"]), _literals),
    st.tuples(_paths, st.sampled_from(["<", "<=", ">", ">=", "≤"]), _comparable),
    st.tuples(_paths, _denials, st.sampled_from(["contains", "starts with", "ENDS WITH"]), _texts.map(quoted_text)),
    st.tuples(_paths, st.just("matches"), _patterns),
    st.tuples(_paths, st.sampled_from(["is", "is not"]), st.sampled_from([state.value for state in State])),
    st.tuples(
        _paths, _denials, st.just("in"), st.lists(_literals, min_size=1, max_size=3).map(lambda v: f"({', '.join(v)})")
    ),
).map(" ".join)
_filters = st.recursive(
    _comparisons,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or", "AND"]), inner).map(" ".join),
        inner.map("not ({})".format),
        inner.map("( {} )".format),
    ),
    max_leaves=5,
)


@settings(max_examples=250, deadline=None)
@given(st.lists(_records, min_size=1, max_size=8), _filters)
def test_a_filter_lets_through_what_a_plain_evaluator_does(records: list[str], text: str) -> None:
    condition = parse_filter(text, _NAMES)
    with loaded("\n".join(records)) as (workspace, report):
        assert report.loaded == len(records)
        view = make_view(workspace, where=read_filter(text, _NAMES))
        assert view is not None
        expected = [n for n, record in enumerate(records, 1) if _holds(condition, _load(record))]
        assert view.record_ids(0, view.count) == expected


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("prize > 3", 0, "no attribute “prize”"),
        ("price >", 7, "A value is wanted"),
        ("price", 5, "comes an operator"),
        ("price > 3 brand", 10, "comes “and” or “or”"),
        ("price > 3 and", 13, "name of an attribute is wanted"),
        ("(price > 3", 10, "closing parenthesis is missing"),
        ("name = lamp", 7, "needs quotes"),
        ('name = "lamp', 7, "not closed"),
        ("price = 007", 8, "not a number"),
        ("price = 1.", 8, "not a number"),
        ("price < true", 8, "only equal"),
        ("name contains null", 14, "wants a text"),
        ("name matches lamp", 13, "between slashes"),
        ("name matches /(/", 14, "cannot be used"),
        ("name matches /a/x", 13, "followed by i"),
        ("name matches /a", 13, "not closed by a slash"),
        ("name is absent", 8, "not by “absent”"),
        ("name starts lamp", 12, "followed by “with”"),
        ("price in 3", 9, "values in parentheses"),
        ("price in (3 4)", 12, "comma or a closing"),
        ("price > 3 ; name = 1", 10, "has no meaning"),
        (r'name = "a\q"', 9, "has no meaning in a text"),
        ("not " * 200 + "price > 1", 400, "levels"),
    ],
)
def test_a_mistake_is_a_sentence_with_its_place(text: str, at: int, said: str) -> None:
    with pytest.raises(FilterNotUnderstood) as caught:
        read_filter(text, ["price", "name", "brand"])
    assert said in caught.value.sentence
    assert caught.value.position == at
    assert caught.value.sentence.startswith(f"At character {at + 1}: ")


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(FilterNotUnderstood, match="Did you mean “Price”"):
        read_filter("prise > 3", ["Price", "name"])


def test_a_blank_filter_is_none() -> None:
    assert read_filter("  ", ["a"]) is None


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_filter_or_a_sentence(text: str) -> None:
    try:
        read_filter(text, ["a", "b"])
    except FilterNotUnderstood as mistake:
        place = mistake.position
    else:
        place = 0
    assert 0 <= place <= len(text)


@given(st.text())
def test_a_text_in_quotes_is_read_back_as_itself(text: str) -> None:
    assert parse_filter(f"{quoted_name(text)} = {quoted_text(text)}", [text]) == Comparison(
        (text,), Operator.EQUAL, text
    )


def test_a_hostile_expression_takes_no_longer_than_a_plain_one() -> None:
    with loaded(json.dumps({"a": "a" * 5000 + "b"})) as (workspace, _):
        view = make_view(workspace, where=read_filter("a matches /(a+)+$/", ["a"]))
        assert view is not None
        assert view.count == 0


@pytest.mark.parametrize(
    ("typed", "first", "start"),
    [
        ("pr", "price", 0),
        ("not (", "price", 5),
        ("price > 3 and n", "name", 14),
        ("price con", "contains", 6),
        ("price is m", "missing", 9),
        ("price is not ", "not", 13),
        ("name starts ", "with", 12),
        ("price in (1, 2) ", "and", 16),
        ("price > 3 o", "or", 10),
        ("u", '"unit price"', 0),
    ],
)
def test_what_can_come_next_is_suggested(typed: str, first: str, start: int) -> None:
    at, words = suggestions(typed, ["price", "name", "unit price"])
    assert (at, words[0]) == (start, first)


@pytest.mark.parametrize("typed", ['name = "pr', "price > 3", "name matches /pr", "price"])
def test_nothing_is_suggested_inside_a_value_or_for_a_whole_word(typed: str) -> None:
    assert suggestions(typed, ["price", "name"])[1] == []
