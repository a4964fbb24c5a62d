"""The sandbox's own control paths."""

from __future__ import annotations

import hashlib

import pytest

from pushconsole.sandbox import RunningSandbox
from tests.sandbox.caller import ARTICLES, PRODUCTS, Caller

A = {"objectID": "a"}


def test_settings_start_with_the_documented_limits(caller: Caller) -> None:
    settings = caller.control("GET", "/sandbox/settings").json()
    assert settings == {
        "delay_s": 0,
        "indexing_s": 0,
        "record_limit_bytes": 100_000,
        "push_limit_bytes": 5_000_000,
        "oversize": "event",
        "calls_per_minute": 500,
        "event_outcome": "real",
        "disable_after_failures": 5,
        "run_window_s": 3600,
        "transformation_s": 1,
        "transformation_bytes": 64_000_000,
        "watch_limit_s": 180,
    }


def test_a_change_of_settings_leaves_the_others(caller: Caller) -> None:
    before = caller.control("GET", "/sandbox/settings").json()
    after = caller.control("PATCH", "/sandbox/settings", {"delay_s": 0.5}).json()
    assert after == {**before, "delay_s": 0.5}


@pytest.mark.parametrize(
    "changes", [{"delay_s": -1}, {"delay_s": "long"}, {"speed": 1}, {"oversize": "500"}, {"calls_per_minute": None}]
)
def test_settings_that_make_no_sense_are_refused(caller: Caller, changes: dict[str, object]) -> None:
    response = caller.control("PATCH", "/sandbox/settings", changes)
    assert response.status_code == 400
    assert response.json()["message"].startswith("The settings cannot be changed: ")


def test_calls_are_noted_without_the_key(caller: Caller, sandbox: RunningSandbox) -> None:
    body = b'{"action":"updateObject","records":[{"objectID":"a"}]}'
    caller.http.post(f"/2/tasks/{PRODUCTS}/push", content=body, params={"watch": "true"})
    caller.http.get("/2/tasks/unknown")
    response = caller.control("GET", "/sandbox/calls")
    push, get = response.json()
    assert (push["method"], push["path"], push["query"]) == ("POST", f"/2/tasks/{PRODUCTS}/push", "watch=true")
    assert (push["status"], push["body_bytes"]) == (200, len(body))
    assert push["body_sha256"] == hashlib.sha256(body).hexdigest()
    assert push["headers"]["user-agent"].startswith("python-httpx")
    assert push["seconds"] >= 0
    assert push["time"] <= get["time"]
    assert (get["status"], get["body_bytes"]) == (404, 0)
    assert sandbox.api_key not in response.text
    assert caller.control("DELETE", "/sandbox/calls").json() == []


def test_control_paths_need_no_key(caller: Caller) -> None:
    caller.http.headers.clear()
    assert caller.control("GET", "/sandbox/calls").status_code == 200


def test_a_body_that_is_not_json_is_refused(caller: Caller) -> None:
    response = caller.http.post("/sandbox/keys", content=b"{")
    assert (response.status_code, response.json()["message"]) == (
        400,
        "The body cannot be used: Input data was truncated.",
    )


def test_a_reset_takes_everything_back_to_the_start(caller: Caller, sandbox: RunningSandbox) -> None:
    tasks = caller.get("/2/tasks")
    caller.settings(calls_per_minute=3, disable_after_failures=1)
    caller.fault({"event": "failed"}, task=ARTICLES)
    caller.push("updateObject", [A])
    caller.push("updateObject", [A], task=ARTICLES)
    caller.control("POST", "/sandbox/tasks", {"name": "More", "index": "more"})
    key = caller.control("POST", "/sandbox/keys", {"acl": ["search"]}).json()["value"]
    caller.settings(delay_s=20)
    caller.push("updateObject", [A], watch=False)
    caller.control("POST", "/sandbox/reset").raise_for_status()
    assert caller.control("GET", "/sandbox/calls").json() == []
    assert caller.control("GET", "/sandbox/faults").json() == []
    assert caller.get("/2/tasks") == tasks
    assert caller.get("/1/runs")["runs"] == []
    assert caller.index_names() == []
    with Caller(sandbox, api_key=key) as removed:
        assert removed.http.get(f"/1/keys/{key}").status_code == 403
    caller.push("updateObject", [A])
    assert caller.hits() == [A]


def test_an_added_task_takes_pushes(caller: Caller) -> None:
    wanted = {"name": "More", "index": "more", "enabled": False}
    task = caller.control("POST", "/sandbox/tasks", wanted).json()
    assert caller.send("updateObject", [A], task=task["taskID"]).status_code == 400
    caller.http.put(f"/2/tasks/{task['taskID']}/enable")
    caller.push("updateObject", [A], task=task["taskID"])
    assert caller.hits("more") == [A]


def test_a_task_is_made_with_a_source_and_exclusions_of_its_own(caller: Caller) -> None:
    wanted = {
        "name": "Feed",
        "index": "feed",
        "source": "Nightly feed",
        "source_type": "push",
        "exclude": ["secret"],
        "action": "replace",
        "owner": "7f9e1a2b-0000-4000-8000-000000000001",
        "last_run": "2026-11-02T10:00:00Z",
    }
    task = caller.control("POST", "/sandbox/tasks", wanted).json()
    assert (task["action"], task["owner"], task["lastRun"]) == ("replace", wanted["owner"], wanted["last_run"])
    assert caller.get(f"/1/sources/{task['sourceID']}")["name"] == "Nightly feed"
    destination = caller.get(f"/1/destinations/{task['destinationID']}")
    assert destination["input"] == {"indexName": "feed", "attributesToExclude": ["secret"]}
    caller.push("updateObject", [{"objectID": "a", "secret": 1, "open": 2}], task=task["taskID"])
    assert caller.hits("feed") == [{"objectID": "a", "open": 2}]
