"""The ledger: every run, its batches and the records the service named, written before the wire is touched.

A SQLite database in WAL mode. What `record` has returned from survives a crash of the program. It also survives a power
cut (``synchronous=FULL``) where losing it could mislead: a batch is ``sending`` on the disk before its first byte
leaves, and so is whatever ends a run or names failures. That a batch was accepted, or succeeded as a whole, goes to the
disk with the next of those: until then a power cut would leave the batch in doubt, which is the safe side. It is two of
the three waits for the disk that a batch would cost.

A batch that stands here as ``sending`` or ``accepted`` after a crash is in doubt.

The tables:

- ``runs``: one line a run; ``state`` is ``open`` until its account is closed, then ``finished``. ``reference``: the
  index whose task took it, where it went to another index by its name.
- ``batches``: the plan's batches, and the parts into which some were divided (``of``: the number of the plan's batch).
  ``state`` goes from ``planned`` by ``sending`` and ``accepted`` to a verdict (``succeeded``, ``failed``, ``in_doubt``,
  ``unsent``), or to ``divided``, where the parts have the verdicts. ``ranges``: the ids of its records. ``sent_at``:
  when its first call left. ``strays``: calls that may have arrived although another was made after them.
- ``attempts``: each call that was made for a batch, with the fingerprint of its body and what came of it.
- ``failed_records``: the records that were named, or found by sending them apart.
- ``sent_attributes``: how many of a run's records had which attribute.
- ``left_out``: how many records a run was made without, and why; nothing where it was made with all.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw

from pushconsole.errors import InputError, LedgerFailed
from pushconsole.ingestion import Action
from pushconsole.runs import record_ids
from pushconsole.runs.events import RecordFailure, RunEvent, Started, Verdict
from pushconsole.runs.ledger_rows import BatchEntry, PastRun, SavedBatch, SavedRun, SentAttributes
from pushconsole.runs.ledger_writing import apply, may_wait
from pushconsole.runs.plan import LeftOut, Plan
from pushconsole.runs.record_ids import Ranges
from pushconsole.runs.throughput import TimedCalls

REPLACING = (Action.UPDATE_OBJECT, Action.ADD_OBJECT)
"""The actions that put a record in the place of all that the index held of it."""

_WITHOUT_VERDICT = {"planned": Verdict.UNSENT, "sending": Verdict.IN_DOUBT, "accepted": Verdict.IN_DOUBT}
_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY, started_at REAL NOT NULL, finished_at REAL, application_id TEXT NOT NULL,
    task_id TEXT NOT NULL, task TEXT NOT NULL, index_name TEXT NOT NULL, action TEXT NOT NULL, watch INTEGER NOT NULL,
    source TEXT NOT NULL, workspace TEXT, records INTEGER NOT NULL, bytes INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'open', stopped_because TEXT NOT NULL DEFAULT '', reference TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS batches (
    run_id TEXT NOT NULL REFERENCES runs, batch INTEGER NOT NULL, first INTEGER NOT NULL, records INTEGER NOT NULL,
    bytes INTEGER NOT NULL, ranges TEXT NOT NULL, sha256 TEXT, state TEXT NOT NULL DEFAULT 'planned',
    attempts INTEGER NOT NULL DEFAULT 0, service_run_id TEXT, event_id TEXT, reason TEXT NOT NULL DEFAULT '',
    sent_at REAL, ended_at REAL, of INTEGER, waits_for TEXT NOT NULL DEFAULT '[]', strays INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, batch)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (
    run_id TEXT NOT NULL REFERENCES runs, batch INTEGER NOT NULL, attempt INTEGER NOT NULL, sent_at REAL NOT NULL,
    bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, batch, attempt)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sent_attributes (
    run_id TEXT PRIMARY KEY REFERENCES runs, records INTEGER NOT NULL, attributes TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS left_out (
    run_id TEXT PRIMARY KEY REFERENCES runs, records INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failed_records (
    run_id TEXT NOT NULL REFERENCES runs, record_id INTEGER NOT NULL, batch INTEGER NOT NULL, line INTEGER,
    object_id TEXT, reason TEXT NOT NULL, PRIMARY KEY (run_id, record_id)) WITHOUT ROWID;
"""


