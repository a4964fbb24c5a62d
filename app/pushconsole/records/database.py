"""The workspace's SQLite file: schema, one writer, a few readers, and SQLite's errors in our words.

Readers see what was last committed and never wait for the writer (WAL), so pages are read while a file loads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw
import msgspec

from pushconsole.errors import Cancelled, InputError

_APPLICATION_ID = 0x50757368  # "Push", so that another program's database is recognised
_VERSION = 3
_BUSY_MS = 10_000
_STEPS_BETWEEN_LOOKS = 20_000  # of SQLite's machine between two questions whether to go on: some milliseconds

_SCHEMA = """
CREATE TABLE records(id INTEGER PRIMARY KEY, object_id, size INTEGER NOT NULL, line INTEGER, text TEXT NOT NULL);
CREATE TABLE removed(id INTEGER PRIMARY KEY);
CREATE TABLE columns(
    position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, declared INTEGER NOT NULL DEFAULT 0,
    unsent INTEGER NOT NULL DEFAULT 0,
    nulls INTEGER NOT NULL DEFAULT 0, empties INTEGER NOT NULL DEFAULT 0, texts INTEGER NOT NULL DEFAULT 0,
    numbers INTEGER NOT NULL DEFAULT 0, booleans INTEGER NOT NULL DEFAULT 0, nested INTEGER NOT NULL DEFAULT 0);
CREATE TABLE rejected(
    id INTEGER PRIMARY KEY, line INTEGER NOT NULL, text TEXT NOT NULL, reason TEXT NOT NULL, record_id INTEGER);
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE commands(
    id INTEGER PRIMARY KEY, label TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0,
    rows_changed INTEGER NOT NULL, column_counts TEXT NOT NULL);
CREATE TABLE changes(
    command INTEGER NOT NULL, record_id INTEGER NOT NULL, line INTEGER,
    before TEXT, before_object_id, after TEXT, after_object_id,
    PRIMARY KEY(command, record_id)) WITHOUT ROWID;
