"""The part of the Search API that the sandbox serves."""

from __future__ import annotations

import pytest

from pushconsole.sandbox import RunningSandbox
from tests.sandbox.caller import ARTICLES, Caller


def test_a_key_reads_itself_and_no_other(caller: Caller, sandbox: RunningSandbox) -> None:
    own = caller.get(f"/1/keys/{sandbox.api_key}")
    assert {"addObject", "deleteIndex", "editSettings", "browse"} <= set(own["acl"])
    other = caller.control("POST", "/sandbox/keys", {"acl": ["search"]}).json()["value"]
    assert caller.http.get(f"/1/keys/{other}").status_code == 403
    with Caller(sandbox, api_key=other) as limited:
        assert limited.get(f"/1/keys/{other}")["acl"] == ["search"]


def test_indexes_are_listed_with_what_they_hold(caller: Caller) -> None:
    assert caller.get("/1/indexes")["items"] == []
    caller.push("updateObject", '[{"objectID":"a"},{"objectID":"é"}]')
    caller.push("updateObject", [], task=ARTICLES)
    articles, products = caller.get("/1/indexes")["items"]
    assert (articles["name"], articles["entries"], articles["dataSize"]) == ("articles", 0, 0)
    size = len('{"objectID":"a"}{"objectID":"é"}'.encode())
    assert (products["name"], products["entries"], products["dataSize"]) == ("products", 2, size)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 1000])
def test_browsing_gives_every_record_once_in_order(caller: Caller, count: int) -> None:
    records = [{"objectID": str(number)} for number in range(5)]
    caller.push("updateObject", records[:3])
    caller.push("updateObject", [{"objectID": "elsewhere"}], task=ARTICLES)
    caller.push("updateObject", records[2:])
    found, body = [], {"hitsPerPage": count}
    while True:
        answer = caller.http.post("/1/indexes/products/browse", json=body).json()
        assert 0 < len(answer["hits"]) <= count
        found += answer["hits"]
        if "cursor" not in answer:
            break
        body = {"hitsPerPage": count, "cursor": answer["cursor"]}
    assert found == records
    assert answer["nbHits"] == 5


def test_what_is_not_there_is_not_found(caller: Caller) -> None:
    missing = caller.http.post("/1/indexes/products/browse")
    assert (missing.status_code, missing.json()) == (404, {"message": "Index products does not exist", "status": 404})
    caller.push("updateObject", [{"objectID": "a"}])
    absent = caller.http.get("/1/indexes/products/b")
    assert (absent.status_code, absent.json()) == (404, {"message": "ObjectID does not exist", "status": 404})


def test_an_object_id_may_hold_anything(caller: Caller) -> None:
    caller.push("updateObject", [{"objectID": "a/b c?d#é"}])
    assert caller.get("/1/indexes/products/a%2Fb%20c%3Fd%23%C3%A9") == {"objectID": "a/b c?d#é"}


@pytest.mark.parametrize("body", [{"cursor": "nonsense"}, {"hitsPerPage": 0}, {"hitsPerPage": 1001}, []])
def test_browsing_refuses_what_makes_no_sense(caller: Caller, body: object) -> None:
    caller.push("updateObject", [{"objectID": "a"}])
    assert caller.http.post("/1/indexes/products/browse", json=body).status_code == 400


def test_records_are_got_together_in_the_order_asked_for(caller: Caller) -> None:
    caller.push("updateObject", '[{"objectID":"a","n":1.10,"t":"x"},{"objectID":"b/c"}]')
    caller.push("updateObject", [{"objectID": "a", "n": 2}], task=ARTICLES)
    wanted = [
        {"indexName": "products", "objectID": "b/c"},
        {"indexName": "products", "objectID": "nobody"},
        {"indexName": "articles", "objectID": "a", "attributesToRetrieve": ["*"]},
        {"indexName": "products", "objectID": "a", "attributesToRetrieve": ["n", "absent"]},
        {"indexName": "products", "objectID": "a", "attributesToRetrieve": []},
    ]
    answer = caller.http.post("/1/indexes/*/objects", json={"requests": wanted})
    assert answer.text == (
        '{"results":[{"objectID":"b/c"},null,{"objectID":"a","n":2},{"objectID":"a","n":1.10},{"objectID":"a"}]}'
    )


def test_records_of_an_index_that_is_not_there_are_not_found(caller: Caller) -> None:
    wanted = {"requests": [{"indexName": "nowhere", "objectID": "a"}]}
    assert caller.http.post("/1/indexes/*/objects", json=wanted).status_code == 404


@pytest.mark.parametrize("body", [{}, {"requests": [{"objectID": "a"}]}, {"requests": "a"}])
def test_a_call_for_records_that_makes_no_sense_is_refused(caller: Caller, body: object) -> None:
    assert caller.http.post("/1/indexes/*/objects", json=body).status_code == 400


@pytest.mark.parametrize(("acl", "indexes"), [(["browse"], []), (["search"], ["dev_*"])], ids=str)
def test_a_key_gets_no_record_that_is_not_for_it(
    caller: Caller, sandbox: RunningSandbox, acl: list[str], indexes: list[str]
) -> None:
    caller.push("updateObject", [{"objectID": "a"}])
    key = caller.control("POST", "/sandbox/keys", {"acl": acl, "indexes": indexes}).json()["value"]
    with Caller(sandbox, api_key=key) as limited:
        wanted = {"requests": [{"indexName": "products", "objectID": "a"}]}
        assert limited.http.post("/1/indexes/*/objects", json=wanted).status_code == 403
        assert limited.http.get("/1/indexes/products/a").status_code == 403
