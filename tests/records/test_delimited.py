"""Delimited text becomes records as design decision 2 says."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import replace
from io import StringIO
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pushconsole.errors import InputError
from pushconsole.records import Cell, CellKind, ColumnType, EmptyCell, Format, ReadOptions, TurnedToText
from pushconsole.records.dialect import LONGEST_CELL
from tests.records.builders import loaded, sizes, texts

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", "1", "1.10", "00123", "true", "a,b", 'a"b', "a\nb", "a\r\nb", "\r", " x ", "-0", "1e400", "\0"]
)


def rows_of(width: int) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8)


def written(header: list[str], rows: list[list[str]], delimiter: str, quoting: int) -> str:
    out = StringIO()
    # The writer quotes line ends only if its own has them, so it gets both.
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\r\n")  # type: ignore[arg-type]
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


@given(rows_of(3), st.sampled_from(",;\t|"), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_all_text_gives_the_cells_of_the_file_whatever_its_dialect(
    rows: list[list[str]], delimiter: str, quoting: int
) -> None:
    header = ["objectID", "b", "c"]
    options = ReadOptions(all_text=True, empty=EmptyCell.EMPTY)
    with loaded(written(header, rows, delimiter, quoting), options) as (workspace, report):
        if report.source.delimiter == delimiter:
            assert [list(json.loads(text).values()) for text in texts(workspace)] == rows
        # Where cells are full of another delimiter, that one may be taken; Python's csv module still says what then
        # the file says.
        assert_accounted(
            written(header, rows, delimiter, quoting), report.source.delimiter or ",", report.loaded, report.rejected
        )


_ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "gb18030",
    "cp1252",
    "cp932",
    "koi8_r",
)


@given(
    rows_of(3),
    st.sampled_from(_ENCODINGS),
    st.sampled_from(",;\t|:^"),
    st.sampled_from("\"'"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_a_file_says_what_pythons_csv_module_says_in_any_encoding_quoting_and_line_end(
    rows: list[list[str]], encoding: str, delimiter: str, quote: str, quoting: int, line_end: str, packed: bool
) -> None:
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter, quotechar=quote, quoting=quoting, lineterminator="\r\n")  # type: ignore[arg-type]
    writer.writerows([["objectID", "b", "c"], *rows])
    # What the encoding has no bytes for is written as “?”, and is what the file says then.
    text = out.getvalue().replace("\r\n", line_end).encode(encoding, "replace").decode(encoding)
    data = text.encode(encoding)
    options = ReadOptions(
        encoding=encoding, delimiter=delimiter, quote=quote, all_text=True, empty=EmptyCell.EMPTY, comment=""
    )
    options = replace(options, header=True, skip_lines=0)
    with loaded(gzip.compress(data) if packed else data, options) as (workspace, report):
        _, *said = (row for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, quotechar=quote) if row)
        assert [list(json.loads(record).values()) for record in texts(workspace)] == said
        assert (report.loaded, report.rejected) == (len(rows), 0)


@example(tail='"\r"\r\r', delimiter=",")
@example(tail='1,"a"b,"', delimiter=",")
@example(tail='1,2,"a""', delimiter=",")
@example(tail="1;1\r;\r;", delimiter=",")  # rows of another delimiter below do not make a preamble of those above
@given(st.text(st.sampled_from('ab,;"\n\r1\t'), max_size=80), st.sampled_from(",;"))
def test_loaded_and_rejected_are_the_rows_that_pythons_csv_module_counts(tail: str, delimiter: str) -> None:
    content = f"objectID{delimiter}b{delimiter}c\n1{delimiter}2{delimiter}3\n{tail}"
    with loaded(content) as (_, report):
        assert_accounted(content, report.source.delimiter or ",", report.loaded, report.rejected)


def assert_accounted(content: str, delimiter: str, good: int, rejected: int) -> None:
    header, *rows = [row for row in csv.reader(StringIO(content, newline=""), delimiter=delimiter) if row]
    fitting = [len(row) == len(header) for row in rows]
    if rows and ends_in_quotes(content, delimiter):
        fitting[-1] = False
    assert good == sum(fitting)
    assert rejected == len(fitting) - sum(fitting)


def ends_in_quotes(content: str, delimiter: str) -> bool:
    """Say whether a quote is never closed, by the rules of RFC 4180 as Python's csv module reads them."""
    in_quotes, at_start, at = False, True, 0
    while at < len(content):
        if in_quotes and content.startswith('""', at):
            at += 1
        elif in_quotes:
            in_quotes = content[at] != '"'
        else:
            in_quotes, at_start = content[at] == '"' and at_start, content[at] in {delimiter, "\n", "\r"}
        at += 1
    return in_quotes


