"""What an action does to one record."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushconsole.sandbox.actions import OperationRefused, merged, with_object_id, without

BIG = "12345678901234567890"


def operation(kind: str, value: object) -> str:
    return json.dumps({"a": {"_operation": kind, "value": value}})


@pytest.mark.parametrize(
    ("before", "kind", "value", "after"),
    [
        ('{"a":1}', "Increment", 2, '{"a":3}'),
        ('{"a":1.10}', "Increment", 1, '{"a":2.10}'),
        (f'{{"a":{BIG}}}', "Increment", 1, '{"a":12345678901234567891}'),
        ("{}", "Increment", 2, '{"a":2}'),
        (None, "Increment", 2, '{"a":2}'),
        ('{"a":1}', "Decrement", 3, '{"a":-2}'),
        ("{}", "Decrement", 3, '{"a":-3}'),
        ('{"a":[1]}', "Add", 1, '{"a":[1,1]}'),
        ('{"a":["x"]}', "Add", "é", '{"a":["x","é"]}'),
        ("{}", "Add", "x", '{"a":["x"]}'),
        ('{"a":["x","y","x"]}', "Remove", "x", '{"a":["y"]}'),
        ('{"a":[true,1]}', "Remove", 1, '{"a":[true]}'),
        ("{}", "Remove", "x", "{}"),
        ('{"a":["x"]}', "AddUnique", "x", '{"a":["x"]}'),
        ('{"a":["x"]}', "AddUnique", "y", '{"a":["x","y"]}'),
        ("{}", "AddUnique", "y", '{"a":["y"]}'),
        ('{"a":2}', "IncrementFrom", 2, '{"a":3}'),
        ('{"a":2}', "IncrementFrom", 1, None),
        (None, "IncrementFrom", 0, '{"a":1}'),
        (None, "IncrementFrom", 5, None),
        ('{"a":2}', "IncrementSet", 7, '{"a":7}'),
        ('{"a":7}', "IncrementSet", 7, None),
        ('{"a":7}', "IncrementSet", 2, None),
        (None, "IncrementSet", 7, '{"a":7}'),
    ],
)
def test_operations(before: str | None, kind: str, value: object, after: str | None) -> None:
    assert merged(before, operation(kind, value)) == after


@pytest.mark.parametrize(
    ("before", "kind", "value"),
    [
        ('{"a":"text"}', "Increment", 1),
        ('{"a":true}', "Decrement", 1),
        ('{"a":1}', "Increment", "1"),
        ('{"a":1}', "Increment", None),
        ('{"a":1.5}', "IncrementFrom", 1),
        ('{"a":1}', "Add", 1),
        ('{"a":[]}', "AddUnique", [1]),
        ('{"a":1}', "Multiply", 2),
    ],
)
def test_an_operation_that_makes_no_sense_names_the_attribute(before: str, kind: str, value: object) -> None:
    with pytest.raises(OperationRefused, match=r"attribute a: .*"):
        merged(before, operation(kind, value))


def test_an_ignored_update_leaves_the_other_attributes_alone() -> None:
    assert merged('{"v":2,"name":"old"}', '{"name":"new","v":{"_operation":"IncrementFrom","value":9}}') is None


def test_merging_keeps_the_characters_of_both_sides() -> None:
    before = f'{{"objectID":"a","price":1.10,"big":{BIG},"nested":{{"x":[1, 2]}}}}'
    assert merged(before, '{"objectID":"a","tax":2.50}') == before[:-1] + ',"tax":2.50}'


def test_a_merge_replaces_whole_top_level_attributes() -> None:
    assert merged('{"n":{"x":1,"y":2}}', '{"n":{"x":3}}') == '{"n":{"x":3}}'


def test_a_made_object_id_leaves_the_rest_alone() -> None:
    assert with_object_id('{ "a": 1.10 }', "x") == '{"objectID":"x","a": 1.10 }'
    assert with_object_id("{ }", "x") == '{"objectID":"x"}'


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
records = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), values, max_size=5)


@given(records, records)
def test_a_merge_is_the_union_of_attributes_in_which_the_update_wins(
    before: dict[str, Any], update: dict[str, Any]
) -> None:
    result = merged(json.dumps(before), json.dumps(update))
    assert result is not None
    assert json.loads(result) == {**before, **update}
    assert list(json.loads(result)) == list({**before, **update})


@given(records)
def test_a_record_with_a_made_object_id_is_the_record_with_an_object_id(record: dict[str, Any]) -> None:
    record.pop("objectID", None)
    assert json.loads(with_object_id(json.dumps(record), "made")) == {"objectID": "made", **record}


@pytest.mark.parametrize(
    ("excluded", "kept"),
    [
        (["b"], '{"objectID":"x","a":1.10,"c":{"d":1,"e":{"f":2}}}'),
        (["c.d", "c.e.f"], '{"objectID":"x","a":1.10,"b":null,"c":{"e":{}}}'),
        (["objectID", "nothing", "a.b"], None),
    ],
    ids=str,
)
def test_excluded_attributes_go_and_the_others_keep_their_characters(excluded: list[str], kept: str | None) -> None:
    text = '{"objectID":"x","a":1.10,"b":null,"c":{"d":1,"e":{"f":2}}}'
    assert without(text, excluded) == (kept or text)
