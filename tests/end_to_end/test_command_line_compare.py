"""`pushconsole compare` and `push --skip-unchanged` through real processes: what differs, and what is left out."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest

from tests.command_line.fixtures import shell
from tests.command_line.shell import Outcome, Shell, numbered_csv, run, start, written
from tests.sandbox.caller import ARTICLES, PRODUCTS, Caller, eventually

__all__ = ["shell"]

_FILE = "objectID,name,price\na,Lamp,1.50\nb,Chair,7\nc,Table,20\n"
_THERE = '[{"price":1.5,"objectID":"a","name":"Lamp"},{"objectID":"b","name":"Chair","price":8,"old":true}]'
_PUSH = ["addObject", "deleteIndex", "editSettings"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of three records."""
    return written(tmp_path / "records.csv", _FILE)


def _compared(shell: Shell, file: Path, *options: str, task: str = PRODUCTS) -> Outcome:
    return run("compare", file, "--task", task, *shell.target, "--json", *options, environ=shell.environ)


def test_what_differs_is_told_attribute_by_attribute_and_nothing_is_pushed(
    shell: Shell, caller: Caller, file: Path
) -> None:
    caller.push("updateObject", _THERE)
    done = _compared(shell, file)
    assert (done.status, done.stderr) == (0, "")
    replaced, created = done.of("difference")
    assert (replaced["line"], replaced["object_id"], replaced["effect"]) == (3, "b", "replaced")
    assert replaced["changes"] == [
        {"name": "price", "before": "8", "after": "7"},
        {"name": "old", "before": "true", "after": None},
    ]
    assert (created["object_id"], created["effect"]) == ("c", "created")
    finished = done.events[-1]
    assert (finished["records"], finished["unchanged"], finished["replaced"], finished["created"]) == (3, 1, 1, 1)
    assert caller.text("b") == '{"objectID":"b","name":"Chair","price":8,"old":true}'
    assert not any(call["path"].endswith("/push") for call in caller.get("/sandbox/calls")[1:])


def test_people_see_some_differences_and_the_counts(shell: Shell, caller: Caller, file: Path) -> None:
    caller.push("updateObject", _THERE)
    done = shell.show("compare", file, "--index", "products", "--action", "partialUpdateObject", "--show", "1")
    assert done.status == 0, done.stderr
    assert "line 3, objectID b: patched" in done.stdout
    assert ["~", "price", "8", "7"] in [line.split() for line in done.stdout.splitlines()]
    assert "objectID c" not in done.stdout
    assert "… and 1 record more (--show)" in done.stdout
    assert "Compared 3 records with products: 1 created, 1 patched, 1 unchanged" in done.stdout


def test_a_task_with_a_transformation_is_compared_by_what_is_sent_and_says_so(shell: Shell, file: Path) -> None:
    done = _compared(shell, file, task=ARTICLES)
    assert done.status == 0
    assert "has a transformation: compared is what is sent, not what becomes of it" in done.stderr
    assert done.events[-1]["created"] == 3


def test_an_action_on_the_whole_index_compares_nothing(shell: Shell, file: Path) -> None:
    done = _compared(shell, file, "--action", "clear")
    assert done.status == 2
    assert "nothing to compare" in done.stderr


@pytest.mark.parametrize(
    ("acl", "of", "sentence"),
    [
        ([*_PUSH, "browse"], {}, "The API key may not compare records with those of the index: it lacks the permissio"),
        (["search", *_PUSH], {"indexes": ["dev_*"]}, "The API key is for dev_* only"),
        (["search"], {}, "it lacks the permission addObject and deleteIndex and editSettings"),
    ],
    ids=str,
)
@pytest.mark.parametrize("push", [False, True])
def test_a_key_that_may_not_look_is_told_before_anything_is_sent(
    shell: Shell, caller: Caller, file: Path, acl: list[str], of: dict[str, list[str]], sentence: str, push: bool
) -> None:
    key = caller.control("POST", "/sandbox/keys", {"acl": acl, **of}).json()["value"]
    environ = {**shell.environ, "ALGOLIA_API_KEY": key}
    if push:
        done = shell.push(file, "--skip-unchanged", environ=environ)
    else:
        done = run("compare", file, "--task", PRODUCTS, *shell.target, environ=environ)
    assert (done.status, done.stdout) == (3, "")
    assert sentence in done.stderr
    assert not any(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))


@pytest.mark.parametrize("lacking", ["browse", "listIndexes"])
def test_a_key_that_may_not_back_up_is_told_before_an_index_is_cleared(
    shell: Shell, caller: Caller, lacking: str
) -> None:
    caller.push("updateObject", _THERE)
    acl = [*_PUSH, *{"browse", "listIndexes"} - {lacking}]
    key = caller.control("POST", "/sandbox/keys", {"acl": acl}).json()["value"]
    done = shell.push(None, "--yes", "products", action="clear", environ={"ALGOLIA_API_KEY": key})
    assert (done.status, done.stdout) == (3, "")
    assert f"it lacks the permission {lacking}." in done.stderr
    assert len(caller.hits()) == 2
    without = shell.push(None, "--yes", "products", "--no-backup", action="clear", environ={"ALGOLIA_API_KEY": key})
    assert without.status == 0
    assert caller.hits() == []


