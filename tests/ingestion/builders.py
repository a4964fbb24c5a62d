"""A client whose service is a plain function."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from pushconsole.ingestion import IngestionClient

KEY = "0123456789abcdef0123456789abcdef"


class ClearKey:
    """A key that has nothing to hide."""

    def reveal(self) -> str:
        """Return it."""
        return KEY


def client_of(answer: Callable[[httpx.Request], httpx.Response]) -> IngestionClient:
    """Return a client of a service that answers as the function does."""
    return IngestionClient(
        application_id="TESTAPP001", api_key=ClearKey(), region="eu", transport=httpx.MockTransport(answer)
    )
