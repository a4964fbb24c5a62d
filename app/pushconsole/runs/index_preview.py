"""What a push would change in the index: records as the index has them, beside what the push would make of them."""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from pushconsole.ingestion import Action, Target, Transformation
from pushconsole.runs.actions import FACTS
from pushconsole.runs.record_differences import AttributeChange, attributes_of, by_value, changes_between
from pushconsole.runs.transformation_trial import Sample, try_records

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there


class Effect(enum.StrEnum):
    """What a push would do to one record of the index."""

    CREATED = "created"
    REPLACED = "replaced"
    PATCHED = "patched"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    NOTHING = "not there"
    REPEATED = "repeated"
    DROPPED = "dropped"
    FAILED = "failed"


@dataclass(frozen=True)
class Preview:
    """One record of the index before and after a push.

    Attributes:
        sample: the record that would be pushed.
        effect: what becomes of the index's record.
        before: its JSON text as the index has it, or None.
        after: its JSON text as it would be, or None; an attribute that is counted or added to shows the operation.
        changes: the attributes that differ.
        error: why the transformation failed, or None.

    """

    sample: Sample
    effect: Effect
    before: str | None
    after: str | None
    changes: tuple[AttributeChange, ...]
    error: str | None = None


async def preview(
    client: IngestionClient,
    target: Target,
    action: Action,
    transformations: Sequence[Transformation],
    samples: Sequence[Sample],
) -> AsyncIterator[Preview]:
    """Yield what a push of records would do to the index; nothing is pushed.

    Each record passes the task's transformations first, and may become several.

    Raises:
        ServiceError, ConnectionFailed: the service cannot be asked; the key needs the ACL ``search``.

    """
    async for trial in try_records(client, transformations, samples):
        if trial.error is not None:
            yield Preview(trial.sample, Effect.FAILED, None, None, (), trial.error)
        elif not trial.made:
            yield Preview(trial.sample, Effect.DROPPED, None, None, ())
        for text in trial.made:
            object_id = _object_id(text)
            before = None if object_id is None else await client.record(target.index, object_id)
            yield previewed(trial.sample, action, before, text)


def effect_on(action: Action, *, there: bool, same: bool) -> Effect:
    """Return what an action does to a record of the index.

    Args:
        action: what the push does.
        there: whether the index has a record of that objectID.
        same: whether that one is already what it would become.

    """
    if action is Action.DELETE_OBJECT:
        return Effect.DELETED if there else Effect.NOTHING
    if not there:
        return Effect.SKIPPED if action is Action.PARTIAL_UPDATE_OBJECT_NO_CREATE else Effect.CREATED
    if same:
        return Effect.UNCHANGED
    return Effect.PATCHED if FACTS[action].merges else Effect.REPLACED


def previewed(sample: Sample, action: Action, before: str | None, pushed: str) -> Preview:
    """Return what a push of a record does to the one that the index has, if it has one."""
    after = _after(action, before, pushed)
    changes = () if action is Action.DELETE_OBJECT else changes_between(before or "{}", after or "{}", by_value)
    effect = effect_on(action, there=before is not None, same=not changes)
    return Preview(sample, effect, before, after, changes)


def _after(action: Action, before: str | None, pushed: str) -> str | None:
    if action is Action.DELETE_OBJECT:
        return None
    if before is None:
        return None if action is Action.PARTIAL_UPDATE_OBJECT_NO_CREATE else pushed
    return _patched(before, pushed) if FACTS[action].merges else pushed


def _patched(before: str, pushed: str) -> str:
    """Return a record with some attributes set, the others as they are."""
    merged = attributes_of(before) | attributes_of(pushed)
    return msgspec.json.encode({name: msgspec.Raw(text.encode()) for name, text in merged.items()}).decode()


def _object_id(text: str) -> str | None:
    value = attributes_of(text).get("objectID")
    return None if value is None else str(msgspec.json.decode(value))
