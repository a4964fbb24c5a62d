"""The exit statuses, each for its reason, with a sentence that says what to do and nothing but JSON beside it."""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import threading
from pathlib import Path

import pytest

from pushconsole.locations import ledger_file
from tests.command_line.fixtures import shell
from tests.command_line.shell import NUMBERS, Outcome, Shell, numbered_csv, run, start, written
from tests.sandbox.caller import ARCHIVE, PRODUCTS, Caller, eventually

__all__ = ["shell"]

NOBODY = "http://127.0.0.1:9"


def _push_count(caller: Caller) -> int:
    return sum(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of 30 records."""
    return numbered_csv(tmp_path / "records.csv", 30)


def _refused(done: Outcome, status: int, *words: str) -> None:
    """Check that a command ended before anything was sent, with a sentence and no traceback."""
    assert (done.status, done.stdout) == (status, ""), done
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize(
    ("effect", "numbers"),
    [
        ({"close": "after_reading"}, (20, 0, 10, 0)),
        ({"status": 500}, (20, 0, 10, 0)),
    ],
    ids=str,
)
def test_1_some_records_did_not_succeed(
    shell: Shell, caller: Caller, file: Path, effect: dict[str, object], numbers: tuple[int, ...]
) -> None:
    for nth in (2, 4, 5, 6, 7):  # one of the three batches, each time it is sent
        caller.fault(effect, path="/push$", nth=nth)
    done = shell.push(file, "--max-batch-records", "10", "--settle", "0")
    assert (done.status, done.numbers) == (1, numbers)


@pytest.mark.parametrize("effect", [{"close": "after_applying"}, {"status": 503}, {"status": 429}], ids=str)
def test_0_what_clears_up_is_sent_again(shell: Shell, caller: Caller, file: Path, effect: dict[str, object]) -> None:
    caller.fault(effect, path="/push$", nth=2)
    done = shell.push(file, "--max-batch-records", "10", "--concurrency", "1")
    assert (done.status, done.numbers) == (0, (30, 0, 0, 0))
    assert len(done.of("throttled" if effect == {"status": 429} else "retrying")) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"objectID":"a"}\n{"objectID":"b",}\n{"objectID":\n', ("line 2", "line 3")),
        ('{"objectID":"a"}\n{"price":1}\n{"price":2}\n', ("2 records have no objectID", "line 2, 3")),
        ("", ("records",)),
    ],
    ids=["rejected rows", "no objectID", "empty"],
)
def test_2_the_input_is_wrong(shell: Shell, caller: Caller, tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    _refused(shell.push(written(tmp_path / "records.ndjson", text)), 2, *words)
    assert _push_count(caller) == 0


def test_2_there_is_no_such_file(shell: Shell, tmp_path: Path) -> None:
    _refused(shell.push(tmp_path / "missing.csv"), 2, "There is no file missing.csv.")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--text-columns", "stock,colour"), ("no column “colour”", "objectID, stock")),
        (("--max-batch-bytes", "6000000"), ("6000000",)),
        (("--max-batch-bytes", "30"), ("line 2", "a call may have 30")),
        (("--frobnicate",), ("--frobnicate",)),
        (("--sandbox",), ("exclude each other",)),
        (("--ingestion-url", "http://example.com"), ("unencrypted", "https://")),
    ],
    ids=str,
)
def test_2_the_command_is_wrong(
    shell: Shell, caller: Caller, file: Path, options: tuple[str, ...], words: tuple[str, ...]
) -> None:
    _refused(shell.push(file, *options), 2, *words)
    assert _push_count(caller) == 0


def test_2_a_json_file_has_no_columns_to_take_for_text(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path / "records.json", '[{"objectID":"a"}]')
    _refused(shell.push(file, "--text-columns", "price"), 2, "--text-columns")


def test_2_a_report_that_cannot_be_written_is_told_before_anything_is_sent(
    shell: Shell, caller: Caller, file: Path
) -> None:
    _refused(shell.push(file, "--report", file), 2, "The report cannot be written")
    assert _push_count(caller) == 0


def test_3_the_key_is_wrong(shell: Shell, file: Path) -> None:
    _refused(shell.push(file, environ={"ALGOLIA_API_KEY": "0" * 32}), 3, "knows no such API key")


def test_3_the_key_may_not_push(shell: Shell, caller: Caller, file: Path) -> None:
    caller.fault({"status": 403, "message": "Method not allowed with this API key"}, path="/push$")
    done = shell.push(file, "--max-batch-records", "10", "--concurrency", "1")
    assert (done.status, done.numbers) == (3, (0, 10, 0, 20))
    assert [event["cause"] for event in done.of("stopping")] == ["permission"]


@pytest.mark.parametrize(
    ("task", "words"),
    [("99999999-9999-4999-8999-999999999999", ("has no task",)), (ARCHIVE, ("is disabled",))],
    ids=["unknown", "disabled"],
)
def test_3_the_task_takes_no_push(shell: Shell, caller: Caller, file: Path, task: str, words: tuple[str, ...]) -> None:
    _refused(shell.push(file, task=task), 3, task, *words)
    assert _push_count(caller) == 0


def test_3_the_service_is_not_there(shell: Shell, file: Path) -> None:
    _refused(shell.push(file, "--ingestion-url", NOBODY), 3, "takes no connection there", "Nothing was sent")


def test_3_the_service_does_not_work(shell: Shell, caller: Caller, file: Path) -> None:
    caller.fault({"status": 502, "body": "html"}, path="/2/tasks/")
    _refused(shell.push(file), 3, "502")


def test_3_there_are_no_credentials(file: Path) -> None:
    words = ("push", file, "--task", PRODUCTS, "--action", "updateObject", "--json")
    _refused(run(*words), 3, "There is no profile yet.", "pushconsole profiles add")
    _refused(run(*words, "--credentials", "env"), 3, "ALGOLIA_APPLICATION_ID", "ALGOLIA_API_KEY", "ALGOLIA_REGION")
    _refused(run(*words, "--profile", "Shop"), 3, "no profile called “Shop”")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl+C", "who started it ends it"])
def test_130_ended_in_the_middle_closes_the_account_and_nothing_leaves_afterwards(
    shell: Shell, caller: Caller, tmp_path: Path, end: signal.Signals
) -> None:
    caller.fault({"delay_s": 0.3}, path="/push$")
    file = numbered_csv(tmp_path / "records.csv", 300)
    words = shell.arguments(file, "--max-batch-records", "1", "--concurrency", "2", "--json")
    with start(*words, environ=shell.environ) as process:
        eventually(lambda: _push_count(caller) >= 4)
        process.send_signal(end)
        stdout, stderr = process.communicate(timeout=20)
    calls, done = _push_count(caller), Outcome(process.returncode, stdout, stderr)
    assert done.status == 130
    assert sum(done.numbers) == 300
    assert done.events[-1]["unsent"] >= 300 - calls > 0
    assert [event["cause"] for event in done.of("stopping")] == ["cancelled"]
    assert calls <= len(done.of("batch_sending"))
    assert len(caller.hits()) <= calls


def test_130_ctrl_c_before_anything_is_sent(shell: Shell, caller: Caller, file: Path) -> None:
    caller.fault({"delay_s": 30}, path="/2/tasks/")
    with start(*shell.arguments(file, "--json"), environ=shell.environ) as process:
        eventually(lambda: caller.get("/sandbox/calls"))
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=10)
    assert (process.returncode, stdout) == (130, "")
    assert stderr == "Cancelled; nothing was sent.\n"
    caller.control("DELETE", "/sandbox/faults")


def test_130_ctrl_c_while_the_index_is_backed_up(shell: Shell, caller: Caller, tmp_path: Path) -> None:
    caller.push("updateObject", [{"objectID": "a"}])
    caller.fault({"delay_s": 30}, path="/browse$")
    words = shell.arguments(None, "--yes", "products", "--backup", tmp_path / "kept", action="clear")
    with start(*words, environ=shell.environ) as process:
        eventually(lambda: any(call["path"].endswith("/browse") for call in caller.get("/sandbox/calls")))
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=10)
    assert (process.returncode, stderr) == (130, "Cancelled; nothing was sent.\n")
    assert list((tmp_path / "kept").iterdir()) == []
    caller.control("DELETE", "/sandbox/faults")


@pytest.mark.parametrize("command", ["resume", "retry-failed"])
def test_130_ctrl_c_before_a_run_goes_on(shell: Shell, caller: Caller, file: Path, command: str) -> None:
    caller.fault({"status": 400, "message": "nothing of this"}, path="/push$")
    run_id = shell.push(file).events[-1]["run_id"]
    caller.control("DELETE", "/sandbox/faults")
    caller.control("DELETE", "/sandbox/calls")
    caller.fault({"delay_s": 30}, path="/2/tasks/")
    with start("runs", command, run_id, *shell.target, environ=shell.environ) as process:
        eventually(lambda: caller.get("/sandbox/calls"))
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=10)
    assert (process.returncode, stdout, stderr) == (130, "", "Cancelled; nothing was sent.\n")
    caller.control("DELETE", "/sandbox/faults")


def test_130_ctrl_c_while_standard_input_is_waited_for(shell: Shell) -> None:
    with start(*shell.arguments("-"), environ=shell.environ) as process:
        assert process.stdin is not None
        process.stdin.write("objectID\n" * 100_000)  # more than a pipe holds: it is being read when this returns
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=10)
    assert (process.returncode, stderr) == (130, "Cancelled; nothing was sent.\n")


def test_an_account_is_closed_even_if_nobody_reads_the_output(shell: Shell, caller: Caller, tmp_path: Path) -> None:
    file = numbered_csv(tmp_path / "records.csv", 40)
    words = shell.arguments(file, "--max-batch-records", "1", "--json")
    with start(*words, environ=shell.environ) as process:
        assert process.stdout is not None
        while '"started"' not in process.stdout.readline():
            pass
        process.stdout.close()
        assert process.stderr is not None
        stderr = process.stderr.read()
    assert process.returncode == 1
    assert "Traceback" not in stderr
    with contextlib.closing(sqlite3.connect(ledger_file())) as ledger:
        ((state, records),) = ledger.execute("SELECT state, records FROM runs")
        states = dict(ledger.execute("SELECT state, sum(records) FROM batches GROUP BY state"))
    assert (state, records) == ("finished", 40)
    assert set(states) <= set(NUMBERS)
    assert sum(states.values()) == 40


def test_each_line_is_there_as_soon_as_it_happens(shell: Shell, caller: Caller, file: Path) -> None:
    caller.fault({"delay_s": 30}, path="/push$")
    with start(*shell.arguments(file, "--json"), environ=shell.environ) as process:
        assert process.stdout is not None
        ends = threading.Timer(20, process.kill)
        ends.start()
        kinds = [json.loads(process.stdout.readline())["event"] for _ in range(3)]
        ends.cancel()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert kinds == ["planned", "started", "batch_sending"]
    assert process.returncode == 130
