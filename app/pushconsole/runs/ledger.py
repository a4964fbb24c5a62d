"""The ledger: every run, its batches and the records the service named, written before the wire is touched.

A SQLite database in WAL mode. What `record` has returned from survives a crash of the program. It also survives a power
cut (``synchronous=FULL``) where losing it could mislead: a batch is ``sending`` on the disk before its first byte
leaves, and so is whatever ends a run or names failures. That a batch was accepted, or succeeded as a whole, goes to the
disk with the next of those: until then a power cut would leave the batch in doubt, which is the safe side. It is two of
the three waits for the disk that a batch would cost.

A batch that stands here as ``sending`` or ``accepted`` after a crash is in doubt.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_never

import apsw

from pushconsole.errors import LedgerFailed
from pushconsole.ingestion import Action
from pushconsole.runs.events import (
    BatchAccepted,
    BatchEnded,
    BatchSending,
    Finished,
    Retrying,
    RunEvent,
    Started,
    Stopping,
    Throttled,
    Verdict,
    Waiting,
)
from pushconsole.runs.plan import Plan

REPLACING = (Action.UPDATE_OBJECT, Action.ADD_OBJECT)
"""The actions that put a record in the place of all that the index held of it."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY, started_at REAL NOT NULL, finished_at REAL, application_id TEXT NOT NULL,
    task_id TEXT NOT NULL, task TEXT NOT NULL, index_name TEXT NOT NULL, action TEXT NOT NULL, watch INTEGER NOT NULL,
    source TEXT NOT NULL, workspace TEXT, records INTEGER NOT NULL, bytes INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'open', stopped_because TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS batches (
    run_id TEXT NOT NULL REFERENCES runs, batch INTEGER NOT NULL, first INTEGER NOT NULL, records INTEGER NOT NULL,
    bytes INTEGER NOT NULL, ranges TEXT NOT NULL, sha256 TEXT, state TEXT NOT NULL DEFAULT 'planned',
    attempts INTEGER NOT NULL DEFAULT 0, service_run_id TEXT, event_id TEXT, reason TEXT NOT NULL DEFAULT '',
    sent_at REAL, ended_at REAL, PRIMARY KEY (run_id, batch)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sent_attributes (
    run_id TEXT PRIMARY KEY REFERENCES runs, records INTEGER NOT NULL, attributes TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failed_records (
    run_id TEXT NOT NULL REFERENCES runs, record_id INTEGER NOT NULL, batch INTEGER NOT NULL, line INTEGER,
    object_id TEXT, reason TEXT NOT NULL, PRIMARY KEY (run_id, record_id)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class PastRun:
    """One run as the ledger knows it; times are seconds since 1970, the four numbers add up to `records`."""

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


@dataclass(frozen=True)
class SentAttributes:
    """Which attributes the records of a run had: how many of its records had each."""

    records: int
    attributes: dict[str, int]


class Ledger:
    """The database of runs; may be used from several threads, one call at a time."""

    def __init__(self, path: Path) -> None:
        """Open the database, and make it where it is missing.

        Raises:
            LedgerFailed: the file cannot be opened or written.

        """
        self._path = path
        self._lock = threading.Lock()
        with self._translated():
            self._connection = apsw.Connection(str(path))
            self._connection.set_busy_timeout(10_000)
            self._connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON")
            self._connection.execute(_SCHEMA)

    def close(self) -> None:
        """Close the database; everything recorded stays."""
        with self._lock:
            self._connection.close()

    def open_run(self, started: Started, plan: Plan) -> None:
        """Write a run and all its batches down, before any of them leaves.

        Raises:
            LedgerFailed: the ledger cannot be written.

        """
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO runs(run_id, started_at, application_id, task_id, task, index_name, action, watch,"
                " source, workspace, records, bytes) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    started.run_id, time.time(), started.application_id, started.task_id, started.task, started.index,
                    started.action, started.watch, started.source,
                    str(plan.workspace.path) if plan.workspace else None, started.records, started.bytes,
                ),
            )  # fmt: skip
            connection.executemany(
                "INSERT INTO batches(run_id, batch, first, records, bytes, ranges) VALUES (?,?,?,?,?,?)",
                (
                    (started.run_id, b.number, b.first, b.records, b.body_bytes, json.dumps(b.ranges))
                    for b in plan.batches
                ),
            )

            if plan.workspace:
                sent = {column.name: column.present for column in plan.workspace.columns() if column.sent}
                connection.execute(
                    "INSERT INTO sent_attributes VALUES (?,?,?)",
                    (started.run_id, plan.workspace.count(), json.dumps(sent)),
                )

    def last_attributes(self, application_id: str, index: str) -> SentAttributes | None:
        """Return what the last run that replaced whole records of an index sent, or None where there was none."""
        rows = self._read(
            "SELECT a.records, a.attributes FROM runs JOIN sent_attributes a USING (run_id)"
            " WHERE application_id=? AND index_name=? AND action IN (?,?) ORDER BY started_at DESC LIMIT 1",
            (application_id, index, *REPLACING),
        )
        return SentAttributes(rows[0][0], json.loads(rows[0][1])) if rows else None

    def record(self, event: RunEvent) -> None:
        """Write an event down.

        Raises:
            LedgerFailed: the ledger cannot be written.

        """
        with self._writing(to_disk=not _may_wait(event)) as connection:
            _apply(connection, event)

    def runs(self, limit: int = 200) -> list[PastRun]:
        """Return the newest runs, newest first."""
        rows = self._read(
            "SELECT run_id, started_at, finished_at, task, index_name, action, source, state, records"
            " FROM runs ORDER BY started_at DESC LIMIT ?",
            (limit,),
        )
        return [PastRun(*row, *self.totals(row[0]).values()) for row in rows]

    def totals(self, run_id: str) -> dict[Verdict, int]:
        """Return a run's four numbers in the order of the verdicts; what may have left is in doubt."""
        counts = self._read("SELECT state, sum(records) FROM batches WHERE run_id=? GROUP BY state", (run_id,))
        states: dict[str, int] = dict(counts)
        return {
            Verdict.SUCCEEDED: states.get("succeeded", 0),
            Verdict.FAILED: states.get("failed", 0),
            Verdict.IN_DOUBT: sum(states.get(state, 0) for state in ("in_doubt", "sending", "accepted")),
            Verdict.UNSENT: states.get("unsent", 0) + states.get("planned", 0),
        }

    def batches(self, run_id: str) -> list[BatchEntry]:
        """Return a run's batches in their order."""
        rows = self._read(
            "SELECT batch, first, records, bytes, sha256, state, attempts, service_run_id, event_id, reason, sent_at,"
            " ended_at FROM batches WHERE run_id=? ORDER BY batch",
            (run_id,),
        )
        return [BatchEntry(*row) for row in rows]

    def _read(self, statement: str, values: tuple[str | int, ...]) -> list[tuple[Any, ...]]:
        with self._lock, self._translated():
            return list(self._connection.execute(statement, values))

    @contextmanager
    def _writing(self, *, to_disk: bool = True) -> Iterator[apsw.Connection]:
        """Lend the connection inside of a transaction that is on the disk when it ends, or soon after."""
        with self._lock, self._translated():
            self._connection.pragma("synchronous", "FULL" if to_disk else "NORMAL")
            with self._connection:
                yield self._connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except apsw.Error as error:
            raise LedgerFailed(
                f"The run cannot be written to {self._path}: {error}.",
                "Nothing more is sent. Make room on the disk, or check who may write there, and start again.",
            ) from error


def _may_wait(event: RunEvent) -> bool:
    """Whether an event that a power cut takes back leaves its batch in doubt, and nothing worse."""
    if isinstance(event, BatchEnded):
        return event.verdict is Verdict.SUCCEEDED
    return isinstance(event, BatchAccepted | Waiting | Retrying | Throttled)


def _apply(connection: apsw.Connection, event: RunEvent) -> None:
    match event:
        case BatchSending():
            connection.execute(
                "UPDATE batches SET state='sending', sha256=?, attempts=?, sent_at=? WHERE run_id=? AND batch=?",
                (event.sha256, event.attempt, time.time(), event.run_id, event.batch),
            )
        case BatchAccepted():
            connection.execute(
                "UPDATE batches SET state='accepted', service_run_id=?, event_id=? WHERE run_id=? AND batch=?",
                (event.service_run_id, event.event_id, event.run_id, event.batch),
            )
        case BatchEnded():
            _end_batch(connection, event)
        case Stopping():
            connection.execute("UPDATE runs SET stopped_because=? WHERE run_id=?", (event.reason, event.run_id))
        case Finished():
            connection.execute("UPDATE batches SET state='unsent' WHERE run_id=? AND state='planned'", (event.run_id,))
            connection.execute(
                "UPDATE runs SET state='finished', finished_at=? WHERE run_id=?", (time.time(), event.run_id)
            )
        case Started() | Waiting() | Retrying() | Throttled():
            pass  # `open_run` wrote the first; the others change nothing
        case _:
            assert_never(event)


def _end_batch(connection: apsw.Connection, event: BatchEnded) -> None:
    connection.execute(
        "UPDATE batches SET state=?, reason=?, ended_at=? WHERE run_id=? AND batch=?",
        (event.verdict, event.reason, time.time(), event.run_id, event.batch),
    )
    connection.executemany(
        "INSERT INTO failed_records(run_id, record_id, batch, line, object_id, reason) VALUES (?,?,?,?,?,?)",
        (
            (event.run_id, failure.record_id, event.batch, failure.line, failure.object_id, failure.reason)
            for failure in event.failures
        ),
    )
