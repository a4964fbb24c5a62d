"""Clients for profiles, made where their libraries, which take some tenths of a second to load, hold nobody up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pushconsole.credentials import Profile, Secret

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient


def client_of(profile: Profile, key: Secret, region: str = "") -> IngestionClient:
    """Return a client for a profile, or for its application in another region. Blocks.

    Raises:
        ConfigurationError: something of the profile cannot be used.

    """
    from pushconsole.ingestion import IngestionClient  # noqa: PLC0415  see above

    return IngestionClient(
        application_id=profile.application_id,
        api_key=key,
        region=region or profile.region,
        ingestion_url=profile.ingestion_url,
        search_url=profile.search_url,
        proxy=profile.proxy,
        ca_bundle=profile.ca_bundle,
    )