@given(st.lists(CELLS, min_size=1, max_size=12))
def test_a_column_is_typed_only_if_every_cell_is_and_keeps_its_characters(cells: list[str]) -> None:
    content = written(
        ["objectID", "value"], [[str(row), cell] for row, cell in enumerate(cells)], ",", csv.QUOTE_MINIMAL
    )
    with loaded(content) as (workspace, _):
        filled = [cell for cell in cells if cell]
        shown = [row.cells["value"] for row in workspace.page(0, 20) if "value" in row.cells]
        assert [cell.text for cell in shown] == filled
        kinds = {cell.kind for cell in shown}
        if all(is_json(cell, int, float) for cell in filled):
            assert kinds <= {CellKind.NUMBER}
        elif all(cell in {"true", "false"} for cell in filled):
            assert kinds == {CellKind.BOOLEAN}
        else:
            assert kinds == {CellKind.TEXT}
        (column,) = [column for column in workspace.columns() if column.name == "value"]
        assert column.present == len(filled)
        assert column.type.value == (kinds.pop().value if kinds else "unknown")


def is_json(cell: str, *types: type) -> bool:
    try:
        value = json.loads(cell, parse_constant=lambda _: None)
    except ValueError:
        return False
    return type(value) in types and cell == cell.strip()


@pytest.mark.parametrize(
    "cell", ["00123", "+1", "1,5", "NaN", "Infinity", "0x1", "1_000", ".5", "5.", "١", "TRUE", "yes", " 1"]
)
def test_what_is_not_exactly_json_stays_text(cell: str) -> None:
    with loaded(f'objectID;v\n1;"{cell}"\n') as (workspace, _):
        assert workspace.row(1).cells["v"] == Cell(CellKind.TEXT, cell)


@pytest.mark.parametrize(
    "name", ["objectID", "sku", "product_id", "productIds", "ZIP", "Postal Code", "phone", "EAN13", "user.uuid"]
)
def test_identifiers_are_text_whatever_they_look_like(name: str) -> None:
    with loaded(f"{name},n\n123,1\n") as (workspace, _):
        assert [column.type for column in workspace.columns()] == [ColumnType.TEXT, ColumnType.NUMBER]


@pytest.mark.parametrize("name", ["paid", "width", "valid", "codec", "price"])
def test_names_that_only_end_like_identifiers_are_not(name: str) -> None:
    with loaded(f"objectID,{name}\na,123\n") as (workspace, _):
        assert workspace.columns()[1].type is ColumnType.NUMBER


def test_a_cell_far_down_that_disagrees_turns_the_column_to_text_and_is_told() -> None:
    rows = "".join(f"k{number},{number}.10,true\n" for number in range(5000))
    with loaded(f"objectID,price,ok\n{rows}last,on request,true\n") as (workspace, report):
        assert report.turned_to_text == (TurnedToText("price", 5002, "on request"),)
        assert texts(workspace)[0] == '{"objectID":"k0","price":"0.10","ok":true}'
        assert texts(workspace)[4999] == '{"objectID":"k4999","price":"4999.10","ok":true}'
        assert [column.type for column in workspace.columns()] == [ColumnType.TEXT, ColumnType.TEXT, ColumnType.BOOLEAN]
        assert workspace.columns()[1].present == 5001
        assert sizes(workspace) == [len(text.encode()) for text in texts(workspace)]


