"""A task and, at the same time, whether the key may push to it: what is known before anything is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from pushconsole.errors import CredentialsError, PermissionRefused, TargetError
from pushconsole.ingestion.key_check import KeyReport, check_key
from pushconsole.ingestion.targets import Target, find_target

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


async def aim_again(client: IngestionClient, target: Target, known_expiry: float | None = None) -> KeyReport:
    """Look at key and task once more before anything is sent: somebody may have changed them since they were chosen.

    Raises:
        CredentialsError: the key may not push there.
        TargetError: the task goes elsewhere now, or was disabled or enabled.

    """
    now, key = await aim(client, _as_it_is(client, target), known_expiry)
    if (now.own_index, now.enabled) != (target.own_index, target.enabled):
        moved = now.own_index != target.own_index
        what = f"goes to the index {now.own_index} now" if moved else "was disabled meanwhile"
        raise TargetError(f"The task {now.name} {what}, so nothing was sent.", "Refresh the tasks and look again.")
    return key


async def _as_it_is(client: IngestionClient, target: Target) -> Target:
    """Return a target as it is now, with the index that was named for it."""
    now = await find_target(client, target.task_id)
    return now.pushing_to(target.index) if target.reference else now


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
