"""Pushes, their events and runs, and what they leave in the index."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.sandbox.caller import ARTICLES, PRODUCTS, Caller, eventually

A = {"objectID": "a", "name": "Lamp", "price": 1}
B = {"objectID": "b", "name": "Chair", "price": 2}


@pytest.mark.parametrize("watch", [True, False])
@pytest.mark.parametrize(
    ("action", "records", "left"),
    [
        ("addObject", [{"objectID": "a", "x": 1}], [{"objectID": "a", "x": 1}, B]),
        ("updateObject", [{"objectID": "a", "x": 1}], [{"objectID": "a", "x": 1}, B]),
        ("updateObject", [{"objectID": "c"}], [A, B, {"objectID": "c"}]),
        ("partialUpdateObject", [{"objectID": "a", "x": 1}], [{**A, "x": 1}, B]),
        ("partialUpdateObject", [{"objectID": "c", "x": 1}], [A, B, {"objectID": "c", "x": 1}]),
        ("partialUpdateObjectNoCreate", [{"objectID": "a", "x": 1}], [{**A, "x": 1}, B]),
        ("partialUpdateObjectNoCreate", [{"objectID": "c", "x": 1}], [A, B]),
        ("deleteObject", [{"objectID": "a"}, {"objectID": "c"}], [B]),
        ("clear", [], []),
        ("delete", [], None),
    ],
)
def test_every_action_leaves_the_index_as_documented(
    caller: Caller, action: str, records: list[Any], left: list[Any] | None, *, watch: bool
) -> None:
    caller.push("updateObject", [A, B])
    accepted = caller.push(action, records, watch=watch)
    assert caller.verdict(accepted)["status"] == "succeeded"
    if left is None:
        assert "products" not in caller.index_names()
    else:
        assert caller.hits() == left


@pytest.mark.parametrize("action", ["delete", "clear", "deleteObject", "partialUpdateObjectNoCreate"])
def test_actions_that_add_nothing_make_no_index(caller: Caller, action: str) -> None:
    records: list[Any] = [] if action in ("delete", "clear") else [A]
    assert caller.verdict(caller.push(action, records))["status"] == "succeeded"
    assert caller.index_names() == []


def test_records_come_back_as_the_characters_that_were_sent(caller: Caller) -> None:
    record = '{ "objectID":"a", "price":1.10, "big":12345678901234567890, "text":"\\u00e9 é 🚲", "none":null }'
    caller.push("updateObject", f"[{record}]")
    assert caller.text("a") == record
    assert record in caller.http.post("/1/indexes/products/browse", json={}).text


def test_add_object_makes_the_object_ids_that_lack(caller: Caller) -> None:
    caller.push("addObject", [{"x": 1}, {"x": 2}, {"objectID": "mine", "x": 3}])
    hits = caller.hits()
    assert [hit["x"] for hit in hits] == [1, 2, 3]
    assert len({hit["objectID"] for hit in hits}) == 3
    assert hits[2]["objectID"] == "mine"


def test_operations_are_carried_out_in_the_index(caller: Caller) -> None:
    caller.push("updateObject", '[{"objectID":"a","price":1.10,"tags":["x"]}]')
    update = '{"objectID":"a","price":{"_operation":"Increment","value":2},"tags":{"_operation":"Add","value":"y"}}'
    caller.push("partialUpdateObject", f"[{update},{update}]")
    assert caller.text("a") == '{"objectID":"a","price":5.10,"tags":["x","y","y"]}'


def test_an_operation_on_the_wrong_type_fails_the_push_and_changes_nothing(caller: Caller) -> None:
    caller.push("updateObject", [A, B])
    updates: list[Any] = [
        {"objectID": "a", "price": 5},
        {"objectID": "b", "name": {"_operation": "Increment", "value": 1}},
    ]
    answer = caller.push("partialUpdateObject", updates)
    assert "position 1 objectID=b" in answer["message"]
    assert caller.hits() == [A, B]


def test_pushes_to_one_index_are_applied_in_the_order_of_acceptance(caller: Caller) -> None:
    caller.settings(delay_s=0.02)
    accepted = [caller.push("updateObject", [{"objectID": "a", "n": n}], watch=False) for n in range(20)]
    assert caller.verdict(accepted[-1])["status"] == "succeeded"
    assert caller.hits() == [{"objectID": "a", "n": 19}]


def test_an_event_is_missing_then_started_then_ended(caller: Caller) -> None:
    caller.settings(delay_s=0.3, indexing_s=0.3)
    accepted = caller.push("updateObject", [A], watch=False)
    missing = caller.event(accepted)
    assert missing.status_code == 404
    assert missing.json()["error"] == {"code": "resource_not_found"}
    assert caller.index_names() == []
    seen = eventually(lambda: caller.event(accepted).json() if caller.event(accepted).status_code == 200 else None)
    assert seen["status"] == "started"
    assert caller.get(f"/1/runs/{accepted['runID']}")["status"] == "started"
    ended = caller.verdict(accepted)
    assert ended | {"publishedAt": ""} == {
        "eventID": accepted["eventID"],
        "runID": accepted["runID"],
        "status": "succeeded",
        "type": "record",
        "batchSize": 1,
        "data": None,
        "publishedAt": "",
    }


def test_watch_answers_after_the_end_and_says_nothing_of_a_success(caller: Caller) -> None:
    caller.settings(delay_s=0.2)
    answer = caller.push("updateObject", [A])
    assert caller.event(answer).json()["status"] == "succeeded"
    assert set(answer) == {"runID", "eventID", "data", "createdAt"}
    assert answer["data"] is None


def test_watch_gives_up_at_its_limit_without_a_verdict(caller: Caller) -> None:
    caller.settings(delay_s=30, watch_limit_s=0.1)
    answer = caller.push("updateObject", [A])
    assert "events" not in answer
    assert "has not ended within 0.1 seconds" in answer["message"]


def test_a_run_is_shared_by_a_tasks_pushes_and_an_event_is_not(caller: Caller) -> None:
    first, second = caller.push("updateObject", [A]), caller.push("updateObject", [B])
    other = caller.push("updateObject", [A], task=ARTICLES)
    assert first["runID"] == second["runID"] != other["runID"]
    assert first["eventID"] != second["eventID"]
    run = caller.get(f"/1/runs/{first['runID']}")
    assert run["progress"] == {"expectedNbOfEvents": 2, "receivedNbOfEvents": 2}
    assert (run["status"], run["outcome"], run["reasonCode"]) == ("finished", "success", "ok")
    assert (run["type"], run["taskID"], run["appID"]) == ("push", PRODUCTS, "SANDBOX001")


def test_a_run_ends_with_its_window(caller: Caller) -> None:
    caller.settings(run_window_s=0)
    assert caller.push("updateObject", [A])["runID"] != caller.push("updateObject", [A])["runID"]


def test_an_oversize_record_fails_the_event_which_names_it(caller: Caller) -> None:
    caller.settings(record_limit_bytes=100)
    answer = caller.push("updateObject", [A, {"objectID": "big", "text": "é" * 50}])
    size = len('{"objectID":"big","text":""}') + 100
    message = f"Record at the position 1 objectID=big is too big size={size}/100 bytes"
    assert answer["message"] == message
    (event,) = answer["events"]
    assert event["status"] == "failed"
    assert event["data"] == {"message": message, "position": 1, "objectID": "big"}
    assert caller.index_names() == []
    run = caller.get(f"/1/runs/{answer['runID']}")
    assert (run["outcome"], run["reason"]) == ("failure", message)


def test_a_record_may_be_exactly_as_large_as_the_limit(caller: Caller) -> None:
    record = '{"objectID":"a","x":"12345"}'
    caller.settings(record_limit_bytes=len(record))
    assert "events" not in caller.push("updateObject", f"[{record}]")
    caller.settings(record_limit_bytes=len(record) - 1)
    assert "events" in caller.push("updateObject", f"[{record}]")


def test_a_partial_update_counts_the_merged_record(caller: Caller) -> None:
    caller.settings(record_limit_bytes=55)
    caller.push("updateObject", [{"objectID": "a", "x": "0123456789"}])
    answer = caller.push("partialUpdateObject", [{"objectID": "a", "y": "0123456789" * 2}])
    assert "objectID=a is too big" in answer["message"]


@pytest.mark.parametrize(
    ("oversize", "answer"),
    [
        (
            "400 engine",
            {
                "message": "Record at the position 1 objectID=big is too big size=50/40 bytes",
                "status": 400,
                "position": 1,
                "objectID": "big",
            },
        ),
        (
            "400 newer",
            {"message": "Record objectID=big is too big: size: 50 byte(s), maximum allowed: 40 byte(s)", "status": 400},
        ),
    ],
)
def test_an_oversize_record_can_be_refused_at_once(caller: Caller, oversize: str, answer: dict[str, Any]) -> None:
    caller.settings(record_limit_bytes=40, oversize=oversize)
    empty = '{"objectID":"big","x":""}'
    record = empty.replace('""', f'"{"x" * (50 - len(empty))}"')
    response = caller.send("updateObject", f'[{{"objectID":"a"}},{record}]')
    assert (response.status_code, response.json()) == (400, answer)
    assert caller.get("/1/runs")["runs"] == []


def test_five_failed_pushes_in_a_row_disable_the_task(caller: Caller) -> None:
    caller.settings(record_limit_bytes=20)
    bad = [{"objectID": "a", "x": "0123456789"}]
    for _ in range(4):
        caller.push("updateObject", bad)
    caller.push("updateObject", [{"objectID": "a"}])
    for _ in range(5):
        assert caller.get(f"/2/tasks/{PRODUCTS}")["enabled"]
        caller.push("updateObject", bad)
    response = caller.send("updateObject", bad)
    assert (response.status_code, response.json()["message"]) == (400, f"task {PRODUCTS} is disabled")
    assert caller.http.put(f"/2/tasks/{PRODUCTS}/enable").status_code == 200
    caller.push("updateObject", [{"objectID": "a"}])


def test_a_push_by_index_name_finds_the_only_task(caller: Caller) -> None:
    body = {"action": "updateObject", "records": [A]}
    accepted = caller.http.post("/1/push/products", json=body, params={"watch": "true"}).json()
    assert caller.get(f"/1/runs/{accepted['runID']}")["taskID"] == PRODUCTS
    assert caller.hits() == [A]


def test_a_push_by_index_name_may_borrow_another_indexs_task(caller: Caller) -> None:
    query = {"watch": "true", "referenceIndexName": "products"}
    caller.http.post("/1/push/products_tmp", json={"action": "updateObject", "records": [A]}, params=query)
    assert caller.hits("products_tmp") == [A]
    assert caller.index_names() == ["products_tmp"]


def test_a_push_by_index_name_wants_exactly_one_task(caller: Caller) -> None:
    body = {"action": "updateObject", "records": [A]}
    none = caller.http.post("/1/push/unknown", json=body)
    assert (none.status_code, none.json()["message"]) == (400, "no task found for index unknown")
    added = caller.control("POST", "/sandbox/tasks", {"name": "Second", "index": "products"}).json()["taskID"]
    several = caller.http.post("/1/push/products", json=body)
    message = f"multiple tasks ({PRODUCTS}, {added}) found for index products"
    assert (several.status_code, several.json()["message"]) == (400, message)


def test_ten_thousand_records_are_one_push(caller: Caller) -> None:
    records = [{"objectID": str(uuid.uuid4()), "text": "x" * 400} for _ in range(10_000)]
    answer = caller.push("addObject", records)
    assert caller.event(answer).json()["batchSize"] == 10_000
    assert caller.get("/1/indexes")["items"][0]["entries"] == 10_000
