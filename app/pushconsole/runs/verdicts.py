"""How a push ended: from the error it raised, or from its event once the service has finished with it.

That an event exists says nothing; its status does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pushconsole.errors import (
    AnswerLost,
    NotFound,
    NothingSent,
    NotOneTask,
    PermissionRefused,
    RequestRefused,
    ServiceError,
    ServiceFailed,
    TooManyCalls,
    UnreadableAnswer,
    UserFacingError,
)
from pushconsole.ingestion import (
    FINAL_STATUSES,
    Event,
    EventStatus,
    Failure,
    NamedRecord,
    PushAnswer,
    failure_from_event,
    failure_from_text,
)
from pushconsole.records import Identity
from pushconsole.runs.events import RecordFailure, StopCause, Verdict
from pushconsole.runs.pace import CallPace

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there


@dataclass(frozen=True)
class Ending:
    """How one batch ended.

    Attributes:
        verdict: of all its records.
        reason: why it did not succeed; empty where it did.
        named: the records the service named.
        stop: why no further batch may leave, or None.
        by_event: whether an event said so, after the push had been accepted.
        too_large: whether the body as a whole was too large.

    """

    verdict: Verdict
    reason: str = ""
    named: tuple[NamedRecord, ...] = ()
    stop: StopCause | None = None
    by_event: bool = False
    too_large: bool = False

    @property
    def refused(self) -> bool:
        """Whether the records are at fault, so that sending some of them apart may help."""
        return self.verdict is Verdict.FAILED and self.stop is None


@dataclass(frozen=True)
class Patience:
    """How an event is waited for: often at first, then less often, and not for ever.

    Attributes:
        wait_s: after this many seconds without a final status the batch is in doubt.
        first_pause_s: between the first two looks.
        slowest_pause_s: between looks later on; each pause is half as long again as the one before.

    """

    wait_s: float = 300.0
    first_pause_s: float = 0.05
    slowest_pause_s: float = 2.0


_CONTENT_TOO_LARGE = 413
SUCCEEDED = Ending(Verdict.SUCCEEDED)
ABANDONED = Ending(Verdict.IN_DOUBT, "The run was cancelled before the service said how it ended.")


def ending_of_error(error: UserFacingError) -> Ending:
    """Say what a failed call means for its batch: refused, not sent, or in doubt."""
    match error:
        case PermissionRefused():
            return Ending(Verdict.FAILED, str(error), stop=StopCause.PERMISSION)
        case NotFound() | NotOneTask():
            return Ending(Verdict.FAILED, str(error), stop=StopCause.TARGET)
        case TooManyCalls():
            return Ending(Verdict.UNSENT, str(error), stop=StopCause.LIMIT)
        case RequestRefused():
            failure = failure_from_text(error.message, position=error.position, object_id=error.object_id)
            return Ending(Verdict.FAILED, error.sentence, failure.named, too_large=error.status == _CONTENT_TOO_LARGE)
        case NothingSent():
            return Ending(Verdict.UNSENT, str(error), stop=StopCause.CONNECTION)
        case ServiceFailed() | UnreadableAnswer() | AnswerLost():
            return Ending(Verdict.IN_DOUBT, error.sentence)
        case _:
            raise error


async def follow(client: IngestionClient, answer: PushAnswer, patience: Patience, looks: CallPace) -> Ending:
    """Wait until an accepted push has a final status, and return what it means; `looks` says when to look again."""
    if told := _told_by_watch(answer):
        return told
    if answer.event_id is None:
        return Ending(Verdict.IN_DOUBT, "The service accepted it without an eventID, so its event cannot be found.")
    clock = asyncio.get_running_loop().time
    deadline, pause_s = clock() + patience.wait_s, patience.first_pause_s
    while True:
        try:
            await looks.turn()
            event = await _look(client, answer.run_id, answer.event_id, looks)
        except ServiceError as error:
            stop = StopCause.PERMISSION if isinstance(error, PermissionRefused) else None
            return Ending(Verdict.IN_DOUBT, f"It was accepted, but its event cannot be read. {error}", stop=stop)
        if event is not None and event.status in FINAL_STATUSES:
            return _ending_of_event(event)
        if clock() + pause_s > deadline:
            return Ending(Verdict.IN_DOUBT, f"The service gave it no final status within {patience.wait_s:g} s.")
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 1.5, patience.slowest_pause_s)


async def _look(client: IngestionClient, run_id: str, event_id: str, looks: CallPace) -> Event | None:
    """Read the event; a look that fails for a reason that can pass is a look that saw nothing."""
    try:
        event = await client.event(run_id, event_id)
    except UserFacingError as error:
        if isinstance(error, TooManyCalls):
            looks.refused(error.retry_after_s, error.message)
        if error.retryable or isinstance(error, UnreadableAnswer):
            return None
        raise
    looks.taken()
    return event


def _told_by_watch(answer: PushAnswer) -> Ending | None:
    """Return the failure that a watched push was answered with, or None: its success is read from its event."""
    for event in answer.events or ():
        of_this_push = answer.event_id in {None, event.event_id}
        if of_this_push and event.status in {EventStatus.FAILED, EventStatus.CRITICAL}:
            return _ending_of_event(event, answer.message or "")
    return None


def _ending_of_event(event: Event, message: str = "") -> Ending:
    if event.status == EventStatus.SUCCEEDED:
        return SUCCEEDED
    failure = failure_from_event(event.data)
    if not failure.message:
        failure = Failure(message or f"The service ended it as {event.status} and gave no reason.", ())
    return Ending(Verdict.FAILED, failure.message, failure.named, by_event=True)


def located(named: Sequence[NamedRecord], identities: Sequence[Identity]) -> tuple[RecordFailure, ...]:
    """Find the records the service named among those of the batch, by position first, then by objectID.

    A name that fits no record of the batch is left out: pointing at the wrong record is worse than at none.
    """
    by_object_id = {who.object_id: who for who in identities}
    found: dict[int, RecordFailure] = {}
    for name in named:
        who = by_object_id.get(name.object_id) if name.object_id else None
        if name.position is not None and name.position < len(identities):
            at = identities[name.position]
            who = at if name.object_id in {None, at.object_id} else who
        if who is not None:
            found[who.record_id] = RecordFailure(
                record_id=who.record_id, line=who.line, object_id=who.object_id, reason=name.reason
            )
    return tuple(found.values())
