"""Runs and events in the store; every function takes the connection it works on.

A run belongs to a task and takes the pushes that reach the task within a window of time, so that a runID is shared by
many pushes, as on the real service; an eventID belongs to one push.
"""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from .errors import Refusal
from .moments import rfc3339

STATUS_OF_RUN = "CASE WHEN ended < pushes THEN 'started' ELSE 'finished' END"
RUN = f"SELECT run_id, task_id, created_at, finished_at, pushes, ended, failed, reason, {STATUS_OF_RUN} FROM runs"
EVENT = "SELECT event_id, run_id, status, type, batch_size, data, published_at FROM events"


@dataclass(frozen=True)
class Choice:
    """Which rows of a list are wanted; an empty sequence in `among` matches nothing.

    Attributes:
        among: SQL expression → values that it may have.
        moment: the column that has to lie between `start` and `end`, in seconds since 1970.
        sort: the SQL expression to sort by.

    """

    moment: str
    start: float
    end: float
    sort: str
    descending: bool
    first: int
    count: int
    among: dict[str, Sequence[str]] = field(default_factory=dict)


def open_run(connection: sqlite3.Connection, task_id: str, *, window_s: float) -> str:
    """Count one more push in the task's newest run, or in a new one where that is older than the window."""
    now = time.time()
    row = connection.execute(
        "SELECT run_id FROM runs WHERE task_id = ? AND updated_at > ? ORDER BY updated_at DESC LIMIT 1",
        (task_id, now - window_s),
    ).fetchone()
    if row:
        connection.execute("UPDATE runs SET pushes = pushes + 1, updated_at = ? WHERE run_id = ?", (now, row[0]))
        return str(row[0])
    run_id = str(uuid.uuid4())
    connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?, NULL, 1, 0, 0, NULL)", (run_id, task_id, now, now))
    return run_id


def start_event(connection: sqlite3.Connection, run_id: str, event_id: str, batch_size: int) -> None:
    """Let a push's event exist."""
    values = (event_id, run_id, batch_size, time.time())
    connection.execute("INSERT INTO events VALUES (?, ?, 'started', 'record', ?, NULL, ?)", values)


def end_event(
    connection: sqlite3.Connection, run_id: str, event_id: str, status: str | None, data: dict[str, object] | None
) -> None:
    """Give a push's event its last status, and count the push as ended in its run."""
    now = time.time()
    text = json.dumps(data) if data else None
    statement = "UPDATE events SET status = ?, data = ?, published_at = ? WHERE event_id = ?"
    connection.execute(statement, (status, text, now, event_id))
    failed = int(status in ("failed", "critical"))
    statement = """
        UPDATE runs SET ended = ended + 1, failed = failed + ?, reason = coalesce(?, reason), updated_at = ?,
        finished_at = ? WHERE run_id = ?
    """
    connection.execute(statement, (failed, data and data.get("message"), now, now, run_id))


def get_event(connection: sqlite3.Connection, run_id: str, event_id: str) -> dict[str, object]:
    """Return an event; raises a 404 until it exists."""
    row = connection.execute(f"{EVENT} WHERE run_id = ? AND event_id = ?", (run_id, event_id)).fetchone()
    if row is None:
        raise Refusal.not_found("event", event_id)
    return _event(row)


def get_run(connection: sqlite3.Connection, run_id: str, app_id: str) -> dict[str, object]:
    """Return a run; raises a 404 for an unknown one."""
    row = connection.execute(f"{RUN} WHERE run_id = ?", (run_id,)).fetchone()
    if row is None:
        raise Refusal.not_found("run", run_id)
    return _run(row, app_id)


def list_events(connection: sqlite3.Connection, choice: Choice) -> tuple[list[dict[str, object]], int]:
    """Return a page of events, and how many there are in all."""
    rows, total = _chosen(connection, EVENT, choice)
    return [_event(row) for row in rows], total


def list_runs(connection: sqlite3.Connection, choice: Choice, app_id: str) -> tuple[list[dict[str, object]], int]:
    """Return a page of runs, and how many there are in all."""
    rows, total = _chosen(connection, RUN, choice)
    return [_run(row, app_id) for row in rows], total


def remove_everything(connection: sqlite3.Connection) -> None:
    """Forget all runs and events."""
    connection.execute("DELETE FROM events")
    connection.execute("DELETE FROM runs")


def _chosen(connection: sqlite3.Connection, select: str, choice: Choice) -> tuple[list[tuple[object, ...]], int]:
    conditions = [f"{choice.moment} BETWEEN ? AND ?"]
    values: list[object] = [choice.start, choice.end]
    for expression, wanted in choice.among.items():
        conditions.append(f"{expression} IN ({', '.join('?' * len(wanted))})")
        values.extend(wanted)
    chosen = f"{select} WHERE {' AND '.join(conditions)}"
    total = connection.execute(f"SELECT count(*) FROM ({chosen})", values).fetchone()[0]
    direction = "DESC" if choice.descending else "ASC"
    page = f"{chosen} ORDER BY {choice.sort} {direction}, rowid {direction} LIMIT ? OFFSET ?"
    return connection.execute(page, (*values, choice.count, choice.first)).fetchall(), total


def _event(row: Sequence[object]) -> dict[str, object]:
    event_id, run_id, status, kind, batch_size, data, published_at = row
    return {
        "eventID": event_id,
        "runID": run_id,
        "status": status,
        "type": kind,
        "batchSize": batch_size,
        "data": json.loads(str(data)) if data else None,
        "publishedAt": rfc3339(float(str(published_at))),
    }


def _run(row: Sequence[object], app_id: str) -> dict[str, object]:
    run_id, task_id, created_at, finished_at, pushes, ended, failed, reason, status = row
    created = rfc3339(float(str(created_at)))
    document: dict[str, object] = {
        "runID": run_id,
        "appID": app_id,
        "taskID": task_id,
        "status": status,
        "progress": {"expectedNbOfEvents": pushes, "receivedNbOfEvents": ended},
        "failureThreshold": 0,
        "type": "push",
        "createdAt": created,
        "startedAt": created,
    }
    if status == "finished":
        document["outcome"] = "failure" if failed else "success"
        document["reasonCode"] = "too_many_errors" if failed else "ok"
        document["finishedAt"] = rfc3339(float(str(finished_at)))
    if reason:
        document["reason"] = reason
    return document
