"""Spreadsheets become records with the types their cells have."""

from __future__ import annotations

import datetime
from io import BytesIO

import openpyxl
import pytest

from pushconsole.errors import InputError
from pushconsole.records import ColumnChoice, ColumnType, EmptyCell, Format, ReadOptions
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
