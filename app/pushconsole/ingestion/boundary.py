"""Where httpx's exceptions and the service's statuses become the program's own errors, and nowhere else.

What matters about a broken call is whether the request can have arrived: `NothingSent` says it cannot,
`AnswerLost` says nobody knows.
"""

from __future__ import annotations

import contextlib
import email.utils
import math
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Protocol, TypeVar

import httpx
import msgspec

from pushconsole.errors import (
    AnswerLost,
    ConfigurationError,
    NotFound,
    NothingSent,
    PermissionRefused,
    RequestRefused,
    ServiceError,
    ServiceFailed,
    TooManyCalls,
    UnreadableAnswer,
    UserFacingError,
)
from pushconsole.ingestion.messages import ErrorBody

_Shape = TypeVar("_Shape")

_MASK = "********"
_OUT_OF_TIME = frozenset({9, 10})  # X509_V_ERR_CERT_NOT_YET_VALID and _HAS_EXPIRED of OpenSSL

MEANINGS: Mapping[type[Exception], type[UserFacingError]] = {
    httpx.ConnectError: NothingSent,
    httpx.ConnectTimeout: NothingSent,
    httpx.PoolTimeout: NothingSent,
    httpx.ProxyError: NothingSent,
    httpx.UnsupportedProtocol: ConfigurationError,
    httpx.InvalidURL: ConfigurationError,
    httpx.ReadError: AnswerLost,
    httpx.ReadTimeout: AnswerLost,
    httpx.WriteError: AnswerLost,
    httpx.WriteTimeout: AnswerLost,
    httpx.CloseError: AnswerLost,
    httpx.LocalProtocolError: AnswerLost,  # can come after a part of the body has left
    httpx.RemoteProtocolError: AnswerLost,
    httpx.DecodingError: UnreadableAnswer,
    httpx.TooManyRedirects: UnreadableAnswer,
    httpx.StreamConsumed: AnswerLost,
    httpx.StreamClosed: AnswerLost,
    httpx.ResponseNotRead: AnswerLost,
    httpx.RequestNotRead: AnswerLost,
    httpx.CookieConflict: UnreadableAnswer,
}
"""Every leaf of httpx's exception tree; a test fails when httpx grows one that is not here."""


@contextlib.contextmanager
def mapped(host: str, proxy: str = "") -> Iterator[None]:
    """Turn what httpx raises inside into an error of ours that names the host, and the proxy's where one is passed.

    Raises:
        NothingSent: no connection was made.
        AnswerLost: the connection broke or timed out on the way.
        UnreadableAnswer: the bytes that came back are not HTTP as it should be.
        ConfigurationError: the address itself cannot be used.

    """
    try:
        yield
    except tuple(MEANINGS) as error:
        raise _translated(error, host, proxy) from error


_TOO_LONG = "nothing came in time"


def _translated(error: Exception, host: str, proxy: str) -> UserFacingError:
    meaning = MEANINGS[type(error)]
    said = str(error).strip() or (_TOO_LONG if isinstance(error, httpx.TimeoutException) else type(error).__name__)
    if issubclass(meaning, NothingSent):
        if known := _known(error, host, proxy):
            return meaning(*known)
        return meaning(f"No connection to {host}: {said}.", "Check the network and the address; nothing was sent.")
    if issubclass(meaning, AnswerLost):
        return meaning(f"The connection to {host} broke before its answer came: {said}.", "It may have taken effect.")
    if issubclass(meaning, ServiceError):
        return meaning(f"The answer of {host} cannot be read: {said}.", status=None)
    return meaning(f"The address of {host} cannot be used: {said}.", "Correct the address in the profile.")


