"""What stands between the program and the service, through real sockets: authorities, proxies, portals, doors."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from pushconsole.credentials import Secret
from pushconsole.errors import ConfigurationError, ConnectionFailed, NothingSent, PermissionRefused, UnreadableAnswer
from pushconsole.ingestion import IngestionClient, check_key, find_region

_RUN = b'{"runID":"r","status":"finished","type":"push","createdAt":"2026-01-01T00:00:00Z"}'
_Answer = Callable[[bytes], bytes]
_Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


def _http(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _json(_: bytes) -> bytes:
    return _http("200 OK", _RUN, "content-type: application/json")


@contextlib.asynccontextmanager
async def _serving(talk: _Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Let every connection be talked to, and wait for the end of all talks; yield the port."""
    talks: list[asyncio.Task[None]] = []

    async def closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await talk(reader, writer)
        await _closed(writer)

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.create_task(closed(reader, writer)))

    server = await asyncio.start_server(begin, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*talks)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@contextlib.asynccontextmanager
async def _served(answer: _Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Answer every request; yield the port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(await reader.readuntil(b"\r\n\r\n")))
        await writer.drain()

    async with _serving(talk, tls) as port:
        yield port


@contextlib.asynccontextmanager
async def _proxy(
    port: int, seen: list[str], refusal: bytes = b"", ports: Mapping[str, int] | None = None
) -> AsyncIterator[str]:
    """Let every CONNECT through to a port, that of its host where it has one, or refuse it; yield the address."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0].decode())
        writer.write(refusal or b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        if not refusal:
            host = seen[-1].split()[1].partition(":")[0]
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", (ports or {}).get(host, port))
            await asyncio.gather(_pumped(reader, to_writer), _pumped(to_reader, writer))
            await _closed(to_writer)

    async with _serving(talk) as own:
        yield f"http://127.0.0.1:{own}"


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()


def _client(
    url: str, *, proxy: str | None = None, ca_bundle: str | None = None, search_url: str = "https://127.0.0.1:9"
) -> IngestionClient:
    return IngestionClient(
        application_id="TESTAPP001",
        api_key=Secret("k" * 32),
        region="us",
        ingestion_url=url,
        search_url=search_url,
        proxy=proxy,
        ca_bundle=ca_bundle,
    )


async def _asked(client: IngestionClient) -> str:
    async with client:
        return (await client.run("r")).run_id


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Make a certificate authority that no system knows."""
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    """Write its certificate to a file, and return the name."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    return str(file)


def _tls(
    authority: trustme.CA, *names: str, since: datetime | None = None, until: datetime | None = None
) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, not_before=since, not_after=until).configure_cert(context)
    return context


async def test_a_company_authority_is_believed_where_the_profile_names_it(authority: trustme.CA, bundle: str) -> None:
    async with _served(_json, _tls(authority, "127.0.0.1")) as port:
        assert await _asked(_client(f"https://127.0.0.1:{port}", ca_bundle=bundle)) == "r"


async def test_without_it_the_certificate_is_not_trusted(authority: trustme.CA) -> None:
    async with _served(_json, _tls(authority, "127.0.0.1")) as port:
        with pytest.raises(NothingSent, match=r"certificate of 127\.0\.0\.1 is not trusted") as raised:
            await _asked(_client(f"https://127.0.0.1:{port}"))
    assert "CA bundle" in raised.value.remedy


@pytest.mark.parametrize("days", [{"until": -1}, {"since": 1}], ids=["run out", "not yet valid"])
async def test_a_certificate_out_of_its_time_points_at_the_clock(
    authority: trustme.CA, bundle: str, days: dict[str, int]
) -> None:
    times = {name: datetime.now(UTC) + timedelta(days=count) for name, count in days.items()}
    async with _served(_json, _tls(authority, "127.0.0.1", **times)) as port:
        with pytest.raises(NothingSent, match="not valid at this machine's time") as raised:
            await _asked(_client(f"https://127.0.0.1:{port}", ca_bundle=bundle))
    assert "If the clock is wrong, set it" in raised.value.remedy


async def test_a_bundle_that_was_replaced_counts_at_once(authority: trustme.CA, tmp_path: Path) -> None:
    file = tmp_path / "bundle.pem"
    trustme.CA().cert_pem.write_to_path(file)
    async with _served(_json, _tls(authority, "127.0.0.1")) as port:
        with pytest.raises(NothingSent, match="is not trusted"):
            await _asked(_client(f"https://127.0.0.1:{port}", ca_bundle=str(file)))
        authority.cert_pem.write_to_path(file)
        assert await _asked(_client(f"https://127.0.0.1:{port}", ca_bundle=str(file))) == "r"


async def test_a_certificate_of_another_name_is_not_trusted(authority: trustme.CA, bundle: str) -> None:
    async with _served(_json, _tls(authority, "other.example")) as port:
        with pytest.raises(NothingSent, match="is not trusted"):
            await _asked(_client(f"https://127.0.0.1:{port}", ca_bundle=bundle))


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_bundle_that_cannot_be_used_is_told(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "bundle.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigurationError, match="CA bundle"):
        _client("https://service.invalid", ca_bundle=str(file))


async def test_calls_pass_the_proxy_of_the_profile(authority: trustme.CA, bundle: str) -> None:
    seen: list[str] = []
    async with _served(_json, _tls(authority, "service.invalid")) as port, _proxy(port, seen) as proxy:
        assert await _asked(_client("https://service.invalid", proxy=proxy, ca_bundle=bundle)) == "r"
    assert seen == ["CONNECT service.invalid:443 HTTP/1.1"]


async def test_calls_pass_the_proxy_of_the_system(
    authority: trustme.CA, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    async with _served(_json, _tls(authority, "service.invalid")) as port, _proxy(port, seen) as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        assert await _asked(_client("https://service.invalid", ca_bundle=bundle)) == "r"
    assert len(seen) == 1


async def test_this_machine_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    async with _served(_json) as port, _proxy(port, seen) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        assert await _asked(_client(f"http://127.0.0.1:{port}", proxy=proxy)) == "r"
    assert seen == []


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n", "asks for a name and a password"),
        (b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n", "does not let it through"),
    ],
)
async def test_a_proxy_that_refuses_is_told(refusal: bytes, sentence: str) -> None:
    async with _proxy(0, [], refusal) as proxy:
        with pytest.raises(NothingSent, match=sentence):
            await _asked(_client("https://service.invalid", proxy=proxy))


@pytest.mark.parametrize("proxy", ["socks5://me:hunter2@proxy.example:1080", "http://me:hunter2@proxy.example:x"])
def test_the_password_of_a_proxy_of_the_system_that_cannot_be_used_is_not_told(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(ConfigurationError, match=r"proxy\.example") as told:
        _client("https://service.invalid")
    assert "hunter2" not in str(told.value)
    assert told.value.__cause__ is None


async def test_a_proxy_that_is_not_there_is_told() -> None:
    with pytest.raises(NothingSent, match="or the proxy on the way to it, takes no connection"):
        await _asked(_client("https://service.invalid", proxy="http://127.0.0.1:9"))


async def test_a_name_that_does_not_exist_is_told() -> None:
    with pytest.raises(NothingSent, match=r"The name service\.invalid cannot be found"):
        await _asked(_client("https://service.invalid"))


async def test_a_proxy_whose_name_does_not_exist_is_told() -> None:
    with pytest.raises(NothingSent, match=r"The name proxy\.invalid:3128, of the proxy on the way to service\.invalid"):
        await _asked(_client("https://service.invalid", proxy="http://proxy.invalid:3128"))


async def test_a_closed_door_is_told() -> None:
    with pytest.raises(ConnectionFailed, match="takes no connection"):
        await _asked(_client("http://127.0.0.1:9"))


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (_http("200 OK", b"<h1>Sign in to Hotel WLAN</h1>", "content-type: text/html"), "Sign in to Hotel WLAN"),
        (_http("302 Found", b"", "location: http://portal.example/login"), "sends the call on to portal.example"),
    ],
)
async def test_a_portal_that_answers_in_its_place_is_told(answer: bytes, sentence: str) -> None:
    async with _served(lambda _: answer) as port:
        with pytest.raises(UnreadableAnswer, match=sentence) as raised:
            await _asked(_client(f"http://127.0.0.1:{port}"))
    assert "sign in first" in raised.value.remedy


async def test_a_portal_that_says_what_it_is_is_told() -> None:
    page = _http("511 Network Authentication Required", b"<h1>Welcome to the train</h1>", "content-type: text/html")
    async with _served(lambda _: page) as port:
        with pytest.raises(UnreadableAnswer, match="the network answered: “Welcome to the train”") as raised:
            await _asked(_client(f"http://127.0.0.1:{port}"))
    assert "sign in first" in raised.value.remedy


async def test_a_filter_that_blocks_with_a_page_is_not_taken_for_the_services_refusal() -> None:
    page = _http("403 Forbidden", b"<h1>Invalid destination: blocked by IT</h1>", "content-type: text/html")
    async with _served(lambda _: page) as port:
        client = _client(f"http://127.0.0.1:{port}", search_url=f"http://127.0.0.1:{port}")
        with pytest.raises(PermissionRefused, match="a web page answered 403: “Invalid destination: blocked by IT”"):
            await _asked(client)
        async with _client("http://127.0.0.1:9", search_url=f"http://127.0.0.1:{port}") as looking:
            report = await check_key(looking)
    assert not report.refusal
    assert "a web page answered 403" in report.unread


async def test_a_page_that_quotes_the_address_does_not_bring_the_key_into_a_sentence() -> None:
    def quoted(request: bytes) -> bytes:
        return _http("200 OK", b"<p>You asked for " + request.split(b"\r\n")[0] + b"</p>", "content-type: text/html")

    async with _served(quoted) as port, _client("http://127.0.0.1:9", search_url=f"http://127.0.0.1:{port}") as client:
        with pytest.raises(UnreadableAnswer, match=r"You asked for GET /1/keys/\*{8} ") as raised:
            await client.key()
    assert "k" * 32 not in str(raised.value)


@pytest.mark.parametrize("ahead_s", [-7200, 0, 7200])
async def test_how_far_the_clocks_are_apart_is_known_from_any_answer(ahead_s: int) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead_s), usegmt=True)
    answer = _http("200 OK", _RUN, "content-type: application/json", f"date: {date}")
    async with _served(lambda _: answer) as port:
        client = _client(f"http://127.0.0.1:{port}")
        await _asked(client)
    assert abs(client.clock_ahead_s - ahead_s) < 5


def _tasks(count: int) -> _Answer:
    task = '{"taskID":"t","sourceID":"s","destinationID":"d","enabled":true}'
    body = f'{{"tasks":[{",".join([task] * count)}],"pagination":{{"nbPages":1}}}}'.encode()
    return lambda _: _http("200 OK", body, "content-type: application/json")


def _refused(_: bytes) -> bytes:
    return _http("403 Forbidden", b'{"message":"not here"}', "content-type: application/json")


@pytest.mark.parametrize(
    ("us", "eu", "region"),
    [
        (_tasks(1), _refused, "us"),
        (_refused, _tasks(0), "eu"),
        (_tasks(0), _tasks(2), "eu"),
        (_tasks(3), _tasks(0), "us"),
        (_tasks(0), _tasks(0), None),
        (_refused, _refused, None),
    ],
    ids=["us answers", "eu answers", "eu has tasks", "us has tasks", "nobody can tell", "neither answers"],
)
async def test_the_region_is_found_by_asking_both(
    authority: trustme.CA, bundle: str, us: _Answer, eu: _Answer, region: str | None
) -> None:
    names = ("data.us.algolia.com", "data.eu.algolia.com")
    tls = _tls(authority, *names)
    ports: dict[str, int] = {}
    async with (
        _served(us, tls) as ports[names[0]],
        _served(eu, tls) as ports[names[1]],
        _proxy(0, [], ports=ports) as proxy,
    ):

        def client_of(one: str) -> IngestionClient:
            return IngestionClient(
                application_id="TESTAPP001",
                api_key=Secret("k" * 32),
                region=one,
                proxy=proxy,
                ca_bundle=bundle,
            )

        if region is not None:
            assert await find_region(client_of) == region
        else:
            with pytest.raises((ConfigurationError, PermissionRefused)):
                await find_region(client_of)
