"""`pushconsole push --index` through real processes: the index's own task, or that of a reference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line.fixtures import shell
from tests.command_line.shell import Shell, run, written
from tests.sandbox.caller import ARTICLES, PRODUCTS, Caller

__all__ = ["shell"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write two records with a price."""
    return written(tmp_path / "records.csv", "objectID,price\na,10\nb,20\n")


def _words(shell: Shell, file: Path, *options: str) -> tuple[str | Path, ...]:
    return ("push", file, "--action", "updateObject", *options, *shell.target)


def test_a_temporary_index_is_filled_through_the_task_of_another(shell: Shell, caller: Caller, file: Path) -> None:
    words = _words(shell, file, "--index", "articles_tmp", "--reference-index", "articles")
    done = run(*words, "--json", environ=shell.environ)
    assert (done.status, done.numbers) == (0, (2, 0, 0, 0))
    (started,) = done.of("started")
    assert (started["task_id"], started["index"], started["reference"]) == (ARTICLES, "articles_tmp", "articles")
    assert [hit["price_with_tax"] for hit in caller.hits("articles_tmp")] == [12, 24]
    assert caller.index_names() == ["articles_tmp"]
    pushes = [call for call in caller.get("/sandbox/calls") if call["method"] == "POST" and "/push" in call["path"]]
    assert {(call["path"], call["query"]) for call in pushes} == {
        ("/1/push/articles_tmp", "referenceIndexName=articles")
    }
    shown = run(*words, environ=shell.environ)
    assert "Shop export → articles_tmp (as articles)" in " ".join(shown.stdout.split())


def test_a_reference_that_is_the_index_itself_is_its_task(shell: Shell, caller: Caller, file: Path) -> None:
    words = _words(shell, file, "--index", "products", "--reference-index", "products", "--json")
    done = run(*words, environ=shell.environ)
    assert (done.status, done.of("started")[0]["reference"]) == (0, "")
    assert [call["path"] for call in caller.get("/sandbox/calls") if "push" in call["path"]] == [
        f"/2/tasks/{PRODUCTS}/push"
    ]


def test_several_tasks_of_a_reference_are_listed_to_choose_from(shell: Shell, caller: Caller, file: Path) -> None:
    other = caller.control("POST", "/sandbox/tasks", {"name": "Again", "index": "articles"}).json()["taskID"]
    done = run(*_words(shell, file, "--index", "tmp", "--reference-index", "articles"), environ=shell.environ)
    assert done.status == 3
    assert "2 tasks push to the index articles" in done.stderr
    assert ARTICLES in done.stderr
    assert other in done.stderr
    assert "Choose one of them with --task" in done.stderr


def test_a_reference_needs_an_index(shell: Shell, file: Path) -> None:
    words = _words(shell, file, "--task", PRODUCTS, "--reference-index", "articles")
    done = run(*words, environ=shell.environ)
    assert done.status == 2
    assert "--reference-index needs --index" in done.stderr


def test_a_key_that_is_not_for_the_named_index_sends_nothing(shell: Shell, caller: Caller, file: Path) -> None:
    acl = ["addObject", "deleteIndex", "editSettings"]
    key = caller.control("POST", "/sandbox/keys", {"acl": acl, "indexes": ["articles"]}).json()["value"]
    words = _words(shell, file, "--index", "articles_tmp", "--reference-index", "articles")
    done = run(*words, environ={**shell.environ, "ALGOLIA_API_KEY": key})
    assert done.status == 3
    assert "articles_tmp" in done.stderr
    assert caller.index_names() == []


def test_what_failed_is_retried_by_the_same_name(shell: Shell, caller: Caller, file: Path) -> None:
    words = _words(shell, file, "--index", "articles_tmp", "--reference-index", "articles", "--settle", "0")
    caller.fault({"status": 404}, path="/1/push/")
    broken = run(*words, "--json", environ=shell.environ)
    assert broken.numbers == (0, 2, 0, 0)
    caller.control("DELETE", "/sandbox/faults")
    run_id = broken.events[-1]["run_id"]
    again = run("runs", "retry-failed", run_id, *shell.target, "--json", environ=shell.environ)
    assert again.numbers == (2, 0, 0, 0)
    assert [hit["price_with_tax"] for hit in caller.hits("articles_tmp")] == [12, 24]
    shown = json.loads(run("runs", "show", run_id, "--json", environ=shell.environ).stdout)
    assert shown["reference"] == "articles"