"""


class Database:
    """Connections to one workspace file.

    Attributes:
        path: the file.

    """

    def __init__(self, path: Path, *, create: bool) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._idle: list[apsw.Connection] = []
        self._idle_lock = threading.Lock()
        self._going_first = 0
        self._closed = False
        with self._errors():
            self._writer = self._opened(create=create)

    def _opened(self, *, create: bool) -> apsw.Connection:
        flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
        connection = apsw.Connection(str(self.path), flags=flags)
        try:
            connection.set_busy_timeout(_BUSY_MS)
            if create:
                self._lay_out(connection)
            self._check_kind(connection)
            # NORMAL: a crash of the program loses nothing; a power cut may lose the last edits, never the file.
            for pragma in ("synchronous=NORMAL", "cache_size=-16000", "temp_store=FILE"):
                connection.pragma(*pragma.split("="))
        except BaseException:
            connection.close()
            raise
        return connection

    def _lay_out(self, connection: apsw.Connection) -> None:
        # 64 KB pages: a record rarely needs an overflow chain, and a scan reads few pages (measured, design.md).
        connection.pragma("page_size", 65536)
        connection.pragma("journal_mode", "WAL")
        with connection:
            connection.execute(_SCHEMA)
            connection.pragma("application_id", _APPLICATION_ID)
            connection.pragma("user_version", _VERSION)

    def _check_kind(self, connection: apsw.Connection) -> None:
        kind = (connection.pragma("application_id"), connection.pragma("user_version"))
        if kind != (_APPLICATION_ID, _VERSION):
            raise InputError(
                f"{self.path} is not a workspace of this version of Push Console.",
                "Open the file the records came from instead.",
                file=str(self.path),
            )

    def close(self) -> None:
        """Close every connection that is not in use; one in use is closed when it is given back."""
        with self._idle_lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        with self._lock, suppress(apsw.ConnectionClosedError):
            # Closing does the same, but holds Python's lock meanwhile.
            self._writer.pragma("wal_checkpoint", "TRUNCATE")
            self._writer.close()

    @contextmanager
    def writing(self) -> Iterator[apsw.Connection]:
        """Lend the write connection inside of one transaction, to one thread at a time."""
        with self.going_first(), self._lock, self._errors(), self._transaction():
            yield self._writer

    @contextmanager
    def giving_way(self, cancelled: Callable[[], bool]) -> Iterator[apsw.Connection]:
        """Do what `writing` does for work that can be done again, and end it as soon as an edit waits.

        Raises:
            Cancelled: an edit goes first, or ``cancelled`` said so.

        """
        with self._lock, self._errors():
            if self.wanted or cancelled():
                raise Cancelled
            self._writer.set_progress_handler(lambda: self.wanted or cancelled(), _STEPS_BETWEEN_LOOKS)
            try:
                with self._transaction():
                    yield self._writer
            finally:
                self._writer.set_progress_handler(None)

    @contextmanager
    def going_first(self) -> Iterator[None]:
        """End what gives way, and keep it from beginning, while this process or another one it waits for edits."""
        with self._idle_lock:
            self._going_first += 1
        try:
            yield
        finally:
            with self._idle_lock:
                self._going_first -= 1

    @property
    def wanted(self) -> bool:
        """Whether an edit is made, or waits to be made."""
        return self._going_first > 0

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

    @contextmanager
    def reading(self, cancelled: Callable[[], bool] | None = None) -> Iterator[apsw.Connection]:
        """Lend a connection that sees what is committed.

        Raises:
            Cancelled: ``cancelled``, asked every few milliseconds, said so.

        """
        with self._errors():
            connection = self._borrowed()
            connection.set_progress_handler(cancelled, _STEPS_BETWEEN_LOOKS)
            try:
                yield connection
            finally:
                connection.set_progress_handler(None)
                self._give_back(connection)

    @contextmanager
    def beside(self, path: Path) -> Iterator[apsw.Connection]:
        """Lend a connection to a new file that can be thrown away, which sees this one as ``workspace``."""
        with self._errors():
            connection = apsw.Connection(str(path))
            try:
                connection.set_busy_timeout(_BUSY_MS)
                for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16000", "temp_store=FILE"):
                    connection.pragma(*pragma.split("="))
                connection.execute("ATTACH ? AS workspace", (str(self.path),))
                yield connection
            finally:
                connection.close()

    def _borrowed(self) -> apsw.Connection:
        with self._idle_lock:
            if self._closed:
                raise self._closed_error()
            if self._idle:
                return self._idle.pop()
        connection = apsw.Connection(str(self.path), flags=apsw.SQLITE_OPEN_READWRITE)
        connection.set_busy_timeout(_BUSY_MS)
        connection.pragma("cache_size", -4000)
        connection.pragma("query_only", 1)
        return connection

    def _give_back(self, connection: apsw.Connection) -> None:
        with self._idle_lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _closed_error(self) -> InputError:
        return InputError(f"The workspace {self.path.name} is closed.", file=str(self.path))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn SQLite's errors into sentences; this is the only place where they are caught."""
        name = str(self.path)
        try:
            yield
        except apsw.InterruptError as error:
            raise Cancelled from error
        except apsw.ConnectionClosedError as error:
            raise self._closed_error() from error
        except apsw.FullError as error:
            raise InputError(
                f"The disk is full: {name} cannot grow.", "Free some space and try again.", file=name
            ) from error
        except (apsw.CantOpenError, apsw.PermissionsError, apsw.ReadOnlyError) as error:
            raise InputError(f"The workspace {name} cannot be opened for writing: {error}.", file=name) from error
        except (apsw.NotADBError, apsw.CorruptError) as error:
            raise InputError(f"{name} is not a workspace, or it is damaged: {error}.", file=name) from error
        except (apsw.IOError, apsw.BusyError, apsw.LockedError) as error:
            raise InputError(f"The workspace {name} cannot be read or written: {error}.", file=name) from error


def put_meta(connection: apsw.Connection, key: str, value: object) -> None:
    """Keep a value (anything msgspec encodes) under a key; None takes it away."""
    if value is None:
        connection.execute("DELETE FROM meta WHERE key = ?", (key,))
        return
    connection.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (key, msgspec.json.encode(value).decode()))


def get_meta(connection: apsw.Connection, key: str) -> str | None:
    """Return the JSON kept under a key, or None."""
    found: str | None = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).get
    return found
