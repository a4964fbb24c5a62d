"""The official Python client, which nobody here wrote, against the sandbox."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from algoliasearch.http.exceptions import RequestException
from algoliasearch.ingestion.client import IngestionClient, IngestionClientSync
from algoliasearch.ingestion.models.action import Action
from algoliasearch.ingestion.models.event import Event
from algoliasearch.ingestion.models.event_status import EventStatus
from algoliasearch.search.client import SearchClientSync
from algoliasearch.search.config import SearchConfig
from algoliasearch.search.models.browse_response import BrowseResponse

from pushconsole.sandbox import RunningSandbox
from tests.contract.official import aim, configuration, payload
from tests.sandbox.caller import ARCHIVE, EVENTS, PRODUCTS, Caller, eventually

A = {"objectID": "a", "name": "Lamp é"}


@pytest.fixture
def ingestion(sandbox: RunningSandbox) -> Iterator[IngestionClientSync]:
    client = IngestionClientSync.create_with_config(configuration(sandbox))
    yield client
    client.close()


@pytest.fixture
def search(sandbox: RunningSandbox) -> Iterator[SearchClientSync]:
    config = SearchConfig(sandbox.app_id, sandbox.api_key)
    aim(config, sandbox.search_url)
    client = SearchClientSync.create_with_config(config)
    yield client
    client.close()


def browsed(search: SearchClientSync) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def take(page: BrowseResponse) -> None:
        found.extend(hit.to_dict() for hit in page.hits)

    search.browse_objects("products", take)
    return found


def test_push_task_without_watch_is_followed_by_its_event(
    ingestion: IngestionClientSync, search: SearchClientSync
) -> None:
    response = ingestion.push_task(PRODUCTS, payload(Action.UPDATEOBJECT, A))
    assert response.event_id is not None
    assert response.created_at is not None

    def event() -> Event | None:
        try:
            return ingestion.get_event(response.run_id, response.event_id or "")
        except RequestException as error:
            if error.status_code == 404:
                return None
            raise

    eventually(lambda: (found := event()) is not None and found.status == EventStatus.SUCCEEDED)
    assert browsed(search) == [A]


def test_push_task_with_watch_returns_after_the_end(ingestion: IngestionClientSync, search: SearchClientSync) -> None:
    response = ingestion.push_task(PRODUCTS, payload(Action.ADDOBJECT, A), watch=True)
    assert response.events is None
    assert response.data is None
    assert browsed(search) == [A]


def test_push_task_with_watch_brings_the_failure(ingestion: IngestionClientSync, caller: Caller) -> None:
    caller.settings(record_limit_bytes=20)
    response = ingestion.push_task(PRODUCTS, payload(Action.UPDATEOBJECT, A), watch=True)
    assert response.message is not None
    assert "position 0 objectID=a is too big" in response.message
    assert response.events is not None
    assert response.events[0].status == EventStatus.FAILED


@pytest.mark.parametrize("action", list(Action))
def test_every_action_the_client_knows_is_taken(
    ingestion: IngestionClientSync, search: SearchClientSync, action: Action
) -> None:
    ingestion.push_task(PRODUCTS, payload(Action.UPDATEOBJECT, A), watch=True)
    records = [] if action in (Action.DELETE, Action.CLEAR) else [{"objectID": "a", "x": 1}]
    assert ingestion.push_task(PRODUCTS, payload(action, *records), watch=True).events is None
    if action == Action.DELETE:
        assert search.list_indices().items == []
    else:
        assert len(browsed(search)) == (0 if action in (Action.CLEAR, Action.DELETEOBJECT) else 1)


def test_push_by_index_name(ingestion: IngestionClientSync, search: SearchClientSync) -> None:
    ingestion.push("products", payload(Action.UPDATEOBJECT, A), watch=True)
    assert browsed(search) == [A]


@pytest.mark.parametrize("batch_size", [50, 1000])
def test_chunked_push_with_wait(ingestion: IngestionClientSync, search: SearchClientSync, batch_size: int) -> None:
    records = [{"objectID": str(number), "n": number} for number in range(120)]
    responses = ingestion.chunked_push(
        "products", records, Action.UPDATEOBJECT, wait_for_tasks=True, batch_size=batch_size
    )
    assert len(responses) == -(-120 // batch_size)
    assert len({response.event_id for response in responses}) == len(responses)

    def succeeded() -> bool:
        events = [ingestion.get_event(response.run_id, response.event_id or "") for response in responses]
        return all(event.status == EventStatus.SUCCEEDED for event in events)

    eventually(succeeded)  # the client waits only until the events exist, which they do before their records are there
    assert browsed(search) == records


def test_browse_objects_follows_the_cursor(ingestion: IngestionClientSync, search: SearchClientSync) -> None:
    records = [{"objectID": str(number)} for number in range(2500)]
    ingestion.push_task(PRODUCTS, payload(Action.UPDATEOBJECT, *records), watch=True)
    assert browsed(search) == records


def test_tasks_are_listed_got_searched_and_switched(ingestion: IngestionClientSync) -> None:
    listed = ingestion.list_tasks(items_per_page=3, page=1, enabled=True, source_type=["push"], order="asc")
    assert listed.tasks[0].task_id == PRODUCTS
    assert (listed.pagination.nb_items, listed.pagination.nb_pages) == (3, 1)
    assert ingestion.get_task(ARCHIVE).enabled is False
    assert ingestion.search_tasks({"taskIDs": [EVENTS]})[0].task_id == EVENTS
    ingestion.enable_task(ARCHIVE)
    assert ingestion.get_task(ARCHIVE).enabled is True
    ingestion.disable_task(ARCHIVE)
    assert ingestion.get_task(ARCHIVE).enabled is False


def test_sources_destinations_and_transformations_are_read(ingestion: IngestionClientSync) -> None:
    task = ingestion.get_task(PRODUCTS)
    source, destination = ingestion.get_source(task.source_id), ingestion.get_destination(task.destination_id)
    assert (source.type, destination.input.index_name) == ("push", "products")
    assert source in ingestion.list_sources(type=["push"]).sources
    assert destination in ingestion.list_destinations(type=["search"]).destinations
    assert ingestion.search_sources({"sourceIDs": [source.source_id]}) == [source]
    assert ingestion.search_destinations({"destinationIDs": [destination.destination_id]}) == [destination]
    (transformation,) = ingestion.list_transformations().transformations
    assert ingestion.get_transformation(transformation.transformation_id) == transformation
    assert ingestion.search_transformations({"transformationIDs": [transformation.transformation_id]})


def test_transformations_are_paged_and_tried_both_ways(ingestion: IngestionClientSync, caller: Caller) -> None:
    code = "function transform(record, helper) { return [record, {objectID: 'b'}]; }"
    for number in range(4):
        document = {"task": EVENTS, "code": code, "name": f"T{number}"}
        caller.control("POST", "/sandbox/transformations", document).raise_for_status()
    pages = [ingestion.list_transformations(items_per_page=2, page=page, sort="name", order="asc") for page in (1, 3)]
    assert [[found.name for found in page.transformations] for page in pages] == [["Price with tax", "T0"], ["T3"]]
    assert (pages[0].pagination.nb_items, pages[0].pagination.nb_pages) == (5, 3)
    sample = {"type": "code", "input": {"code": code}, "sampleRecord": A}
    identifier = pages[1].transformations[0].transformation_id
    for answer in (
        ingestion.try_transformation(sample),
        ingestion.try_transformation_before_update(identifier, sample),
    ):
        assert answer.error is None
        assert [json.loads(text) for text in answer.payloads] == [A, {"objectID": "b"}]


def test_a_failed_trial_brings_code_and_message(ingestion: IngestionClientSync) -> None:
    code = "function transform() { throw new Error('no price'); }"
    answer = ingestion.try_transformation({"type": "code", "input": {"code": code}, "sampleRecord": A})
    assert answer.payloads == []
    assert answer.error is not None
    assert (answer.error.code, answer.error.message) == (400, "Error: no price")


def test_runs_and_events_are_paged_and_cut_to_windows(ingestion: IngestionClientSync, caller: Caller) -> None:
    caller.settings(run_window_s=0)
    before = datetime.now(UTC) - timedelta(hours=1)
    pushed = [ingestion.push_task(PRODUCTS, payload(Action.UPDATEOBJECT, A), watch=True) for _ in range(5)]
    pages = [ingestion.list_runs(task_id=PRODUCTS, items_per_page=2, page=page, order="asc") for page in (1, 2, 3)]
    assert [run.run_id for page in pages for run in page.runs] == [response.run_id for response in pushed]
    assert pages[0].pagination.nb_pages == 3
    until = before.isoformat().replace("+00:00", "Z")
    assert ingestion.list_runs(end_date=until, start_date="2020-01-01T00:00:00Z").runs == []
    assert len(ingestion.list_runs(start_date=until).runs) == 5
    caller.settings(run_window_s=3600)
    shared = [ingestion.push_task(EVENTS, payload(Action.UPDATEOBJECT, A), watch=True) for _ in range(3)]
    (run_id,) = {response.run_id for response in shared}
    listed = [ingestion.list_events(run_id, items_per_page=2, page=page, order="asc") for page in (1, 2)]
    assert [event.event_id for page in listed for event in page.events] == [response.event_id for response in shared]
    assert ingestion.list_events(run_id, end_date=until, start_date="2020-01-01T00:00:00Z").events == []


def test_runs_and_events_are_read(ingestion: IngestionClientSync) -> None:
    response = ingestion.push_task(PRODUCTS, payload(Action.UPDATEOBJECT, A), watch=True)
    run = ingestion.get_run(response.run_id)
    assert (run.task_id, run.type, run.status, run.outcome) == (PRODUCTS, "push", "finished", "success")
    runs = ingestion.list_runs(task_id=PRODUCTS, status=["finished"], type=["push"])
    assert [listed.run_id for listed in runs.runs] == [response.run_id]
    events = ingestion.list_events(response.run_id, status=["succeeded"], type=["record"])
    assert [event.event_id for event in events.events] == [response.event_id]
    assert events.window.start_date < events.window.end_date


def test_the_clients_errors_carry_the_services_message(ingestion: IngestionClientSync) -> None:
    with pytest.raises(RequestException, match=r"cannot find task nowhere") as missing:
        ingestion.push_task("nowhere", payload(Action.UPDATEOBJECT, A))
    assert missing.value.status_code == 404
    with pytest.raises(RequestException, match=r"is disabled") as disabled:
        ingestion.push_task(ARCHIVE, payload(Action.UPDATEOBJECT, A))
    assert disabled.value.status_code == 400


def test_a_key_reads_its_permissions(search: SearchClientSync, sandbox: RunningSandbox) -> None:
    key = search.get_api_key(sandbox.api_key)
    assert key.value == sandbox.api_key
    assert {"addObject", "deleteIndex", "editSettings"} <= set(key.acl)


def test_indexes_and_objects_are_read(ingestion: IngestionClientSync, search: SearchClientSync) -> None:
    ingestion.push_task(PRODUCTS, payload(Action.UPDATEOBJECT, A), watch=True)
    (index,) = search.list_indices().items
    assert (index.name, index.entries) == ("products", 1)
    assert search.get_object("products", "a") == A


def test_objects_are_got_together_and_null_stands_for_those_that_are_not_there(
    ingestion: IngestionClientSync, search: SearchClientSync
) -> None:
    ingestion.push_task(PRODUCTS, payload(Action.UPDATEOBJECT, A, {"objectID": "b", "n": 1, "m": 2}), watch=True)
    wanted = [
        {"indexName": "products", "objectID": "b", "attributesToRetrieve": ["n"]},
        {"indexName": "products", "objectID": "nobody"},
        {"indexName": "products", "objectID": "a"},
    ]
    assert search.get_objects({"requests": wanted}).results == [{"objectID": "b", "n": 1}, None, A]


def test_what_an_index_hides_is_in_no_record(
    ingestion: IngestionClientSync, search: SearchClientSync, sandbox: RunningSandbox, caller: Caller
) -> None:
    ingestion.push_task(PRODUCTS, payload(Action.UPDATEOBJECT, {**A, "cost": 1}), watch=True)
    assert search.get_settings("products").unretrievable_attributes is None
    search.set_settings("products", {"unretrievableAttributes": ["cost"]})
    assert search.get_settings("products").unretrievable_attributes == ["cost"]
    assert search.get_object("products", "a") == A
    assert search.get_objects({"requests": [{"indexName": "products", "objectID": "a"}]}).results == [A]
    assert browsed(search) == [A]
    acl = ["search", "seeUnretrievableAttributes"]
    key = caller.control("POST", "/sandbox/keys", {"acl": acl}).json()["value"]
    with Caller(sandbox, api_key=key) as seeing:
        assert seeing.get("/1/indexes/products/a") == {**A, "cost": 1}


def test_the_asynchronous_client_works_as_well(sandbox: RunningSandbox) -> None:
    records = [{"objectID": str(number)} for number in range(30)]

    async def push_and_follow() -> list[str | None]:
        async with IngestionClient.create_with_config(configuration(sandbox, "eu")) as client:
            responses = await client.chunked_push(
                "products", records, Action.UPDATEOBJECT, wait_for_tasks=True, batch_size=10
            )
            events = [await client.get_event(response.run_id, response.event_id or "") for response in responses]
        return [event.status for event in events]

    assert asyncio.run(push_and_follow()) == ["succeeded"] * 3
