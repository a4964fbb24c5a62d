"""Faults switched on by rules."""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from pushconsole.sandbox import RunningSandbox
from tests.sandbox.caller import ARTICLES, PRODUCTS, Caller, eventually

A = {"objectID": "a"}


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({}, "Object missing required field `effect`"),
        ({"effect": {}}, "its effect does nothing"),
        ({"effect": {"status": 99}}, "Expected `int` >= 200 - at `$.effect.status`"),
        ({"effect": {"delay": 1}}, "Object contains unknown field `delay` - at `$.effect`"),
        ({"effect": {"delay_s": -1}}, "Expected `float` >= 0.0 - at `$.effect.delay_s`"),
        ({"effect": {"close": "now"}}, "Invalid enum value 'now' - at `$.effect.close`"),
        ({"effect": {"status": 503}, "match": {"path": "("}}, "match.path is not a regular expression"),
        ({"effect": {"status": 503}, "match": {"nth": 0}}, "Expected `int` >= 1 - at `$.match.nth`"),
        ({"effect": {"status": 503}, "match": {"nth": 1, "every": 2}}, "match takes one of nth, every and probability"),
        ({"effect": {"status": 503}, "match": {"action": "replace"}}, "match.action must be one of [addObject"),
        ({"effect": {"status": 503, "close": "after_reading"}}, "exclude each other"),
        ({"effect": {"status": 503, "event": "failed"}}, "it has no event"),
        ({"effect": {"headers": {"a": "b"}, "delay_s": 1}}, "effect.headers need effect.status"),
        ({"effect": {"body": "json"}}, "effect.body json needs effect.status"),
        ({"effect": {"close": "after_reading", "event": "failed"}}, "has no event"),
        ({"effect": {"close": "after_applying", "body": "html"}}, "a connection that is closed carries no answer"),
        ({"effect": {"close": "before_reading"}, "match": {"action": "clear"}}, "the action stands in the body"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_a_sentence(
    caller: Caller, rule: dict[str, Any], sentence: str
) -> None:
    response = caller.control("POST", "/sandbox/faults", rule)
    assert response.status_code == 400
    message = response.json()["message"]
    assert message.startswith("The rule cannot be used: ")
    assert sentence in message
    assert message.endswith(".")
    assert caller.control("GET", "/sandbox/faults").json() == []


def test_rules_are_listed_with_their_counts_and_cleared(caller: Caller) -> None:
    caller.fault({"status": 503}, method="POST", nth=2)
    for _ in range(3):
        caller.send("updateObject", [A])
    (rule,) = caller.control("GET", "/sandbox/faults").json()
    assert (rule["match"]["nth"], rule["effect"]["status"]) == (2, 503)
    assert (rule["matched"], rule["hit"]) == (3, 1)
    assert caller.control("DELETE", "/sandbox/faults").json() == []


def statuses(caller: Caller, count: int) -> list[int]:
    return [caller.send("updateObject", [A]).status_code for _ in range(count)]


@pytest.mark.parametrize(
    ("how_often", "expected"),
    [({}, [503] * 6), ({"nth": 3}, [200, 200, 503, 200, 200, 200]), ({"every": 2}, [200, 503] * 3)],
)
def test_a_rule_hits_as_often_as_it_says(caller: Caller, how_often: dict[str, int], expected: list[int]) -> None:
    caller.fault({"status": 503}, **how_often)
    assert statuses(caller, 6) == expected


def test_chance_is_the_same_for_the_same_seed(caller: Caller) -> None:
    seen = []
    for seed in (7, 7, 8):
        caller.control("DELETE", "/sandbox/faults")
        caller.fault({"status": 503}, probability=0.5, seed=seed)
        seen.append(statuses(caller, 30))
    assert seen[0] == seen[1] != seen[2]
    assert set(seen[0]) == {200, 503}


def test_a_rule_hits_only_what_it_matches(caller: Caller) -> None:
    caller.fault({"status": 503}, method="POST", path="/push", task=PRODUCTS, action="updateObject")
    assert caller.send("updateObject", [A]).status_code == 503
    assert caller.http.post("/1/push/products", json={"action": "updateObject", "records": [A]}).status_code == 503
    assert caller.send("addObject", [A]).status_code == 200
    assert caller.send("updateObject", [A], task=ARTICLES).status_code == 200
    assert caller.get(f"/2/tasks/{PRODUCTS}")["enabled"]
    assert caller.hits() == [A], "the push with the other action arrived whole"


def test_an_answer_with_a_status_leaves_the_request_undone(caller: Caller) -> None:
    caller.fault({"status": 503, "message": "Try later.", "headers": {"Retry-After": "7"}})
    response = caller.send("updateObject", [A])
    assert (response.status_code, response.json()) == (503, {"message": "Try later.", "status": 503})
    assert response.headers["retry-after"] == "7"
    caller.control("DELETE", "/sandbox/faults")
    assert caller.index_names() == []


def test_an_answer_can_be_html_or_broken_json(caller: Caller) -> None:
    caller.fault({"status": 502, "body": "html"}, nth=1)
    caller.fault({"status": 500, "body": "broken"}, nth=2)
    html, broken = (caller.send("updateObject", [A]) for _ in range(2))
    assert (html.status_code, html.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert html.text.startswith("<html>")
    assert (broken.status_code, broken.headers["content-type"]) == (500, "application/json")
    with pytest.raises(json.JSONDecodeError):
        broken.json()


@pytest.mark.parametrize("body", ["html", "broken"])
def test_a_request_can_be_carried_out_and_its_answer_spoilt(caller: Caller, body: str) -> None:
    caller.fault({"body": body}, method="POST", path="/push$")
    response = caller.send("updateObject", [A])
    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()
    assert caller.hits() == [A]


@pytest.mark.parametrize(
    ("moment", "left"), [("before_reading", []), ("after_reading", []), ("after_applying", ["products"])]
)
@pytest.mark.parametrize("size", [10, 3_000_000])
def test_a_connection_is_reset_and_the_index_is_as_the_moment_says(
    caller: Caller, moment: str, left: list[str], size: int
) -> None:
    caller.settings(record_limit_bytes=4_000_000, delay_s=0.05)
    caller.fault({"close": moment}, method="POST", path="/push$")
    # When the reset already met its write, httpx goes on to read and finds the connection closed.
    with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
        caller.send("updateObject", [{"objectID": "a", "text": "x" * size}], watch=False)
    assert caller.index_names() == left


def test_what_was_read_before_a_close_shows_in_the_calls(caller: Caller) -> None:
    caller.settings(record_limit_bytes=4_000_000)
    caller.fault({"close": "before_reading"}, method="POST", nth=1)
    caller.fault({"close": "after_reading"}, method="POST", nth=2)
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            caller.send("updateObject", [{"objectID": "a", "text": "x" * 3_000_000}])
    before, after = caller.control("GET", "/sandbox/calls").json()
    assert before["status"] is after["status"] is None
    assert before["body_bytes"] < 3_000_000 < after["body_bytes"]


def test_closing_is_a_reset_and_not_the_end_of_an_answer(caller: Caller, sandbox: RunningSandbox) -> None:
    caller.fault({"close": "after_reading"})
    address = urlsplit(sandbox.ingestion_url)
    assert address.hostname is not None
    with socket.create_connection((address.hostname, address.port or 0), timeout=10) as connection:
        connection.sendall(b"GET /2/tasks HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_delay_comes_before_everything_else(caller: Caller) -> None:
    caller.fault({"delay_s": 0.3})
    started = time.monotonic()
    assert caller.send("updateObject", [A]).status_code == 200
    assert time.monotonic() - started >= 0.3


def test_the_sandbox_answers_others_during_a_delay(caller: Caller) -> None:
    caller.fault({"delay_s": 20}, path="/sources")
    with pytest.raises(httpx.ReadTimeout):
        caller.http.get("/1/sources", timeout=0.2)
    assert caller.get("/2/tasks")["tasks"]


def test_an_answer_can_drip(caller: Caller) -> None:
    caller.fault({"drip": {"bytes": 10, "interval_s": 0.01}}, path="/2/tasks$")
    with caller.http.stream("GET", "/2/tasks") as response:
        started, length = time.monotonic(), int(response.headers["content-length"])
        body = response.read()
    assert len(body) == length
    assert time.monotonic() - started >= 0.01 * (length // 10 - 2)
    assert len(response.json()["tasks"]) == 4


@pytest.mark.parametrize("outcome", ["failed", "critical"])
def test_an_event_can_fail_and_then_the_index_is_left_alone(caller: Caller, outcome: str) -> None:
    caller.fault({"event": outcome, "message": "The index is out of order."}, path="/push$")
    answer = caller.push("updateObject", [A])
    assert answer["message"] == "The index is out of order."
    assert answer["events"][0]["status"] == outcome
    assert caller.get(f"/1/runs/{answer['runID']}")["outcome"] == "failure"
    assert caller.index_names() == []


def test_an_event_can_exist_without_a_status(caller: Caller) -> None:
    caller.fault({"event": "null"}, path="/push$")
    answer = caller.push("updateObject", [A])
    assert "events" not in answer
    assert caller.event(answer).json()["status"] is None
    assert caller.hits() == [A]


def test_an_event_can_fail_to_appear_though_the_push_is_applied(caller: Caller) -> None:
    caller.fault({"event": "never"}, path="/push$")
    answer = caller.push("updateObject", [A], watch=False)
    assert eventually(caller.index_names) == ["products"]
    assert caller.event(answer).status_code == 404
    assert caller.get(f"/1/runs/{answer['runID']}")["status"] == "started"


def test_events_of_all_pushes_can_be_set(caller: Caller) -> None:
    caller.settings(event_outcome="critical")
    assert caller.push("updateObject", [A])["events"][0]["status"] == "critical"


def test_the_peer_may_close_first(caller: Caller, sandbox: RunningSandbox) -> None:
    caller.fault({"delay_s": 0.2, "close": "after_reading"}, path="/1/sources")
    address = urlsplit(sandbox.ingestion_url)
    assert address.hostname is not None
    with socket.create_connection((address.hostname, address.port or 0), timeout=10) as connection:
        connection.sendall(b"GET /1/sources HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def finished() -> bool:
        return any(call["seconds"] is not None for call in caller.control("GET", "/sandbox/calls").json())

    assert eventually(finished)
