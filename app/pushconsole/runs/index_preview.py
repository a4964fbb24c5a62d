"""What a push would change in the index: records as the index has them, beside what the push would make of them."""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from pushconsole.ingestion import Action, Target, Transformation
from pushconsole.runs.transformation_trial import AttributeChange, Sample, attributes_of, changes_between, try_records

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

_PARTIAL = frozenset({Action.PARTIAL_UPDATE_OBJECT, Action.PARTIAL_UPDATE_OBJECT_NO_CREATE})


class Effect(enum.StrEnum):
    """What a push would do to one record of the index."""

    CREATED = "created"
    REPLACED = "replaced"
    PATCHED = "patched"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    NOTHING = "not there"
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
            yield _previewed(trial.sample, action, before, text)


def _previewed(sample: Sample, action: Action, before: str | None, pushed: str) -> Preview:
    if action is Action.DELETE_OBJECT:
        return Preview(sample, Effect.NOTHING if before is None else Effect.DELETED, before, None, ())
    if before is None:
        effect = Effect.NOTHING if action is Action.PARTIAL_UPDATE_OBJECT_NO_CREATE else Effect.CREATED
        after = None if effect is Effect.NOTHING else pushed
        return Preview(sample, effect, None, after, changes_between("{}", after or "{}"))
    after = _patched(before, pushed) if action in _PARTIAL else pushed
    changes = changes_between(before, after)
    changed = Effect.PATCHED if action in _PARTIAL else Effect.REPLACED
    return Preview(sample, changed if changes else Effect.UNCHANGED, before, after, changes)


def _patched(before: str, pushed: str) -> str:
    """Return a record with some attributes set, the others as they are."""
    merged = attributes_of(before) | attributes_of(pushed)
    return msgspec.json.encode({name: msgspec.Raw(text.encode()) for name, text in merged.items()}).decode()


def _object_id(text: str) -> str | None:
    value = attributes_of(text).get("objectID")
    return None if value is None else str(msgspec.json.decode(value))
