"""The official Python client, aimed at a sandbox."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from algoliasearch.http.base_config import BaseConfig
from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.ingestion.config import IngestionConfig

from pushconsole.sandbox import RunningSandbox


def aim(config: BaseConfig, url: str) -> None:
    """Let a configuration talk to an address and no other."""
    address = urlsplit(url)
    config.hosts = HostsCollection([Host(address.hostname or "", scheme="http", port=address.port)])


def configuration(sandbox: RunningSandbox, region: str = "us") -> IngestionConfig:
    """Return the configuration of an ingestion client for a sandbox."""
    config = IngestionConfig(sandbox.app_id, sandbox.api_key, region)
    aim(config, sandbox.ingestion_url)
    return config


def payload(action: str, *records: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a push."""
    return {"action": action, "records": list(records)}