def test_unchanged_records_are_left_out_and_log_and_report_say_so(
    shell: Shell, caller: Caller, file: Path, tmp_path: Path
) -> None:
    caller.push("updateObject", _THERE)
    done = shell.push(file, "--skip-unchanged", "--report", tmp_path / "report")
    assert (done.status, done.numbers) == (0, (2, 0, 0, 0))
    (compared,), (planned,), (started,) = (done.of(kind) for kind in ("compared", "planned", "started"))
    assert (compared["records"], compared["unchanged"], compared["replaced"], compared["created"]) == (3, 1, 1, 1)
    assert (planned["records"], planned["left_out"], started["left_out"]) == (2, 1, 1)
    assert started["left_out_because"].startswith("unchanged in products, as compared at ")
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert (report["started"]["left_out"], report["finished"]["records"]) == (1, 2)
    assert "<dd>1 record: unchanged in products" in (tmp_path / "report" / "report.html").read_text()
    assert [hit["objectID"] for hit in caller.hits()] == ["a", "b", "c"]
    assert caller.text("a") == '{"price":1.5,"objectID":"a","name":"Lamp"}'  # never pushed again
    run_id = done.events[-1]["run_id"]
    assert "1 record left out: unchanged in products" in run("runs", "show", run_id).stdout
    assert json.loads(run("runs", "show", run_id, "--json").stdout)["left_out"]["records"] == 1


def test_where_all_are_unchanged_nothing_is_sent_and_the_account_is_closed(
    shell: Shell, caller: Caller, file: Path, tmp_path: Path
) -> None:
    assert shell.push(file).status == 0
    caller.control("DELETE", "/sandbox/calls")
    done = shell.push(file, "--skip-unchanged", "--canary", "1", "--report", tmp_path / "report")
    assert (done.status, done.numbers, done.events[-1]["records"]) == (0, (0, 0, 0, 0), 0)
    assert done.of("started")[0]["left_out"] == 3
    assert "<h1>Nothing had to be sent</h1>" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert not any(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))
    shown = shell.show("push", file, "--task", PRODUCTS, "--action", "updateObject", "--skip-unchanged")
    assert "3 records left out: unchanged in products" in shown.stdout


def test_a_dry_run_says_what_would_be_left_out(shell: Shell, caller: Caller, file: Path) -> None:
    caller.push("updateObject", _THERE)
    done = shell.push(file, "--skip-unchanged", "--dry-run")
    assert done.status == 0
    assert done.events[-1]["event"] == "planned"
    assert done.events[-1]["left_out"] == 1


def test_what_a_transformation_would_leave_unchanged_is_not_guessed(shell: Shell, caller: Caller, file: Path) -> None:
    done = shell.push(file, "--skip-unchanged", task=ARTICLES)
    assert (done.status, done.stdout) == (3, "")
    assert "has a transformation: compared is what is sent" in done.stderr
    assert not any(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))


def test_what_an_index_hides_is_not_taken_for_unchanged(shell: Shell, caller: Caller, file: Path) -> None:
    caller.push("updateObject", _THERE)
    hiding = caller.http.put("/1/indexes/products/settings", json={"unretrievableAttributes": ["old"]})
    assert hiding.status_code == 200
    caller.control("DELETE", "/sandbox/calls")
    done = shell.push(file, "--skip-unchanged")
    assert (done.status, done.stdout) == (3, "")
    assert "The index products hides old from this key" in done.stderr
    assert not any(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))
    assert shell.push(file, "--skip-unchanged", action="partialUpdateObject").of("started")[0]["left_out"] == 1
    sees = caller.control("POST", "/sandbox/keys", {"acl": [*_PUSH, "search", "seeUnretrievableAttributes"]}).json()
    done = shell.push(file, "--skip-unchanged", environ={"ALGOLIA_API_KEY": sees["value"]})
    assert done.of("compared")[0]["replaced"] == 1  # b, of which the push removes what is hidden
    assert done.status == 0


def test_no_record_can_be_left_out_of_an_action_on_the_whole_index(shell: Shell) -> None:
    done = shell.push(None, "--yes", "products", "--skip-unchanged", action="clear")
    assert done.status == 2
    assert "no record can be left out" in done.stderr


@pytest.mark.parametrize("push", [False, True])
def test_ctrl_c_ends_a_comparison_at_once_and_nothing_is_sent(
    shell: Shell, caller: Caller, tmp_path: Path, push: bool
) -> None:
    caller.push("updateObject", _THERE)
    caller.control("DELETE", "/sandbox/calls")
    caller.fault({"delay_s": 20}, path="/objects$")
    file = numbered_csv(tmp_path / "many.csv", 3000)
    words = shell.arguments(file, "--skip-unchanged") if push else ["compare", file, "--task", PRODUCTS, *shell.target]
    with start(*words, environ=shell.environ) as process:
        eventually(lambda: any(call["path"].endswith("/objects") for call in caller.get("/sandbox/calls")))
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=15)
    assert (process.returncode, stderr) == (130, "Cancelled; nothing was sent.\n")
    assert time.monotonic() - begun < 3  # the end of a Python process on a busy machine included
    assert not any(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))
    caller.control("DELETE", "/sandbox/faults")
