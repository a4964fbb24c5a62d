"""`pushconsole runs`: real processes that end badly, and what is done about it afterwards."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pushconsole.locations import ledger_file, run_records
from tests.command_line.fixtures import shell
from tests.command_line.shell import Outcome, Shell, numbered_csv, run, start, written
from tests.sandbox.caller import Caller, eventually

__all__ = ["shell"]

IN_TENS = ("--max-batch-records", "10", "--concurrency", "1", "--settle", "0")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of 60 records."""
    return numbered_csv(tmp_path / "records.csv", 60)


def _runs(shell: Shell, *arguments: str | Path, connected: bool = False) -> Outcome:
    own = shell.target if connected else ()
    return run("runs", *arguments, *own, environ=shell.environ)


def _listed(shell: Shell) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _runs(shell, "list", "--json").stdout.splitlines()]


def _killed_midway(shell: Shell, caller: Caller, file: Path) -> str:
    """Kill a push while its third batch is under way, and return its run's ID."""
    caller.fault({"delay_s": 60}, path="/push$", nth=3)
    process = start(*shell.arguments(file, *IN_TENS), environ=shell.environ)
    try:
        eventually(lambda: sum(call["path"].endswith("/push") for call in caller.get("/sandbox/calls")) >= 2)
        eventually(lambda: _accepted(2))
    finally:
        process.kill()
        process.communicate()
    caller.control("DELETE", "/sandbox/faults")
    (found,) = _listed(shell)
    return str(found["run_id"])


def _accepted(count: int) -> bool:
    with closing(sqlite3.connect(ledger_file())) as connection:
        found = connection.execute("SELECT count(*) FROM batches WHERE state='succeeded'").fetchone()
    return bool(found[0] >= count)


def test_a_killed_run_is_listed_as_interrupted_and_resumed_to_its_end(shell: Shell, caller: Caller, file: Path) -> None:
    run_id = _killed_midway(shell, caller, file)
    (found,) = _listed(shell)
    assert found["state"] == "interrupted"
    assert (found["succeeded"], found["records"]) == (20, 60)
    done = _runs(shell, "resume", run_id[:13], "--json", connected=True)
    assert (done.status, done.numbers) == (0, (60, 0, 0, 0))
    assert len(caller.hits()) == 60
    (found,) = _listed(shell)
    assert (found["state"], found["succeeded"]) == ("complete", 60)
    assert list(run_records().iterdir()) == [], "nothing more is needed of it"
    again = _runs(shell, "resume", run_id, connected=True)
    assert again.status == 2
    assert "nothing to resume" in again.stderr or "not there any more" in again.stderr


def test_what_failed_is_pushed_once_more_as_a_run_of_its_own(shell: Shell, caller: Caller, tmp_path: Path) -> None:
    caller.settings(record_limit_bytes=100, oversize="400 engine")
    long = "x" * 200
    file = written(tmp_path / "records.csv", f"objectID,name\na,short\nb,{long}\nc,short\n")
    assert shell.push(file).numbers == (2, 1, 0, 0)
    caller.settings(record_limit_bytes=1_000)
    run_id = _listed(shell)[0]["run_id"]
    done = _runs(shell, "retry-failed", run_id, "--json", connected=True)
    assert (done.status, done.numbers) == (0, (1, 0, 0, 0))
    assert sorted(hit["objectID"] for hit in caller.hits()) == ["a", "b", "c"]
    assert len(_listed(shell)) == 2


def test_the_files_of_a_killed_run_are_exported_from_the_ledger_alone(
    shell: Shell, caller: Caller, file: Path, tmp_path: Path
) -> None:
    run_id = _killed_midway(shell, caller, file)
    assert _runs(shell, "export", run_id, "--to", tmp_path / "out").status == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    finished = report["finished"]
    assert (finished["succeeded"], finished["in_doubt"], finished["unsent"]) == (20, 10, 30)
    header, *rows = file.read_text(encoding="utf-8").splitlines()
    assert (tmp_path / "out" / "in_doubt.csv").read_text(encoding="utf-8").splitlines() == [header, *rows[20:30]]
    assert (tmp_path / "out" / "unsent.csv").read_text(encoding="utf-8").splitlines() == [header, *rows[30:]]


def test_a_run_is_shown_and_forgotten_with_its_records(shell: Shell, caller: Caller, file: Path) -> None:
    caller.fault({"status": 403, "message": "no more"}, path="/push$", nth=3)
    shell.push(file, *IN_TENS)
    run_id = _listed(shell)[0]["run_id"]
    shown = json.loads(_runs(shell, "show", run_id, "--json").stdout)
    assert [batch["state"] for batch in shown["batches"]][:3] == ["succeeded", "succeeded", "failed"]
    assert "no more" in _runs(shell, "show", run_id).stdout
    assert len(list(run_records().glob("*/*.sqlite"))) == 1
    assert _runs(shell, "forget", run_id).status == 0
    assert _listed(shell) == []
    assert list(run_records().glob("*/*")) == []


def test_a_run_that_is_under_way_is_neither_resumed_nor_forgotten(shell: Shell, caller: Caller, file: Path) -> None:
    caller.fault({"delay_s": 60}, path="/push$", nth=3)
    process = start(*shell.arguments(file, *IN_TENS), environ=shell.environ)
    try:
        eventually(lambda: ledger_file().exists() and bool(_listed(shell)))
        (found,) = _listed(shell)
        assert found["state"] == "under way"
        resumed = _runs(shell, "resume", found["run_id"], connected=True)
        assert resumed.status == 3
        assert f"Another run pushes to the task Shop export now (process {process.pid})" in resumed.stderr
        other = shell.push(file)
        assert other.status == 3
        assert "Another run pushes" in other.stderr
        assert "is under way" in _runs(shell, "forget", found["run_id"]).stderr
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("command", ["show", "forget"])
def test_a_run_that_nobody_knows_is_a_wrong_input(shell: Shell, command: str) -> None:
    done = _runs(shell, command, "0123")
    assert done.status == 2
    assert "No run in the ledger begins with “0123”" in done.stderr


def test_a_run_of_another_application_is_not_resumed(shell: Shell, caller: Caller, file: Path) -> None:
    run_id = _killed_midway(shell, caller, file)
    with closing(sqlite3.connect(ledger_file())) as connection, connection:
        connection.execute("UPDATE runs SET application_id='OTHER'")
    done = _runs(shell, "resume", run_id, connected=True)
    assert done.status == 2
    assert "was for the application OTHER" in done.stderr
