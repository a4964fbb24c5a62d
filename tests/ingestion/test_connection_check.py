"""What stands between a profile and the service is told apart, host by host, and what its key may do, line by line."""

from __future__ import annotations

import email.utils
import time

import pytest
import trustme

from pushconsole.credentials import Secret
from pushconsole.ingestion import (
    OPTIONAL_ACL,
    REQUIRED_ACL,
    ConnectionReport,
    IngestionClient,
    Key,
    KeyReport,
    KeyStanding,
    check_connection,
    expiry_in_words,
    key_facts,
    to_ask_for,
)
from pushconsole.sandbox import RunningSandbox
from tests.ingestion.test_network import _http, _proxy, _served, _tls, authority
from tests.sandbox.caller import Caller

__all__ = ["authority"]

_DAY_S = 86_400


async def report_of(
    ingestion_url: str, search_url: str | None = None, *, key: str = "k" * 32, proxy: str | None = None
) -> ConnectionReport:
    """Check a connection to these addresses."""
    async with IngestionClient(
        application_id="SANDBOX001",
        api_key=Secret(key),
        region="us",
        ingestion_url=ingestion_url,
        search_url=search_url or ingestion_url,
        proxy=proxy,
    ) as client:
        return await check_connection(client)


async def test_both_hosts_that_answer_are_told_with_their_time_and_the_key(sandbox: RunningSandbox) -> None:
    report = await report_of(sandbox.ingestion_url, sandbox.search_url, key=sandbox.api_key)
    assert report.reached
    assert [host.api for host in report.hosts] == ["Ingestion API", "Search API"]
    assert all(host.seconds is not None and 0 < host.seconds < 25 for host in report.hosts)
    assert report.clock == ""
    assert {fact.name for fact in key_facts(report.key, "us") if fact.standing is KeyStanding.THERE} == {
        *REQUIRED_ACL,
        *OPTIONAL_ACL,
        "indexes",
        "validity",
        "region",
    }
    assert to_ask_for(report.key) == ""


async def test_a_wrong_key_is_no_fault_of_the_connection(sandbox: RunningSandbox) -> None:
    report = await report_of(sandbox.ingestion_url, sandbox.search_url)
    assert report.reached
    assert "knows no such API key" in report.key.refusal
    assert key_facts(report.key)[0].standing is KeyStanding.LACKING
    assert "dashboard" in to_ask_for(report.key)


async def test_one_host_may_answer_where_the_other_does_not(sandbox: RunningSandbox) -> None:
    report = await report_of(sandbox.ingestion_url, "http://127.0.0.1:9", key=sandbox.api_key)
    assert not report.reached
    assert [bool(host.fault) for host in report.hosts] == [False, True]
    assert "takes no connection" in report.key.unread
    assert all(fact.standing is KeyStanding.UNKNOWN for fact in key_facts(report.key))


async def test_names_doors_proxies_certificates_and_portals_are_told_apart(authority: trustme.CA) -> None:
    page = _http("200 OK", b"<h1>Sign in to Hotel WLAN</h1>", "content-type: text/html")
    asks = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"
    async with (
        _served(lambda _: page) as portal,
        _served(lambda _: page, _tls(authority, "127.0.0.1")) as opened,
        _proxy(0, [], asks) as proxy,
    ):
        reports = {
            "cannot be found": await report_of("https://service.invalid"),
            "takes no connection": await report_of("http://127.0.0.1:9"),
            "asks for a name and a password": await report_of("https://service.invalid", proxy=proxy),
            "is not trusted": await report_of(f"https://127.0.0.1:{opened}"),
            "Sign in to Hotel WLAN": await report_of(f"http://127.0.0.1:{portal}"),
        }
    for sentence, report in reports.items():
        for host in report.hosts:
            assert sentence in host.fault
            assert not any(other in host.fault for other in reports if other != sentence)


@pytest.mark.parametrize(("ahead_s", "way"), [(3600, "60 minutes behind"), (-7200, "120 minutes ahead of")])
async def test_a_clock_that_is_wrong_is_told(ahead_s: int, way: str) -> None:
    def refused(_: bytes) -> bytes:
        date = email.utils.formatdate(time.time() + ahead_s, usegmt=True)
        return _http("403 Forbidden", b'{"message":"no"}', "content-type: application/json", f"date: {date}")

    async with _served(refused) as port:
        report = await report_of(f"http://127.0.0.1:{port}")
    assert way in report.clock


async def test_what_lacks_is_told_with_what_to_ask_for(sandbox: RunningSandbox, caller: Caller) -> None:
    body = {"acl": ["addObject", "search"], "indexes": ["dev_*", "test"], "validity": 3600}
    key = caller.control("POST", "/sandbox/keys", body).json()["value"]
    report = await report_of(sandbox.ingestion_url, sandbox.search_url, key=key)
    standings = {fact.name: fact.standing for fact in key_facts(report.key)}
    assert standings == {
        "addObject": KeyStanding.THERE,
        "deleteIndex": KeyStanding.LACKING,
        "editSettings": KeyStanding.LACKING,
        "browse": KeyStanding.SPARE,
        "listIndexes": KeyStanding.SPARE,
        "search": KeyStanding.THERE,
        "settings": KeyStanding.SPARE,
        "indexes": KeyStanding.THERE,
        "validity": KeyStanding.WARNING,
    }
    assert next(fact.words for fact in key_facts(report.key) if fact.name == "indexes") == "dev_*, test"
    assert to_ask_for(report.key) == (
        "Ask an administrator of SANDBOX001 for a key with the ACL addObject, deleteIndex, editSettings."
    )


@pytest.mark.parametrize(
    ("left_s", "words", "soon"),
    [
        (-5.0, "over since", True),
        (7300.0, "2 hours more", True),
        (10 * _DAY_S + 60, "10 days more", True),
        (99 * _DAY_S + 60, "99 days more", False),
    ],
)
def test_an_end_is_told_in_words(left_s: float, words: str, soon: bool) -> None:
    said, warned = expiry_in_words(time.time() + left_s)
    assert words in said
    assert warned is soon


def test_a_key_without_an_end_says_so() -> None:
    facts = key_facts(KeyReport("SANDBOX001", Key(acl=REQUIRED_ACL)))
    assert ("validity", KeyStanding.THERE, "without end") in [(one.name, one.standing, one.words) for one in facts]


@pytest.mark.parametrize(
    ("validity", "words"), [(0, ""), (7300, "2 hours more"), (_DAY_S + 60, "1 day more"), (5 * _DAY_S, "5 days more")]
)
def test_a_key_that_ends_soon_is_warned_of(validity: int, words: str) -> None:
    warnings = KeyReport("SANDBOX001", Key(acl=REQUIRED_ACL, validity=validity)).warnings()
    assert [words in warning for warning in warnings] == ([True] if words else [])
