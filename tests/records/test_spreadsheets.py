"""Spreadsheets become records with the types their cells have."""

from __future__ import annotations

import datetime
from io import BytesIO

import openpyxl
import pytest

from pushconsole.errors import InputError
from pushconsole.records import ColumnChoice, ColumnType, EmptyCell, Format, ProblemKind, ReadOptions, check
from tests.records.builders import loaded, texts

Rows = list[list[object]]


def workbook(**sheets: Rows) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_cells_keep_their_types_and_no_noise_of_binary_numbers() -> None:
    rows: Rows = [
        ["objectID", "price", "ok", "day", "at", "note"],
        [17, 0.1 + 0.2, True, datetime.date(2026, 5, 1), datetime.datetime.fromisoformat("2026-05-01T12:30"), "00123"],
        [18, 5, False, None, None, None],
    ]
    with loaded(workbook(Products=rows)) as (workspace, report):
        assert (report.source.format, report.source.sheet) == (Format.SPREADSHEET, "Products")
        assert texts(workspace) == [
            '{"objectID":"17","price":0.3,"ok":true,"day":"2026-05-01","at":"2026-05-01T12:30:00","note":"00123"}',
            '{"objectID":"18","price":5,"ok":false}',
        ]
        assert [row.line for row in workspace.page(0, 9)] == [2, 3]


def test_an_error_of_a_formula_is_what_the_cell_shows_and_a_formula_without_a_result_is_told() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "A & B"
    for row in (["objectID", "n", "f"], ["a", 1, None], [None, 2, "x"], ["c", "#DIV/0!", "=1+1"]):
        sheet.append(row)
    for place, error in (("B4", "#DIV/0!"), ("A3", "#REF!")):
        sheet[place].value, sheet[place].data_type = error, "e"
    out = BytesIO()
    book.save(out)
    with loaded(out.getvalue()) as (workspace, report):
        assert texts(workspace) == [
            '{"objectID":"a","n":"1"}',
            '{"objectID":"#REF!","n":"2","f":"x"}',
            '{"objectID":"c","n":"#DIV/0!"}',
        ]
        assert [(turned.column, turned.value) for turned in report.turned_to_text] == [("n", "#DIV/0!")]
        [note] = report.notes
        assert note.startswith(
            "A cell of the sheet “A & B” (C4) with a formula but no result was read as an empty one."
        )
        assert check(workspace).counts[ProblemKind.DAMAGED_OBJECT_ID] == 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (9007199254740991, "9007199254740991"),
        (123456789012345680, "123456789012346000"),
        (1e21, "1e+21"),
        (1e300, "1e+300"),
        (1 / 3, "0.333333333333333"),
        (-5.0, "-5"),
        (datetime.timedelta(hours=30, minutes=5), "30:05:00"),
    ],
)
def test_long_numbers_and_durations_are_written_as_a_sheet_shows_them(value: object, shown: str) -> None:
    with loaded(workbook(S=[["objectID", "x"], [value, 1]])) as (workspace, _):
        assert workspace.row(1).object_id == shown


def test_a_column_of_numbers_with_one_text_is_text_and_says_so() -> None:
    with loaded(workbook(S=[["a"], [1], [2.5], ["x"]])) as (workspace, report):
        assert texts(workspace) == ['{"a":"1"}', '{"a":"2.5"}', '{"a":"x"}']
        assert [(turned.column, turned.line, turned.value) for turned in report.turned_to_text] == [("a", 4, "x")]
        assert workspace.columns()[0].type is ColumnType.TEXT


def test_the_sheet_can_be_chosen_and_one_that_is_not_there_is_a_sentence() -> None:
    book = workbook(One=[["a"], ["1"]], Two=[["b"], ["2"]])
    with loaded(book, ReadOptions(sheet="Two")) as (workspace, report):
        assert texts(workspace) == ['{"b":"2"}']
        assert report.source.choices == ("One", "Two")
    with (
        pytest.raises(InputError, match=r"no sheet “Three”\. Its sheets are: One, Two"),
        loaded(book, ReadOptions(sheet="Three")),
    ):
        pass


def test_titles_blank_rows_and_an_offset_are_passed_and_numbers_of_rows_are_true() -> None:
    rows: Rows = [["Report of May", None], [None, None], ["objectID", "n"], ["a", 1], [None, None], ["b", 2]]
    with loaded(workbook(S=rows)) as (workspace, report):
        assert (report.source.skip_lines, report.source.header) == (2, ("objectID", "n"))
        assert [(row.object_id, row.line) for row in workspace.page(0, 9)] == [("a", 4), ("b", 6)]


def test_columns_are_chosen_as_in_text() -> None:
    options = ReadOptions(
        object_id="no",
        columns={"x": ColumnChoice(leave_out=True), "y": ColumnChoice(empty=EmptyCell.NULL, rename="z")},
    )
    with loaded(workbook(S=[["no", "x", "y"], [1, 2, None], [2, 2, 3]]), options) as (workspace, _):
        assert texts(workspace) == ['{"objectID":"1","z":null}', '{"objectID":"2","z":3}']


def test_an_empty_or_damaged_spreadsheet_is_a_sentence() -> None:
    with pytest.raises(InputError, match="The sheet “S” of input is empty"), loaded(workbook(S=[])):
        pass
    with (
        pytest.raises(InputError, match="damaged spreadsheet"),
        loaded(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600),
    ):
        pass
