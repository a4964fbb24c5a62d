"""What a push would do to the index, counted over all its records, before any is sent.

The index's records are asked for by their objectIDs, up to a thousand a call, several calls at once. Browsing the index
instead would read one page after the other, all of it however few records are pushed, and needs a rarer permission.
"""

from __future__ import annotations

import asyncio
import bisect
import re
from array import array
from collections import Counter, deque
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress, groupby
from typing import TYPE_CHECKING

import msgspec

from pushconsole.errors import InputError, PermissionRefused, TooManyCalls, UserFacingError
from pushconsole.ingestion import Action, KeyReport, Target, alteration_of, check_key
from pushconsole.records import Identity, Span, View, Workspace, make_view
from pushconsole.runs import record_ids
from pushconsole.runs.actions import FACTS
from pushconsole.runs.index_preview import Effect, Preview, effect_on, previewed
from pushconsole.runs.ledger import REPLACING
from pushconsole.runs.pace import CallPace
from pushconsole.runs.plan import LeftOut
from pushconsole.runs.record_differences import holds, raw_attributes
from pushconsole.runs.record_ids import Ranges
from pushconsole.runs.resending import Resending, may_clear_up
from pushconsole.runs.transformation_trial import Sample

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

RECORDS_A_CALL = 1000
_BYTES_A_CALL = 2_000_000  # of what is sent; what the index has of the same records is most likely as large
_CALLS_AT_ONCE = 4
_RESENDING = Resending(attempts=4)
_SEES_ALL = "seeUnretrievableAttributes"  # the permission from which no attribute is hidden
_MOST_NAMES = 20
_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)  # others mean more than themselves among attributesToRetrieve
_EFFECTS = tuple(Effect)
_NUMBERS = {effect: number for number, effect in enumerate(_EFFECTS)}


@dataclass(frozen=True, slots=True)
class Compared:
    """One record beside the index's.

    Attributes:
        who: the record.
        effect: what a push would do.
        sent: its JSON text as it would be sent.
        before: that of the index's record, as far as the action touches it; None where there is none.

    """

    who: Identity
    effect: Effect
    sent: bytes
    before: bytes | None

    def preview(self, action: Action) -> Preview:
        """Return what would change, attribute by attribute."""
        sample = Sample(self.who.record_id, self.who.object_id, self.who.line, self.sent.decode())
        return previewed(sample, action, None if self.before is None else self.before.decode(), sample.text)


class Survey:
    """What is known so far of all records of a push; a byte a record, and little more.

    Attributes:
        records: how many there are in all.
        index: with whose records they are compared.
        begun: when that began.

    """

    def __init__(self, records: int, index: str) -> None:
        self.records = records
        self.index = index
        self.begun = datetime.now().astimezone()
        self._effects = bytearray()
        self._ids: list[tuple[int, int]] = []  # ranges without gaps
        self._places = array("q")  # of the first record of each

    @property
    def done(self) -> int:
        """How many records are compared."""
        return len(self._effects)

    @property
    def counts(self) -> Counter[Effect]:
        """How many records each effect has."""
        return Counter({effect: found for effect in _EFFECTS if (found := self._effects.count(_NUMBERS[effect]))})

    def add(self, compared: Iterable[Compared]) -> None:
        """Take the next records in, in file order."""
        for one in compared:
            record_id = one.who.record_id
            if self._ids and self._ids[-1][1] + 1 == record_id:
                self._ids[-1] = self._ids[-1][0], record_id
            else:
                self._ids.append((record_id, record_id))
                self._places.append(self.done)
            self._effects.append(_NUMBERS[one.effect])

    def places(self, effect: Effect) -> array[int]:
        """Return the places, counted from 0, of the records with an effect; reads all, so call it in a worker."""
        return array("q", compress(range(self.done), map(_NUMBERS[effect].__eq__, self._effects)))

    def record_id(self, place: int) -> int:
        """Return which record is at a place."""
        at = bisect.bisect_right(self._places, place) - 1
        return self._ids[at][0] + place - self._places[at]

    def others(self, effect: Effect) -> Ranges:
        """Return the records without an effect, as ranges of their ids; reads all, so call it in a worker."""
        return tuple(self._others(_NUMBERS[effect]))

    def _others(self, number: int) -> Iterator[tuple[int, int]]:
        for (first, last), place in zip(self._ids, self._places, strict=True):
            at = first
            for left_out, run in groupby(self._effects[place : place + last - first + 1], number.__eq__):
                length = sum(1 for _ in run)
                if not left_out:
                    yield at, at + length - 1
                at += length