def _known(error: Exception, host: str, proxy: str) -> tuple[str, str] | None:
    """Say why no connection came about, and what helps, as far as the cause tells."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return _untrusted(cause, host)
            case socket.gaierror():
                return _nameless(host, proxy)
            case httpx.ProxyError() if str(cause).startswith("407"):
                return (
                    f"The proxy on the way to {host} asks for a name and a password ({cause}).",
                    "Ask whoever runs it to let this machine through, or for a proxy that does. Nothing was sent.",
                )
            case httpx.ProxyError():
                return (f"The proxy on the way to {host} does not let it through ({cause}).", "Nothing was sent.")
            case ConnectionRefusedError():
                return (
                    f"{host}, or the proxy on the way to it, takes no connection there.",
                    "Check address and proxy of the profile. Nothing was sent.",
                )
    return None


def _nameless(host: str, proxy: str) -> tuple[str, str]:
    if proxy:
        return (
            f"The name {proxy}, of the proxy on the way to {host}, cannot be found.",
            "Check the network, and the proxy of the profile or the system. Nothing was sent.",
        )
    return (
        f"The name {host} cannot be found: there is no network, or its DNS does not know it.",
        "Check the network; behind a company's proxy, name the proxy in the profile. Nothing was sent.",
    )


def _untrusted(error: ssl.SSLCertVerificationError, host: str) -> tuple[str, str]:
    why = error.verify_message or str(error)
    if error.verify_code in _OUT_OF_TIME:
        clock = f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"
        return (
            f"The certificate of {host} is not valid at this machine's time, {clock} ({why}).",
            "If the clock is wrong, set it; if not, the server's certificate has run out. Nothing was sent.",
        )
    return (
        f"The certificate of {host} is not trusted ({why}): something on the way may open what is encrypted.",
        "If that is your company's proxy, name its CA bundle in the profile, or let IT add it to the system.",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what it came from; several attempts at once are looked into too."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, BaseExceptionGroup):
            yield from seen.exceptions
        yield seen
        seen = seen.__cause__ or seen.__context__


class ApiKey(Protocol):
    """A key that shows itself only when asked to."""

    def reveal(self) -> str:
        """Return the key itself."""


def raise_for_status(response: httpx.Response, api_key: ApiKey) -> None:
    """Raise the error that a status other than 2xx means, with the key masked where the body has it.

    A proxy's page likes to quote the address that was asked for, and the address of one call holds the key.

    Raises:
        PermissionRefused: 401, 403; by something in between where it is a page.
        NotFound: 404.
        TooManyCalls: 429.
        RequestRefused: any other 4xx.
        ServiceFailed: 5xx.
        UnreadableAnswer: 511, 1xx and 3xx, which the API does not send.

    """
    if response.is_success:
        return
    status, body = response.status_code, _error_body(response, api_key)
    message = body.message or response.reason_phrase or "no message"
    said = f"{response.url.host} answered {status}: {message}"
    if status == httpx.codes.NETWORK_AUTHENTICATION_REQUIRED:  # which portals answer with, RFC 6585
        said = f"Instead of {response.url.host} the network answered: “{message}”."
        raise UnreadableAnswer(said, "It wants you to sign in first: open a web page and see.", status=status)
    if status in {401, 403} and _is_page(response):
        said = f"Instead of {response.url.host} a web page answered {status}: “{message}”."
        remedy = "A proxy or a filter on the way does not let this through: ask whoever runs the network."
        raise PermissionRefused(said, remedy, status=status, message="a web page")
    if status in {401, 403}:
        raise PermissionRefused(
            said, "Check the application ID, the API key and its ACL.", status=status, message=message
        )
    if status == httpx.codes.NOT_FOUND:
        raise NotFound(said, status=status, message=message)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        wait_s = _retry_after_s(response)
        raise TooManyCalls(said, "Wait a minute.", status=status, message=message, retry_after_s=wait_s)
    if response.is_client_error:
        raise RequestRefused(said, status=status, message=message, position=body.position, object_id=body.object_id)
    if response.is_server_error:
        raise ServiceFailed(said, "Try again later.", status=status, message=message)
    if response.has_redirect_location:
        to = httpx.URL(response.headers["location"]).host or "another address"
        said = f"Instead of {response.url.host}, which never does so, something sends the call on to {to} ({status})"
        remedy = "The network may want you to sign in first: open a web page and see."
        raise UnreadableAnswer(f"{said}.", remedy, status=status, message=message)
    raise UnreadableAnswer(said, status=status, message=message)


def _retry_after_s(response: httpx.Response) -> float | None:
    """Return the seconds in ``Retry-After``, or those to the moment in it; None where it has neither."""
    said = response.headers.get("retry-after", "")
    with contextlib.suppress(ValueError):
        seconds = float(said)
        return seconds if math.isfinite(seconds) and seconds >= 0 else None
    with contextlib.suppress(ValueError):
        return max(0.0, moment_s(said) - moment_s(response.headers.get("date", "")))
    return None


def moment_s(date: str) -> float:
    """Return the moment that a header names, in seconds since 1970.

    Raises:
        ValueError: it names none.

    """
    moment = email.utils.parsedate_to_datetime(date)
    # Without a zone it is UTC, as all of HTTP is (RFC 9110, 5.6.7), and not the time of this place.
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def decoded(response: httpx.Response, shape: type[_Shape], api_key: ApiKey) -> _Shape:
    """Return the body as a message; where it is a page instead, the key is masked in what is said of it.

    Raises:
        UnreadableAnswer: the body is not JSON or not of that shape.

    """
    try:
        return msgspec.json.decode(response.content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if _is_page(response):
            page = _readable(response.text.replace(api_key.reveal(), _MASK))
            raise UnreadableAnswer(
                f"Instead of {response.url.host} a web page answered: “{page}”.",
                "The network may want you to sign in first, or a proxy stands in between: open a web page and see.",
                status=response.status_code,
            ) from error
        sentence = f"The answer of {response.url.host} is not what the API promises: {error}."
        raise UnreadableAnswer(sentence, status=response.status_code) from error


def _is_page(response: httpx.Response) -> bool:
    return "html" in response.headers.get("content-type", "")


def _error_body(response: httpx.Response, api_key: ApiKey) -> ErrorBody:
    """Return the body of an error; a body that is not JSON (a proxy's HTML page) gives its readable text."""
    text = response.text.replace(api_key.reveal(), _MASK)
    try:
        return msgspec.json.decode(text, type=ErrorBody)
    except msgspec.DecodeError:
        return ErrorBody(message=_readable(text))


def _readable(text: str, longest: int = 200) -> str:
    """Reduce a page of HTML, or whatever came, to one short line."""
    without_tags = re.sub(r"(?is)<(style|script).*?</\1>|<[^>]*>", " ", text)
    words = " ".join(without_tags.split())
    return words if len(words) <= longest else f"{words[:longest]}…"
