"""Whether both hosts of a profile can be talked to, how fast they answer, and what stands in between if not."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pushconsole.errors import ConnectionFailed, ServiceError, UnreadableAnswer, UserFacingError
from pushconsole.ingestion.key_check import KeyReport, check_key

if TYPE_CHECKING:
    from pushconsole.ingestion.client import IngestionClient

_CLOCK_OFF_S = 300  # a certificate or a signature may be refused for less than an hour; a few minutes are common
_MINUTE_S = 60


@dataclass(frozen=True)
class HostReport:
    """How one host answered.

    Attributes:
        api: which of the two.
        host: its name.
        seconds: how long the answer took; None where none came.
        fault: why nothing, or nothing of the service's, came, with what to do; empty where the service answered.

    """

    api: str
    host: str
    seconds: float | None
    fault: str = ""

    @property
    def in_words(self) -> str:
        """How long the answer took: 38 ms, 1.24 s."""
        seconds = self.seconds or 0.0
        return f"{seconds:.2f} s" if seconds >= 1 else f"{max(1, round(seconds * 1000))} ms"


@dataclass(frozen=True)
class ConnectionReport:
    """What was found out.

    Attributes:
        hosts: the Ingestion API's and the Search API's.
        clock: a sentence where this machine's clock is wrong; else empty.
        key: what the key may do, as far as the hosts could be asked.

    """

    hosts: tuple[HostReport, ...]
    clock: str
    key: KeyReport

    @property
    def reached(self) -> bool:
        """Whether both hosts answered as the service does."""
        return not any(host.fault for host in self.hosts)


async def check_connection(client: IngestionClient, known_expiry: float | None = None) -> ConnectionReport:
    """Ask both hosts for something small, one after the other. It never raises: what fails is in the report.

    Args:
        client: with the key.
        known_expiry: as in `check_key`.

    """
    ingestion = await _asked("Ingestion API", client.ingestion_host, client.tasks(1))
    search = await _asked("Search API", client.search_host, client.key())
    unknown = KeyReport(client.application_id, unread=search.fault)
    key = unknown if search.fault else await check_key(client, known_expiry)
    answered = any(host.seconds is not None for host in (ingestion, search))
    return ConnectionReport((ingestion, search), _clock(client.clock_ahead_s) if answered else "", key)


async def _asked(api: str, host: str, call: Awaitable[object]) -> HostReport:
    start = time.perf_counter()
    try:
        await call
    except (ConnectionFailed, UnreadableAnswer) as error:
        return HostReport(api, host, None, str(error))
    except ServiceError:  # it is the service that answers; what it thinks of the key is told by the key's own table
        return HostReport(api, host, time.perf_counter() - start)
    except UserFacingError as error:
        return HostReport(api, host, None, str(error))
    return HostReport(api, host, time.perf_counter() - start)


def _clock(ahead_s: float) -> str:
    if abs(ahead_s) < _CLOCK_OFF_S:
        return ""
    minutes, way = round(abs(ahead_s) / _MINUTE_S), "behind" if ahead_s > 0 else "ahead of"
    return f"This machine's clock is {minutes:,} minutes {way} the service's: set it, or certificates will be refused."
