"""How the events of a run stand in the ledger's tables."""

from __future__ import annotations

import json
import time
from typing import assert_never

import apsw

from pushconsole.runs.events import (
    BatchAccepted,
    BatchEnded,
    BatchSending,
    Continued,
    Divided,
    Finished,
    Paused,
    Retrying,
    RunEvent,
    Settling,
    Started,
    Stopping,
    Throttled,
    Verdict,
    Waiting,
)


def may_wait(event: RunEvent) -> bool:
    """Whether an event that a power cut takes back leaves its batch in doubt, and nothing worse."""
    if isinstance(event, BatchEnded):
        return event.verdict is Verdict.SUCCEEDED
    return isinstance(event, BatchAccepted | Waiting | Retrying | Throttled | Settling | Paused | Continued)


def apply(connection: apsw.Connection, event: RunEvent) -> None:
    """Change the tables as an event says."""
    match event:
        case BatchSending():
            connection.execute(
                "UPDATE batches SET state='sending', sha256=?, attempts=attempts+1, strays=strays+?,"
                " sent_at=coalesce(sent_at, ?) WHERE run_id=? AND batch=?",
                (event.sha256, event.again, time.time(), event.run_id, event.batch),
            )
            connection.execute(
                "INSERT INTO attempts(run_id, batch, attempt, sent_at, bytes, sha256)"
                " SELECT run_id, batch, attempts, ?, ?, ? FROM batches WHERE run_id=? AND batch=?",
                (time.time(), event.bytes, event.sha256, event.run_id, event.batch),
            )
        case BatchAccepted():
            connection.execute(
                "UPDATE batches SET state='accepted', service_run_id=?, event_id=? WHERE run_id=? AND batch=?",
                (event.service_run_id, event.event_id, event.run_id, event.batch),
            )
            _end_attempt(connection, event.run_id, event.batch, "accepted")
        case BatchEnded():
            _end_batch(connection, event)
        case Divided():
            _divide(connection, event)
        case Retrying():
            _end_attempt(connection, event.run_id, event.batch, event.reason)
        case Stopping():
            connection.execute("UPDATE runs SET stopped_because=? WHERE run_id=?", (event.reason, event.run_id))
        case Finished():
            close_account(connection, event.run_id)
        case Started() | Waiting() | Throttled() | Settling() | Paused() | Continued():
            pass  # `open_run` wrote the first; the others change nothing
        case _:
            assert_never(event)


def close_account(connection: apsw.Connection, run_id: str) -> None:
    """End a run: what has not left is unsent."""
    connection.execute("UPDATE batches SET state='unsent' WHERE run_id=? AND state='planned'", (run_id,))
    connection.execute("UPDATE runs SET state='finished', finished_at=? WHERE run_id=?", (time.time(), run_id))


def _end_attempt(connection: apsw.Connection, run_id: str, batch: int, outcome: str) -> None:
    """Say what came of the last call of a batch, unless that is known already."""
    connection.execute(
        "UPDATE attempts SET outcome=?1 WHERE run_id=?2 AND batch=?3 AND outcome='' AND attempt="
        "(SELECT max(attempt) FROM attempts WHERE run_id=?2 AND batch=?3)",
        (outcome, run_id, batch),
    )


def _divide(connection: apsw.Connection, event: Divided) -> None:
    for number in event.batches:
        connection.execute(
            "UPDATE batches SET state='divided', reason=?, ended_at=? WHERE run_id=? AND batch=?",
            (event.reason, time.time(), event.run_id, number),
        )
        _end_attempt(connection, event.run_id, number, event.reason)
    connection.executemany(
        "INSERT INTO batches(run_id, batch, first, records, bytes, ranges, of) VALUES (?,?,?,?,?,?,?)",
        (
            (event.run_id, part.batch, part.first, part.records, part.bytes, json.dumps(part.ranges), part.of)
            for part in event.into
        ),
    )


def _end_batch(connection: apsw.Connection, event: BatchEnded) -> None:
    connection.execute(
        "UPDATE batches SET state=?, reason=?, ended_at=? WHERE run_id=? AND batch=?",
        (event.verdict, event.reason, time.time(), event.run_id, event.batch),
    )
    _end_attempt(connection, event.run_id, event.batch, event.reason or event.verdict)
    connection.executemany(
        "INSERT OR REPLACE INTO failed_records(run_id, record_id, batch, line, object_id, reason) VALUES (?,?,?,?,?,?)",
        (
            (event.run_id, failure.record_id, event.batch, failure.line, failure.object_id, failure.reason)
            for failure in event.failures
        ),
    )
