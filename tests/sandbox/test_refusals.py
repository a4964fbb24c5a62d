"""Requests that the sandbox refuses."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from pushconsole.sandbox import RunningSandbox, launch
from tests.sandbox.caller import ARCHIVE, PRODUCTS, Caller, eventually

A = {"objectID": "a"}
GUARDED = [
    ("GET", "/2/tasks"),
    ("GET", f"/2/tasks/{PRODUCTS}"),
    ("POST", "/2/tasks/search"),
    ("PUT", f"/2/tasks/{PRODUCTS}/disable"),
    ("POST", f"/2/tasks/{PRODUCTS}/push"),
    ("POST", "/1/push/products"),
    ("GET", "/1/sources"),
    ("GET", "/1/destinations"),
    ("GET", "/1/transformations"),
    ("POST", "/1/transformations/try"),
    ("POST", "/1/transformations/ffffffff-0000-4000-8000-000000000001/try"),
    ("GET", "/1/runs"),
    ("GET", "/1/runs/x/events"),
    ("GET", "/1/indexes"),
    ("POST", "/1/indexes/products/browse"),
    ("GET", "/1/indexes/products/a"),
]


@pytest.mark.parametrize("header", ["x-algolia-application-id", "x-algolia-api-key"])
@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_both_headers_are_wanted_everywhere(caller: Caller, method: str, path: str, header: str) -> None:
    del caller.http.headers[header]
    response = caller.http.request(method, path)
    assert (response.status_code, response.json()["message"]) == (401, f"The header {header} is missing")


@pytest.mark.parametrize("header", ["x-algolia-application-id", "x-algolia-api-key"])
@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_a_wrong_application_or_key_is_refused(caller: Caller, method: str, path: str, header: str) -> None:
    caller.http.headers[header] = "wrong"
    response = caller.http.request(method, path)
    assert (response.status_code, response.json()["message"]) == (403, "Invalid Application-ID or API key")


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_a_key_needs_the_permissions_of_the_call(
    caller: Caller, sandbox: RunningSandbox, method: str, path: str
) -> None:
    key = caller.control("POST", "/sandbox/keys", {"acl": ["addObject", "deleteIndex", "analytics"]}).json()["value"]
    with Caller(sandbox, api_key=key) as limited:
        response = limited.http.request(method, path)
    assert (response.status_code, response.json()["message"]) == (403, "Method not allowed with this API key")


def test_an_unknown_task_is_not_found(caller: Caller) -> None:
    response = caller.send("updateObject", [A], task="99999999-9999-4999-8999-999999999999")
    assert response.status_code == 404
    assert response.json() == {
        "message": "cannot find task 99999999-9999-4999-8999-999999999999",
        "status": 404,
        "error": {"code": "resource_not_found"},
    }


def test_a_disabled_task_takes_no_push(caller: Caller) -> None:
    response = caller.send("updateObject", [A], task=ARCHIVE)
    assert (response.status_code, response.json()) == (400, {"message": f"task {ARCHIVE} is disabled", "status": 400})


def test_a_body_against_the_schema_is_refused_over_the_wire(caller: Caller) -> None:
    response = caller.send("updateObject", [A, {"x": 1}])
    message = "body.records[1].objectID is required"
    assert (response.status_code, response.json()) == (400, {"message": message, "status": 400})


def _push_of(size: int) -> bytes:
    empty = b'{"action":"addObject","records":[]}'
    return empty[:-1] + b" " * (size - len(empty)) + b"}"


def test_a_push_may_be_five_megabytes_and_no_more(caller: Caller) -> None:
    path = f"/2/tasks/{PRODUCTS}/push"
    assert caller.http.post(path, content=_push_of(5_000_000)).status_code == 200
    response = caller.http.post(path, content=_push_of(5_000_001))
    assert response.status_code == 413
    assert "5000001 bytes, at most 5000000 bytes" in response.json()["message"]


def test_a_push_of_unannounced_length_is_measured_while_it_comes(caller: Caller) -> None:
    caller.settings(push_limit_bytes=100_000)
    response = caller.http.post(f"/2/tasks/{PRODUCTS}/push", content=(b" " * 30_000 for _ in range(5)))
    assert response.status_code == 413


def test_the_connection_serves_on_after_a_push_that_was_too_large(caller: Caller) -> None:
    caller.settings(push_limit_bytes=1000)
    assert caller.http.post(f"/2/tasks/{PRODUCTS}/push", content=_push_of(3_000_000)).status_code == 413
    caller.push("updateObject", [A])
    assert caller.hits() == [A]


def test_too_many_pushes_a_minute_are_refused_with_the_time_to_wait(caller: Caller) -> None:
    caller.settings(calls_per_minute=3)
    for _ in range(3):
        caller.push("updateObject", [A])
    response = caller.send("updateObject", [A])
    assert response.status_code == 429
    assert "at most 3 in 60 seconds" in response.json()["message"]
    assert 1 <= int(response.headers["retry-after"]) <= 60
    assert caller.get("/2/tasks")["tasks"], "only pushes are counted"
    caller.settings(calls_per_minute=0)
    caller.push("updateObject", [A])


def test_five_hundred_pushes_a_minute_are_the_default() -> None:
    with launch(delay_s=0) as own, Caller(own) as caller:  # where no late push of an earlier test is counted
        statuses = [caller.send("updateObject", [A], watch=False).status_code for _ in range(501)]
    assert statuses == [200] * 500 + [429]


def test_a_caller_that_goes_away_in_the_middle_of_a_push_has_pushed_nothing(
    caller: Caller, sandbox: RunningSandbox
) -> None:
    address = urlsplit(sandbox.ingestion_url)
    headers = {**dict(caller.http.headers), "content-length": "1000"}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as connection:
        connection.sendall(f"POST /2/tasks/{PRODUCTS}/push HTTP/1.1\r\nhost: x\r\n{head}\r\n".encode())
        connection.sendall(b'{"action":"updateObject","records":[')
    noted = eventually(lambda: [call for call in caller.control("GET", "/sandbox/calls").json() if call["seconds"]])
    assert noted[0]["status"] == 400
    assert caller.get("/1/runs")["runs"] == []


def test_a_compressed_body_is_refused_and_not_misread(caller: Caller) -> None:
    headers = {"content-encoding": "gzip"}
    assert caller.http.post(f"/2/tasks/{PRODUCTS}/push", content=b"\x1f\x8b", headers=headers).status_code == 415


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/3/nothing", 404), ("DELETE", "/2/tasks", 405)])
def test_what_does_not_exist_is_told_in_json(caller: Caller, method: str, path: str, status: int) -> None:
    response: httpx.Response = caller.http.request(method, path)
    assert (response.status_code, response.json()["status"]) == (status, status)
