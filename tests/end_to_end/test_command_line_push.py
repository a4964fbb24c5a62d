"""`pushconsole push` through real processes: what arrives, in which calls, and what the terminal shows of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from pushconsole.locations import resources
from tests.command_line.fixtures import shell
from tests.command_line.shell import Shell, numbered_csv, run, written
from tests.sandbox.caller import PRODUCTS, Caller

__all__ = ["shell"]

SAMPLE = resources() / "samples" / "products.csv"
CELLS = "objectID,price,zip,note\na,1.10,02134,\nb,7,75001,x\n"


def pushes(caller: Caller) -> list[dict[str, Any]]:
    """Return the pushes the sandbox received."""
    return [call for call in caller.get("/sandbox/calls") if call["path"].endswith("/push")]


def test_the_sample_arrives_record_by_record(shell: Shell, caller: Caller) -> None:
    done = shell.push(SAMPLE)
    assert (done.status, done.stderr) == (0, "")
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    hits = {hit["objectID"]: hit for hit in caller.hits()}
    assert done.numbers == (len(rows), 0, 0, 0)
    assert list(hits) == [row["objectID"] for row in rows]
    for row in rows:
        assert set(hits[row["objectID"]]) == {column for column, cell in row.items() if cell}
    assert hits["sku-0001"]["zip"] == rows[0]["zip"] == "02134"
    assert f'"price":{rows[0]["price"]}' in caller.text("sku-0001")  # 30.90 stays 30.90


def test_a_json_file_arrives_character_by_character(shell: Shell, caller: Caller, tmp_path: Path) -> None:
    text = '{"objectID":"a","n":12345678901234567890,"p":1.10,"x":null,"y":{"z":[1,"é🪔"]}}'
    done = shell.push(written(tmp_path / "wrapped.json", f'{{"total": 1, "hits": [{text}]}}'))
    assert done.status == 0
    assert caller.text("a") == text


def test_the_last_event_has_the_documented_keys_and_no_other(shell: Shell, tmp_path: Path) -> None:
    finished = shell.push(numbered_csv(tmp_path / "records.csv", 3)).events[-1]
    assert list(finished) == [
        *("event", "run_id", "records", "succeeded", "failed", "in_doubt", "unsent", "batches", "bytes", "seconds")
    ]
    assert finished["event"] == "finished"


@pytest.mark.parametrize(
    ("options", "a"),
    [
        ((), {"objectID": "a", "price": 1.1, "zip": "02134"}),
        (("--all-text",), {"objectID": "a", "price": "1.10", "zip": "02134"}),
        (("--text-columns", "price,zip"), {"objectID": "a", "price": "1.10", "zip": "02134"}),
        (("--empty", "null"), {"objectID": "a", "price": 1.1, "zip": "02134", "note": None}),
        (("--empty", "empty"), {"objectID": "a", "price": 1.1, "zip": "02134", "note": ""}),
    ],
    ids=str,
)
def test_options_of_reading_change_the_json(
    shell: Shell, caller: Caller, tmp_path: Path, options: tuple[str, ...], a: dict[str, Any]
) -> None:
    assert shell.push(written(tmp_path / "cells.csv", CELLS), *options).status == 0
    assert next(hit for hit in caller.hits() if hit["objectID"] == "a") == a


def test_standard_input_is_read_where_the_file_is_a_dash(shell: Shell, caller: Caller) -> None:
    done = shell.push("-", stdin=CELLS.encode())
    assert done.status == 0
    assert [event["source"] for event in done.of("started")] == ["standard input"]
    assert [hit["objectID"] for hit in caller.hits()] == ["a", "b"]


def test_the_limits_of_a_batch_are_obeyed(shell: Shell, caller: Caller, tmp_path: Path) -> None:
    file = numbered_csv(tmp_path / "records.csv", 50)
    assert shell.push(file, "--max-batch-records", "20").numbers == (50, 0, 0, 0)
    assert len(pushes(caller)) == 3
    caller.control("DELETE", "/sandbox/calls")
    assert shell.push(file, "--max-batch-bytes", "500").numbers == (50, 0, 0, 0)
    sizes = [call["body_bytes"] for call in pushes(caller)]
    assert max(sizes) <= 500 < sum(sizes)
    # Batches may arrive in any order: only the plan's last one may be small.
    assert sorted(sizes)[1] > 400


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_more_calls_than_asked_for_are_under_way_at_once(
    shell: Shell, caller: Caller, tmp_path: Path, concurrency: int
) -> None:
    caller.fault({"delay_s": 0.1}, path="/push$")
    file = numbered_csv(tmp_path / "records.csv", 6)
    assert shell.push(file, "--max-batch-records", "1", "--concurrency", str(concurrency)).status == 0
    calls = pushes(caller)
    at_once = [
        sum(other["time"] <= call["time"] < other["time"] + other["seconds"] for other in calls) for call in calls
    ]
    assert max(at_once) == concurrency


def test_a_dry_run_plans_and_sends_nothing(shell: Shell, caller: Caller, tmp_path: Path) -> None:
    report = tmp_path / "report"
    done = shell.push(
        numbered_csv(tmp_path / "records.csv", 50), "--dry-run", "--max-batch-records", "20", "--report", report
    )
    (planned,) = done.events
    assert done.status == 0
    assert (planned["event"], planned["records"], planned["batches"]) == ("planned", 50, 3)
    assert pushes(caller) == []
    assert caller.index_names() == []
    assert not report.exists()


def test_the_bytes_planned_are_the_bytes_received(shell: Shell, caller: Caller) -> None:
    done = shell.push(SAMPLE, "--max-batch-records", "100")
    received = sum(call["body_bytes"] for call in pushes(caller))
    assert [event["bytes"] for event in done.of("planned")] == [received]
    assert done.events[-1]["bytes"] == received
    fingerprints = {event["sha256"] for event in done.of("batch_sending")}
    assert fingerprints == {call["body_sha256"] for call in pushes(caller)}


def test_people_get_a_table_and_whole_lines(shell: Shell, tmp_path: Path) -> None:
    name = "a rather long name of a file [with brackets] and :warning: that no terminal of 80 columns holds.csv"
    words = shell.arguments(numbered_csv(tmp_path / name, 1500), "--max-batch-records", "500")
    done = run(*words, environ=shell.environ)
    assert (done.status, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"{name}: 1\u202f500 records")
    heading = next(
        line for line in lines if line.split() == ["succeeded", "failed", "in", "doubt", "unsent", "records"]
    )
    numbers = lines[lines.index(heading) + 2].split("  ")
    assert [cell.strip() for cell in numbers if cell.strip()] == ["1\u202f500", "0", "0", "0", "1\u202f500"]
    assert sum("event" in line and "succeeded" in line for line in lines) == 3
    assert "\x1b" not in done.stdout


def test_tasks_are_listed_as_a_table_whose_ids_are_whole(shell: Shell, caller: Caller) -> None:
    caller.control("POST", "/sandbox/tasks", {"name": "[prod] Shop", "index": "shop"}).raise_for_status()
    done = shell.show("tasks")
    assert done.status == 0
    for task in caller.get("/2/tasks", itemsPerPage=100)["tasks"]:
        assert task["taskID"] in done.stdout
    assert "→ shop" in done.stdout
    assert "disabled" in done.stdout


def test_tasks_are_listed_as_json(shell: Shell) -> None:
    listed = json.loads(shell.show("tasks", "--json").stdout)
    assert {task["index"]: task["enabled"] for task in listed} == {
        "products": True,
        "articles": True,
        "events": True,
        "archive": False,
    }


def test_an_index_stands_for_its_only_task(shell: Shell, caller: Caller, tmp_path: Path) -> None:
    file = numbered_csv(tmp_path / "records.csv", 3)
    words = ("push", file, "--index", "products", "--action", "updateObject", *shell.target, "--json")
    done = run(*words, environ=shell.environ)
    assert (done.status, done.numbers) == (0, (3, 0, 0, 0))
    caller.control("POST", "/sandbox/tasks", {"name": "Again", "index": "products"}).raise_for_status()
    again = run(*words, environ=shell.environ)
    assert again.status == 3
    assert "2 tasks push to the index products: Shop export (" in again.stderr
    assert PRODUCTS in again.stderr
    none = run("push", file, "--index", "nowhere", "--action", "updateObject", *shell.target, environ=shell.environ)
    assert none.status == 3
    assert "has no push task for the index nowhere" in none.stderr


@pytest.mark.parametrize("aim", [(), ("--index", "products", "--task", PRODUCTS)])
def test_a_push_has_exactly_one_aim(shell: Shell, tmp_path: Path, aim: tuple[str, ...]) -> None:
    file = numbered_csv(tmp_path / "records.csv", 3)
    done = run("push", file, "--action", "updateObject", *aim, *shell.target, environ=shell.environ)
    assert done.status == 2
    assert "needs --task or --index" in done.stderr
