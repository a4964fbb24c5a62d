"""`--report`: exactly the records that did not succeed, as they came in, and what is known of every batch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line.fixtures import shell
from tests.command_line.shell import Shell, run, written
from tests.sandbox.caller import Caller

__all__ = ["shell"]

HEADER = "objectID;name;price;zip;note\r\n"
ROWS = [f'sku-{number};"Lamp; ""é"" {number}";{number}.10;0213{number};\r\n' for number in range(1, 10)]
IN_THREES = ("--max-batch-records", "3", "--concurrency", "1")
IN_TWOS = ("--max-batch-records", "2", "--concurrency", "1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a CSV of nine records as spreadsheets in much of Europe write it."""
    return written(tmp_path / "export.csv", HEADER + "".join(ROWS))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Name a folder for the report that is not there yet."""
    return tmp_path / "new" / "report"


def _names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def _report(folder: Path) -> dict[str, Any]:
    document = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def _with_a_long_record(file: Path, number: int, caller: Caller) -> str:
    """Make one of the nine records larger than the service takes, and return its row."""
    caller.settings(record_limit_bytes=200, oversize="400 engine")
    long = f"sku-{number};{'x' * 300};{number}.10;0213{number};\r\n"
    written(file, HEADER + "".join([*ROWS[: number - 1], long, *ROWS[number:]]))
    return long


def test_every_record_that_did_not_succeed_is_in_one_file_as_it_was(
    shell: Shell, caller: Caller, file: Path, folder: Path
) -> None:
    long = _with_a_long_record(file, 1, caller)
    for nth in range(2, 7):  # the second batch, each time it is sent
        caller.fault({"close": "after_reading"}, path="/push$", nth=nth)
    caller.fault({"status": 403, "message": "no more"}, path="/push$", nth=7)
    done = shell.push(file, *IN_TWOS, "--settle", "0", "--report", folder)
    assert done.numbers == (0, 3, 2, 4)
    assert _names(folder) == {"failed.csv", "in_doubt.csv", "unsent.csv", "report.json", "report.html"}
    for name, rows in (
        ("failed", [long, *ROWS[4:6]]),
        ("in_doubt", ROWS[2:4]),
        ("unsent", [ROWS[1], *ROWS[6:]]),
    ):
        assert (folder / f"{name}.csv").read_bytes() == (HEADER + "".join(rows)).encode()


def test_what_is_empty_is_not_written_and_what_is_stale_goes(
    shell: Shell, caller: Caller, file: Path, folder: Path
) -> None:
    caller.fault({"status": 400, "message": "not like this"}, path="/push$")
    assert shell.push(file, "--report", folder).status == 1
    assert _names(folder) == {"failed.csv", "report.json", "report.html"}
    caller.control("DELETE", "/sandbox/faults")
    mended = shell.push(folder / "failed.csv", "--report", folder)
    assert (mended.status, mended.numbers) == (0, (9, 0, 0, 0))
    assert _names(folder) == {"report.json", "report.html"}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "records.ndjson",
            '{"objectID":"a", "p":1.10}\n{"objectID":"b","n":12345678901234567890,"x":null}\n',
            ("failed.ndjson", '{"objectID":"a", "p":1.10}\n{"objectID":"b","n":12345678901234567890,"x":null}\n'),
        ),
        (
            "records.json",
            '[\n  {"objectID":"a", "p":1.10},\n  {"objectID":"b"}\n]\n',
            ("failed.json", '[\n  {"objectID":"a", "p":1.10},\n  {"objectID":"b"}\n]\n'),
        ),
        ("records.tsv", "objectID\tp\na\t1.10\nb\t\n", ("failed.tsv", "objectID\tp\na\t1.10\nb\t\n")),
    ],
)
def test_the_records_keep_their_format_and_their_characters(
    shell: Shell, caller: Caller, tmp_path: Path, folder: Path, name: str, text: str, expected: tuple[str, str]
) -> None:
    caller.fault({"event": "failed"}, path="/push$")
    shell.push(written(tmp_path / name, text), "--report", folder)
    assert _names(folder) == {expected[0], "report.json", "report.html"}
    assert (folder / expected[0]).read_bytes().decode() == expected[1]


def test_the_report_has_every_batch_and_every_part(shell: Shell, caller: Caller, file: Path, folder: Path) -> None:
    _with_a_long_record(file, 5, caller)
    done = shell.push(file, *IN_THREES, "--report", folder)
    batches = _report(folder)["batches"]
    assert [(batch["of"], batch["records"]["count"]) for batch in batches[:3]] == [(None, 3)] * 3
    assert [batch["verdict"] for batch in batches] == ["succeeded", "divided", "succeeded", "failed", "succeeded"]
    assert [batch["of"] for batch in batches[3:]] == [2, 2]
    accepted = {event["batch"]: (event["service_run_id"], event["event_id"]) for event in done.of("batch_accepted")}
    for batch in batches:
        if batch["verdict"] == "succeeded":
            run_id, event_id = accepted[batch["batch"]]
            assert (batch["runID"], batch["eventID"]) == (run_id, event_id)
            assert caller.get(f"/1/runs/{run_id}/events/{event_id}")["batchSize"] == batch["records"]["count"]
    assert _report(folder)["finished"] == done.events[-1]


def test_the_report_has_every_failed_record_with_its_place_and_reason(
    shell: Shell, caller: Caller, file: Path, folder: Path
) -> None:
    _with_a_long_record(file, 5, caller)
    shell.push(file, *IN_THREES, "--report", folder)
    (failed,) = _report(folder)["failed_records"]
    assert (failed["line"], failed["objectID"], failed["named"]) == (6, "sku-5", True)
    assert "too big" in failed["reason"]


def test_an_action_on_the_whole_index_has_a_report_too(shell: Shell, caller: Caller, folder: Path) -> None:
    caller.fault({"event": "failed", "message": "not today"}, path="/push$")
    done = shell.push(None, "--yes", "products", "--report", folder, action="clear")
    assert (done.status, done.numbers) == (1, (0, 0, 0, 0))
    assert _names(folder) == {"report.json", "report.html"}
    (batch,) = _report(folder)["batches"]
    assert (batch["verdict"], batch["reason"]) == ("failed", "not today")
    assert "<h1>The call for the whole index failed</h1>" in (folder / "report.html").read_text(encoding="utf-8")
    assert done.events[-1]["call"] == "failed"
    (listed,) = [json.loads(line) for line in run("runs", "list", "--json").stdout.splitlines()]
    assert (listed["call"], listed["state"]) == ("failed", "finished")


def test_people_are_told_the_reason_and_where_the_report_is(
    shell: Shell, caller: Caller, file: Path, folder: Path
) -> None:
    caller.fault({"status": 400, "message": "no [bold]room"}, path="/push$")
    done = run(*shell.arguments(file, *IN_THREES, "--report", folder), environ=shell.environ)
    assert done.status == 1
    assert "no [bold]room" in done.stdout
    assert f"Wrote {folder / 'failed.csv'}" in done.stdout.splitlines()
