"""Cuts the records of a workspace into batches that fit into a call, and makes their bodies.

A batch names its records by ranges of record ids, so a plan of a million records is small, and the same batch gives
the same bytes again as long as the workspace is not edited.
"""

from __future__ import annotations

import bisect
import dataclasses
import hashlib
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pushconsole.errors import InputError
from pushconsole.ingestion import MAX_BODY_BYTES, Action, Target, body_overhead_bytes, push_body
from pushconsole.records import Identity, Measure, Span, View, Workspace
from pushconsole.runs import record_ids
from pushconsole.runs.actions import FACTS
from pushconsole.runs.record_ids import Ranges

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
        of: the number of the plan's batch that this is a part of; None where it is one itself.

    """

    number: int
    first: int
    records: int
    body_bytes: int
    ranges: tuple[tuple[int, int], ...]
    waits_for: tuple[int, ...] = ()
    of: int | None = None

    @property
    def root(self) -> int:
        """The number of the plan's batch that holds its records."""
        return self.of or self.number


@dataclass(frozen=True)
class Payload:
    """A batch's body and the fingerprint that proves a second sending to be the same."""

    body: bytes
    sha256: str


@dataclass(frozen=True)
class LeftOut:
    """Records that were to be pushed and are not in the plan.

    Attributes:
        records: how many.
        reason: why, in a few words that go on with their number.

    """

    records: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """What a run sends where.

    Attributes:
        target: the task.
        action: what the push does.
        watch: whether each call waits for the end of ingestion.
        batches: in the order they are sent.
        source_name: what the user calls the records' source; empty where no records travel.
        left_out: the records that would have been pushed too, but for a reason.

    """

    target: Target
    action: Action
    watch: bool
    batches: tuple[Batch, ...]
    source_name: str = ""
    workspace: Workspace | None = field(default=None, repr=False)
    left_out: LeftOut = LeftOut()

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
        body = push_body(self.action, self._records(batch))
        return Payload(body, hashlib.sha256(body).hexdigest())

    def part(self, whole: Batch, number: int, ranges: Ranges) -> Batch:
        """Return some records of a batch as a batch of its own; reads the workspace."""
        before = sum(min(last, ranges[0][0] - 1) - first + 1 for first, last in whole.ranges if first < ranges[0][0])
        part = Batch(number, whole.first + before, record_ids.count(ranges), 0, ranges, of=whole.root)
        return dataclasses.replace(part, body_bytes=len(self.payload(part).body))

    def identities(self, batch: Batch) -> list[Identity]:
        """Return who the records of a batch are, in the order of its body; reads the workspace."""
        return self.workspace.identities(batch.ranges) if self.workspace else []

    def _records(self, batch: Batch) -> bytes:
        if self.workspace is None:
            return b""
        return self.workspace.joined(batch.ranges, only_object_ids=self.action is Action.DELETE_OBJECT)


def plan_index_action(target: Target, action: Action, *, watch: bool) -> Plan:
    """Plan an action on the whole index, which takes no records: `delete` or `clear`."""
    batch = Batch(number=1, first=1, records=0, body_bytes=body_overhead_bytes(action), ranges=())
    return Plan(target, action, watch, (batch,))


