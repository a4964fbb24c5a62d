"""Cuts the records of a workspace into batches that fit into a call, and makes their bodies.

A batch names its records by ranges of record ids, so a plan of a million records is small, and the same batch gives
the same bytes again as long as the workspace is not edited.
"""

from __future__ import annotations

import bisect
import dataclasses
import hashlib
import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pushconsole.errors import InputError
from pushconsole.ingestion import MAX_BODY_BYTES, Action, Target, body_overhead_bytes, push_body
from pushconsole.records import Identity, Measure, Workspace
from pushconsole.runs.actions import FACTS

_NAMED_IN_A_SENTENCE = 5
_MADE_OBJECT_ID_BYTES = len('"objectID":"",') + 36  # a UUID has 36 characters


@dataclass(frozen=True)
class BatchLimits:
    """How large a call may become.

    Attributes:
        max_bytes: of the body. The default stays 2 % under the service's 5 MB.
        max_records: Algolia advises 1,000 to 10,000 records a call.

    """

    max_bytes: int = 4_900_000
    max_records: int = 10_000

    def __post_init__(self) -> None:
        if not 1 <= self.max_bytes <= MAX_BODY_BYTES or self.max_records < 1:
            raise InputError(
                f"A call cannot have {self.max_bytes} bytes and {self.max_records} records.",
                f"Choose from 1 to {MAX_BODY_BYTES} bytes and at least 1 record.",
            )


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of one call.

    Attributes:
        number: counted from 1.
        first: the place of its first record in the plan, counted from 1.
        records: how many there are.
        body_bytes: the exact size of the body.
        ranges: their ids, as inclusive ranges in file order.
        waits_for: numbers of earlier batches that hold an objectID of this one, since the service promises no order
            between two pushes.

    """

    number: int
    first: int
    records: int
    body_bytes: int
    ranges: tuple[tuple[int, int], ...]
    waits_for: tuple[int, ...] = ()


@dataclass(frozen=True)
class Payload:
    """A batch's body and the fingerprint that proves a second sending to be the same."""

    body: bytes
    sha256: str


@dataclass(frozen=True)
class Plan:
    """What a run sends where.

    Attributes:
        target: the task.
        action: what the push does.
        watch: whether each call waits for the end of ingestion.
        batches: in the order they are sent.
        source_name: what the user calls the records' source; empty where no records travel.

    """

    target: Target
    action: Action
    watch: bool
    batches: tuple[Batch, ...]
    source_name: str = ""
    workspace: Workspace | None = field(default=None, repr=False)

    @property
    def records(self) -> int:
        """How many records the plan sends."""
        return sum(batch.records for batch in self.batches)

    @property
    def body_bytes(self) -> int:
        """How many bytes all bodies have together."""
        return sum(batch.body_bytes for batch in self.batches)

    def payload(self, batch: Batch) -> Payload:
        """Make a batch's body; reads the workspace, so call it in a worker thread."""
        body = push_body(self.action, self._texts(batch))
        return Payload(body, hashlib.sha256(body).hexdigest())

    def identities(self, batch: Batch) -> list[Identity]:
        """Return who the records of a batch are, in the order of its body; reads the workspace."""
        return self.workspace.identities(batch.ranges) if self.workspace else []

    def _texts(self, batch: Batch) -> list[str]:
        if self.workspace is None:
            return []
        if self.action is Action.DELETE_OBJECT:
            return [_only_object_id(who.object_id or "") for who in self.workspace.identities(batch.ranges)]
        return self.workspace.texts(batch.ranges)


def plan_index_action(target: Target, action: Action, *, watch: bool) -> Plan:
    """Plan an action on the whole index, which takes no records: `delete` or `clear`."""
    batch = Batch(number=1, first=1, records=0, body_bytes=body_overhead_bytes(action), ranges=())
    return Plan(target, action, watch, (batch,))


def plan_records(
    workspace: Workspace, target: Target, action: Action, *, watch: bool, limits: BatchLimits = BatchLimits()
) -> Plan:
    """Plan a push of all records of a workspace; reads them all once, so call it in a worker thread.

    For `addObject`, records without an objectID get one here, as an edit that can be undone: the wire's schema wants
    one, and only then is it safe to send a batch twice.

    Raises:
        InputError: there is nothing to push, a record lacks the objectID its action needs, or is larger than a call.

    """
    if not FACTS[action].needs_object_id:
        _give_object_ids(workspace)
    batches = tuple(_cut(_checked(workspace.measures(), action), action, limits))
    if not batches:
        raise InputError("There are no records to push.", "Open a file with records first.")
    return Plan(
        target,
        action,
        watch,
        _ordered(batches, workspace.duplicates()),
        workspace.source.name if workspace.source else "",
        workspace,
    )


