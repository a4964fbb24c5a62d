"""A file's records enter the workspace, in small transactions, so that they can be read while more arrive."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from queue import Empty

import apsw

from pushconsole.records.arriving import arriving, insert
from pushconsole.records.column_types import summed
from pushconsole.records.columns import add_counts, declare
from pushconsole.records.database import Database, put_meta
from pushconsole.records.file_marks import FileMark
from pushconsole.records.json_text import join_values, quoted, raw_values, size_of
from pushconsole.records.reading import LoadProgress, LoadReport, RecordReader, Rejected, TurnedToText
from pushconsole.records.reading_ahead import ReadAhead, Stretch
from pushconsole.records.source_file import SourceFile

_FIRST_TICK_S = 0.04  # the first rows are on screen at once
_TICK_S = 0.1
_ANY_LINE = 2**62
_REWRITTEN_AT_ONCE = 2000  # rows a transaction, while columns turn to text


class Loading:
    """One file on its way into an empty workspace: one thread reads it, and the one that runs this writes."""

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
        self._read_bytes = 0
        self._turned: list[TurnedToText] = []

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
            put_meta(connection, "files", self._marks and [mark for mark in self._marks if self._is_begun(mark)])
            put_meta(connection, "loading", None)
        seconds = time.monotonic() - start
        turned, notes = tuple(self._turned), tuple(self._reader.notes())
        return LoadReport(self._source, self._loaded, self._rejected, turned, seconds, cancelled, notes)

    def _is_begun(self, mark: FileMark) -> bool:
        """Whether something of a file was written: a reader that was cancelled may have been a file ahead."""
        first = mark.first_record == mark.first_rejected == 1
        return first or mark.first_record <= self._loaded or mark.first_rejected <= self._rejected

    def _load_all(self) -> bool:
        """Load in ticks; return whether the end was reached."""
        pause, at_end = _FIRST_TICK_S, False
        with arriving(self._database), ReadAhead(self._reader) as ahead:
            while not at_end:
                if self._cancelled():
                    return False
                until = time.monotonic() + pause
                with self._database.writing() as connection:
                    at_end = self._write_until(connection, ahead, until)
                self._on_commit(self._loaded)
                self._report(at_end=at_end)
                if self._loaded:
                    pause = _TICK_S
        return True

    def _write_until(self, connection: apsw.Connection, ahead: ReadAhead, until: float) -> bool:
        """Write what is read until a moment; return whether that was the end."""
        at_end, counted = False, []
        while not at_end and (left_s := until - time.monotonic()) > 0:
            try:
                stretch = ahead.next(left_s)
            except Empty:
                break
            if stretch is None:
                at_end = True
            else:
                self._write(connection, stretch)
                counted.append(stretch.counts)
        add_counts(connection, summed(counted))
        return at_end

    def _write(self, connection: apsw.Connection, stretch: Stretch) -> None:
        insert(connection, stretch.records)
        self._write_rejected(connection, stretch.rejected)
        self._turned += stretch.turned
        self._loaded += len(stretch.records)
        self._rejected += len(stretch.rejected)
        self._read_bytes = stretch.read_bytes

    def _write_rejected(self, connection: apsw.Connection, rejected: Sequence[Rejected]) -> None:
        connection.executemany(
            "INSERT INTO rejected(line, text, reason) VALUES(?, ?, ?)",
            ((row.line, row.text, row.reason) for row in rejected),
        )

    def _report(self, *, at_end: bool) -> None:
        if self._on_progress is not None:
            read_bytes = self._source.size_bytes if at_end else self._read_bytes
            self._on_progress(LoadProgress(self._loaded, self._rejected, read_bytes, self._source.size_bytes))

    def _rewrite_turned(self) -> None:
        """Put in quotes what was written as a number or boolean before its column turned to text."""
        turned = self._turned
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


def _rewritten(rows: list[tuple[int, int, str]], turned: list[TurnedToText]) -> Iterator[tuple[str, int, int]]:
    for record_id, line, text in rows:
        values = raw_values(text)
        for column in turned:
            raw = bytes(values[column.column]).decode() if column.column in values else '"'
            if line < column.line and raw[0] not in '"n':
                values[column.column] = type(values[column.column])(quoted(raw))
        new = join_values(values)
        yield new, size_of(new), record_id