def plan_records(
    workspace: Workspace,
    target: Target,
    action: Action,
    *,
    watch: bool,
    limits: BatchLimits = BatchLimits(),
    only: View | None = None,
    left_out: LeftOut = LeftOut(),
    cancelled: Callable[[], bool] | None = None,
) -> Plan:
    """Plan a push of all records of a workspace, or of those in a view; always in file order.

    It reads them all once, so call it in a worker thread. The plan names its records itself and needs the view no more.

    For `addObject`, records without an objectID get one here, as an edit that can be undone: the wire's schema wants
    one, and only then is it safe to send a batch twice. Where every record is left out for a reason, the plan is empty.

    Raises:
        InputError: there is nothing to push, a record lacks the objectID its action needs, or is larger than a call.
        Cancelled: ``cancelled``, asked every few milliseconds while the records are read, said so.

    """
    source = only or workspace
    spans = list(source.spans(only_object_ids=action is Action.DELETE_OBJECT, cancelled=cancelled))
    if any(span.nameless for span in spans):
        if FACTS[action].needs_object_id:
            raise _nameless(source, spans, action)
        chosen = [measure.record_id for measure in _nameless_measures(only, spans)] if only else None
        workspace.make_object_ids(chosen)
        spans = list(source.spans(cancelled=cancelled))
    batches = tuple(_Cutting(source, action, limits).batches(spans))
    if not batches and not left_out.records:
        what = "The filter leaves no records to push." if only else "There are no records to push."
        raise InputError(what, "Change or clear it." if only else "Open a file with records first.")
    return Plan(
        target,
        action,
        watch,
        _ordered(batches, workspace.duplicates()),
        workspace.source.name if workspace.source else "",
        workspace,
        left_out,
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


def plan_size(
    workspace: Workspace | View,
    action: Action,
    *,
    limits: BatchLimits = BatchLimits(),
    cancelled: Callable[[], bool] | None = None,
) -> PlanSize:
    """Measure what `plan_records` would plan, and change nothing; reads all records, so call it in a worker thread.

    The bytes are exact but for blanks between a record's values, which go where it is given an objectID.

    Raises:
        InputError: a record is larger than a call.
        Cancelled: ``cancelled``, asked every few milliseconds, said so.

    """
    nameless = calls = records = body_bytes = 0

    def counted() -> Iterator[Span]:  # one after the other: a filter can leave as many spans as records
        nonlocal nameless
        for span in workspace.spans(only_object_ids=action is Action.DELETE_OBJECT, cancelled=cancelled):
            nameless += span.nameless
            yield span

    for batch in _Cutting(workspace, action, limits).batches(counted()):
        calls, records, body_bytes = calls + 1, records + batch.records, body_bytes + batch.body_bytes
    return PlanSize(records, calls, body_bytes, nameless)


def _nameless(workspace: Workspace | View, spans: list[Span], action: Action) -> InputError:
    """Name the first records that lack the objectID their action needs."""
    first = list(itertools.islice(_nameless_measures(workspace, spans), _NAMED_IN_A_SENTENCE))
    count = sum(span.nameless for span in spans)
    lines = ", ".join(str(measure.line) if measure.line else "an added record" for measure in first)
    more = f" and {count - len(first)} more" if count > len(first) else ""
    what = "record has" if count == 1 else "records have"
    return InputError(
        f"{count} {what} no objectID, which {action} needs: line {lines}{more}.",
        "Fill them in, or choose addObject, which makes objectIDs.",
        line=first[0].line,
        attribute="objectID",
    )


def _nameless_measures(workspace: Workspace | View, spans: Iterable[Span]) -> Iterator[Measure]:
    for span in spans:
        if span.nameless:
            measures = workspace.measures(span.first_id, span.last_id)
            yield from (measure for measure in measures if not measure.object_id)


class _Cutting:
    """Fills one batch after the other in file order.

    Neighbours that fit are taken together; one by one only where a batch fills up or records between them were
    deleted. So a million records cost some thousand steps.
    """

    def __init__(self, workspace: Workspace | View, action: Action, limits: BatchLimits) -> None:
        self._workspace = workspace
        self._limits = limits
        self._only_object_ids = action is Action.DELETE_OBJECT
        self._overhead = body_overhead_bytes(action)
        self._number = self._first = 1
        self._begin()

    def batches(self, spans: Iterable[Span]) -> Iterator[Batch]:
        """Yield the batches for all records."""
        for span in spans:
            for piece in self._pieces(span):
                if not self._fits(piece):
                    yield self._end()
                self._take(piece)
        if self._records:
            yield self._end()

    def _pieces(self, span: Span) -> Iterable[Span]:
        whole = span.last_id - span.first_id + 1 == span.records
        sized = _with_made_object_ids(span)
        if whole and self._fits(sized) and self._overhead + span.largest_bytes <= self._limits.max_bytes:
            return (sized,)
        return self._one_by_one(span)

    def _one_by_one(self, span: Span) -> Iterator[Span]:
        for measure in self._workspace.measures(span.first_id, span.last_id, only_object_ids=self._only_object_ids):
            size, at = measure.size_bytes, measure.record_id
            single = _with_made_object_ids(Span(at, at, 1, size, size, nameless=not measure.object_id))
            if self._overhead + single.size_bytes > self._limits.max_bytes:
                raise _too_large(measure, self._limits)
            yield single

    def _fits(self, piece: Span) -> bool:
        commas = piece.records - 1 if not self._records else piece.records
        return (
            self._records + piece.records <= self._limits.max_records
            and self._size + piece.size_bytes + commas <= self._limits.max_bytes
        )

    def _take(self, piece: Span) -> None:
        self._size += piece.size_bytes + (piece.records if self._records else piece.records - 1)
        self._records += piece.records
        if self._ranges and self._ranges[-1][1] + 1 == piece.first_id:
            self._ranges[-1] = (self._ranges[-1][0], piece.last_id)
        else:
            self._ranges.append((piece.first_id, piece.last_id))

    def _end(self) -> Batch:
        batch = Batch(self._number, self._first, self._records, self._size, tuple(self._ranges))
        self._number, self._first = self._number + 1, self._first + self._records
        self._begin()
        return batch

    def _begin(self) -> None:
        self._records, self._size = 0, self._overhead
        self._ranges: list[tuple[int, int]] = []


def _with_made_object_ids(span: Span) -> Span:
    """Add the room that the objectIDs will take which nameless records are given before they are sent."""
    made = span.nameless * _MADE_OBJECT_ID_BYTES
    return dataclasses.replace(span, size_bytes=span.size_bytes + made) if made else span


def _too_large(measure: Measure, limits: BatchLimits) -> InputError:
    place = f"at line {measure.line}" if measure.line else "that was added"
    return InputError(
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
    for _, sharing in duplicates:
        numbers = sorted({bisect.bisect_left(last_ids, record_id) + 1 for record_id in sharing})
        for earlier, later in itertools.pairwise(numbers):
            waits[later].add(earlier)
    return tuple(
        Batch(b.number, b.first, b.records, b.body_bytes, b.ranges, tuple(sorted(waits[b.number])))
        if b.number in waits
        else b
        for b in batches
    )