@dataclass(frozen=True)
class PlanSize:
    """How large a plan would be, before there is a target.

    Attributes:
        records: how many would be sent.
        calls: in how many calls.
        body_bytes: of all calls together.
        nameless: how many of the records have no objectID.

    """

    records: int
    calls: int
    body_bytes: int
    nameless: int


def plan_size(workspace: Workspace, action: Action, *, limits: BatchLimits = BatchLimits()) -> PlanSize:
    """Measure what `plan_records` would plan, and change nothing; reads all records, so call it in a worker thread.

    The bytes are exact but for blanks between a record's values, which go where it is given an objectID.

    Raises:
        InputError: a record is larger than a call.

    """
    nameless = 0

    def with_object_ids() -> Iterator[Measure]:
        nonlocal nameless
        for measure in workspace.measures():
            if measure.object_id:
                yield measure
            else:
                nameless += 1
                yield dataclasses.replace(measure, size_bytes=measure.size_bytes + _MADE_OBJECT_ID_BYTES)

    calls = records = body_bytes = 0
    for batch in _cut(with_object_ids(), action, limits):
        calls, records, body_bytes = calls + 1, records + batch.records, body_bytes + batch.body_bytes
    return PlanSize(records, calls, body_bytes, nameless)


def _give_object_ids(workspace: Workspace) -> None:
    if any(not measure.object_id for measure in workspace.measures()):
        workspace.make_object_ids()


def _checked(measures: Iterable[Measure], action: Action) -> Iterator[Measure]:
    """Pass the measures on and raise in the end, naming all records at fault, if any lacks an objectID."""
    nameless: list[Measure] = []
    count = 0
    for measure in measures:
        if measure.object_id:
            yield measure
        else:
            count += 1
            if len(nameless) < _NAMED_IN_A_SENTENCE:
                nameless.append(measure)
    if nameless:
        raise _nameless(nameless, count, action)


def _nameless(first: list[Measure], count: int, action: Action) -> InputError:
    lines = ", ".join(str(measure.line) if measure.line else "an added record" for measure in first)
    more = f" and {count - len(first)} more" if count > len(first) else ""
    what = "record has" if count == 1 else "records have"
    return InputError(
        f"{count} {what} no objectID, which {action} needs: line {lines}{more}.",
        "Fill them in, or choose addObject, which makes objectIDs.",
        line=first[0].line,
        attribute="objectID",
    )


def _cut(measures: Iterable[Measure], action: Action, limits: BatchLimits) -> Iterator[Batch]:
    """Fill one batch after the other in file order."""
    overhead = body_overhead_bytes(action)
    number, first = 1, 1
    ranges: list[tuple[int, int]] = []
    records, size = 0, overhead
    for measure in measures:
        wanted = _sent_bytes(measure, action)
        _check_fits(measure, overhead + wanted, limits)
        if records and (records == limits.max_records or size + 1 + wanted > limits.max_bytes):
            yield Batch(number, first, records, size, tuple(ranges))
            number, first = number + 1, first + records
            ranges, records, size = [], 0, overhead
        size += wanted + (1 if records else 0)
        records += 1
        _extend(ranges, measure.record_id)
    if records:
        yield Batch(number, first, records, size, tuple(ranges))


def _extend(ranges: list[tuple[int, int]], record_id: int) -> None:
    if ranges and ranges[-1][1] + 1 == record_id:
        ranges[-1] = (ranges[-1][0], record_id)
    else:
        ranges.append((record_id, record_id))


def _sent_bytes(measure: Measure, action: Action) -> int:
    if action is Action.DELETE_OBJECT:
        return len(_only_object_id(measure.object_id or "").encode())
    return measure.size_bytes


def _only_object_id(object_id: str) -> str:
    return json.dumps({"objectID": object_id}, ensure_ascii=False, separators=(",", ":"))


def _check_fits(measure: Measure, body_bytes: int, limits: BatchLimits) -> None:
    if body_bytes > limits.max_bytes:
        place = f"at line {measure.line}" if measure.line else "that was added"
        raise InputError(
            f"The record {place} (objectID {measure.object_id}) has {measure.size_bytes} bytes; "
            f"a call may have {limits.max_bytes}.",
            "Shorten the record or leave it out.",
            line=measure.line,
            object_id=measure.object_id,
        )


def _ordered(batches: tuple[Batch, ...], duplicates: Iterable[tuple[str, list[int]]]) -> tuple[Batch, ...]:
    """Let batches that share an objectID wait for one another."""
    last_ids = [batch.ranges[-1][1] for batch in batches]
    waits: defaultdict[int, set[int]] = defaultdict(set)
    for _, record_ids in duplicates:
        numbers = sorted({bisect.bisect_left(last_ids, record_id) + 1 for record_id in record_ids})
        for earlier, later in itertools.pairwise(numbers):
            waits[later].add(earlier)
    return tuple(
        Batch(b.number, b.first, b.records, b.body_bytes, b.ranges, tuple(sorted(waits[b.number])))
        if b.number in waits
        else b
        for b in batches
    )
