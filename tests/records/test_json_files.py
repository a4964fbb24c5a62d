"""JSON files become records: strictly, with every row accounted for, and each value as it was written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushconsole.errors import InputError
from pushconsole.records import ColumnType, Format, ReadOptions
from tests.records.builders import loaded, texts

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
RECORDS = st.lists(st.dictionaries(st.text(max_size=6), VALUES, max_size=5), min_size=1, max_size=6)
STYLE = st.fixed_dictionaries(
    {"ensure_ascii": st.booleans(), "separators": st.sampled_from([(",", ":"), (", ", ": "), (" ,", " : ")])}
)


@given(RECORDS, STYLE)
def test_lines_come_back_as_they_were_written(records: list[dict[str, object]], style: dict[str, object]) -> None:
    # One object alone in a file may be a wrapper; two are records.
    lines = [json.dumps(record, **style) for record in [*records, {"objectID": "last"}]]  # type: ignore[arg-type]
    with loaded("\n".join(["", *lines, ""])) as (workspace, report):
        assert (report.loaded, report.rejected) == (len(lines), 0)
        assert texts(workspace) == lines


@given(RECORDS, STYLE, st.sampled_from([None, 2]))
def test_a_list_comes_back_as_it_was_written(
    records: list[dict[str, object]], style: dict[str, object], indent: int | None
) -> None:
    content = json.dumps(records, indent=indent, **style)  # type: ignore[arg-type]
    with loaded(content) as (workspace, report):
        assert (report.source.format, report.rejected) == (Format.JSON_ARRAY, 0)
        assert [json.loads(text) for text in texts(workspace)] == records
        assert all(text in content for text in texts(workspace))


@given(RECORDS, STYLE)
def test_a_wrapping_object_gives_the_records_of_its_list(
    records: list[dict[str, object]], style: dict[str, object]
) -> None:
    content = json.dumps({"nbHits": 3, "params": {"a": [1]}, "hits": records, "page": [0]}, **style)  # type: ignore[arg-type]
    with loaded(content) as (workspace, report):
        assert (report.source.format, report.source.wrapper) == (Format.JSON_OBJECT, "hits")
        assert [json.loads(text) for text in texts(workspace)] == records


@given(
    st.lists(st.sampled_from(['{"a":1}', "[1]", "7", "null", '{"a":1,"a":2}', '{"b":{"c":[]}}', '"x"']), max_size=12)
)
def test_loaded_and_rejected_are_the_elements_a_strict_parser_counts(elements: list[str]) -> None:
    elements = ['{"objectID":"1"}', *elements]
    content = "[" + ",\n".join(elements) + "]"
    with loaded(content) as (workspace, report):
        assert texts(workspace) == [element for element in elements if strict(element)]
        assert report.loaded + report.rejected == len(json.loads(content))


@given(
    st.lists(st.sampled_from(['{"a":1}', '{"a":NaN}', "[1]", "{", '{"a":1,"a":2}', "", '{"b":"x"}', "7"]), max_size=12)
)
def test_loaded_and_rejected_are_the_rows_a_strict_parser_counts(lines: list[str]) -> None:
    lines = ['{"objectID":"1"}', '{"objectID":"2"}', *lines]
    with loaded("\n".join(lines)) as (workspace, report):
        good = [line for line in lines if line and strict(line)]
        assert texts(workspace) == good
        assert report.loaded + report.rejected == sum(line != "" for line in lines)


@given(
    RECORDS,
    st.sampled_from(["", " ", "\n", "\r\n\t"]),
    st.sampled_from([None, 1]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_objects_one_after_the_other_come_back_as_they_were_written(
    records: list[dict[str, object]], between: str, indent: int | None, encoding: str
) -> None:
    written = [json.dumps(record, indent=indent) for record in [*records, {"objectID": "x"}, {"objectID": "y"}]]
    with loaded(between.join(written).encode(encoding)) as (workspace, report):
        assert (texts(workspace), report.rejected) == (written, 0)


def strict(line: str) -> bool:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        return dict(pairs)

    def no_constant(_: str) -> None:
        raise ValueError

    try:
        return isinstance(json.loads(line, object_pairs_hook=unique, parse_constant=no_constant), dict)
    except ValueError:
        return False


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1.10}',
        '{"a":1e400,"b":-0,"c":12345678901234567890123456789012345678901}',
        '{"z":1,"a":"\\u00e9\\/"}',
        '{"a" : [1.0, {"b" : 2E+5}]}',
        '{"time":"12:30","url":"https://x.y/z","odd":"\\":","spaced":"a\\" : b"}',
        '{"n":' + "9" * 5000 + "}",
    ],
)
def test_values_keep_their_characters(text: str) -> None:
    with loaded(text + '\n{"x":1}\n') as (workspace, _):
        assert texts(workspace)[0] == text
    with loaded(f"[\n{text}\n]") as (workspace, _):
        assert texts(workspace) == [text]


REJECTED = {
    '{"a":NaN}': "NaN is not a JSON number",
    '{"a":Infinity}': "Infinity is not a JSON number",
    '{"a":-Infinity}': "-Infinity is not a JSON number",
    '{"a":1,"a":2}': "The key “a” stands more than once",
    '{"a":{"b":1,"b":1}}': "The key “b” stands more than once",
    '{"a":[{"b":1,"b" :2}]}': "The key “b” stands more than once",
    '{"a":1,"\\u0061":2}': "The key “a” stands more than once",
    '{"a":1,"a" :2}': "The key “a” stands more than once",
    '{"a":"\\ud800"}': "surrogate",
    '{"a":"\\udc00 and more"}': "surrogate",
    '{"\\ud800":1}': "surrogate",
    '{"a":[1,]}': "This is not JSON",
    '{"a":1,}': "This is not JSON",
    '{"a":01}': "This is not JSON",
    '{"a":+1}': "This is not JSON",
    "{'a':1}": "This is not JSON",
    '{"a":"\t"}': "This is not JSON",
    '{"a":1}}': "This is not JSON",
    '{"a":': "ends too early",
    "[1,2]": "this is a list",
    "null": "this is null",
    "12": "this is a number",
    '"text"': "this is a text",
    "true": "this is true or false",
    '{"a":' + "[" * 100_000 + "]" * 100_000 + "}": "levels deep",
    '{"a":' + "[" * 250 + "]" * 250 + "}": "levels deep",
    '{"a":1e999,"b":01}': "This is not JSON",
}


@pytest.mark.parametrize("text", REJECTED, ids=lambda text: text[:24])
def test_what_is_not_strict_json_is_rejected_with_line_text_and_reason(text: str) -> None:
    with loaded(f'{{"objectID":"a"}}\n\n{text}\n{{"objectID":"b"}}\n') as (workspace, report):
        assert (report.loaded, report.rejected) == (2, 1)
        (row,) = workspace.rejected()
        assert (row.line, row.text) == (3, text)
        assert REJECTED[text] in row.reason
        assert row.reason.endswith(".")


IN_LISTS = [text for text in REJECTED if text.count("{") == text.count("}") and text.count("[") == text.count("]")]


@pytest.mark.parametrize("text", IN_LISTS, ids=lambda text: text[:24])
def test_a_rejected_element_does_not_take_its_neighbours_along(text: str) -> None:
    with loaded(f'[{{"objectID":"a"}},\n{text},\n{{"objectID":"b"}}]') as (workspace, report):
        assert texts(workspace) == ['{"objectID":"a"}', '{"objectID":"b"}']
        assert report.rejected == 1
        assert workspace.rejected()[0].line == 2
        assert workspace.rejected()[0].text == text


def test_a_lost_quote_costs_one_element_where_elements_stand_on_lines() -> None:
    with loaded('[\n{"a":"x"},\n{"a":"y},\n{"a":"z"}\n]') as (workspace, report):
        assert texts(workspace) == ['{"a":"x"}', '{"a":"z"}']
        assert (report.rejected, workspace.rejected()[0].line) == (1, 3)


@pytest.mark.parametrize(
    ("content", "good", "rejected"),
    [
        ('[{"a":1},{"a":2', 1, 1),
        ('[{"a":1},{"a":"lost', 1, 1),
        ('[{"a":1},', 1, 1),
        ('[{"a":1}', 1, 1),
        ("[", 0, 1),
        ('[{"a":1},]', 1, 1),
        ('[{"a":1},,{"a":2}]', 2, 1),
        ('[{"a":1}] and more', 1, 1),
        ('[1,"x",null,[2],{"a":1}]', 1, 4),
        ("[]", 0, 0),
        ("[ \n ]\n", 0, 0),
        ('{"hits":[{"a":1},{"a":2', 1, 1),
        ('{"hits":[{"a":1}],"page":', 1, 1),
        ('{"hits":[{"a":1}],oops}', 1, 1),
        ('{"hits":[]}', 0, 0),
    ],
)
def test_a_file_that_is_cut_or_broken_gives_what_is_whole_and_says_the_rest(
    content: str, good: int, rejected: int
) -> None:
    with loaded(content) as (workspace, report):
        assert (report.loaded, report.rejected) == (good, rejected)
        assert all(row.reason.endswith(".") for row in workspace.rejected())


def test_a_cut_list_says_that_the_file_ends_too_early() -> None:
    with loaded('[\n{"a":1},\n{"a":2') as (workspace, _):
        (row,) = workspace.rejected()
        assert (row.line, row.text) == (3, '{"a":2')
        assert "The file ends here" in row.reason


@pytest.mark.parametrize("name", ["records", "hits", "objects", "items", "data", "Records", "myThings"])
def test_the_list_is_found_by_its_name_or_because_it_is_the_only_one(name: str) -> None:
    with loaded(f'{{"x":[1,2],"{name}":[{{"a":1}}]}}') as (workspace, report):
        assert report.source.wrapper == name
        assert texts(workspace) == ['{"a":1}']


def test_several_lists_that_fit_are_an_error_that_names_them() -> None:
    with pytest.raises(InputError, match="“hits”, “items”"), loaded('{"hits":[{"a":1}],"items":[{"b":1}]}'):
        pass


def test_a_second_list_beyond_the_part_that_was_looked_at_is_an_error_too() -> None:
    filler = ",".join(['{"a":"%s"}' % ("x" * 1000)] * 4500)
    content = f'{{"hits":[{filler}],"items":[{{"b":1}}]}}'
    with pytest.raises(InputError, match="“hits”, “items”"), loaded(content):
        pass


def test_a_name_that_says_so_beats_another_list() -> None:
    with loaded('{"facets":[{"f":1}],"hits":[{"a":1}]}') as (workspace, _):
        assert texts(workspace) == ['{"a":1}']


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ('{"objectID":"1","items":[{"a":1}]}', 1),
        ('{"a":1}', 1),
        ('{\n  "a": 1\n}\n', 1),
        ('{\n  "a": 1\n}\n{\n  "a": 2\n}\n', 2),
        ('{"a":1}\n{"a":2}', 2),
        ('{"a":1,}\n{"a":2}\n{"a":3}', 2),
        ('oops\n{"a":2}\n{"a":3}', 2),
        ('{"a":1}\noops\n', 1),
    ],
)
def test_records_that_stand_alone_or_on_lines_are_told_from_a_wrapping_object(content: str, count: int) -> None:
    with loaded(content) as (workspace, report):
        assert report.loaded == count
        assert report.source.wrapper is None
        assert all('"a"' in text for text in texts(workspace))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("content", ['{"é":"🔆"}\n{"é":2}\n', '[{"é":"🔆"},{"é":2}]', '{"hits":[{"é":"🔆"},{"é":2}]}'])
def test_byte_order_marks_are_understood(encoding: str, content: str) -> None:
    with loaded(content.encode(encoding)) as (workspace, report):
        assert report.source.encoding == encoding
        assert texts(workspace) == ['{"é":"🔆"}', '{"é":2}']


@pytest.mark.parametrize(
    "content",
    [b'{"a":1}\n{"a":"\xc3\xa9"}\n{"a":"\xe9"}\n', b'[{"a":1},\n{"a":"\xc3\xa9"},\n{"a":"\xe9"}]'],
)
def test_a_record_with_bytes_that_are_not_text_is_rejected_with_its_line(content: bytes) -> None:
    with loaded(content) as (workspace, report):
        assert (report.loaded, report.rejected) == (2, 1)
        (row,) = workspace.rejected()
        assert (row.line, row.text) == (3, '{"a":"\\xe9"}')
        assert row.reason == "The row holds the byte e9, which is no UTF-8 text."


def test_elements_longer_than_the_window_are_read() -> None:
    big = json.dumps({"a": "é\\" * 200_000, "b": [{"c": "}"}] * 1000})
    with loaded(f"[{big},{big}]") as (workspace, _):
        assert texts(workspace) == [big, big]


def test_lines_of_elements_are_the_files() -> None:
    with loaded('[\n  {\n    "a": 1\n  },\n  {"a": 2}, {"a": 3}\n]') as (workspace, _):
        assert [row.line for row in workspace.page(0, 9)] == [2, 5, 5]


def test_columns_are_the_attributes_in_order_of_first_appearance() -> None:
    lines = ['{"b":1,"objectID":"x"}', '{"a":null,"b":"t"}', '{"a":"","c":true,"d":[1]}', '{"c":false,"e":""}']
    with loaded("\n".join(lines)) as (workspace, _):
        assert [(column.name, column.type, column.present) for column in workspace.columns()] == [
            ("b", ColumnType.MIXED, 2),
            ("objectID", ColumnType.TEXT, 1),
            ("a", ColumnType.UNKNOWN, 2),
            ("c", ColumnType.BOOLEAN, 2),
            ("d", ColumnType.NESTED, 1),
            ("e", ColumnType.UNKNOWN, 1),
        ]


def test_options_for_delimited_text_do_not_touch_json() -> None:
    with loaded('{"a":1}\n{"a":2}', ReadOptions(all_text=True)) as (workspace, _):
        assert texts(workspace) == ['{"a":1}', '{"a":2}']
