"""Keys that may do less: for some indexes only, or for a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from pushconsole.sandbox import RunningSandbox
from tests.sandbox.caller import ARTICLES, Caller, eventually

ACL = ["addObject", "deleteIndex", "editSettings", "browse"]
A = {"objectID": "a"}


@contextmanager
def limited(caller: Caller, sandbox: RunningSandbox, **limits: Any) -> Iterator[Caller]:
    key = caller.control("POST", "/sandbox/keys", {"acl": ACL, **limits}).json()["value"]
    with Caller(sandbox, api_key=key) as opened:
        opened.http.headers["x-own-key"] = key
        yield opened


@pytest.mark.parametrize("pattern", ["products", "prod*", "*ucts", "*duc*", "*"])
def test_a_key_for_an_index_pushes_there(caller: Caller, sandbox: RunningSandbox, pattern: str) -> None:
    with limited(caller, sandbox, indexes=["other", pattern]) as own:
        own.push("updateObject", [A])
        assert own.hits() == [A]


@pytest.mark.parametrize("pattern", ["product", "roducts", "articles", "p.*", "?roducts", "prod*x"])
def test_a_key_for_other_indexes_pushes_and_browses_nothing(
    caller: Caller, sandbox: RunningSandbox, pattern: str
) -> None:
    caller.push("updateObject", [A])
    with limited(caller, sandbox, indexes=[pattern]) as own:
        for response in (
            own.send("updateObject", [A]),
            own.http.post("/1/push/products", json={"action": "updateObject", "records": [A]}),
            own.http.post("/1/indexes/products/browse", json={}),
        ):
            assert (response.status_code, response.json()["message"]) == (403, "Index not allowed with this API key")


def test_a_key_says_what_it_is_for_and_how_long(caller: Caller, sandbox: RunningSandbox) -> None:
    with limited(caller, sandbox, indexes=["dev_*"], validity=100) as own:
        shown = own.get(f"/1/keys/{own.http.headers['x-own-key']}")
    assert shown["indexes"] == ["dev_*"]
    assert 0 < shown["validity"] <= 100


def test_a_key_whose_time_is_over_is_known_no_more(caller: Caller, sandbox: RunningSandbox) -> None:
    with limited(caller, sandbox, validity=1) as own:

        def refused() -> httpx.Response | None:
            response = own.send("updateObject", [A], task=ARTICLES)
            return response if response.is_error else None

        response = eventually(refused)
    assert (response.status_code, response.json()["message"]) == (403, "Invalid Application-ID or API key")