def test_turning_to_text_leaves_null_and_absent_alone() -> None:
    content = "objectID,v\na,1\nb,\nc,x\n"
    for empty, expected in ((EmptyCell.NULL, '{"objectID":"b","v":null}'), (EmptyCell.OMIT, '{"objectID":"b"}')):
        with loaded(content, ReadOptions(empty=empty)) as (workspace, _):
            assert texts(workspace) == ['{"objectID":"a","v":"1"}', expected, '{"objectID":"c","v":"x"}']


@pytest.mark.parametrize(
    ("empty", "text"),
    [
        (EmptyCell.OMIT, '{"objectID":"1"}'),
        (EmptyCell.EMPTY, '{"objectID":"1","v":""}'),
        (EmptyCell.NULL, '{"objectID":"1","v":null}'),
    ],
)
def test_an_empty_cell_becomes_what_was_chosen(empty: EmptyCell, text: str) -> None:
    with loaded("objectID,v\n1,\n2,5\n", ReadOptions(empty=empty)) as (workspace, _):
        assert texts(workspace) == [text, '{"objectID":"2","v":5}']
        assert workspace.columns()[1].type is ColumnType.NUMBER


def test_text_columns_stay_text() -> None:
    with loaded("objectID,a,b\n1,2,3\n", ReadOptions(text_columns=frozenset({"a"}))) as (workspace, _):
        assert texts(workspace) == ['{"objectID":"1","a":"2","b":3}']


def test_a_text_column_that_is_not_there_is_an_error() -> None:
    with (
        pytest.raises(InputError, match="no column “prize”") as raised,
        loaded("a,b\n1,2\n", ReadOptions(text_columns=frozenset({"prize"}))),
    ):
        pass
    assert raised.value.attribute == "prize"


def test_ragged_rows_are_kept_with_line_text_and_reason() -> None:
    content = 'objectID,b\n1,"two\nlines"\n\n2,x,y\n3\n"4\n",z\n'
    with loaded(content) as (workspace, report):
        assert (report.loaded, report.rejected) == (2, 2)
        assert [(row.line, row.text, row.reason) for row in workspace.rejected()] == [
            (5, "2,x,y", "The row has 3 cells where the header has 2."),
            (6, "3", "The row has 1 cell where the header has 2."),
        ]
        assert [row.line for row in workspace.page(0, 9)] == [2, 7]
        assert workspace.rejected_count() == 2
        assert len(workspace.rejected(1)) == 1


def test_a_rejected_row_of_several_lines_is_kept_whole() -> None:
    with loaded('a,b\n1,2\n"x\ny",2,3\n1,2\n4,5,6\n') as (workspace, _):
        assert [(row.line, row.text) for row in workspace.rejected()] == [(3, '"x\ny",2,3'), (6, "4,5,6")]


def test_a_quote_that_never_closes_is_one_rejected_row_not_a_crash() -> None:
    with loaded('a,b\n1,2\n"open,3\n4,5\n') as (workspace, report):
        assert (report.loaded, report.rejected) == (1, 1)
        assert workspace.rejected()[0].line == 3


@pytest.mark.parametrize("rows", [62, 63, 64, 1022, 1023, 1024])
def test_a_quote_that_never_closes_is_found_wherever_the_last_row_comes_among_those_read_at_once(rows: int) -> None:
    with loaded("a,b\n" + "1,2\n" * rows + '1,"2') as (workspace, report):
        assert (report.loaded, report.rejected, workspace.rejected()[0].line) == (rows, 1, rows + 2)
        assert workspace.columns()[1].present == rows


def test_headers_that_repeat_or_are_empty_get_visible_names() -> None:
    with loaded("name,,name,name (2),\n1,2,3,4,5\n") as (workspace, report):
        assert report.source.header == ("name", "column 2", "name (3)", "name (2)", "column 5")
        assert [cell.text for cell in workspace.row(1).cells.values()] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("empty", "third"),
    [(EmptyCell.OMIT, {}), (EmptyCell.EMPTY, {"back\\slash": ""}), (EmptyCell.NULL, {"back\\slash": None})],
)
def test_headers_may_hold_any_character(empty: EmptyCell, third: dict[str, object]) -> None:
    header = ["objectID", 'width "', "back\\slash", "two\nlines", "é 🔆", "cell1"]
    content = written(header, [["a", "1", "", "x", "y", "z"]], ",", csv.QUOTE_ALL)
    with loaded(content, ReadOptions(empty=empty)) as (workspace, _):
        others = {"objectID": "a", 'width "': 1, "two\nlines": "x", "é 🔆": "y", "cell1": "z"}
        assert json.loads(texts(workspace)[0]) == {**others, **third}


