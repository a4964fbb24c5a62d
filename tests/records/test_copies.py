"""Copies for others: spreadsheets, Parquet, only some records, and no formulas by accident."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pushconsole.errors import Cancelled, InputError
from pushconsole.records import (
    ReadOptions,
    SortKey,
    Workspace,
    block_of,
    copied_rows_in_background,
    make_view,
    save_copy,
    save_copy_in_background,
)
from pushconsole.records.copied_rows import copied_rows
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


def _many(records: int) -> str:
    return "".join(f'{{"objectID":"{n}","n":{n}}}\n' for n in range(records))


@pytest.mark.parametrize("ending", ["csv", "ndjson", "xlsx", "parquet"])
def test_a_copy_in_the_background_is_the_copy_and_tells_how_far_it_is(tmp_path: Path, ending: str) -> None:
    told: list[int] = []
    with loaded(_many(5_000)) as (workspace, _):
        save_copy_in_background(
            workspace, tmp_path / f"copy.{ending}", ranges=None, defused=False,
            on_progress=told.append, cancelled=lambda: False,
        )  # fmt: skip
    assert told[:5] == [0, 1000, 2000, 3000, 4000]
    again = Workspace.create(tmp_path / "again.sqlite")
    assert again.load(tmp_path / f"copy.{ending}").loaded == 5_000
    again.close()


@pytest.mark.parametrize("ending", ["csv", "json", "xlsx", "parquet"])
@pytest.mark.parametrize("after", [0, 30_000], ids=["at once", "midway"])
def test_a_cancelled_copy_ends_within_a_second_and_leaves_what_stood_there(
    tmp_path: Path, ending: str, after: int
) -> None:
    folder, told, asked_at = tmp_path / "copies", [-1], list[float]()
    folder.mkdir()
    (folder / f"copy.{ending}").write_bytes(b"before")

    def cancelled() -> bool:
        if told[-1] >= after:
            asked_at.append(time.monotonic())
        return bool(asked_at)

    with loaded(_many(60_000)) as (workspace, _):
        with pytest.raises(Cancelled):
            save_copy_in_background(
                workspace, folder / f"copy.{ending}", ranges=None, defused=False,
                on_progress=told.append, cancelled=cancelled,
            )  # fmt: skip
        assert time.monotonic() - asked_at[0] < 1.5, "0.8 s of patience and the end of a process"
    assert [file.read_bytes() for file in folder.iterdir()] == [b"before"]


def test_a_copy_that_cannot_be_written_is_told_from_the_other_process(tmp_path: Path) -> None:
    with loaded(_many(600)) as (workspace, _), pytest.raises(InputError, match="cannot be written: No such"):
        save_copy_in_background(
            workspace, tmp_path / "missing" / "copy.csv", ranges=None, defused=False,
            on_progress=lambda _: None, cancelled=lambda: False,
        )  # fmt: skip
    long = json.dumps({"objectID": "a", "t": "x" * 40_000}) + "\n"
    with loaded(_many(600) + long) as (workspace, _), pytest.raises(InputError, match="in row 602 has 40,000 letters"):
        save_copy_in_background(
            workspace, tmp_path / "copy.xlsx", ranges=None, defused=False,
            on_progress=lambda _: None, cancelled=lambda: False,
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


_cells = st.lists(st.tuples(st.text(max_size=6), st.text('ab "\t\r\n', max_size=6)), max_size=5)


@given(_cells)
@example([('"quoted" first', "a\tb"), ("", 'say "hi"'), ("line\nend", " spaced  ")])
def test_rows_that_were_copied_are_pasted_as_they_were(cells: list[tuple[str, str]]) -> None:
    records = "".join(json.dumps({"a": a, "b": b}) + "\n" for a, b in cells)
    with loaded(records + '{"a":"last","b":"one"}\n') as (workspace, _):
        text = copied_rows(workspace, [(1, 2**40)], ["a", "b"])
    assert block_of(text) == (("a", "b"), *cells, ("last", "one"))


def test_rows_are_copied_in_the_background_in_the_order_they_are_seen() -> None:
    with loaded(_many(2_000)) as (workspace, _):
        view = make_view(workspace, order=[SortKey("n", descending=True)])
        assert view is not None
        ids = [(one, one) for one in view.record_ids(0, 2_000)]
        text = copied_rows_in_background(workspace, ids, ["n"], on_progress=lambda _: None, cancelled=lambda: False)
        with pytest.raises(Cancelled):
            copied_rows_in_background(workspace, ids, ["n"], on_progress=lambda _: None, cancelled=lambda: True)
        view.close()
    assert text.split("\n") == ["n", *map(str, range(1_999, -1, -1))]
