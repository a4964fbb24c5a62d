"""Copies for others: spreadsheets, Parquet, only some records, and no formulas by accident."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from pushconsole.errors import InputError
from pushconsole.records import ReadOptions, Workspace, save_copy
from tests.records.builders import loaded

_TEXT = (
    '{"objectID":"a","price":1.50,"big":12345678901234567890,"on":true,"none":null,"tags":["x",1],"t":"=1+2"}\n'
    '{"objectID":"b","price":-3,"t":"https://shop.example"}\n'
)


def test_a_spreadsheet_has_numbers_as_numbers_and_all_else_as_text(tmp_path: Path) -> None:
    with loaded(_TEXT) as (workspace, _):
        save_copy(workspace, tmp_path / "copy.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "copy.xlsx").active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows == [
        ["objectID", "price", "big", "on", "none", "tags", "t"],
        ["a", 1.5, "12345678901234567890", True, None, '["x",1]', "=1+2"],
        ["b", -3, None, None, None, None, "https://shop.example"],
    ]
    assert sheet["G2"].data_type == "s", "a text, not a formula"
    assert list(tmp_path.iterdir()) == [tmp_path / "copy.xlsx"]


def test_a_spreadsheet_is_read_again_as_it_was_written(tmp_path: Path) -> None:
    with loaded(_TEXT) as (workspace, _):
        save_copy(workspace, tmp_path / "copy.xlsx")
    again = Workspace.create(tmp_path / "again.sqlite")
    report = again.load(tmp_path / "copy.xlsx", ReadOptions())
    assert (report.loaded, report.rejected) == (2, 0)
    assert json.loads(again.text(1))["big"] == "12345678901234567890"
    again.close()


def test_what_a_cell_has_no_room_for_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "copy.xlsx").write_bytes(b"before")
    with (
        loaded(json.dumps({"objectID": "a", "t": "x" * 40_000}) + "\n") as (workspace, _),
        pytest.raises(InputError, match="The value of t in row 2 has 40,000 letters"),
    ):
        save_copy(workspace, tmp_path / "copy.xlsx")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"before"]


def test_parquet_is_read_again_with_the_same_values(tmp_path: Path) -> None:
    with loaded('{"objectID":"a","n":1,"tags":["x"]}\n{"objectID":"b","n":2}\n') as (workspace, _):
        save_copy(workspace, tmp_path / "copy.parquet")
    again = Workspace.create(tmp_path / "again.sqlite")
    again.load(tmp_path / "copy.parquet")
    assert json.loads(again.text(1)) == {"objectID": "a", "n": 1, "tags": ["x"]}
    assert json.loads(again.text(2))["n"] == 2
    again.close()


def test_only_the_chosen_records_are_written(tmp_path: Path) -> None:
    with loaded("".join(f'{{"objectID":"{n}"}}\n' for n in range(1, 8))) as (workspace, _):
        save_copy(workspace, tmp_path / "some.ndjson", ranges=[(2, 3), (6, 6)])
    lines = (tmp_path / "some.ndjson").read_text("utf-8").splitlines()
    assert [json.loads(line)["objectID"] for line in lines] == ["2", "3", "6"]


@pytest.mark.parametrize(
    ("value", "written"),
    [("=1+2", "'=1+2"), ("+49 30", "'+49 30"), ("@me", "'@me"), ("\tx", "'\tx"), ("-5", "-5"), ("a=b", "a=b")],
)
def test_formulas_are_defused_where_that_is_wanted_and_only_there(tmp_path: Path, value: str, written: str) -> None:
    with loaded(json.dumps({"objectID": "a", "t": value}) + "\n") as (workspace, _):
        save_copy(workspace, tmp_path / "plain.csv")
        save_copy(workspace, tmp_path / "safe.csv", defused=True)
    cells = {}
    for name in ("plain", "safe"):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            cells[name] = list(csv.reader(file))[1][1]
    assert cells == {"plain": value, "safe": written}
