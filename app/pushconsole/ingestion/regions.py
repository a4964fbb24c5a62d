"""Which of the two regions an application is in, found out by asking both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from pushconsole.errors import ConfigurationError, UserFacingError
from pushconsole.ingestion.addresses import REGIONS

if TYPE_CHECKING:
    from pushconsole.ingestion.client import IngestionClient


async def find_region(client_of: Callable[[str], IngestionClient]) -> str:
    """Return the region whose Ingestion API answers with tasks; where both or neither has any, the one that answers.

    Args:
        client_of: makes a client for a region; it is closed here.

    Raises:
        ConfigurationError: both answer alike, so nobody can tell.
        ServiceError, ConnectionFailed: neither answers.

    """
    found = await asyncio.gather(*(_tasks(client_of(region)) for region in REGIONS), return_exceptions=True)
    answers = dict(zip(REGIONS, found, strict=True))
    for error in answers.values():
        if isinstance(error, BaseException) and not isinstance(error, UserFacingError):
            raise error
    answering = [region for region, tasks in answers.items() if isinstance(tasks, int)]
    with_tasks = [region for region in answering if answers[region]]
    for possible in (with_tasks, answering):
        if len(possible) == 1:
            return possible[0]
    if not answering:
        raise next(error for error in answers.values() if isinstance(error, UserFacingError))
    raise ConfigurationError(
        "Both regions answer, so the application's region cannot be found out.",
        "Choose the one that the dashboard shows under Infrastructure.",
    )


async def _tasks(client: IngestionClient) -> int:
    """Return how many tasks the first page has."""
    async with client:
        return len((await client.tasks(1)).tasks)
