"""The hosts of the API, and which addresses may take their place.

Source of the hosts: Algolia's public OpenAPI descriptions. Ingestion has one host a region and no fail-over host.
"""

from __future__ import annotations

import ipaddress

import httpx

from pushconsole.errors import ConfigurationError

REGIONS = ("us", "eu")


def ingestion_address(region: str, override: str | None) -> httpx.URL:
    """Return the Ingestion API's address for a region, or the given one in its place.

    Raises:
        ConfigurationError: an unknown region, or an address that must not be used.

    """
    if override:
        return allowed_address(override)
    if region not in REGIONS:
        raise ConfigurationError(
            f"There is no region “{region}”.", f"Algolia's Ingestion API has the regions {' and '.join(REGIONS)}."
        )
    return httpx.URL(f"https://data.{region}.algolia.com")


def search_address(application_id: str, override: str | None) -> httpx.URL:
    """Return the Search API's address for reads, or the given one in its place.

    Raises:
        ConfigurationError: the given address must not be used.

    """
    return allowed_address(override) if override else httpx.URL(f"https://{application_id.lower()}-dsn.algolia.net")


def allowed_address(address: str) -> httpx.URL:
    """Return an address that may be talked to: https://, or http:// of this machine.

    Raises:
        ConfigurationError: it is another one, or none.

    """
    try:
        url = httpx.URL(address.rstrip("/"))
    except httpx.InvalidURL as error:
        raise ConfigurationError(f"“{address}” is not an address: {error}.") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise ConfigurationError(f"“{address}” is not an address.", "It has to begin with https://.")
    if url.scheme == "http" and not is_loopback(url.host):
        raise ConfigurationError(
            f"“{address}” would send the API key unencrypted.", "Use https://; http:// is for this machine only."
        )
    return url


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