class Ledger:
    """The database of runs; may be used from several threads, one call at a time.

    Attributes:
        path: its file.

    """

    def __init__(self, path: Path) -> None:
        """Open the database, and make it where it is missing.

        Raises:
            LedgerFailed: the file cannot be opened or written.

        """
        self.path = path
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
                " source, workspace, records, bytes, reference) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    started.run_id, time.time(), started.application_id, started.task_id, started.task, started.index,
                    started.action, started.watch, started.source,
                    str(plan.workspace.path) if plan.workspace else None, started.records, started.bytes,
                    started.reference,
                ),
            )  # fmt: skip
            connection.executemany(
                "INSERT INTO batches(run_id, batch, first, records, bytes, ranges, waits_for) VALUES (?,?,?,?,?,?,?)",
                (
                    (
                        started.run_id, b.number, b.first, b.records, b.body_bytes,
                        json.dumps(b.ranges), json.dumps(b.waits_for),
                    )
                    for b in plan.batches
                ),
            )  # fmt: skip
            if plan.left_out.records:
                connection.execute(
                    "INSERT INTO left_out VALUES (?,?,?)", (started.run_id, plan.left_out.records, plan.left_out.reason)
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
        with self._writing(to_disk=not may_wait(event)) as connection:
            apply(connection, event)

    def runs(self, limit: int = 200) -> list[PastRun]:
        """Return the newest runs, newest first."""
        rows = self._read(
            "SELECT run_id, started_at, finished_at, task, index_name, action, source, state, records"
            " FROM runs ORDER BY started_at DESC LIMIT ?",
            (limit,),
        )
        found = (PastRun(*row, *self.totals(row[0]).values()) for row in rows)
        return [run if run.records else replace(run, call=self._call(run.run_id)) for run in found]

    def _call(self, run_id: str) -> Verdict | None:
        """Return what became of the call of an action on the whole index, the only batch that has no records."""
        rows = self._read("SELECT state FROM batches WHERE run_id=?", (run_id,))
        return next((Verdict(_WITHOUT_VERDICT.get(state, state)) for (state,) in rows), None)

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

    def saved_run(self, run_id: str) -> SavedRun:
        """Return a run by its id, or by the beginning of it that no other has.

        Raises:
            InputError: there is no such run, or more than one.

        """
        rows = self._read(
            "SELECT run_id, application_id, task_id, task, index_name, action, watch, source, workspace, state,"
            " runs.records, started_at, finished_at, stopped_because, reference, left_out.records, left_out.reason"
            " FROM runs LEFT JOIN left_out USING (run_id)"
            " WHERE substr(run_id, 1, length(?1))=?1 LIMIT 2",
            (run_id,),
        )
        if len(rows) != 1 or not run_id:
            what = "More than one run begins" if len(rows) > 1 else "No run in the ledger begins"
            raise InputError(f"{what} with “{run_id}”.", "`pushconsole runs list` shows them.")
        run, application_id, task_id, task, index, action, watch, *of, left_out, reason = rows[0]
        of.append(LeftOut(left_out or 0, reason or ""))
        return SavedRun(run, application_id, task_id, task, index, Action(action), bool(watch), *of)

    def interrupted_run(self, workspace: str) -> SavedRun | None:
        """Return the newest run of a workspace's records, if it was never ended."""
        rows = self._read(
            "SELECT run_id, state FROM runs WHERE workspace=? ORDER BY started_at DESC LIMIT 1", (workspace,)
        )
        return self.saved_run(rows[0][0]) if rows and rows[0][1] == "open" else None

    def interrupted_runs(self) -> list[SavedRun]:
        """Return the runs that were never ended, or are under way, the newest first."""
        rows = self._read("SELECT run_id FROM runs WHERE state='open' ORDER BY started_at DESC", ())
        return [self.saved_run(row[0]) for row in rows]

    def move_records(self, before: str, after: str) -> None:
        """Note that a file with the records of runs is another one now.

        Raises:
            LedgerFailed: the ledger cannot be written.

        """
        with self._writing() as connection:
            connection.execute("UPDATE runs SET workspace=? WHERE workspace=?", (after, before))

    def saved_batches(self, run_id: str) -> list[SavedBatch]:
        """Return a run's batches and parts in the order of their numbers."""
        rows = self._read(
            "SELECT batch, first, records, bytes, ranges, waits_for, of, state, sha256, sent_at, service_run_id,"
            " event_id, reason FROM batches WHERE run_id=? ORDER BY batch",
            (run_id,),
        )
        return [
            SavedBatch(batch, first, records, size, _pairs(ranges), tuple(json.loads(waits_for)), *of)
            for batch, first, records, size, ranges, waits_for, *of in rows
        ]

    def failures(self, run_id: str) -> dict[int, list[RecordFailure]]:
        """Return the records of a run that are known to be at fault, by batch."""
        found: dict[int, list[RecordFailure]] = {}
        for batch, *of in self._read(
            "SELECT batch, record_id, line, object_id, reason FROM failed_records WHERE run_id=? ORDER BY record_id",
            (run_id,),
        ):
            failure = RecordFailure(record_id=of[0], line=of[1], object_id=of[2], reason=of[3])
            found.setdefault(batch, []).append(failure)
        return found

    def reopen(self, run_id: str) -> None:
        """Open a run again.

        Raises:
            LedgerFailed: the ledger cannot be written.

        """
        with self._writing() as connection:
            connection.execute("UPDATE batches SET state='planned' WHERE run_id=? AND state='unsent'", (run_id,))
            connection.execute(
                "UPDATE runs SET state='open', finished_at=NULL, stopped_because='' WHERE run_id=?", (run_id,)
            )

    def forget(self, run_id: str) -> None:
        """Remove a run.

        Raises:
            LedgerFailed: the ledger cannot be written.

        """
        with self._writing() as connection:
            for table in ("failed_records", "attempts", "sent_attributes", "left_out", "batches", "runs"):
                connection.execute(f"DELETE FROM {table} WHERE run_id=?", (run_id,))

    @property
    def tasks(self) -> Path:
        """The folder with the locks of the tasks that runs push to."""
        return self.path.parent / "tasks"

    def workspaces_needed(self) -> set[str]:
        """Return the files with the records of runs of which not every record succeeded."""
        rows = self._read(
            "SELECT DISTINCT workspace FROM runs JOIN batches USING (run_id)"
            " WHERE workspace IS NOT NULL AND batches.state NOT IN ('succeeded', 'divided')",
            (),
        )
        return {row[0] for row in rows}

    def ranges(self, run_id: str, verdict: Verdict) -> Ranges:
        """Return the ids of a run's records of a verdict, in file order."""
        rows = self._read("SELECT ranges FROM batches WHERE run_id=? AND state=?", (run_id, verdict))
        return record_ids.united(_pairs(row[0]) for row in rows)

    def batches_of_record(self, workspace: str, record_id: int) -> dict[str, frozenset[int]]:
        """Return in which batches a workspace's record was, by run, the newest run first."""
        rows = self._read(
            "SELECT run_id, batch FROM batches JOIN runs USING (run_id) WHERE workspace=?1"
            " AND ?2 BETWEEN ranges ->> '$[0][0]' AND ranges ->> '$[#-1][1]'"  # the others are not taken apart
            " AND EXISTS (SELECT 1 FROM json_each(ranges) WHERE ?2 BETWEEN value ->> 0 AND value ->> 1)"
            " ORDER BY started_at DESC",
            (workspace, record_id),
        )
        found: dict[str, set[int]] = {}
        for run_id, batch in rows:
            found.setdefault(run_id, set()).add(batch)
        return {run_id: frozenset(batches) for run_id, batches in found.items()}

    def ranges_of_batches(self, run_id: str, batches: Sequence[int]) -> Ranges:
        """Return the ids of the records of some of a run's batches, in file order."""
        rows = self._read(
            "SELECT ranges FROM batches WHERE run_id=? AND batch IN (SELECT value FROM json_each(?))",
            (run_id, json.dumps(batches)),
        )
        return record_ids.united(_pairs(row[0]) for row in rows)

    def event_ids(self, run_id: str) -> set[str]:
        """Return the events that are known to be of a push of this run's task, in this run or another."""
        rows = self._read(
            "SELECT event_id FROM batches WHERE event_id IS NOT NULL AND run_id IN"
            " (SELECT run_id FROM runs WHERE task_id=(SELECT task_id FROM runs WHERE run_id=?))",
            (run_id,),
        )
        return {row[0] for row in rows}

    def others_may_have_made(self, run_id: str, batch: int, records: int, since: float) -> bool:
        """Return whether a call for another batch of this run's task may have left an event that nobody knows.

        Args:
            run_id: the run.
            batch: its batch of which an event is looked for.
            records: the size of the event.
            since: from when on such a call counts, in seconds since 1970.

        """
        rows = self._read(
            "SELECT 1 FROM batches b JOIN runs r USING (run_id)"
            " WHERE r.task_id=(SELECT task_id FROM runs WHERE run_id=?1) AND b.records=?2"
            " AND (SELECT max(sent_at) FROM attempts a WHERE a.run_id=b.run_id AND a.batch=b.batch) >= ?3"
            " AND (b.strays OR b.run_id <> ?1 AND b.state IN ('sending', 'in_doubt'))"
            " AND (b.run_id <> ?1 OR b.batch <> ?4) LIMIT 1",
            (run_id, records, since, batch),
        )
        return bool(rows)

    def batches(self, run_id: str) -> list[BatchEntry]:
        """Return a run's batches in their order."""
        rows = self._read(
            "SELECT batch, first, records, bytes, sha256, state, attempts, service_run_id, event_id, reason, sent_at,"
            " ended_at, of FROM batches WHERE run_id=? ORDER BY batch",
            (run_id,),
        )
        return [BatchEntry(*row) for row in rows]

    def timed_calls(self, run_id: str) -> list[TimedCalls]:
        """Return when the batches of a run that were sent left and ended."""
        rows = self._read(
            "SELECT sent_at, ended_at, records FROM batches WHERE run_id=? AND sent_at IS NOT NULL"
            " AND ended_at IS NOT NULL AND state IN ('succeeded', 'failed', 'in_doubt')",
            (run_id,),
        )
        return [TimedCalls(*row) for row in rows]

    def _read(self, statement: str, values: tuple[str | int | float, ...]) -> list[tuple[Any, ...]]:
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
                f"The run cannot be written to {self.path}: {error}.",
                "Nothing more is sent. Make room on the disk, or check who may write there, and start again.",
            ) from error


def _pairs(text: str) -> Ranges:
    return tuple((first, last) for first, last in json.loads(text))
