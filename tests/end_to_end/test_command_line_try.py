"""`pushconsole try` through real processes: which records are tried, and what is shown of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line.fixtures import shell
from tests.command_line.shell import Outcome, Shell, run, written
from tests.sandbox.caller import ARTICLES, PRODUCTS, Caller

__all__ = ["shell"]

ROWS = "objectID,price,name\na,10,Lamp\nb,,Stool\n7,2.50,Cup\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "three.csv", ROWS)


def tried(shell: Shell, file: Path, *options: str, task: str = ARTICLES) -> Outcome:
    return run("try", file, "--task", task, *shell.target, "--json", *options, environ=shell.environ)


def test_the_sample_task_adds_the_tax_and_nothing_is_pushed(shell: Shell, caller: Caller, file: Path) -> None:
    done = tried(shell, file)
    assert (done.status, done.stderr) == (0, "")
    assert [event["outcome"] for event in done.of("tried")] == ["changed", "unchanged", "changed"]
    first = done.of("tried")[0]
    assert (first["line"], first["object_id"], first["before"]["price"]) == (2, "a", 10)
    assert first["after"] == [{**first["before"], "price_with_tax": 12}]
    assert first["changes"] == [[{"name": "price_with_tax", "before": None, "after": "12"}]]
    assert done.events[-1]["records"] == 3
    assert caller.index_names() == []


@pytest.mark.parametrize(
    ("rows", "names"),
    [("1-2", ["a", "b"]), ("3,a", ["7", "a"]), ("objectID:7", ["7"]), ("b, b,2", ["b"])],
)
def test_rows_are_chosen_by_number_and_by_object_id(shell: Shell, file: Path, rows: str, names: list[str]) -> None:
    assert [event["object_id"] for event in tried(shell, file, "--rows", rows).of("tried")] == names


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("4", "There is no row 4: the file has 3 records."),
        ("0", "There is no row 0"),
        ("2-1", "There is no row 2-1"),
        ("nobody", "No record has the objectID nobody."),
        (",", "--rows names no record."),
    ],
)
def test_rows_that_are_not_there_are_told(shell: Shell, file: Path, rows: str, said: str) -> None:
    done = tried(shell, file, "--rows", rows)
    assert done.status == 2
    assert said in done.stderr


def test_more_rows_than_anybody_reads_are_refused(shell: Shell, tmp_path: Path) -> None:
    many = written(tmp_path / "many.csv", "objectID\n" + "".join(f"r{n}\n" for n in range(60)))
    assert tried(shell, many, "--rows", "1-50").events[-1]["records"] == 50
    assert "more than 50 records" in tried(shell, many, "--rows", "1-51").stderr


def test_an_error_names_its_record_and_the_status_says_so(shell: Shell, caller: Caller, file: Path) -> None:
    code = "function transform(record) { return record.name.length > 4 ? record.no.thing : [record, record]; }"
    caller.control("POST", "/sandbox/transformations", {"task": PRODUCTS, "code": code}).raise_for_status()
    done = shell.show("try", file, "--task", PRODUCTS)
    assert done.status == 1
    assert "line 3, objectID b: failed" in done.stdout
    assert "TypeError: cannot read property 'thing' of undefined" in done.stdout
    assert "line 2, objectID a: multiplied into 2" in done.stdout
    assert "3 records tried: 2 multiplied, 1 failed" in done.stdout


def test_people_see_before_and_after_side_by_side(shell: Shell, caller: Caller, file: Path) -> None:
    code = "function transform(record) { record.price = 11; delete record.name; record.new = [1]; return record; }"
    caller.control("POST", "/sandbox/transformations", {"task": PRODUCTS, "code": code}).raise_for_status()
    shown = [line.split() for line in shell.show("try", file, "--task", PRODUCTS, "--rows", "1").stdout.splitlines()]
    for row in (["~", "price", "10", "11"], ["-", "name", '"Lamp"'], ["+", "new", "[1]"]):
        assert row in shown


def test_a_task_without_transformation_is_told(shell: Shell, file: Path) -> None:
    done = tried(shell, file, task=PRODUCTS)
    assert done.status == 3
    assert "has no transformation" in done.stderr


def test_rows_that_are_no_records_are_counted(shell: Shell, tmp_path: Path) -> None:
    done = tried(shell, written(tmp_path / "bad.ndjson", '{"objectID":"a"}\nnothing\n'))
    assert json.loads(done.stdout.splitlines()[-1])["records"] == 1
    assert "1 row that is not a record" in done.stderr
