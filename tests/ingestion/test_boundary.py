"""Every way a call can break becomes an error of ours that says whether the request may have arrived."""

import httpx
import pytest

from pushconsole.errors import (
    NotFound,
    PermissionRefused,
    RequestRefused,
    ServiceError,
    ServiceFailed,
    TooManyCalls,
    UnreadableAnswer,
    UserFacingError,
)
from pushconsole.ingestion.boundary import MEANINGS, mapped, raise_for_status
from tests.ingestion.builders import ClearKey, client_of

# Raised by `Response.raise_for_status` alone, which is not used here.
_NOT_RAISED_BY_CALLS = {httpx.HTTPStatusError}


def _leaves(kind: type[Exception]) -> set[type[Exception]]:
    below = kind.__subclasses__()
    return {leaf for child in below for leaf in _leaves(child)} if below else {kind}


def test_every_exception_of_httpx_is_mapped() -> None:
    roots = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)
    leaves = {leaf for root in roots for leaf in _leaves(root)} - _NOT_RAISED_BY_CALLS
    assert leaves == set(MEANINGS)


@pytest.mark.parametrize("kind", list(MEANINGS))
def test_what_httpx_raises_is_raised_as_our_own_with_the_host(kind: type[Exception]) -> None:
    quiet = (httpx.StreamConsumed, httpx.ResponseNotRead, httpx.RequestNotRead, httpx.StreamClosed)
    error = kind() if kind in quiet else kind("some reason")
    with pytest.raises(UserFacingError, match=r"host\.test") as caught, mapped("host.test"):
        raise error
    assert type(caught.value) is MEANINGS[kind]
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, UnreadableAnswer),
        (400, RequestRefused),
        (401, PermissionRefused),
        (403, PermissionRefused),
        (404, NotFound),
        (413, RequestRefused),
        (429, TooManyCalls),
        (500, ServiceFailed),
        (503, ServiceFailed),
    ],
)
async def test_a_status_has_its_error_with_what_the_service_said(status: int, kind: type[ServiceError]) -> None:
    async with client_of(lambda _: httpx.Response(status, json={"message": "so it is", "status": status})) as client:
        with pytest.raises(kind, match="so it is") as caught:
            await client.run("r")
    assert caught.value.status == status


def test_a_page_of_html_gives_a_readable_message() -> None:
    page = "<html><head><style>b{}</style></head><body><h1>502 Bad Gateway</h1><hr>proxy</body></html>"
    response = httpx.Response(502, html=page, request=httpx.Request("GET", "https://host.test"))
    with pytest.raises(ServiceFailed) as caught:
        raise_for_status(response, ClearKey())
    assert caught.value.message == "502 Bad Gateway proxy"


@pytest.mark.parametrize(("header", "wait_s"), [("7", 7.0), ("0.5", 0.5), ("nan", None), ("-1", None), (None, None)])
def test_retry_after_is_read_as_seconds(header: str | None, wait_s: float | None) -> None:
    headers = {"retry-after": header} if header else {}
    response = httpx.Response(429, headers=headers, request=httpx.Request("GET", "https://host.test"))
    with pytest.raises(TooManyCalls) as caught:
        raise_for_status(response, ClearKey())
    assert caught.value.retry_after_s == wait_s


@pytest.mark.parametrize("zone", ["GMT", "-0000"])
def test_retry_after_may_be_a_moment_by_the_services_own_clock(zone: str) -> None:
    headers = {"date": "Thu, 26 Nov 2026 10:00:00 GMT", "retry-after": f"Thu, 26 Nov 2026 10:00:45 {zone}"}
    response = httpx.Response(429, headers=headers, request=httpx.Request("GET", "https://host.test"))
    with pytest.raises(TooManyCalls) as caught:
        raise_for_status(response, ClearKey())
    assert caught.value.retry_after_s == 45.0


@pytest.mark.parametrize("error", [httpx.ConnectTimeout(""), httpx.ReadTimeout("")])
def test_what_took_too_long_is_said_in_words(error: httpx.TimeoutException) -> None:
    with pytest.raises(UserFacingError, match="nothing came in time") as caught, mapped("host.test"):
        raise error
    assert type(error).__name__ not in str(caught.value)


def test_a_record_named_beside_the_message_is_kept() -> None:
    body = {"message": "too big", "position": 3, "objectID": "x"}
    response = httpx.Response(400, json=body, request=httpx.Request("POST", "https://host.test"))
    with pytest.raises(RequestRefused) as caught:
        raise_for_status(response, ClearKey())
    assert (caught.value.position, caught.value.object_id) == (3, "x")
