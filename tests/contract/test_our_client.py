"""Our client against the official one: it sends what that one sends, and reads what that one's models write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec
import pytest
from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.ingestion import models
from algoliasearch.ingestion.client import IngestionClientSync
from algoliasearch.ingestion.config import IngestionConfig
from algoliasearch.search.client import SearchClientSync
from algoliasearch.search.config import SearchConfig
from pydantic import BaseModel

from pushconsole.credentials import Secret
from pushconsole.ingestion import Action, IngestionClient, messages, push_body
from tests.contract.sink import Received, Sink
from tests.sandbox.caller import PRODUCTS

_Message = TypeVar("_Message")

APPLICATION, KEY = "ABCDEFGH12", "0123456789abcdef0123456789abcdef"
RECORDS = [
    '{"objectID":"a","name":"Lämpchen 🪔","price":1.10,"big":12345678901234567890}',
    '{"objectID":"b","nested":{"tags":["x",null,true],"empty":""},"absent":null}',
]
MOMENT = "2026-11-23T14:35:00.123Z"
RUN, EVENT, TASK = (digit * 8 + "-0000-4000-8000-000000000000" for digit in "123")


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as listening:
        yield listening


def _texts(action: Action) -> list[str]:
    return [] if action in {Action.CLEAR, Action.DELETE} else RECORDS


async def _pushed_by_us(sink: Sink, action: Action, *, watch: bool = False) -> Received:
    client = IngestionClient(application_id=APPLICATION, api_key=Secret(KEY), region="us", ingestion_url=sink.url)
    async with client:
        await client.push(PRODUCTS, push_body(action, ",".join(_texts(action)).encode()), watch=watch)
    return sink.received[-1]


def _official(sink: Sink) -> IngestionClientSync:
    config = IngestionConfig(APPLICATION, KEY, "us")
    config.hosts = HostsCollection([Host("127.0.0.1", scheme="http", port=sink.port)])
    return IngestionClientSync.create_with_config(config)


def _pushed_by_the_official_client(sink: Sink, action: Action, *, watch: bool = False) -> Received:
    client = _official(sink)
    records = [json.loads(text) for text in _texts(action)]
    client.push_task(PRODUCTS, {"action": action.value, "records": records}, watch=watch or None)
    client.close()
    return sink.received[-1]


def test_we_know_the_actions_the_official_client_knows() -> None:
    assert {action.value for action in Action} == {action.value for action in models.Action}


@pytest.mark.parametrize("action", Action)
async def test_a_push_is_valid_by_the_official_models(sink: Sink, action: Action) -> None:
    body = (await _pushed_by_us(sink, action)).body
    payload = models.PushTaskPayload.model_validate_json(body, strict=True)
    assert payload.action == action.value
    assert [record.model_dump(by_alias=True) for record in payload.records] == [
        json.loads(text) for text in _texts(action)
    ]
    assert set(json.loads(body)) == {"action", "records"}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("watch", [False, True])
async def test_a_push_is_the_request_the_official_client_makes(sink: Sink, action: Action, watch: bool) -> None:
    ours, theirs = (
        await _pushed_by_us(sink, action, watch=watch),
        _pushed_by_the_official_client(sink, action, watch=watch),
    )
    assert (ours.method, ours.path, ours.query) == (theirs.method, theirs.path, theirs.query)
    assert json.loads(ours.body) == json.loads(theirs.body)
    for header in ("x-algolia-application-id", "x-algolia-api-key", "content-type"):
        assert ours.headers[header] == theirs.headers[header]
    assert ours.headers["content-length"] == str(len(ours.body))


@pytest.mark.parametrize("watch", [False, True])
async def test_a_push_by_index_name_is_the_request_the_official_client_makes(sink: Sink, watch: bool) -> None:
    action = Action.UPDATE_OBJECT
    client = IngestionClient(application_id=APPLICATION, api_key=Secret(KEY), region="us", ingestion_url=sink.url)
    async with client:
        await client.push_to_index(
            "products é/tmp", "products", push_body(action, ",".join(RECORDS).encode()), watch=watch
        )
    ours = sink.received[-1]
    official = _official(sink)
    records = [json.loads(text) for text in RECORDS]
    official.push(
        "products é/tmp",
        {"action": action.value, "records": records},
        watch=watch or None,
        reference_index_name="products",
    )
    official.close()
    theirs = sink.received[-1]
    assert (ours.method, ours.path, ours.query) == (theirs.method, theirs.path, theirs.query)
    assert json.loads(ours.body) == json.loads(theirs.body)


async def test_the_characters_of_a_record_are_sent_as_they_are(sink: Sink) -> None:
    body = (await _pushed_by_us(sink, Action.UPDATE_OBJECT)).body.decode()
    assert all(text in body for text in RECORDS)


@pytest.mark.parametrize("attributes", [["*"], ["name", "price"]])
async def test_records_are_asked_for_as_the_official_client_does(attributes: list[str]) -> None:
    with Sink(b'{"results":[{"objectID":"a"},null]}') as sink:
        async with IngestionClient(
            application_id=APPLICATION, api_key=Secret(KEY), region="us", search_url=sink.url
        ) as client:
            assert await client.records("products", ["a", "b"], attributes) == [b'{"objectID":"a"}', None]
        config = SearchConfig(APPLICATION, KEY)
        config.hosts = HostsCollection([Host("127.0.0.1", scheme="http", port=sink.port)])
        official = SearchClientSync.create_with_config(config)
        wanted = [{"indexName": "products", "objectID": one, "attributesToRetrieve": attributes} for one in "ab"]
        assert official.get_objects({"requests": wanted}).results == [{"objectID": "a"}, None]
        official.close()
    ours, theirs = sink.received
    assert (ours.method, ours.path, json.loads(ours.body)) == (theirs.method, theirs.path, json.loads(theirs.body))


def _read(model: BaseModel, shape: type[_Message], *, nulls: bool) -> _Message:
    """Read what the official model writes; with `nulls` everything optional that it lacks stands there as null."""
    return msgspec.json.decode(model.model_dump_json(by_alias=True, exclude_unset=not nulls), type=shape)


MODELS: Mapping[str, tuple[type[BaseModel], type[Any], dict[str, Any], dict[str, Any]]] = {
    "task": (
        models.Task,
        messages.Task,
        {
            "taskID": TASK,
            "sourceID": RUN,
            "destinationID": EVENT,
            "enabled": False,
            "createdAt": MOMENT,
            "updatedAt": MOMENT,
        },
        {
            "task_id": TASK,
            "source_id": RUN,
            "destination_id": EVENT,
            "enabled": False,
            "action": None,
            "last_run": None,
        },
    ),
    "source": (
        models.Source,
        messages.Source,
        {"sourceID": RUN, "type": "push", "name": "Éclairage", "createdAt": MOMENT, "updatedAt": MOMENT},
        {"source_id": RUN, "type": "push", "name": "Éclairage"},
    ),
    "destination": (
        models.Destination,
        messages.Destination,
        {
            "destinationID": RUN,
            "type": "search",
            "name": "Shop",
            "input": {"indexName": "products"},
            "createdAt": MOMENT,
            "updatedAt": MOMENT,
        },
        {"destination_id": RUN, "type": "search", "name": "Shop"},
    ),
    "event": (
        models.Event,
        messages.Event,
        {"eventID": EVENT, "runID": RUN, "status": None, "type": "record", "batchSize": 7, "publishedAt": MOMENT},
        {"event_id": EVENT, "run_id": RUN, "status": None, "type": "record", "batch_size": 7, "data": None},
    ),
    "run": (
        models.Run,
        messages.Run,
        {"runID": RUN, "appID": APPLICATION, "taskID": TASK, "status": "started", "type": "push", "createdAt": MOMENT},
        {
            "run_id": RUN,
            "task_id": TASK,
            "status": "started",
            "outcome": None,
            "finished_at": None,
            "created_at": MOMENT,
        },
    ),
    "answer to a push": (
        models.WatchResponse,
        messages.PushAnswer,
        {"runID": RUN},
        {"run_id": RUN, "event_id": None, "events": None, "message": None},
    ),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("nulls", [False, True])
def test_the_least_that_a_model_writes_is_read(name: str, nulls: bool) -> None:
    model, shape, written, expected = MODELS[name]
    message = _read(model.model_validate(written), shape, nulls=nulls)
    assert {attribute: getattr(message, attribute) for attribute in expected} == expected


@pytest.mark.parametrize("nulls", [False, True])
def test_a_transformation_is_read_with_its_code(nulls: bool) -> None:
    code = "function transform(record) { return record; }"
    written = {
        "transformationID": TASK,
        "name": "Tax",
        "code": code,
        "type": "code",
        "input": {"code": code},
        "createdAt": MOMENT,
        "updatedAt": MOMENT,
    }
    message = _read(models.Transformation.model_validate(written), messages.Transformation, nulls=nulls)
    assert (message.transformation_id, message.name, message.code) == (TASK, "Tax", code)


def test_a_trial_is_read_with_its_error_or_its_records() -> None:
    failed = {"payloads": [], "error": {"code": 400, "message": "no"}}
    message = _read(models.TransformationTryResponse.model_validate(failed), messages.TransformationTrial, nulls=False)
    assert message.error == messages.TransformationError(code=400, message="no")
    made = models.TransformationTryResponse.model_validate({"payloads": ["{}"]})
    message = _read(made, messages.TransformationTrial, nulls=True)
    assert (message.payloads, message.error) == (("{}",), None)


def test_a_destination_without_transformations_has_none_of_them() -> None:
    model, shape, written, _ = MODELS["destination"]
    for nulls in (False, True):
        message = _read(model.model_validate(written), shape, nulls=nulls)
        assert not message.transformation_ids
        assert message.input.index_name == "products"


def test_a_destination_with_transformations_names_them() -> None:
    model, shape, written, _ = MODELS["destination"]
    message = _read(model.model_validate({**written, "transformationIDs": [TASK]}), shape, nulls=False)
    assert message.transformation_ids == (TASK,)


@pytest.mark.parametrize("status", models.EventStatus)
def test_every_status_of_an_event_is_known(status: models.EventStatus) -> None:
    model, shape, written, _ = MODELS["event"]
    message = _read(model.model_validate({**written, "status": status, "data": {"message": "no"}}), shape, nulls=False)
    assert message.status in set(messages.EventStatus)
    assert message.data == {"message": "no"}


def test_an_answer_brings_the_events_of_a_failure() -> None:
    event = {**MODELS["event"][2], "status": "failed", "data": {"message": "too big", "position": 3}}
    written = {
        "runID": RUN,
        "eventID": EVENT,
        "data": None,
        "events": [event],
        "message": "failed",
        "createdAt": MOMENT,
    }
    answer = _read(models.WatchResponse.model_validate(written), messages.PushAnswer, nulls=False)
    assert (answer.event_id, answer.message) == (EVENT, "failed")
    assert answer.events is not None
    (told,) = answer.events
    assert (told.event_id, told.status, told.data) == (EVENT, "failed", {"message": "too big", "position": 3})


def test_a_finished_run_says_how_it_ended() -> None:
    ended = {
        **MODELS["run"][2],
        "status": "finished",
        "outcome": "failure",
        "reason": "too many errors",
        "reasonCode": "too_many_errors",
        "progress": {"expectedNbOfEvents": 2, "receivedNbOfEvents": 2},
        "startedAt": MOMENT,
        "finishedAt": MOMENT,
    }
    run = _read(models.Run.model_validate(ended), messages.Run, nulls=False)
    assert (run.status, run.outcome, run.reason_code) == ("finished", "failure", "too_many_errors")
    assert run.finished_at == MOMENT


def test_a_list_says_how_many_pages_it_has() -> None:
    pagination = {"nbPages": 3, "page": 1, "nbItems": 21, "itemsPerPage": 10}
    written = {"tasks": [MODELS["task"][2]], "pagination": pagination}
    page = _read(models.ListTasksResponse.model_validate(written), messages.TaskPage, nulls=True)
    assert page.pagination.nb_pages == 3
    assert [task.task_id for task in page.tasks] == [TASK]
