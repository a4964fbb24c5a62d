"""`pushconsole tasks` through real processes: how tasks last ran, and the page of one."""

from __future__ import annotations

import json

import pytest

from tests.command_line.fixtures import shell
from tests.command_line.shell import Shell
from tests.sandbox.caller import ARCHIVE, ARTICLES, PRODUCTS, Caller

__all__ = ["shell"]

_A = [{"objectID": "a", "price": 10}]


def _flat(text: str) -> str:
    return " ".join(text.split())


def _failed(caller: Caller, times: int) -> None:
    """Let as many pushes to the products fail, after one that succeeds."""
    caller.push("updateObject", _A)
    caller.settings(record_limit_bytes=5)
    for _ in range(times):
        caller.push("updateObject", _A)


def test_the_list_says_how_each_task_last_ran_where_that_is_asked_for(shell: Shell, caller: Caller) -> None:
    caller.push("updateObject", _A, task=ARTICLES)
    _failed(caller, 4)
    plain = _flat(shell.show("tasks").stdout)
    assert "succeeded" not in plain
    shown = _flat(shell.show("tasks", "--runs").stdout)
    assert f"{ARTICLES} Shop export → articles last run just now, succeeded" in shown
    assert "last run just now, failed; 4 pushes in a row failed: the next failure turns it off" in shown
    assert "disabled; no run in 30 days" in shown


def test_the_list_as_json_has_the_runs(shell: Shell, caller: Caller) -> None:
    _failed(caller, 2)
    listed = {task["task_id"]: task for task in json.loads(shell.show("tasks", "--runs", "--json").stdout)}
    runs = listed[PRODUCTS]["runs"]
    assert (runs["outcome"], runs["failures_in_a_row"], runs["next_failure_disables"]) == ("failure", 2, False)
    assert "too big" in runs["reason"]
    assert listed[ARTICLES]["runs"]["last_at"] is None
    assert "runs" not in json.loads(shell.show("tasks", "--json").stdout)[0]


def test_a_task_whose_runs_cannot_be_read_holds_the_others_up_in_nothing(shell: Shell, caller: Caller) -> None:
    caller.push("updateObject", _A)
    caller.fault({"status": 500}, path="^/1/runs$", nth=1)
    caller.fault({"status": 400}, path="^/1/runs$", nth=3)
    done = shell.show("tasks", "--runs", "--json")
    assert done.status == 0
    listed = json.loads(done.stdout)
    assert sum("runs" in task for task in listed) == 3, "what fails once is asked for again"
    assert done.stderr.count("cannot be read") == 1


def test_a_tasks_page_tells_all_of_it(shell: Shell, caller: Caller) -> None:
    caller.push("updateObject", _A, task=ARTICLES)
    done = shell.show("tasks", "show", ARTICLES, "--events")
    shown = _flat(done.stdout)
    assert done.status == 0
    for said in (
        "Shop export → articles",
        ARTICLES,
        "Shop export (push)",
        "Articles (search)",
        "Excluded attributes none",
        "“Price with tax”",
        "record.price_with_tax = Math.round(record.price * 120) / 100;",
        "success",
        "Events of",
        "succeeded 1 record",
    ):
        assert said in shown
    assert "disabled" in _flat(shell.show("tasks", "show", ARCHIVE).stdout)


def test_a_tasks_page_as_json_has_code_runs_and_events(shell: Shell, caller: Caller) -> None:
    answer = caller.push("updateObject", _A, task=ARTICLES)
    page = json.loads(shell.show("tasks", "show", ARTICLES, "--events", "--json").stdout)
    assert page["task"]["taskID"] == ARTICLES
    assert page["source"]["type"] == "push"
    assert page["destination"]["input"]["indexName"] == "articles"
    assert page["transformations"][0]["code"].startswith("function transform(record, helper)")
    (run,) = page["runs"]
    assert (run["runID"], run["outcome"]) == (answer["runID"], "success")
    assert [event["eventID"] for event in run["events"]] == [answer["eventID"]]
    assert "events" not in json.loads(shell.show("tasks", "show", ARTICLES, "--json").stdout)["runs"][0]


def test_a_page_names_excluded_attributes(shell: Shell, caller: Caller) -> None:
    wanted = {"name": "Feed", "index": "feed", "source": "Nightly [feed]", "exclude": ["cost", "margin"]}
    task = caller.control("POST", "/sandbox/tasks", wanted).json()["taskID"]
    shown = _flat(shell.show("tasks", "show", task).stdout)
    assert "Nightly [feed] (push)" in shown
    assert "Excluded attributes cost, margin" in shown


@pytest.mark.parametrize("task", ["99999999-9999-4999-8999-999999999999", "nowhere"])
def test_a_task_that_is_not_there_has_no_page(shell: Shell, task: str) -> None:
    done = shell.show("tasks", "show", task)
    assert done.status == 3
    assert f"has no task {task}" in done.stderr
