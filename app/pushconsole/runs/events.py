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


class RecordFailure(msgspec.Struct, frozen=True, kw_only=True):
    """One record the service named, where it stands in the file, and what is wrong with it."""

    record_id: int
    line: int | None
    object_id: str | None
    reason: str


class Started(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="started"):
    """The plan is in the ledger; nothing is sent yet."""

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


class BatchSending(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="batch_sending"):
    """A batch is about to leave; from here on it is in doubt until its verdict is known."""

    run_id: str
    batch: int
    records: int
    bytes: int
    sha256: str
    attempt: int


class BatchAccepted(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="batch_accepted"):
    """The service took a batch, which does not mean that it is indexed."""

    run_id: str
    batch: int
    service_run_id: str
    event_id: str | None


class BatchEnded(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="batch_ended"):
    """A batch has its verdict, which all its records share.

    Attributes:
        reason: why it did not succeed; empty where it did.
        failures: the records the service named as the reason; the others of the batch were refused with them.

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


class Finished(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="finished"):
    """The closed accounting: the four numbers add up to the records."""

    run_id: str
    records: int
    succeeded: int
    failed: int
    in_doubt: int
    unsent: int
    batches: int
    bytes: int
    seconds: float


RunEvent: TypeAlias = (
    Started | BatchSending | BatchAccepted | BatchEnded | Waiting | Retrying | Throttled | Stopping | Finished
)
