"""A file's records enter the workspace, in small transactions, so that they can be read while more arrive."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import apsw

from pushconsole.records.columns import add_counts, declare
from pushconsole.records.database import Database, put_meta
from pushconsole.records.file_marks import FileMark
from pushconsole.records.json_text import join_values, quoted, raw_values, size_of
from pushconsole.records.reading import (
    LoadProgress,
    LoadReport,
    NewRecord,
    RecordReader,
    TurnedToText,
)
from pushconsole.records.source_file import SourceFile

_FIRST_TICK_S = 0.04  # the first rows are on screen at once
_TICK_S = 0.1
_INSERT = "INSERT INTO records(object_id, size, line, text) VALUES(?, ?, ?, CAST(? AS TEXT))"
_ANY_LINE = 2**62
_REWRITTEN_AT_ONCE = 2000  # rows a transaction, while columns turn to text


class Loading:
    """One file on its way into an empty workspace.

    The thread that runs it holds Python's lock for a record at a time: every record is parsed and then inserted, and
    SQLite lets other threads run at each insert.
    """

    def __init__(
        self,
        database: Database,
        reader: RecordReader,
        source: SourceFile,
        *,
        on_progress: Callable[[LoadProgress], None] | None,
        cancelled: Callable[[], bool],
        on_commit: Callable[[int], None],
        marks: list[FileMark] | None = None,
    ) -> None:
        self._database = database
        self._reader = reader
        self._source = source
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._on_commit = on_commit
        self._marks = marks  # where each file begins, in the reader's hands, where there are several
        self._loaded = 0
        self._rejected = 0

    def run(self) -> LoadReport:
        """Load the file to its end, or until cancelled.

        Raises:
            InputError: the file cannot be read on; the workspace is empty again.

        """
        start = time.monotonic()
        with self._database.writing() as connection:
            put_meta(connection, "source", self._source)
            put_meta(connection, "loading", "unfinished")
            declare(connection, self._source.header)
        try:
            with _rare_collections():
                cancelled = not self._load_all()
            self._rewrite_turned()
        except BaseException:
            self._clear()
            raise
        with self._database.writing() as connection:
            connection.execute("UPDATE columns SET declared = 1")
            put_meta(connection, "layout", self._reader.layout())
            put_meta(connection, "files", self._marks)
            put_meta(connection, "loading", None)
        seconds = time.monotonic() - start
        turned = tuple(self._reader.turned)
        notes = tuple(self._reader.notes())
        return LoadReport(self._source, self._loaded, self._rejected, turned, seconds, cancelled, notes)

    def _load_all(self) -> bool:
        """Load in ticks; return whether the end was reached."""
        rows = self._reader.rows()
        pause = _FIRST_TICK_S
        while True:
            if self._cancelled():
                return False
            tick = _Tick(rows, time.monotonic() + pause)
            with self._database.writing() as connection:
                connection.executemany(_INSERT, tick.rows())
                self._write_rejected(connection)
                add_counts(connection, self._reader.take_counts())
            self._loaded += tick.count
            self._on_commit(self._loaded)
            self._report(at_end=tick.at_end)
            if tick.at_end:
                return True
            pause = _TICK_S

    def _write_rejected(self, connection: apsw.Connection) -> None:
        rejected, self._reader.rejected = self._reader.rejected, []
        connection.executemany(
            "INSERT INTO rejected(line, text, reason) VALUES(?, ?, ?)",
            ((row.line, row.text, row.reason) for row in rejected),
        )
        self._rejected += len(rejected)

    def _report(self, *, at_end: bool) -> None:
        if self._on_progress is not None:
            read_bytes = self._source.size_bytes if at_end else self._reader.read_bytes()
            self._on_progress(LoadProgress(self._loaded, self._rejected, read_bytes, self._source.size_bytes))

    def _rewrite_turned(self) -> None:
        """Put in quotes what was written as a number or boolean before its column turned to text."""
        turned = self._reader.turned
        last_line = max((column.line for column in turned), default=0)
        if turned and self._marks:
            # Lines of several files say nothing of what came first; what came after is in quotes already.
            last_line = _ANY_LINE
            turned = [replace(column, line=_ANY_LINE) for column in turned]
        first_id = 1
        while first_id:
            with self._database.writing() as connection:
                rows = list(
                    connection.execute(
                        "SELECT id, line, text FROM records WHERE id >= ? AND line < ? ORDER BY id LIMIT ?",
                        (first_id, last_line, _REWRITTEN_AT_ONCE),
                    )
                )
                connection.executemany("UPDATE records SET text = ?, size = ? WHERE id = ?", _rewritten(rows, turned))
            first_id = rows[-1][0] + 1 if rows else 0

    def _clear(self) -> None:
        with self._database.writing() as connection:
            for table in ("records", "rejected", "columns", "meta"):
                connection.execute(f"DELETE FROM {table}")
        self._on_commit(0)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let the garbage collector look for cycles less often: records make many objects and no cycles."""
    before = gc.get_threshold()
    gc.set_threshold(max(100_000, before[0]), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Tick:
    """Rows of a reader until a moment.

    Attributes:
        count: how many records there were.
        at_end: whether the reader has no more.

    """

    def __init__(self, rows: Iterator[NewRecord | None], until: float) -> None:
        self._rows = rows
        self._until = until
        self.count = 0
        self.at_end = False

    def rows(self) -> Iterator[NewRecord]:
        """Yield the records, at least one where there is one."""
        clock, until, count = time.monotonic, self._until, 0
        for row in self._rows:
            if row is not None:
                count += 1
                yield row
            if clock() > until:
                break
        else:
            self.at_end = True
        self.count = count


def _rewritten(rows: list[tuple[int, int, str]], turned: list[TurnedToText]) -> Iterator[tuple[str, int, int]]:
    for record_id, line, text in rows:
        values = raw_values(text)
        for column in turned:
            raw = bytes(values[column.column]).decode() if column.column in values else '"'
            if line < column.line and raw[0] not in '"n':
                values[column.column] = type(values[column.column])(quoted(raw))
        new = join_values(values)
        yield new, size_of(new), record_id
