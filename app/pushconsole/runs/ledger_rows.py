"""What the ledger gives back."""

from __future__ import annotations

from dataclasses import dataclass

from pushconsole.ingestion import Action
from pushconsole.runs.events import Verdict
from pushconsole.runs.plan import LeftOut
from pushconsole.runs.record_ids import Ranges


@dataclass(frozen=True)
class PastRun:
    """One run as the ledger knows it; times are seconds since 1970, the four numbers add up to `records`.

    `call`: as in `Finished`; what may have left is in doubt.
    """

    run_id: str
    started_at: float
    finished_at: float | None
    task: str
    index: str
    action: str
    source: str
    state: str
    records: int
    succeeded: int
    failed: int
    in_doubt: int
    unsent: int
    call: Verdict | None = None

    @property
    def complete(self) -> bool:
        """Whether all of it succeeded, as far as it has ended."""
        return self.succeeded == self.records and self.call in {None, Verdict.SUCCEEDED}


@dataclass(frozen=True)
class SavedRun:
    """What a run was, so that it can be taken up again; `workspace` is the file with its records, if any travelled.

    `reference`: as in `Target`.
    """

    run_id: str
    application_id: str
    task_id: str
    task: str
    index: str
    action: Action
    watch: bool
    source: str
    workspace: str | None
    state: str
    records: int
    started_at: float
    finished_at: float | None
    stopped_because: str
    reference: str
    left_out: LeftOut


@dataclass(frozen=True)
class SavedBatch:
    """A batch or a part of one, as far as the run went; see `Batch` for what is planned."""

    batch: int
    first: int
    records: int
    bytes: int
    ranges: Ranges
    waits_for: tuple[int, ...]
    of: int | None
    state: str
    sha256: str | None
    sent_at: float | None
    service_run_id: str | None
    event_id: str | None
    reason: str


@dataclass(frozen=True)
class BatchEntry:
    """One batch as the ledger knows it; `first` is the place of its first record in the plan, counted from 1."""

    batch: int
    first: int
    records: int
    bytes: int
    sha256: str | None
    state: str
    attempts: int
    service_run_id: str | None
    event_id: str | None
    reason: str
    sent_at: float | None
    ended_at: float | None
    of: int | None


@dataclass(frozen=True)
class SentAttributes:
    """Which attributes the records of a run had: how many of its records had each."""

    records: int
    attributes: dict[str, int]
