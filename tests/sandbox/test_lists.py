"""Lists: pages, filters, order, windows of time; and getting and searching what they list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.caller import ARCHIVE, ARTICLES, EVENTS, PRODUCTS, Caller

A = {"objectID": "a"}
KINDS = [
    ("task", "/2/tasks"),
    ("source", "/1/sources"),
    ("destination", "/1/destinations"),
    ("transformation", "/1/transformations"),
]
NOWHERE = "99999999-9999-4999-8999-999999999999"


def task_ids(caller: Caller, **query: str | int) -> list[str]:
    return [task["taskID"] for task in caller.get("/2/tasks", **query)["tasks"]]


def moment(**ago: float) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).isoformat()


def test_the_sandbox_starts_with_four_tasks_newest_first(caller: Caller) -> None:
    assert task_ids(caller) == [ARCHIVE, EVENTS, ARTICLES, PRODUCTS]
    assert [task["enabled"] for task in caller.get("/2/tasks")["tasks"]] == [False, True, True, True]


def test_every_task_names_a_push_source_and_an_index_of_its_own(caller: Caller) -> None:
    tasks = caller.get("/2/tasks")["tasks"]
    assert {caller.get(f"/1/sources/{task['sourceID']}")["type"] for task in tasks} == {"push"}
    destinations = [caller.get(f"/1/destinations/{task['destinationID']}") for task in tasks]
    assert [destination["input"]["indexName"] for destination in destinations] == [
        "archive",
        "events",
        "articles",
        "products",
    ]
    assert all(destination["type"] == "search" for destination in destinations)


def test_the_transformation_is_readable_and_attached_to_one_task(caller: Caller) -> None:
    (transformation,) = caller.get("/1/transformations")["transformations"]
    assert transformation["type"] == "code"
    assert transformation["input"]["code"].startswith("function transform(record, helper)")
    destinations = caller.get("/1/destinations")["destinations"]
    attached = {found["name"]: found["transformationIDs"] for found in destinations if found["transformationIDs"]}
    assert attached == {"Articles": [transformation["transformationID"]]}


def test_a_list_is_paged_without_gap_or_overlap(caller: Caller) -> None:
    for number in range(21):
        caller.control("POST", "/sandbox/tasks", {"name": f"Task {number}", "index": f"index_{number}"})
    pages = [caller.get("/2/tasks", page=page, itemsPerPage=7) for page in range(1, 6)]
    seen = [task["taskID"] for page in pages for task in page["tasks"]]
    assert len(seen) == len(set(seen)) == 25
    assert [len(page["tasks"]) for page in pages] == [7, 7, 7, 4, 0]
    assert pages[3]["pagination"] == {"nbPages": 4, "page": 4, "nbItems": 25, "itemsPerPage": 7}
    assert caller.get("/2/tasks")["pagination"]["itemsPerPage"] == 10
    assert len(task_ids(caller, itemsPerPage=100)) == 25


@pytest.mark.parametrize("path", ["/2/tasks", "/1/sources", "/1/destinations", "/1/transformations", "/1/runs"])
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"itemsPerPage": 0}, "query.itemsPerPage must be an integer of at least 1"),
        ({"itemsPerPage": 101}, "query.itemsPerPage must be at most 100"),
        ({"itemsPerPage": "ten"}, "query.itemsPerPage must be an integer of at least 1"),
        ({"page": 0}, "query.page must be an integer of at least 1"),
        ({"order": "up"}, "query.order must be one of [asc, desc]"),
        ({"sort": "price"}, "query.sort must be one of ["),
    ],
)
def test_a_list_refuses_what_the_schema_does_not_allow(
    caller: Caller, path: str, query: dict[str, str | int], message: str
) -> None:
    response = caller.http.get(path, params=query)
    assert response.status_code == 400
    assert response.json()["message"].startswith(message)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"enabled": "true"}, [EVENTS, ARTICLES, PRODUCTS]),
        ({"enabled": "false"}, [ARCHIVE]),
        ({"sourceType": "push"}, [ARCHIVE, EVENTS, ARTICLES, PRODUCTS]),
        ({"sourceType": "json,csv"}, []),
        ({"sourceType": "json,push"}, [ARCHIVE, EVENTS, ARTICLES, PRODUCTS]),
        ({"sourceID": "aaaaaaaa-0000-4000-8000-000000000002"}, [EVENTS]),
        ({"destinationID": NOWHERE}, []),
        ({"action": "save"}, [ARCHIVE, EVENTS, ARTICLES, PRODUCTS]),
        ({"action": "replace,append"}, []),
        ({"triggerType": "subscription"}, [ARCHIVE, EVENTS, ARTICLES, PRODUCTS]),
        ({"triggerType": "schedule"}, []),
        ({"withEmailNotifications": "true"}, []),
        ({"sort": "createdAt", "order": "asc"}, [PRODUCTS, ARTICLES, EVENTS, ARCHIVE]),
        ({"sort": "enabled", "order": "asc", "itemsPerPage": 1}, [ARCHIVE]),
        ({"enabled": "true", "sourceID": "aaaaaaaa-0000-4000-8000-000000000001", "order": "asc"}, [PRODUCTS, ARTICLES]),
    ],
)
def test_tasks_are_filtered_and_sorted(caller: Caller, query: dict[str, str | int], found: list[str]) -> None:
    assert task_ids(caller, **query) == found


def test_a_filter_refuses_an_unknown_value(caller: Caller) -> None:
    response = caller.http.get("/2/tasks", params={"sourceType": "push,paper"})
    assert response.status_code == 400
    assert response.json()["message"].startswith("query.sourceType must be one of [algoliaIndex, ")


@pytest.mark.parametrize(
    ("path", "query", "names"),
    [
        ("/1/sources", {"sort": "name", "order": "asc"}, ["Shop export", "Tracking"]),
        ("/1/sources", {"type": "csv"}, []),
        ("/1/sources", {"authenticationID": "none"}, ["Tracking", "Shop export"]),
        ("/1/destinations", {"sort": "name", "itemsPerPage": 2}, ["Products", "Events"]),
        ("/1/destinations", {"type": "insights"}, []),
        ("/1/destinations", {"transformationID": "ffffffff-0000-4000-8000-000000000001"}, ["Articles"]),
        ("/1/transformations", {"type": "noCode"}, []),
        ("/1/transformations", {"type": "code"}, ["Price with tax"]),
    ],
)
def test_the_other_lists_are_filtered_and_sorted(
    caller: Caller, path: str, query: dict[str, str | int], names: list[str]
) -> None:
    (found,) = [value for key, value in caller.get(path, **query).items() if key != "pagination"]
    assert [item["name"] for item in found] == names


@pytest.mark.parametrize(("kind", "path"), KINDS)
def test_what_is_listed_can_be_got_and_searched(caller: Caller, kind: str, path: str) -> None:
    listed: list[Any] = caller.get(path)[f"{kind}s"]
    identifiers = [item[f"{kind}ID"] for item in listed]
    assert [caller.get(f"{path}/{identifier}") for identifier in identifiers] == listed
    response = caller.http.post(f"{path}/search", json={f"{kind}IDs": [*identifiers, NOWHERE]})
    assert response.json() == listed


@pytest.mark.parametrize(("kind", "path"), KINDS)
def test_what_is_not_there_is_not_found(caller: Caller, kind: str, path: str) -> None:
    response = caller.http.get(f"{path}/{NOWHERE}")
    assert (response.status_code, response.json()["message"]) == (404, f"cannot find {kind} {NOWHERE}")
    wrong = caller.http.post(f"{path}/search", json={"ids": []})
    assert (wrong.status_code, wrong.json()["message"]) == (400, f"body.{kind}IDs must be an array of strings")


def test_a_task_is_disabled_and_enabled(caller: Caller) -> None:
    before = caller.get(f"/2/tasks/{PRODUCTS}")
    answer = caller.http.put(f"/2/tasks/{PRODUCTS}/disable").json()
    after = caller.get(f"/2/tasks/{PRODUCTS}")
    assert after == {**before, "enabled": False, "updatedAt": answer["updatedAt"]}
    assert answer["updatedAt"] > before["updatedAt"]
    caller.http.put(f"/2/tasks/{PRODUCTS}/enable")
    assert caller.get(f"/2/tasks/{PRODUCTS}")["enabled"]
    assert caller.http.put(f"/2/tasks/{NOWHERE}/enable").status_code == 404


def test_events_are_filtered_sorted_and_paged(caller: Caller) -> None:
    caller.settings(record_limit_bytes=20)
    good = [caller.push("updateObject", [A]) for _ in range(3)]
    bad = caller.push("updateObject", [{"objectID": "a", "x": "0123456789"}])
    path = f"/1/runs/{bad['runID']}/events"

    def found(**query: str | int) -> list[str]:
        return [event["eventID"] for event in caller.get(path, **query)["events"]]

    in_time = [push["eventID"] for push in [*good, bad]]
    assert found() == in_time[::-1]
    assert found(order="asc") == in_time
    assert found(status="failed") == [bad["eventID"]]
    assert found(status="failed,succeeded", itemsPerPage=3, page=2) == [in_time[0]]
    assert found(type="log") == []
    assert found(type="record,log", sort="status", order="asc")[0] == bad["eventID"]
    assert caller.get(path, itemsPerPage=3)["pagination"] == {"nbPages": 2, "page": 1, "nbItems": 4, "itemsPerPage": 3}
    assert caller.http.get(path, params={"status": "lost"}).status_code == 400


def test_events_of_an_unknown_run_are_not_found(caller: Caller) -> None:
    assert caller.http.get(f"/1/runs/{NOWHERE}/events").status_code == 404
    assert caller.http.get(f"/1/runs/{NOWHERE}").status_code == 404


def test_runs_are_filtered_and_sorted(caller: Caller) -> None:
    products = caller.push("updateObject", [A])["runID"]
    articles = caller.push("updateObject", [A], task=ARTICLES)["runID"]

    def found(**query: str | int) -> list[str]:
        return [run["runID"] for run in caller.get("/1/runs", **query)["runs"]]

    assert found() == [articles, products]
    assert found(order="asc", sort="updatedAt") == [products, articles]
    assert found(taskID=PRODUCTS) == [products]
    assert found(status="finished", type="push,reindex", itemsPerPage=1) == [articles]
    assert found(status="started") == []
    assert found(type="reindex") == []


@pytest.mark.parametrize(("path", "hours"), [("/1/runs", 7 * 24), ("/1/runs/{run}/events", 3)])
def test_the_window_of_a_list_ends_now_and_has_its_documented_length(caller: Caller, path: str, hours: int) -> None:
    run = caller.push("updateObject", [A])["runID"]
    window = caller.get(path.format(run=run))["window"]
    start, end = (datetime.fromisoformat(window[key]) for key in ("startDate", "endDate"))
    assert end - start == timedelta(hours=hours)
    assert datetime.now(UTC) - end < timedelta(minutes=1)


@pytest.mark.parametrize("path", ["/1/runs", "/1/runs/{run}/events"])
def test_a_list_shows_only_what_lies_in_its_window(caller: Caller, path: str) -> None:
    path = path.format(run=caller.push("updateObject", [A])["runID"])

    def total(**query: str | int) -> int:
        return int(caller.get(path, **query)["pagination"]["nbItems"])

    assert total(startDate=moment(minutes=5)) == 1
    assert total(startDate=moment(hours=2), endDate=moment(hours=1)) == 0
    assert total(startDate=moment(minutes=-5), endDate=moment(minutes=-10)) == 0
    assert total(endDate=moment(minutes=-5)) == 1
    response = caller.http.get(path, params={"startDate": "yesterday"})
    assert response.json()["message"] == "query.startDate must be a date and time in RFC 3339 format"
