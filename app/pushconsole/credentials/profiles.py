"""A profile: which application, where, and how careful to be with it."""

from __future__ import annotations

import enum
import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from pushconsole import errors

_REGIONS = ("us", "eu")  # the only two hosts of the Ingestion API
_APPLICATION_ID = re.compile(r"[A-Z0-9]{10}")
_MOST_CALLS_PER_MINUTE = 60_000  # a mistyped number, not a limit of anybody's
_MOST_CALLS_AT_ONCE = 32
_RECORD_LIMIT_BYTES = 10_000  # the Build plan's, the smallest there is
_MOST_RECORD_BYTES = 5_000_000  # what one call may have
_LONGEST_NAME = 100  # characters; Windows' Credential Manager takes 513 for name and application ID together


class ProfileKind(enum.StrEnum):
    """What a profile's application is there for; it decides colours and how often the program asks."""

    SANDBOX = "sandbox"
    TEST = "test"
    PRODUCTION = "production"
    READ_ONLY = "read-only"


@dataclass(frozen=True)
class Profile:
    """An Algolia application as the user knows it; its API key is in the keyring and never here.

    Attributes:
        name: what the user calls it, unique in the settings.
        application_id: ten upper-case letters and digits.
        region: `us` or `eu`.
        kind: what the application is there for.
        ingestion_url: another address of the Ingestion API, or None for the region's own.
        search_url: another address of the Search API, or None for the application's own.
        calls_per_minute: how many pushes may leave a minute, at most; the service takes about 500 an application.
        concurrency: how many pushes are under way at once.
        proxy: the address of a proxy, or None for the system's.
        ca_bundle: a PEM file with further certificate authorities that are believed, or None.
        note: what the user wants to remember about it.
        key_expires_at: when the key's time is over, in seconds since 1970, as far as that is known.
        record_limit_bytes: how large a record may be by the application's plan.
        key_stored_at: when the key was put into the keyring, in seconds since 1970, as far as that is known.
        key_used_at: when it was last let in, likewise.

    Raises:
        errors.ConfigurationError: one of them cannot be right.

    """

    name: str
    application_id: str
    region: str
    kind: ProfileKind = ProfileKind.TEST
    ingestion_url: str | None = None
    search_url: str | None = None
    calls_per_minute: int = 480
    concurrency: int = 4
    proxy: str | None = None
    ca_bundle: str | None = None
    note: str = ""
    key_expires_at: float | None = None
    record_limit_bytes: int = _RECORD_LIMIT_BYTES
    key_stored_at: float | None = None
    key_used_at: float | None = None

    def __post_init__(self) -> None:
        check_name(self.name)
        check_application_id(self.application_id)
        check_region(self.region)
        for url in (self.ingestion_url, self.search_url):
            if url is not None:
                _check_url(url)
        if self.proxy is not None:
            _check_proxy(self.proxy)
        if self.ca_bundle is not None and not Path(self.ca_bundle).is_absolute():
            raise errors.ConfigurationError(f"The CA bundle “{self.ca_bundle}” has to be named from the root on.")
        _check_number("Calls a minute", self.calls_per_minute, _MOST_CALLS_PER_MINUTE)
        _check_number("Calls at once", self.concurrency, _MOST_CALLS_AT_ONCE)
        _check_number("The size of a record", self.record_limit_bytes, _MOST_RECORD_BYTES)


def check_application_id(application_id: str) -> None:
    """Raise ConfigurationError unless the text has the shape of an application ID."""
    if not _APPLICATION_ID.fullmatch(application_id):
        raise errors.ConfigurationError(
            f"“{application_id}” is not an application ID: that has ten upper-case letters and digits.",
            "It stands at the top of the API keys page of the Algolia dashboard.",
        )


def check_region(region: str) -> None:
    """Raise ConfigurationError unless the Ingestion API has a host in the region."""
    if region not in _REGIONS:
        raise errors.ConfigurationError(
            f"“{region}” is not a region of the Ingestion API.", "Choose “us” or “eu”, where the application is hosted."
        )


def check_name(name: str) -> None:
    """Raise ConfigurationError unless the text can be a profile's name."""
    if not name or name != name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise errors.ConfigurationError(
            f"{name!r} cannot be a profile's name.",
            f"Take 1 to {_LONGEST_NAME} characters on one line, without blanks at the ends.",
        )


def _check_proxy(proxy: str) -> None:
    try:
        parts = urlsplit(proxy)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # half a bracket, or a port that is no number
        usable = False
    if "@" in proxy:
        raise errors.ConfigurationError(
            "A proxy's address must not hold a name and a password: the settings file keeps no secret.",
            "Use a proxy that knows this machine.",
        )
    if not usable:
        raise errors.ConfigurationError(
            f"“{proxy}” is not the address of a proxy.", "It looks like http://proxy.example:3128."
        )


def _check_number(what: str, number: int, most: int) -> None:
    if not 1 <= number <= most:
        raise errors.ConfigurationError(f"{what} cannot be {number}.", f"Take a number from 1 to {most:,}.")


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  reading it is what checks it
    except ValueError as error:
        raise errors.ConfigurationError(f"“{url}” is not an address: {error}.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise errors.ConfigurationError(f"“{url}” is not an address that begins with https:// and names a host.")
    if parts.scheme == "http" and not _is_loopback(parts):
        raise errors.ConfigurationError(
            f"“{url}” would send the API key unencrypted over the network.",
            "Use https://; http:// is for addresses of this machine only.",
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise errors.ConfigurationError(f"“{url}” must not hold a user name, a question mark or a number sign.")


def _is_loopback(parts: SplitResult) -> bool:
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:  # another host name: what it resolves to may change at any time
        return False
