"""Connections before and after a sleep of the machine."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from pushconsole.ingestion.connections import Connections, asleep_s

_REQUEST = httpx.Request("GET", "https://host.test/")


def _connections(monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> tuple[Connections, list[httpx.AsyncClient]]:
    made: list[httpx.AsyncClient] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(float(request.headers.get("wait-s", 0)))
        return httpx.Response(200)

    def make() -> httpx.AsyncClient:
        made.append(httpx.AsyncClient(transport=httpx.MockTransport(answer)))
        return made[-1]

    monkeypatch.setattr("pushconsole.ingestion.connections.asleep_s", lambda: slept[0])
    return Connections(make), made


def test_the_clock_of_sleep_stands_still_while_nobody_sleeps() -> None:
    assert asleep_s() == pytest.approx(asleep_s(), abs=0.5)


async def test_connections_are_kept_while_the_machine_is_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    connections, made = _connections(monkeypatch, slept=[0.0])
    for _ in range(3):
        await connections.send(_REQUEST)
    assert len(made) == 1
    await connections.aclose()
    assert made[0].is_closed


async def test_after_a_sleep_others_are_made_and_the_old_ones_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    slept = [0.0]
    connections, made = _connections(monkeypatch, slept)
    await connections.send(_REQUEST)
    slept[0] += 3_600
    await connections.send(connections.build_request("GET", "https://host.test/"))
    assert [client.is_closed for client in made] == [True, False]
    await connections.aclose()


async def test_what_is_under_way_when_the_machine_sleeps_gets_its_answer_if_one_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept = [0.0]
    connections, made = _connections(monkeypatch, slept)
    waiting = asyncio.create_task(
        connections.send(httpx.Request("GET", "https://host.test/", headers={"wait-s": "0.2"}))
    )
    await asyncio.sleep(0.05)
    slept[0] += 3_600
    await connections.send(_REQUEST)
    assert [client.is_closed for client in made] == [False, False]
    assert (await waiting).status_code == 200
    assert [client.is_closed for client in made] == [True, False]
    await connections.aclose()


async def test_to_close_a_client_cancels_its_calls() -> None:
    reached, ended = asyncio.Event(), asyncio.Event()

    async def hear_and_say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        reached.set()
        while await reader.read(1000):
            pass
        ended.set()
        writer.close()

    async with await asyncio.start_server(hear_and_say_nothing, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        connections = Connections(httpx.AsyncClient)
        call = asyncio.create_task(connections.send(httpx.Request("GET", f"http://127.0.0.1:{port}/")))
        await reached.wait()
        await connections.aclose()
        await asyncio.wait_for(ended.wait(), 10)
        with pytest.raises(asyncio.CancelledError):
            await call
