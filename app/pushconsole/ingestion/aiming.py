"""A task and, at the same time, whether the key may push to it: what is known before anything is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from pushconsole.errors import CredentialsError, PermissionRefused
from pushconsole.ingestion.key_check import KeyReport, check_key
from pushconsole.ingestion.targets import Target

if TYPE_CHECKING:
    from pushconsole.ingestion.client import IngestionClient


async def aim(
    client: IngestionClient, finding: Coroutine[Any, Any, Target], known_expiry: float | None = None
) -> tuple[Target, KeyReport]:
    """Wait for a task, and look whether the key may push to its index.

    Args:
        client: with the key.
        finding: finds the task.
        known_expiry: as in `check_key`.

    Raises:
        CredentialsError: the key may not, or the application is in another region.
        TargetError: there is no such task.
        ServiceError, ConnectionFailed: the task cannot be looked up.

    """
    found, key = await asyncio.gather(finding, check_key(client, known_expiry), return_exceptions=True)
    if isinstance(key, BaseException):
        raise key
    if isinstance(found, BaseException):
        key.check()  # which is why, if it is
        if isinstance(found, PermissionRefused) and key.key is not None:
            raise _of_another_region(key, found) from found
        raise found
    key.check(found.index)
    return found, key


async def found_or_why(
    client: IngestionClient, finding: Coroutine[Any, Any, Target], known_expiry: float | None = None
) -> Target:
    """Return a task to which nothing is to be pushed; where it may not be looked up, say what the key lacks.

    The arguments, and what is raised, are those of `aim`.
    """
    try:
        return await finding
    except PermissionRefused as refusal:
        key = await check_key(client, known_expiry)
        key.check()
        if key.key is None:
            raise
        raise _of_another_region(key, refusal) from refusal


def _of_another_region(key: KeyReport, refusal: PermissionRefused) -> CredentialsError:
    return CredentialsError(
        f"The application {key.application_id} knows the API key, and it may push, but the Ingestion API of this "
        f"region refuses it ({refusal.message}).",
        "Most likely the application is in the other region: change it in the profile.",
    )
