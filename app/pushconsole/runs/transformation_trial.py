"""What a task's transformation would make of some records, before any is pushed: who is tried, and what changes."""

from __future__ import annotations

import enum
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pushconsole.ingestion import Transformation
from pushconsole.records import View, Workspace
from pushconsole.runs.record_differences import AttributeChange, as_written, changes_between, is_record

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

MOST_SAMPLES = 50
"""Each record is a call of its own, and nobody reads more than this."""

_LOOKED_AT = 1000
_QUOTED = 80  # characters of what is no record
"""Among this many, spread evenly, the record with the fewest attributes is looked for: 70 ms however long the file."""


@dataclass(frozen=True)
class Sample:
    """A record to try.

    Attributes:
        record_id: its number in the workspace.
        object_id: its objectID where that is text, else None.
        line: the line of the file it began in, or None.
        text: its JSON, as a push would send it.

    """

    record_id: int
    object_id: str | None
    line: int | None
    text: str

    @property
    def name(self) -> str:
        """The record for people: its line and its objectID, as far as it has them."""
        line = "" if self.line is None else f"line {self.line:,}"
        object_id = f"objectID {self.object_id}" if self.object_id else ""
        return ", ".join(filter(None, (line, object_id))) or "a record without objectID"


class Outcome(enum.StrEnum):
    """What became of one record."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    DROPPED = "dropped"
    MULTIPLIED = "multiplied"
    FAILED = "failed"


@dataclass(frozen=True)
class Trial:
    """One record before and after.

    Attributes:
        sample: the record as it is.
        made: the JSON texts of the records it becomes, as the service gave them.
        changes: for each of these, the attributes that differ from the record as it is.
        error: why the transformation failed, or None.
        seconds: how long the service took to answer.

    """

    sample: Sample
    made: tuple[str, ...]
    changes: tuple[tuple[AttributeChange, ...], ...]
    error: str | None
    seconds: float

    @property
    def outcome(self) -> Outcome:
        """What became of the record."""
        if self.error is not None:
            return Outcome.FAILED
        if len(self.made) != 1:
            return Outcome.MULTIPLIED if self.made else Outcome.DROPPED
        return Outcome.CHANGED if self.changes[0] else Outcome.UNCHANGED


def stratified(source: Workspace | View) -> list[int]:
    """Return the records most worth trying, by their numbers: first, last, largest, and the one that lacks most."""
    count = source.count if isinstance(source, View) else source.count()
    if not count:
        return []
    first, last = (source.page(position, 1)[0].record_id for position in (0, count - 1))
    return sorted({first, last, _largest(source), _sparsest(source, count)})


def samples_of(workspace: Workspace, record_ids: Sequence[int]) -> list[Sample]:
    """Return records as they would be sent: without the columns that are not.

    Raises:
        InputError: there is no such record.

    """
    rows = [workspace.row(record_id) for record_id in record_ids]
    return [Sample(row.record_id, row.object_id, row.line, _sent(workspace, row.record_id)) for row in rows]


async def try_records(
    client: IngestionClient, transformations: Sequence[Transformation], samples: Sequence[Sample]
) -> AsyncIterator[Trial]:
    """Yield what transformations, one after the other, make of each record; nothing is indexed.

    Raises:
        ServiceError, ConnectionFailed: the service cannot be asked; that a transformation fails is in the trial.

    """
    for sample in samples:
        started = time.monotonic()
        made, error = await _through(client, transformations, sample.text)
        seconds = time.monotonic() - started
        yield Trial(sample, made, _changes(sample.text, made), error, seconds)


def _changes(before: str, made: Sequence[str]) -> tuple[tuple[AttributeChange, ...], ...]:
    # All numbers become JavaScript's; `1.10` that comes out as `1.1` is a change to be seen.
    return tuple(changes_between(before, text, as_written) for text in made)


async def _through(
    client: IngestionClient, transformations: Sequence[Transformation], record: str
) -> tuple[tuple[str, ...], str | None]:
    texts: tuple[str, ...] = (record,)
    for transformation in transformations:
        made: list[str] = []
        for text in texts:
            answer = await client.try_transformation(transformation, text)
            if answer.error is not None:
                return (), answer.error.message or f"“{transformation.name}” failed and did not say why"
            if (odd := next((one for one in answer.payloads or () if not is_record(one)), None)) is not None:
                return (), f"“{transformation.name}” made something that is no record: {odd[:_QUOTED]}"
            made.extend(answer.payloads or ())
        texts = tuple(made)
    return texts, None


def _sent(workspace: Workspace, record_id: int) -> str:
    return workspace.joined([(record_id, record_id)]).decode()


def _largest(source: Workspace | View) -> int:
    span = max(source.spans(), key=lambda span: span.largest_bytes)
    return max(source.measures(span.first_id, span.last_id), key=lambda measure: measure.size_bytes).record_id


def _sparsest(source: Workspace | View, count: int) -> int:
    step = -(-count // _LOOKED_AT)
    rows = (source.page(position, 1)[0] for position in range(0, count, step))
    return min(rows, key=lambda row: len(row.cells)).record_id
