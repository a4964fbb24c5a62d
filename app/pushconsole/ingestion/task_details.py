"""All that a task's page tells of a task itself; its runs are looked at apart, since that can take longer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from pushconsole.errors import NotFound, TargetError
from pushconsole.ingestion.messages import Destination, Source, Task, Transformation
from pushconsole.ingestion.targets import Target, joined

if TYPE_CHECKING:
    from pushconsole.ingestion.client import IngestionClient


@dataclass(frozen=True)
class TaskDetails:
    """A task with what it joins, and the transformations that records pass on the way, in their order."""

    target: Target
    task: Task
    source: Source
    destination: Destination
    transformations: tuple[Transformation, ...]


async def details_of(client: IngestionClient, task_id: str) -> TaskDetails:
    """Return all of a task but its runs.

    Raises:
        TargetError: there is no such task in the application.
        ServiceError, ConnectionFailed: a call does not succeed.

    """
    try:
        task = await client.task(task_id)
    except NotFound as error:
        raise TargetError(
            f"The application {client.application_id} has no task {task_id}.", "Choose one that `tasks` lists."
        ) from error
    source, destination = await asyncio.gather(client.source(task.source_id), client.destination(task.destination_id))
    ids = destination.transformation_ids or ()
    transformations = await asyncio.gather(*(client.transformation(identifier) for identifier in ids))
    names = {one.transformation_id: one.name for one in transformations}
    return TaskDetails(joined(task, source, destination, names), task, source, destination, tuple(transformations))


def code_of(transformation: Transformation) -> str:
    """Return a transformation's JavaScript; where it has steps in its place, those as JSON to be read."""
    given = bytes(transformation.input)
    if given == b"null":
        return transformation.code or ""
    document = msgspec.json.decode(given)
    code = document.get("code") if isinstance(document, dict) else None
    return code if isinstance(code, str) else msgspec.json.format(given).decode()
