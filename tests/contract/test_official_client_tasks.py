"""The official Python client against the sandbox: tasks that are switched, run, fail, and are pushed to by name."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from algoliasearch.http.exceptions import RequestException
from algoliasearch.ingestion.client import IngestionClient, IngestionClientSync
from algoliasearch.ingestion.models.run_outcome import RunOutcome

from pushconsole.sandbox import RunningSandbox
from tests.contract.official import configuration, payload
from tests.sandbox.caller import ARCHIVE, ARTICLES, EVENTS, PRODUCTS, Caller

A = {"objectID": "a", "price": 10}


@pytest.fixture
def ingestion(sandbox: RunningSandbox) -> Iterator[IngestionClientSync]:
    client = IngestionClientSync.create_with_config(configuration(sandbox))
    yield client
    client.close()


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_a_push_by_name_takes_the_transformation_of_the_reference(
    ingestion: IngestionClientSync, caller: Caller
) -> None:
    answer = ingestion.push("articles_tmp", payload("updateObject", A), watch=True, reference_index_name="articles")
    assert answer.events is None
    assert caller.hits("articles_tmp") == [{**A, "price_with_tax": 12}]
    assert ingestion.get_run(answer.run_id).task_id == ARTICLES
    assert "articles" not in caller.index_names()


def test_a_push_by_name_wants_exactly_one_task(ingestion: IngestionClientSync, caller: Caller) -> None:
    other = caller.control("POST", "/sandbox/tasks", {"name": "Again", "index": "articles"}).json()["taskID"]
    for name, reference in (("articles", None), ("tmp", "articles")):
        with pytest.raises(RequestException, match=rf"multiple tasks \({ARTICLES}, {other}\) found") as several:
            ingestion.push(name, payload("updateObject", A), reference_index_name=reference)
        assert several.value.status_code == 400
    with pytest.raises(RequestException, match="no task found for index nowhere") as none:
        ingestion.push("nowhere", payload("updateObject", A))
    assert none.value.status_code == 400


def test_a_task_takes_pushes_as_it_is_switched(ingestion: IngestionClientSync, caller: Caller) -> None:
    for task, disabled in ((ARCHIVE, True), (PRODUCTS, False)):
        if disabled:
            assert ingestion.enable_task(task).task_id == task
            assert ingestion.push_task(task, payload("updateObject", A), watch=True).events is None
        switched = ingestion.disable_task(task)
        assert (switched.task_id, switched.updated_at != "") == (task, True)
        with pytest.raises(RequestException, match="is disabled"):
            ingestion.push_task(task, payload("updateObject", A))
    assert {task.task_id for task in ingestion.list_tasks(enabled=False).tasks} == {ARCHIVE, PRODUCTS}
    assert caller.index_names() == ["archive"]
    with pytest.raises(RequestException, match="cannot find task"):
        ingestion.enable_task("99999999-9999-4999-8999-999999999999")


def test_a_failed_run_says_why_and_its_events_can_be_chosen_by_status(
    ingestion: IngestionClientSync, caller: Caller
) -> None:
    good = ingestion.push_task(PRODUCTS, payload("updateObject", A), watch=True)
    caller.settings(record_limit_bytes=10)
    bad = [ingestion.push_task(PRODUCTS, payload("updateObject", A), watch=True) for _ in range(2)]
    run = ingestion.get_run(good.run_id)
    assert (run.outcome, run.reason_code) == (RunOutcome.FAILURE, "too_many_errors")
    assert run.reason is not None
    assert "too big" in run.reason
    listed = ingestion.list_events(good.run_id, order="desc")
    assert [event.event_id for event in listed.events] == [bad[1].event_id, bad[0].event_id, good.event_id]
    failed = ingestion.list_events(good.run_id, status=["failed"], sort="publishedAt", order="asc")
    assert [event.event_id for event in failed.events] == [answer.event_id for answer in bad]
    assert failed.pagination.nb_items == 2
    assert failed.events[0].data is not None


def test_runs_are_those_of_a_task_in_a_window_newest_first(ingestion: IngestionClientSync, caller: Caller) -> None:
    caller.settings(run_window_s=0)
    answers = [ingestion.push_task(task, payload("updateObject", A), watch=True) for task in (PRODUCTS, EVENTS, EVENTS)]
    runs = ingestion.list_runs(task_id=EVENTS, sort="updatedAt", order="desc", items_per_page=1)
    assert [run.run_id for run in runs.runs] == [answers[2].run_id]
    assert (runs.pagination.nb_items, runs.pagination.nb_pages) == (2, 2)
    now = datetime.now(UTC)
    later = ingestion.list_runs(
        start_date=_moment(now + timedelta(hours=1)), end_date=_moment(now + timedelta(hours=2))
    )
    assert (later.runs, later.pagination.nb_items) == ([], 0)
    assert later.window.start_date.startswith(f"{now + timedelta(hours=1):%Y-%m-%dT%H}")
    wide = ingestion.list_runs(start_date=_moment(now - timedelta(days=30)), status=["finished"])
    assert {run.run_id for run in wide.runs} == {answer.run_id for answer in answers}


def test_events_are_cut_to_a_window(ingestion: IngestionClientSync) -> None:
    answer = ingestion.push_task(PRODUCTS, payload("updateObject", A), watch=True)
    (event,) = ingestion.list_events(answer.run_id).events
    moment = datetime.fromisoformat(event.published_at.replace("Z", "+00:00"))
    around = [_moment(moment + timedelta(seconds=seconds)) for seconds in (-1, 1)]
    assert ingestion.list_events(answer.run_id, start_date=around[0], end_date=around[1]).events == [event]
    assert ingestion.list_events(answer.run_id, start_date=around[1]).events == []
    with pytest.raises(RequestException, match="cannot find run"):
        ingestion.list_events("99999999-9999-4999-8999-999999999999")


def test_a_destination_says_what_it_excludes(ingestion: IngestionClientSync, caller: Caller) -> None:
    wanted = {"name": "Feed", "index": "feed", "source": "Feed", "exclude": ["price"]}
    task = ingestion.get_task(caller.control("POST", "/sandbox/tasks", wanted).json()["taskID"])
    destination = ingestion.get_destination(task.destination_id)
    assert destination.input.index_name == "feed"
    assert destination.input.attributes_to_exclude == ["price"]
    ingestion.push_task(task.task_id, payload("updateObject", A), watch=True)
    assert caller.hits("feed") == [{"objectID": "a"}]


def test_a_transformation_that_is_not_there_is_not_tried(ingestion: IngestionClientSync) -> None:
    code = "function transform(record) { return record; }"
    with pytest.raises(RequestException, match="cannot find transformation") as missing:
        ingestion.try_transformation_before_update(
            "99999999-9999-4999-8999-999999999999", {"type": "code", "input": {"code": code}, "sampleRecord": A}
        )
    assert missing.value.status_code == 404
    assert ingestion.list_transformations(type="code").pagination.nb_items == 1


def test_the_asynchronous_client_tries_switches_and_pushes_by_name(sandbox: RunningSandbox, caller: Caller) -> None:
    async def work() -> list[str]:
        async with IngestionClient.create_with_config(configuration(sandbox)) as client:
            (transformation,) = (await client.list_transformations()).transformations
            code = (await client.get_transformation(transformation.transformation_id)).code
            sample = {"type": "code", "input": {"code": code}, "sampleRecord": A}
            tried = await client.try_transformation(sample)
            before = await client.try_transformation_before_update(transformation.transformation_id, sample)
            await client.disable_task(EVENTS)
            await client.enable_task(EVENTS)
            await client.push("tmp", payload("updateObject", A), watch=True, reference_index_name="articles")
            return [*tried.payloads, *before.payloads]

    made = [json.loads(text) for text in asyncio.run(work())]
    assert made == [{**A, "price_with_tax": 12}] * 2 == caller.hits("tmp") * 2