def test_huge_cells_are_read() -> None:
    big = "x" * 1_000_000
    with loaded(f"objectID,b\n1,{big}\n") as (workspace, _):
        assert workspace.row(1).cells["b"].text == big


def test_a_cell_beyond_all_measure_is_rejected_and_reading_goes_on() -> None:
    with loaded(f"objectID,b\n1,2\n2,{'x' * (LONGEST_CELL + 1)}\n3,4\n") as (workspace, report):
        assert texts(workspace) == ['{"objectID":"1","b":2}', '{"objectID":"3","b":4}']
        assert (report.rejected, workspace.rejected()[0].line) == (1, 3)
        assert "a quote at its beginning is not closed" in workspace.rejected()[0].reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(encoding: str, delimiter: str) -> None:
    content = delimiter.join(["objectID", "näme"]) + "\r\n" + delimiter.join(["1", "é 🔆"]) + "\r\n"
    with loaded(content.encode(encoding)) as (workspace, report):
        assert (report.source.format, report.source.delimiter) == (Format.DELIMITED, delimiter)
        assert report.source.encoding == encoding
        assert texts(workspace) == ['{"objectID":"1","näme":"é 🔆"}']


def test_a_delimiter_is_chosen_by_how_well_the_rows_agree() -> None:
    content = "id;name;note\n" + "".join(f"{n};a, b, c{', d' * (n % 3)};x\n" for n in range(20))
    with loaded(content) as (_, report):
        assert (report.source.delimiter, report.rejected) == (";", 0)


def test_one_column_is_a_table_too() -> None:
    with loaded("objectID\na\n\nb\n") as (workspace, _):
        assert texts(workspace) == ['{"objectID":"a"}', '{"objectID":"b"}']


def test_a_header_alone_has_columns_and_no_records() -> None:
    with loaded("objectID,name\n") as (workspace, report):
        assert report.loaded == 0
        assert [column.name for column in workspace.columns()] == ["objectID", "name"]


def test_an_empty_object_id_is_missing_empty_or_null_as_chosen() -> None:
    for empty, expected in ((EmptyCell.OMIT, None), (EmptyCell.EMPTY, ""), (EmptyCell.NULL, None)):
        with loaded("objectID,b\n,1\n", ReadOptions(empty=empty)) as (workspace, _):
            assert workspace.row(1).object_id == expected


@pytest.mark.parametrize("rows", [1, 5000])
def test_a_row_with_bytes_that_are_not_text_is_rejected_with_its_line_and_they_stay_visible(rows: int) -> None:
    content = b"objectID,b,n\n" + b"x,\xc3\xa9,1\n" * rows + b"y,caf\xe9,\n" + b"z,,\xff\n" + b"z,\xc3\xa9,2\n"
    with loaded(content) as (workspace, report):
        assert (report.loaded, report.rejected, report.turned_to_text) == (rows + 1, 2, ())
        first, second = workspace.rejected()
        assert (first.line, first.text) == (rows + 2, "y,caf\\xe9,")
        assert first.reason == "The row holds the byte e9, which is no UTF-8 text."
        assert (second.line, second.text) == (rows + 3, "z,,\\xff")
        assert [column.present for column in workspace.columns()] == [rows + 1] * 3
        assert workspace.columns()[2].type is ColumnType.NUMBER


def test_lines_of_records_grow() -> None:
    with loaded("a\n" + "x\n" * 50) as (workspace, _):
        lines = [row.line or 0 for row in workspace.page(0, 99)]
        assert all(first + 1 == second for first, second in pairwise(lines))
