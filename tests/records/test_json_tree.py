"""A record as a tree: one value changes, the characters of all others stay."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushconsole.errors import ValueNotUsable
from pushconsole.records import Node, NodeType, renamed, with_added, with_type, with_typed, without

_TEXT = (
    '{"objectID":"a","n":1.10,"big":1234567890123456789012345678901234567890,"t":"\\u00e9","x":{"y":[1e400,null,""]}}'
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def _at(text: str, *path: str | int) -> Node:
    node = Node("", text)
    for name in path:
        node = next(part for part in node.parts if part.name == name)
    return node


def _all(node: Node) -> list[Node]:
    return [found for part in node.parts for found in (part, *(_all(part) if part.has_parts else []))]


def test_only_the_value_that_was_typed_has_other_characters() -> None:
    assert with_typed(_at(_TEXT, "x", "y", 0), "2.50") == _TEXT.replace("1e400", "2.50")
    assert with_typed(_at(_TEXT, "t"), 'say "é"') == _TEXT.replace('"\\u00e9"', '"say \\"é\\""')
    assert with_typed(_at(_TEXT, "x"), '{"z": 1.0}') == _TEXT.replace('{"y":[1e400,null,""]}', '{"z":1.0}')


@pytest.mark.parametrize(("path", "typed"), [(("n",), "1,5"), (("n",), ""), (("x",), "[1]"), (("x", "y", 1), "x")])
def test_what_is_no_value_of_the_type_is_refused_with_what_was_typed(path: tuple[str | int, ...], typed: str) -> None:
    with pytest.raises(ValueNotUsable):
        with_typed(_at(_TEXT, *path), typed)


def test_types_change_without_changing_what_is_said() -> None:
    assert json.loads(with_type(_at(_TEXT, "n"), NodeType.TEXT))["n"] == "1.10"
    assert '"n":1.10' in with_type(_at(with_type(_at(_TEXT, "n"), NodeType.TEXT), "n"), NodeType.NUMBER)
    assert json.loads(with_type(_at(_TEXT, "t"), NodeType.LIST))["t"] == ["é"]
    assert json.loads(with_type(_at(_TEXT, "t"), NodeType.NULL))["t"] is None


def test_attributes_are_renamed_added_and_removed_in_their_place() -> None:
    assert list(json.loads(renamed(_at(_TEXT, "n"), "price"))) == ["objectID", "price", "big", "t", "x"]
    with pytest.raises(ValueNotUsable, match="“t” already"):
        renamed(_at(_TEXT, "n"), "t")
    assert json.loads(without(_at(_TEXT, "x", "y", 1)), parse_float=str)["x"]["y"] == ["1e400", ""]
    assert json.loads(with_added(_at(_TEXT)))["new1"] == ""
    assert json.loads(with_added(_at(_TEXT, "x", "y")), parse_float=str)["x"]["y"] == ["1e400", None, "", ""]


@given(st.dictionaries(st.text(max_size=4), _JSON, min_size=1, max_size=5), st.data())
def test_removing_a_value_is_what_json_says_it_is(record: dict[str, object], data: st.DataObject) -> None:
    node = data.draw(st.sampled_from(_all(Node("", json.dumps(record)))))
    holder: object = record
    for name in node.path[:-1]:
        holder = holder[name]  # type: ignore[index]
    del holder[node.path[-1]]  # type: ignore[attr-defined]
    assert json.loads(without(node)) == record
