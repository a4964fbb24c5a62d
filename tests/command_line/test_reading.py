"""`convert`, `check` and `--recipe` through real processes."""

from __future__ import annotations

from pathlib import Path

from pushconsole.records import ColumnChoice, ReadOptions, Recipe, write_recipe
from tests.command_line.shell import Shell, run, written
from tests.sandbox.caller import Caller

RAGGED = "objectID;price\na;1.10\nb;2;3\nc;\n"
RECIPE = Recipe("shop", ("nr", "price"), ReadOptions(object_id="nr", columns={"price": ColumnChoice(rename="cost")}))


def test_convert_writes_the_good_rows_and_tells_the_others(tmp_path: Path) -> None:
    target = tmp_path / "out.ndjson"
    done = run("convert", written(tmp_path / "in.csv", RAGGED), target)
    assert (done.status, target.read_text()) == (1, '{"objectID":"a","price":1.10}\n{"objectID":"c"}\n')
    assert done.stderr == "Line 3 was not written. The row has 3 cells where the header has 2.\n"
    assert "Wrote 2 records" in done.stdout


def test_convert_reads_standard_input_as_a_recipe_says(tmp_path: Path) -> None:
    recipe, target = tmp_path / "recipe.json", tmp_path / "out.json"
    write_recipe(RECIPE, recipe)
    done = run("convert", "-", target, "--recipe", recipe, stdin=b"nr,price\n1,2\n")
    assert (done.status, done.stderr) == (0, "")
    assert target.read_text() == '[\n{"objectID":"1","cost":2}\n]\n'


def test_convert_refuses_columns_that_drifted_and_writes_nothing(tmp_path: Path) -> None:
    recipe, target = tmp_path / "recipe.json", tmp_path / "out.json"
    write_recipe(RECIPE, recipe)
    done = run("convert", written(tmp_path / "in.csv", "nr,price,new\n1,2,3\n"), target, "--recipe", recipe)
    assert (done.status, target.exists()) == (2, False)
    assert "other columns than the recipe “shop”:\n  The column “new” is new." in done.stderr
    gone = run("convert", written(tmp_path / "gone.csv", "nr,preis\n1,2\n"), target, "--recipe", recipe)
    assert (gone.status, target.exists()) == (2, False)
    assert "“shop”:\n  The column “price” is missing.\n  The column “preis” is new." in gone.stderr


def test_convert_needs_an_ending_that_says_a_format(tmp_path: Path) -> None:
    done = run("convert", written(tmp_path / "in.csv", RAGGED), tmp_path / "out.docx")
    assert (done.status, done.stdout) == (2, "")
    assert "no ending that says a format" in done.stderr


def test_check_prints_each_finding_as_json(tmp_path: Path) -> None:
    done = run("check", written(tmp_path / "in.csv", RAGGED + ";4\n"), "--json", "--action", "updateObject")
    assert done.status == 1
    assert [event["event"] for event in done.events] == ["loaded", "rejected", "problem", "checked"]
    loaded, rejected, problem, last = done.events
    assert (loaded["source"]["delimiter"], rejected["line"]) == (";", 3)
    assert (problem["line"], problem["severity"], problem["attribute"]) == (5, "error", "objectID")
    assert last == {
        "event": "checked",
        "records": 3,
        "rejected": 1,
        "problems": {"missing objectID": 1, "rejected row": 1},
    }


def test_check_knows_what_fits_no_partial_update(tmp_path: Path) -> None:
    file = written(tmp_path / "in.ndjson", '{"objectID":"a"}\n{"objectID":"b","n":1}\n')
    counts = {
        action: run("check", file, "--json", "--action", action).of("checked")[0]["problems"]
        for action in ("updateObject", "partialUpdateObject", "partialUpdateObjectNoCreate")
    }
    assert counts == {
        "updateObject": {},
        "partialUpdateObject": {"nothing but an objectID": 1},
        "partialUpdateObjectNoCreate": {"nothing but an objectID": 1},
    }


def test_check_says_for_people_that_all_is_well(tmp_path: Path) -> None:
    done = run("check", written(tmp_path / "in.ndjson", '{"price":1}\n{"price":2}\n'), "--action", "addObject")
    assert (done.status, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "Checked 2 records"


def test_push_reads_as_a_recipe_says(shell: Shell, caller: Caller, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.json"
    write_recipe(RECIPE, recipe)
    done = shell.push(written(tmp_path / "in.csv", "nr,price\n1,2\n"), "--recipe", recipe)
    assert (done.status, done.stderr) == (0, "")
    assert caller.hits() == [{"objectID": "1", "cost": 2}]


def test_check_takes_the_size_that_the_plan_allows(tmp_path: Path) -> None:
    file = written(tmp_path / "in.ndjson", f'{{"objectID":"a","text":"{"x" * 30_000}"}}\n')
    known = run("check", file, "--record-limit", "20000")
    assert "(objectID “a”) has about 30.0 KB; the profile's plan allows 20" in known.stdout + known.stderr
    roomy = run("check", file, "--record-limit", "100000")
    assert (roomy.status, "KB" in roomy.stdout + roomy.stderr) == (0, False)


def test_a_push_tells_of_updates_that_change_nothing(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path / "in.ndjson", '{"objectID":"a"}\n')
    done = shell.push(file, action="partialUpdateObject")
    assert "Line 1 has nothing but an objectID" in done.stderr
