"""The client sends what the API asks for and reads what it answers."""

import json
import logging

import httpx
import pytest

from pushconsole.errors import ConfigurationError, UnreadableAnswer
from pushconsole.ingestion import Action, IngestionClient, alteration_of, push_body
from tests.ingestion.builders import KEY, ClearKey, client_of


async def test_a_push_goes_to_the_task_with_both_headers_and_its_length() -> None:
    seen: list[httpx.Request] = []

    async def service(request: httpx.Request) -> httpx.Response:
        await request.aread()
        seen.append(request)
        return httpx.Response(200, json={"runID": "r", "eventID": "e"})

    body = push_body(Action.UPDATE_OBJECT, b",".join([b'{"objectID":"a"}'] * 20_000))
    async with client_of(service) as client:  # type: ignore[arg-type]
        answer = await client.push("some-task", body, watch=True)
    (request,) = seen
    assert (answer.run_id, answer.event_id) == ("r", "e")
    assert str(request.url) == "https://data.eu.algolia.com/2/tasks/some-task/push?watch=true"
    assert request.headers["x-algolia-application-id"] == "TESTAPP001"
    assert request.headers["x-algolia-api-key"] == KEY
    assert request.headers["content-length"] == str(len(body))
    assert request.content == body
    assert len(json.loads(body)["records"]) == 20_000


async def test_every_page_of_tasks_is_read() -> None:
    def service(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        task = {"taskID": f"t{page}", "sourceID": "s", "destinationID": "d", "enabled": True}
        return httpx.Response(200, json={"tasks": [task], "pagination": {"nbPages": 3}})

    async with client_of(service) as client:
        assert [task.task_id for number in (1, 2, 3) for task in (await client.tasks(number)).tasks] == [
            "t1",
            "t2",
            "t3",
        ]


async def test_an_event_that_does_not_exist_yet_is_none() -> None:
    async with client_of(lambda _: httpx.Response(404, json={"message": "not found", "status": 404})) as client:
        assert await client.event("r", "e") is None


@pytest.mark.parametrize("body", [b"<html>hello</html>", b'{"eventID": "e"}', b'{"runID": "r', b"\xff\xfe"])
async def test_an_answer_that_is_not_the_promised_one_is_unreadable(body: bytes) -> None:
    async with client_of(lambda _: httpx.Response(200, content=body)) as client:
        with pytest.raises(UnreadableAnswer, match=r"data\.eu\.algolia\.com"):
            await client.push("t", b"{}", watch=False)


async def test_the_key_is_in_no_log_record_even_where_it_is_part_of_an_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with client_of(lambda _: httpx.Response(200, json={"acl": ["addObject"]})) as client:
            assert (await client.key()).acl == ("addObject",)
            assert KEY not in repr(client.__dict__)
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("region", "address"),
    [("fr", None), ("", None), ("us", "http://example.com"), ("us", "ftp://127.0.0.1"), ("us", "example.com")],
)
def test_a_region_or_address_that_cannot_be_right_is_refused_before_any_request(
    region: str, address: str | None
) -> None:
    with pytest.raises(ConfigurationError):
        IngestionClient(application_id="A", api_key=ClearKey(), region=region, ingestion_url=address)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:1", "https://x.test/"]
)
async def test_http_is_for_this_machine_only(address: str) -> None:
    async with IngestionClient(application_id="A", api_key=ClearKey(), region="us", ingestion_url=address):
        pass


@pytest.mark.parametrize(
    ("destination", "altering"),
    [
        ({}, ""),
        ({"transformationIDs": []}, ""),
        ({"transformationIDs": ["t"]}, "a transformation"),
        ({"input": {"indexName": "products", "attributesToExclude": []}}, ""),
        (
            {"input": {"indexName": "products", "attributesToExclude": ["cost", "a.b"]}},
            "a destination that leaves out cost and a.b",
        ),
    ],
    ids=str,
)
async def test_what_changes_records_on_their_way_is_known(destination: dict[str, object], altering: str) -> None:
    def service(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/2/tasks/"):
            task = {"taskID": "t", "sourceID": "s", "destinationID": "d", "enabled": True}
            return httpx.Response(200, json=task)
        found = {"destinationID": "d", "type": "search", "name": "Shop", "input": {"indexName": "products"}}
        return httpx.Response(200, json=found | destination)

    async with client_of(service) as client:
        assert await alteration_of(client, "t") == altering
