"""The SQLite file behind the sandbox, and the two threads in which it is used."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

SCHEMA = """
CREATE TABLE IF NOT EXISTS resources (
    kind TEXT NOT NULL, id TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (kind, id)
);
CREATE TABLE IF NOT EXISTS indexes (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at REAL NOT NULL, updated_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS index_settings (index_id INTEGER PRIMARY KEY, settings TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS records (
    position INTEGER PRIMARY KEY, index_id INTEGER NOT NULL, object_id TEXT NOT NULL, text TEXT NOT NULL,
    UNIQUE (index_id, object_id)
);
CREATE INDEX IF NOT EXISTS records_in_order ON records (index_id);
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY, task_id TEXT NOT NULL, created_at REAL NOT NULL, updated_at REAL NOT NULL,
    finished_at REAL, pushes INTEGER NOT NULL, ended INTEGER NOT NULL, failed INTEGER NOT NULL, reason TEXT
);
CREATE INDEX IF NOT EXISTS runs_of_task ON runs (task_id, updated_at);
CREATE TABLE IF NOT EXISTS events (
    event_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, status TEXT, type TEXT NOT NULL,
    batch_size INTEGER NOT NULL, data TEXT, published_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS events_of_run ON events (run_id, published_at);
"""


class Store:
    """One SQLite file; everything that touches it runs in one writing and one reading thread.

    A caller hands in a function whose first parameter is the connection. A writing function runs in a transaction of
    its own, which an exception rolls back; writes happen in the order in which they were asked for.
    """

    def __init__(self, folder: Path | None) -> None:
        """Open the store in a folder, or, without one, in a temporary folder that `close` removes."""
        self._temporary = None if folder else tempfile.TemporaryDirectory(prefix="pushconsole-sandbox-")
        home = folder or Path(self._temporary.name if self._temporary else "")
        home.mkdir(parents=True, exist_ok=True)
        file = home / "sandbox.sqlite"
        self._writing, self._writer = _connection(file), _thread("sandbox-writer")
        self._writing.executescript(SCHEMA)
        self._reading, self._reader = _connection(file), _thread("sandbox-reader")

    async def write(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` in the writing thread, as one transaction."""
        return await asyncio.get_running_loop().run_in_executor(
            self._writer, lambda: _in_transaction(self._writing, lambda: work(self._writing, *args, **kwargs))
        )

    async def read(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in the reading thread, on one state of the file."""
        return await asyncio.get_running_loop().run_in_executor(
            self._reader,
            lambda: _in_transaction(self._reading, lambda: work(self._reading, *args, **kwargs), "DEFERRED"),
        )

    def close(self) -> None:
        """Wait for the threads, close the file, remove a temporary folder."""
        for thread, connection in ((self._writer, self._writing), (self._reader, self._reading)):
            thread.shutdown()
            connection.close()
        if self._temporary:
            self._temporary.cleanup()


def _thread(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)


def _connection(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    # A power failure may cost the sandbox its last pushes; waiting for the disk at every push would make it useless
    # for measuring the client.
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")
    return connection


def _in_transaction(connection: sqlite3.Connection, work: Callable[[], T], kind: str = "IMMEDIATE") -> T:
    connection.execute(f"BEGIN {kind}")
    try:
        result = work()
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return result
