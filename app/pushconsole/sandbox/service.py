"""Everything a running sandbox consists of, handed to its routes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from . import indexes, observations
from .access import PushRate
from .catalogue import Catalogue
from .faults import Faults
from .processing import Processing
from .settings import Settings
from .store import Store

CALLS_KEPT = 20_000


@dataclass
class Call:
    """A request to one of the two APIs, as the sandbox saw it.

    Attributes:
        headers: without the API key.
        body_bytes: how much of the body was read.
        body_sha256: of what was read.
        time: seconds since 1970.
        seconds: until the answer had been handed over, or the connection aborted; None while it is open.
        status: None while there is no answer, or where the connection was aborted.

    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    time: float
    body_bytes: int = 0
    body_sha256: str = ""
    seconds: float | None = None
    status: int | None = None


class Service:
    """The sandbox's parts, and what concerns all of them."""

    def __init__(self, data: Path | None, settings: Settings) -> None:
        self._first_settings = settings
        self.store = Store(data)
        self.catalogue = Catalogue(self.store)
        self.processing = Processing(self.store, self.catalogue, settings)
        self.rate = PushRate()
        self.faults = Faults()
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)

    async def open(self) -> None:
        """Read what the store keeps."""
        await self.catalogue.open()

    async def reset(self) -> None:
        """Go back to the start: no index, run, fault or call; the first tasks, settings and key."""
        await self.processing.drop()
        await self.store.write(indexes.remove_everything)
        await self.store.write(observations.remove_everything)
        await self.catalogue.reset()
        self.processing.settings = self._first_settings
        self.rate.reset()
        self.faults.clear()
        self.calls.clear()

    async def close(self) -> None:
        """Finish the accepted pushes and close the store."""
        await self.processing.close()
        self.store.close()


def service_of(request: Request) -> Service:
    """Return the service behind a request."""
    service = request.app.state.service
    assert isinstance(service, Service), "the application is built with a service"
    return service