def without_unchanged(workspace: Workspace, known: Survey) -> tuple[View, LeftOut]:
    """Return the records that a push would change something with, for a plan, and what is left out; blocks.

    Pushing these alone leaves the index as pushing all would, unless somebody else writes to it meanwhile.
    """
    view = make_view(workspace, among=known.others(Effect.UNCHANGED))
    assert view is not None, "nobody cancels it"
    reason = f"unchanged in {known.index}, as compared at {known.begun:%H:%M:%S}"
    return view, LeftOut(known.counts[Effect.UNCHANGED], reason)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The records of one call."""

    records: int
    ranges: Ranges


async def check_may_look(client: IngestionClient, index: str, known_expiry: float | None = None) -> KeyReport:
    """Let records be compared with an index, or say why that cannot be; a key that may not read itself may try.

    Raises:
        CredentialsError: the key lacks the permission, or is for other indexes.

    """
    key = await check_key(client, known_expiry)
    key.check_look("search", index)
    return key


async def why_uncertain(client: IngestionClient, target: Target, action: Action, key: KeyReport) -> str:
    """Say why a record that looks unchanged may be changed by a push all the same; nothing where it cannot.

    Whether the index hides attributes is known only with the ACL ``settings``; without it nothing is said of that.
    """
    if altering := await alteration_of(client, target.task_id):
        return f"The task {target.name} has {altering}: compared is what is sent, not what becomes of it on the way."
    acl = key.key.acl if key.key is not None else ()
    if action not in REPLACING or "settings" not in acl or _SEES_ALL in acl:
        return ""
    hidden = await client.hidden_attributes(target.index)
    what = f"The index {target.index} hides {' and '.join(hidden)} from this key, so that cannot be compared."
    return what if hidden else ""


async def survey(
    client: IngestionClient,
    target: Target,
    action: Action,
    source: Workspace | View,
    *,
    pace: CallPace | None = None,
    resending: Resending = _RESENDING,
) -> AsyncGenerator[tuple[Survey, Sequence[Compared]], None]:
    """Compare all records, as they would be sent, with those of the index.

    What is known is yielded at the beginning and after each call, with the records of that call.

    A transformation is not applied: it would be a call a record. A record whose objectID stands earlier among the
    records too is not compared, since what it meets is not what the index has now.

    Args:
        client: its key needs the ACL ``search``.
        target: the task.
        action: what the push would do; one that takes records.
        source: the records.
        pace: when a call may leave.
        resending: how often a call is made again that failed for a reason that may clear up.

    Raises:
        ServiceError, ConnectionFailed: the service cannot be asked.
        InputError: the records were edited meanwhile.

    """
    looking = _Looking(client, target, action, source, pace or CallPace(), resending)
    chunks = await asyncio.to_thread(looking.prepared)
    known = Survey(sum(chunk.records for chunk in chunks), target.index)
    looking.empty = await _is_empty(client, target.index)
    under_way: deque[asyncio.Task[list[Compared]]] = deque()
    waiting = iter(chunks)
    yield known, ()
    try:
        while True:
            while len(under_way) < _CALLS_AT_ONCE and (chunk := next(waiting, None)) is not None:
                under_way.append(asyncio.create_task(looking.compared(chunk)))
            if not under_way:
                return
            compared = await under_way[0]
            under_way.popleft()
            known.add(compared)
            yield known, compared
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _is_empty(client: IngestionClient, index: str) -> bool:
    """Return whether it is known that an index holds nothing, so that nothing needs to be asked for."""
    try:
        found = await client.index(index)
    except PermissionRefused:
        return False
    return found is None or not found.entries


class _Looking:
    """Reads, asks and compares, a call's records at a time; everything about records in worker threads.

    Attributes:
        empty: the index has no record.

    """

    def __init__(
        self,
        client: IngestionClient,
        target: Target,
        action: Action,
        source: Workspace | View,
        pace: CallPace,
        resending: Resending,
    ) -> None:
        self.empty = False
        self._client = client
        self._index = target.index
        self._action = action
        self._source = source
        self._workspace = source.workspace if isinstance(source, View) else source
        self._only_ids = action is Action.DELETE_OBJECT
        self._pace = pace
        self._resending = resending
        self._repeated: frozenset[int] = frozenset()
        self._names: Sequence[str] = ("*",)

    def prepared(self) -> list[_Chunk]:
        """Cut the records into calls, and find those whose objectID stands among them twice."""
        chunks = list(_cut(self._source.spans(only_object_ids=self._only_ids)))
        chosen = tuple(pair for chunk in chunks for pair in chunk.ranges)
        groups = ([one for one in ids if record_ids.holds(chosen, one)] for _, ids in self._workspace.duplicates())
        self._repeated = frozenset(later for ids in groups for later in ids[1:])
        self._names = self._wanted()
        return chunks

    def _wanted(self) -> Sequence[str]:
        """Return the attributes of the index's records that matter."""
        if self._only_ids:
            return ("objectID",)
        names = [column.name for column in self._workspace.columns() if column.sent]
        few = len(names) <= _MOST_NAMES and all(map(_PLAIN_NAME.fullmatch, names))
        return names if FACTS[self._action].merges and few else ("*",)

    async def compared(self, chunk: _Chunk) -> list[Compared]:
        """Return the records of a chunk beside those of the index."""
        who, sent = await asyncio.to_thread(self._read, chunk)
        asked = [one.object_id for one in who if one.object_id and one.record_id not in self._repeated]
        found = dict(zip(asked, await self._found(asked), strict=True))
        return await asyncio.to_thread(self._beside, who, sent, found)

    def _read(self, chunk: _Chunk) -> tuple[list[Identity], list[msgspec.Raw]]:
        who = self._workspace.identities(chunk.ranges)
        texts = self._workspace.joined(chunk.ranges, only_object_ids=self._only_ids)
        sent = msgspec.json.decode(b"[" + texts + b"]", type=list[msgspec.Raw])
        if not len(who) == len(sent) == chunk.records:
            raise InputError("The records changed while they were compared with the index.", "Compare them again.")
        return who, sent

    async def _found(self, object_ids: Sequence[str]) -> list[bytes | None]:
        if self.empty or not object_ids:
            return [None] * len(object_ids)
        attempt = 1
        while True:
            await self._pace.turn()
            try:
                found = await self._client.records(self._index, object_ids, self._names)
            except TooManyCalls as error:
                self._pace.refused(error.retry_after_s, error.message)
                continue
            except UserFacingError as error:
                if not may_clear_up(error) or attempt >= self._resending.attempts:
                    raise
                await asyncio.sleep(self._resending.pause_s(attempt))
                attempt += 1
                continue
            self._pace.taken()
            return found

    def _beside(
        self, who: Sequence[Identity], sent: Sequence[msgspec.Raw], found: dict[str, bytes | None]
    ) -> list[Compared]:
        return [
            self._one(one, bytes(text), found.get(one.object_id or "")) for one, text in zip(who, sent, strict=True)
        ]

    def _one(self, who: Identity, sent: bytes, before: bytes | None) -> Compared:
        if who.record_id in self._repeated:
            return Compared(who, Effect.REPEATED, sent, None)
        same = before is not None and not self._only_ids and self._same(before, sent)
        return Compared(who, effect_on(self._action, there=before is not None, same=same), sent, before)

    def _same(self, before: bytes, sent: bytes) -> bool:
        if before == sent:
            return True
        there, attributes = raw_attributes(before), raw_attributes(sent)
        partial = FACTS[self._action].merges
        return (partial or len(there) == len(attributes)) and holds(there, attributes)


def _cut(spans: Iterable[Span]) -> Iterator[_Chunk]:
    """Yield chunks of neighbouring spans that are not too many records, nor too large."""
    ranges: list[tuple[int, int]] = []
    records = size_bytes = 0
    for span in spans:
        if ranges and (records + span.records > RECORDS_A_CALL or size_bytes + span.size_bytes > _BYTES_A_CALL):
            yield _Chunk(records, tuple(ranges))
            ranges, records, size_bytes = [], 0, 0
        ranges.append((span.first_id, span.last_id))
        records, size_bytes = records + span.records, size_bytes + span.size_bytes
    if ranges:
        yield _Chunk(records, tuple(ranges))
