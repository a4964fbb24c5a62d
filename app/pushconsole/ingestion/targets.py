"""What a person calls a target: a task together with the source and the index it joins."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pushconsole.errors import NotFound, TargetError
from pushconsole.ingestion.messages import Destination, Source, Task, Transformation

if TYPE_CHECKING:
    from pushconsole.ingestion.client import IngestionClient


@dataclass(frozen=True)
class Target:
    """A task that a push can aim at.

    Attributes:
        task_id: the task's UUID.
        name: the source's name, which is how Algolia's dashboard names the task.
        index: the name of the index the records end in; empty where the destination names none.
        source_type: ``push`` for the push connector.
        enabled: whether the service takes a push for it now.
        transformations: how many transformations the records pass.
        last_run: when the task last ran, RFC 3339, or None.

    """

    task_id: str
    name: str
    index: str
    source_type: str
    enabled: bool
    transformations: int
    last_run: str | None

    @property
    def takes_pushes(self) -> bool:
        """Whether its source is the push connector."""
        return self.source_type == "push"


async def list_targets(client: IngestionClient) -> list[Target]:
    """Return every task with the names of what it joins, by name.

    Tasks whose source or destination is gone are left out: a push to them can only fail.
    """
    tasks = await client.tasks()
    if not tasks:
        return []
    sources, destinations = await asyncio.gather(
        client.sources(sorted({task.source_id for task in tasks})),
        client.destinations(sorted({task.destination_id for task in tasks})),
    )
    by_source = {source.source_id: source for source in sources}
    by_destination = {destination.destination_id: destination for destination in destinations}
    targets = [
        _joined(task, by_source[task.source_id], by_destination[task.destination_id])
        for task in tasks
        if task.source_id in by_source and task.destination_id in by_destination
    ]
    return sorted(targets, key=lambda target: (target.name.casefold(), target.task_id))


async def find_target(client: IngestionClient, task_id: str) -> Target:
    """Return one task with the names of what it joins.

    Raises:
        TargetError: there is no such task in the application.

    """
    try:
        task = await client.task(task_id)
    except NotFound as error:
        raise TargetError(
            f"The application {client.application_id} has no task {task_id}.", "Choose one that `tasks` lists."
        ) from error
    source, destination = await asyncio.gather(client.source(task.source_id), client.destination(task.destination_id))
    return _joined(task, source, destination)


async def transformations_of(client: IngestionClient, task_id: str) -> list[Transformation]:
    """Return the transformations that a task's records pass, in their order."""
    task = await client.task(task_id)
    destination = await client.destination(task.destination_id)
    found = destination.transformation_ids or ()
    return list(await asyncio.gather(*(client.transformation(identifier) for identifier in found)))


def _joined(task: Task, source: Source, destination: Destination) -> Target:
    return Target(
        task_id=task.task_id,
        name=source.name,
        index=destination.input.index_name,
        source_type=source.type,
        enabled=task.enabled,
        transformations=len(destination.transformation_ids or ()),
        last_run=task.last_run,
    )
