"""What a run tells while it goes on. Each event is in the ledger before anybody sees it.

The JSON form of an event (one line, the kind under ``event``) is what the command line prints with ``--json``.
"""

from __future__ import annotations

import enum
from typing import TypeAlias

import msgspec


class Verdict(enum.StrEnum):
    """How a record of a plan ends; each ends in exactly one of these."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    UNSENT = "unsent"


class StopCause(enum.StrEnum):
    """Why a run stopped before its plan was through."""

    CANCELLED = "cancelled"
    PERMISSION = "permission"
    TARGET = "target"
    CONNECTION = "connection"
    LIMIT = "limit"
    ALIKE = "alike"
    FAILING = "failing"
    CANARY = "canary"


class RecordFailure(msgspec.Struct, frozen=True, kw_only=True):
    """One record the service named, where it stands in the file, and what is wrong with it."""

    record_id: int
    line: int | None
    object_id: str | None
    reason: str


class Started(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="started"):
    """The plan is in the ledger; nothing is sent yet.

    Attributes:
        left_out: records that would have been pushed too, and are not in the plan.
        left_out_because: why, in a few words that go on with their number.
        reference: the index whose task takes a push by the name of `index`; empty where the push names the task.

    """

    run_id: str
    application_id: str
    task_id: str
    task: str
    index: str
    action: str
    watch: bool
    source: str
    records: int
    batches: int
    bytes: int
    left_out: int = 0
    left_out_because: str = ""
    reference: str = ""


class BatchSending(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="batch_sending"):
    """A batch is about to leave; from here on it is in doubt until its verdict is known.

    `again`: an earlier call with it may have arrived.
    """

    run_id: str
    batch: int
    records: int
    bytes: int
    sha256: str
    attempt: int
    again: bool = False


class BatchAccepted(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="batch_accepted"):
    """The service took a batch, which does not mean that it is indexed."""

    run_id: str
    batch: int
    service_run_id: str
    event_id: str | None


class BatchEnded(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="batch_ended"):
    """A batch, or a part of one, has its verdict, which all its records share.

    Attributes:
        reason: why it did not succeed; empty where it did.
        failures: the records that are the reason; others of the batch were refused with them.

    """

    run_id: str
    batch: int
    verdict: Verdict
    records: int
    bytes: int
    seconds: float
    service_run_id: str | None = None
    event_id: str | None = None
    reason: str = ""
    failures: tuple[RecordFailure, ...] = ()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Some records of a batch of the plan, which travel as a batch of their own.

    Attributes:
        batch: its own number, which no batch of the plan has.
        of: the number of the plan's batch.
        first: the place of its first record in the plan, counted from 1.
        bytes: the exact size of its body.
        ranges: the ids of its records, as inclusive ranges in file order.

    """

    batch: int
    of: int
    first: int
    records: int
    bytes: int
    ranges: tuple[tuple[int, int], ...]


class Divided(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="divided"):
    """The records of some batches without a verdict are dealt out anew; only the new parts get one."""

    run_id: str
    batches: tuple[int, ...]
    into: tuple[Part, ...]
    reason: str


class Settling(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="settling"):
    """Nobody knows what became of a batch: its event is looked for among those of the task."""

    run_id: str
    batch: int
    reason: str


class Paused(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="paused"):
    """No call leaves until the run is continued; what is under way gets its verdict.

    `reason`: why the run paused by itself, as a whole sentence; empty where its owner paused it.
    """

    run_id: str
    reason: str = ""


class Continued(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="continued"):
    """Calls leave again."""

    run_id: str


class Waiting(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="waiting"):
    """Accepted batches whose verdict the service has not given yet."""

    run_id: str
    batches: int
    seconds: float


class Retrying(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="retrying"):
    """A batch whose call failed is sent again after a pause; ``attempt`` is the one that failed, from 1."""

    run_id: str
    batch: int
    attempt: int
    seconds: float
    reason: str


class Throttled(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="throttled"):
    """The service's limit of calls is reached: none leaves for so many seconds, and then fewer a minute than before."""

    run_id: str
    seconds: float
    calls_per_minute: float | None
    reason: str


class Stopping(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="stopping"):
    """No further batch leaves."""

    run_id: str
    cause: StopCause
    reason: str


class Finished(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="finished"):
    """The closed accounting: the four numbers add up to the records.

    `call`: what became of the call of an action on the whole index, whose numbers are 0; None where records travel.
    """

    run_id: str
    records: int
    succeeded: int
    failed: int
    in_doubt: int
    unsent: int
    batches: int
    bytes: int
    seconds: float
    call: Verdict | None = None


RunEvent: TypeAlias = (
    Started
    | BatchSending
    | BatchAccepted
    | BatchEnded
    | Divided
    | Settling
    | Paused
    | Continued
    | Waiting
    | Retrying
    | Throttled
    | Stopping
    | Finished
)
