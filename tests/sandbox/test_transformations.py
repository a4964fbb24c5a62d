"""Transformations: tried and pushed, with code that is good, wrong, endless or greedy."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.caller import ARTICLES, PRODUCTS, Caller

PRICE_WITH_TAX = "ffffffff-0000-4000-8000-000000000001"
RECORD = {"objectID": "a", "n": 1}


def tried(caller: Caller, code: str, record: object = RECORD) -> Any:
    body = {"type": "code", "input": {"code": code}, "sampleRecord": record}
    response = caller.http.post("/1/transformations/try", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def function(body: str) -> str:
    return f"function transform(record, helper) {{ {body} }}"


def attach(caller: Caller, code: str, task: str = PRODUCTS) -> None:
    caller.control("POST", "/sandbox/transformations", {"task": task, "code": code}).raise_for_status()


@pytest.mark.parametrize(
    ("code", "records"),
    [
        (function("record.n += 1; return record;"), [{"objectID": "a", "n": 2}]),
        (function("return [record, {...record, objectID: 'b'}];"), [RECORD, {"objectID": "b", "n": 1}]),
        (function("return;"), []),
        (function("return null;"), []),
        (function("return [];"), []),
        ("async " + function("await null; return record;"), [RECORD]),
        ("const transform = record => ({...record, é: '漢'});", [{**RECORD, "é": "漢"}]),
        ("JSON.stringify = () => 'x';" + function("return record;"), [RECORD]),
    ],
)
def test_code_makes_records(caller: Caller, code: str, records: list[object]) -> None:
    assert [json.loads(text) for text in tried(caller, code)["payloads"]] == records


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        (function("throw new RangeError('no price');"), 400, "RangeError: no price"),
        (function("throw 'just text';"), 400, "Uncaught just text"),
        (function("return record.a.b;"), 400, "TypeError"),
        (function("return 3;"), 400, "it returned number"),
        (function("return [record, 'x'];"), 400, "an array with string"),
        (function("return [[record]];"), 400, "an array with an array"),
        (function("return helper.fetch('http://x');"), 400, "helper.fetch is not there"),
        (function("return new Promise(() => {});"), 400, "nothing ever settles"),
        (function("return transform(record);"), 400, "Maximum call stack size exceeded"),
        (function("record.self = record; return record;"), 400, "circular reference"),
        ("const other = 1;", 400, "no function transform"),
        ("function transform(", 400, "SyntaxError"),
        (function("while (true) {}"), 408, "longer than 0.2 s"),
        ("while (true) {}", 408, "longer than 0.2 s"),
        ("async " + function("await null; while (true) {}"), 408, "longer than 0.2 s"),
        (function("return /(a+)+$/.test('a'.repeat(50) + 'b');"), 408, "longer than 0.2 s"),
        (
            function("const all = []; while (true) all.push('x'.repeat(100000) + all.length);"),
            413,
            "more than 8,000,000",
        ),
    ],
)
def test_what_code_does_wrong_is_told(caller: Caller, code: str, status: int, said: str) -> None:
    caller.settings(transformation_s=0.2, transformation_bytes=8_000_000)
    answer = tried(caller, code)
    assert answer["payloads"] == []
    assert answer["error"]["code"] == status
    assert said in answer["error"]["message"]


def test_code_that_awaits_for_ever_is_ended(caller: Caller) -> None:
    caller.settings(transformation_s=0.2)
    answer = tried(caller, "async " + function("while (true) await null;"))
    assert answer["error"]["code"] == 408


def test_an_existing_transformation_is_tried_with_its_own_code_or_another(caller: Caller) -> None:
    path, sample = f"/1/transformations/{PRICE_WITH_TAX}/try", {"objectID": "a", "price": 10}
    own = caller.http.post(path, json={"sampleRecord": sample}).json()
    assert [json.loads(text) for text in own["payloads"]] == [{**sample, "price_with_tax": 12}]
    other = {"type": "code", "input": {"code": function("return;")}, "sampleRecord": sample}
    assert caller.http.post(path, json=other).json()["payloads"] == []


@pytest.mark.parametrize("body", ["{}", "[]", '{"sampleRecord": 3}', "no JSON"])
def test_a_trial_without_a_record_is_refused(caller: Caller, body: str) -> None:
    assert caller.http.post("/1/transformations/try", content=body).status_code == 400


def test_an_unknown_transformation_is_not_found(caller: Caller) -> None:
    response = caller.http.post("/1/transformations/nowhere/try", json={"sampleRecord": RECORD})
    assert (response.status_code, response.json()["message"]) == (404, "cannot find transformation nowhere")


def test_steps_are_not_carried_out_and_say_so(caller: Caller) -> None:
    body = {"type": "noCode", "input": {"steps": []}, "sampleRecord": RECORD}
    assert caller.http.post("/1/transformations/try", json=body).json()["error"]["code"] == 501


def test_a_push_passes_the_transformation_of_its_task(caller: Caller) -> None:
    caller.push("updateObject", [{"objectID": "a", "price": 10}, {"objectID": "b"}], task=ARTICLES)
    assert caller.hits("articles") == [{"objectID": "a", "price": 10, "price_with_tax": 12}, {"objectID": "b"}]


def test_a_push_drops_and_multiplies_records(caller: Caller) -> None:
    attach(caller, function("return Array.from({length: record.n}, (_, i) => ({objectID: record.objectID + i}));"))
    caller.push("updateObject", [{"objectID": "a", "n": 0}, {"objectID": "b", "n": 2}, {"objectID": "c", "n": 1}])
    assert [hit["objectID"] for hit in caller.hits()] == ["b0", "b1", "c0"]


def test_numbers_become_those_of_javascript(caller: Caller) -> None:
    attach(caller, function("return record;"))
    caller.push("updateObject", '[{"objectID":"a","n":1.10,"big":12345678901234567890}]')
    assert caller.text("a") == '{"objectID":"a","n":1.1,"big":12345678901234567000}'


@pytest.mark.parametrize("action", ["addObject", "updateObject", "partialUpdateObject"])
@pytest.mark.parametrize("body", ["throw new Error('no');", "record.objectID = 3; return record;", "while (true) {}"])
def test_a_push_whose_transformation_fails_names_the_record(caller: Caller, action: str, body: str) -> None:
    caller.settings(transformation_s=0.1)
    attach(caller, function(f"if (record.n === 2) {{ {body} }} return record;"))
    accepted = caller.push(action, [{"objectID": "a", "n": 1}, {"objectID": "b", "n": 2}])
    event = caller.verdict(accepted)
    assert event["status"] == "failed"
    assert (event["data"]["position"], event["data"]["objectID"]) == (1, "b")
    assert "could not be transformed" in event["data"]["message"]
    assert caller.index_names() == []


def test_a_record_too_big_after_the_transformation_keeps_its_position_in_the_push(caller: Caller) -> None:
    caller.settings(record_limit_bytes=100)
    attach(caller, function("return record.n ? {...record, text: 'x'.repeat(200)} : undefined;"))
    event = caller.verdict(caller.push("updateObject", [{"objectID": "a", "n": 0}, {"objectID": "b", "n": 1}]))
    assert (event["data"]["position"], event["data"]["objectID"]) == (1, "b")


def test_deleting_records_passes_no_transformation(caller: Caller) -> None:
    caller.push("updateObject", [RECORD])
    attach(caller, function("throw new Error('not for deletions');"))
    caller.push("deleteObject", [{"objectID": "a"}])
    assert caller.hits() == []


def test_the_sandbox_answers_while_a_transformation_runs_endlessly(caller: Caller) -> None:
    caller.settings(transformation_s=0.5)
    attach(caller, function("while (true) {}"))
    accepted = caller.push("updateObject", [RECORD], watch=False)
    assert len(caller.get("/2/tasks")["tasks"]) == 4
    assert caller.verdict(accepted)["status"] == "failed"
