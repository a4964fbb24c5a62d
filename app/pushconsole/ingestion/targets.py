"""What a person calls a target: a task together with the source and the index it joins."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pushconsole.errors import (
    ConnectionFailed,
    NotFound,
    NotOneTask,
    ServiceFailed,
    TargetError,
    TooManyCalls,
    UnreadableAnswer,
    UserFacingError,
)
from pushconsole.ingestion.messages import Destination, Source, Task, Transformation

if TYPE_CHECKING:
    from pushconsole.ingestion.client import IngestionClient


_Answer = TypeVar("_Answer")

_PAUSES_S = (0.2, 0.6)  # before a page is asked for the second and the third time


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
        action: what the task does in the service's own words; a push brings its own.
        owner: whose it is, or empty.
        transformation_names: of the transformations, as far as they are known.
        reference: the index the task belongs to, where a push names another index and this one as its reference, so
            that its transformations apply there; empty where a push names the task.

    """

    task_id: str
    name: str
    index: str
    source_type: str
    enabled: bool
    transformations: int
    last_run: str | None
    action: str = ""
    owner: str = ""
    transformation_names: tuple[str, ...] = ()
    reference: str = ""

    @property
    def key(self) -> str:
        """What tells it from every other target: the task, and the index where that is another than the task's."""
        return f"{self.task_id}/{self.index}" if self.reference else self.task_id

    @property
    def own_index(self) -> str:
        """The index that the task itself writes to."""
        return self.reference or self.index

    def pushing_to(self, index: str) -> Target:
        """Return the target that a push to an index by its name aims at, with this task's index as the reference."""
        own = self.own_index
        return dataclasses.replace(self, index=index, reference="" if index == own else own)

    @property
    def takes_pushes(self) -> bool:
        """Whether its source is the push connector."""
        return self.source_type == "push"


@dataclass(frozen=True)
class TargetPage:
    """A part of an application's tasks.

    Attributes:
        number: of this page, from 1.
        pages: how many there are.
        targets: its tasks; none where it could not be fetched.
        error: why not, or None.

    """

    number: int
    pages: int
    targets: tuple[Target, ...]
    error: UserFacingError | None = None


async def target_pages(client: IngestionClient) -> AsyncIterator[TargetPage]:
    """Yield an application's tasks with the names of what they join, page by page.

    Tasks whose source or destination is gone are left out: a push to them can only fail. A page that cannot be fetched
    is asked for again, then passed over.

    Raises:
        ServiceError, ConnectionFailed: not even the first page can be fetched.

    """
    names = asyncio.create_task(_transformation_names(client))
    try:
        number = pages = 1
        while number <= pages:
            try:
                page = await _persistently(lambda at=number: client.tasks(at))  # type: ignore[misc]
                pages = page.pagination.nb_pages
                yield TargetPage(number, pages, await _persistently(lambda of=page: _page(client, of.tasks, names)))  # type: ignore[misc]
            except UserFacingError as error:
                if number == 1:
                    raise
                yield TargetPage(number, pages, (), error)
            number += 1
    finally:
        names.cancel()


async def list_targets(client: IngestionClient) -> list[Target]:
    """Return every task with the names of what it joins, by name.

    Raises:
        ServiceError, ConnectionFailed: a page cannot be fetched.

    """
    found: list[Target] = []
    async for page in target_pages(client):
        if page.error is not None:
            raise page.error
        found.extend(page.targets)
    return by_name(found)


def by_name(targets: Iterable[Target]) -> list[Target]:
    """Return targets in the order in which people look for them."""
    return sorted(targets, key=lambda target: (target.name.casefold(), target.index.casefold(), target.task_id))


async def _page(
    client: IngestionClient, tasks: Sequence[Task], names: asyncio.Task[dict[str, str]]
) -> tuple[Target, ...]:
    if not tasks:
        return ()
    sources, destinations = await asyncio.gather(
        client.sources(sorted({task.source_id for task in tasks})),
        client.destinations(sorted({task.destination_id for task in tasks})),
    )
    by_source = {source.source_id: source for source in sources}
    by_destination = {destination.destination_id: destination for destination in destinations}
    known = await names
    return tuple(
        joined(task, by_source[task.source_id], by_destination[task.destination_id], known)
        for task in tasks
        if task.source_id in by_source and task.destination_id in by_destination
    )


async def _transformation_names(client: IngestionClient) -> dict[str, str]:
    """Return transformations' names by ID. They are only searched for, so what cannot be read is left out."""
    found: dict[str, str] = {}
    page = pages = 1
    with contextlib.suppress(UserFacingError):
        while page <= pages:
            answer = await client.transformations(page)
            found.update((one.transformation_id, one.name) for one in answer.transformations)
            pages, page = answer.pagination.nb_pages, page + 1
    return found


async def _persistently(ask: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """Ask a few times where asking again may help."""
    for pause_s in _PAUSES_S:
        try:
            return await ask()
        except (ServiceFailed, TooManyCalls, ConnectionFailed, UnreadableAnswer):
            await asyncio.sleep(pause_s)
    return await ask()


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
    return joined(task, source, destination)


async def find_target_of_index(client: IngestionClient, index: str) -> Target:
    """Return the one task that takes pushes for an index.

    Raises:
        NotOneTask: there is none, or more than one.

    """
    able = targets_of_index(await list_targets(client), index)
    if len(able) == 1:
        return able[0]
    if not able:
        raise NotOneTask(
            f"The application {client.application_id} has no push task for the index {index}.",
            "`pushconsole tasks` lists the tasks and their indexes.",
        )
    named = ", ".join(f"{target.name} ({target.task_id})" for target in able)
    raise NotOneTask(
        f"{len(able)} tasks push to the index {index}: {named}.",
        "Choose one of them with --task.",
        task_ids=tuple(target.task_id for target in able),
    )


def targets_of_index(targets: Iterable[Target], index: str) -> list[Target]:
    """Return the tasks that a push by an index's name may mean: those that take pushes now, else all that ever do."""
    found = [target for target in targets if target.own_index == index and target.takes_pushes]
    return [target for target in found if target.enabled] or found


async def transformations_of(client: IngestionClient, task_id: str) -> list[Transformation]:
    """Return the transformations that a task's records pass, in their order."""
    task = await client.task(task_id)
    destination = await client.destination(task.destination_id)
    found = destination.transformation_ids or ()
    return list(await asyncio.gather(*(client.transformation(identifier) for identifier in found)))


async def alteration_of(client: IngestionClient, task_id: str) -> str:
    """Return in a few words what a task has that changes records on their way; empty where they arrive as sent."""
    task = await client.task(task_id)
    destination = await client.destination(task.destination_id)
    if destination.transformation_ids:
        return "a transformation"
    excluded = destination.input.attributes_to_exclude
    return f"a destination that leaves out {' and '.join(excluded)}" if excluded else ""


def joined(task: Task, source: Source, destination: Destination, names: Mapping[str, str] | None = None) -> Target:
    """Return a task with what it joins; `names` are those of transformations, by ID, as far as they are known."""
    return Target(
        task_id=task.task_id,
        name=source.name,
        index=destination.input.index_name,
        source_type=source.type,
        enabled=task.enabled,
        transformations=len(destination.transformation_ids or ()),
        last_run=task.last_run,
        action=task.action or "",
        owner=task.owner or "",
        transformation_names=tuple(
            (names or {})[one] for one in destination.transformation_ids or () if one in (names or {})
        ),
    )
