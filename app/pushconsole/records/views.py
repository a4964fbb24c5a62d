"""Sorted and filtered views: which records of a workspace are seen, and in which order.

A view is a table of record ids in a file of its own beside the workspace, made by one statement. It is a picture of a
moment: a record that is edited stays where it is until the view is made anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import apsw
import uuid_utils

from pushconsole.errors import Cancelled, InputError
from pushconsole.records import selections
from pushconsole.records.cells import Row, row_of
from pushconsole.records.filter_sql import Bindings, Filter, filter_sql, prepare
from pushconsole.records.positions import Positions
from pushconsole.records.selections import Measure, Ranges, Span
from pushconsole.records.sorting import LongNumberMet, SortKey, kinds_of, order_sql, prepare_sorting
from pushconsole.records.workspace import Workspace

_STEPS_BETWEEN_LOOKS = 100_000  # of SQLite's machine: some milliseconds
_MAPPED_BYTES = 2**40  # more than there is: SQLite maps what the file has
_COUNT = (
    "SELECT last - (SELECT count(*) FROM workspace.removed WHERE id <= last) "
    "FROM (SELECT max(id) AS last FROM workspace.records)"
)
_AMONG = "id IN (SELECT record FROM view.seen)"


def _never() -> bool:
    return False


class View:
    """Some or all records of a workspace in an order of their own; made by `make_view`.

    Everything blocks and may be called from any thread.

    Attributes:
        workspace: whose records they are.
        path: the file that has their ids, in the table ``seen``.

    """

    def __init__(self, workspace: Workspace, path: Path, size: int, last_id: int) -> None:
        self.workspace = workspace
        self.path = path
        self._places = Positions(size)
        self._last_id = last_id
        self._following = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """Throw the view away; it cannot be used any more."""
        with self._following:
            self._closed = True
            self.path.unlink(missing_ok=True)

    @property
    def count(self) -> int:
        """How many records are seen."""
        return self._places.count

    def follow(self) -> None:
        """Take in that records were added or deleted, or came back: added ones are last until the view is made anew."""
        with self._following:
            if not self._closed:  # it may have been thrown away while an edit was made
                self._follow()

    def _follow(self) -> None:
        with self.workspace.database.beside(self.path) as connection, connection:
            connection.execute(
                "INSERT INTO seen(record) SELECT id FROM workspace.records WHERE id > ? "
                "AND id NOT IN (SELECT record FROM seen WHERE record > ?) ORDER BY id",
                (self._last_id, self._last_id),
            )
            size = connection.execute("SELECT max(place) FROM seen").get or 0
            gone = connection.execute(
                "SELECT place FROM seen WHERE record IN (SELECT id FROM workspace.removed) ORDER BY place"
            )
            self._places = Positions(size).without([row[0] for row in gone])

    def page(self, first: int, count: int) -> list[Row]:
        """Return ``count`` rows from the position ``first``, counted from 0."""
        places, last = self._places, min(first + count, self.count) - 1
        if first < 0 or last < first:
            return []
        with self._reading(mapped=True) as connection:
            rows = connection.execute(
                "SELECT id, object_id, line, text FROM view.seen CROSS JOIN records ON id = record "
                "WHERE place BETWEEN ? AND ? ORDER BY place",
                (places.id_at(first), places.id_at(last)),
            )
            return [row_of(*row) for row in rows]

    def record_ids(self, first: int, count: int) -> list[int]:
        """Return the ids of ``count`` records from the position ``first``, counted from 0."""
        places, last = self._places, min(first + count, self.count) - 1
        if first < 0 or last < first:
            return []
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT record FROM view.seen CROSS JOIN records ON id = record WHERE place BETWEEN ? AND ? "
                "ORDER BY place",
                (places.id_at(first), places.id_at(last)),
            )
            return [row[0] for row in rows]

    def position(self, record_id: int) -> int | None:
        """Return a record's position, counted from 0, or None where it is not seen; looks through the whole view."""
        with self._reading() as connection:
            place = connection.execute("SELECT place FROM view.seen WHERE record = ?", (record_id,)).get
        places = self._places
        return places.position_of(place) if place is not None and places.holds(place) else None

    def ranges(self, first: int = 0, count: int | None = None) -> list[tuple[int, int]]:
        """Return the ids of the records seen (all, or some from a position) as inclusive ranges in file order."""
        places, last = self._places, min(self.count, self.count if count is None else first + count) - 1
        if last < first:
            return []
        among = (
            f"id IN (SELECT record FROM view.seen WHERE place BETWEEN {places.id_at(first)} AND {places.id_at(last)})"
        )
        with self._reading() as connection:
            return list(selections.islands(connection, among))

    def spans(self, *, only_object_ids: bool = False, cancelled: Callable[[], bool] | None = None) -> Iterator[Span]:
        """Yield the records seen in file order, neighbours counted together: each id of a span is seen.

        Raises:
            Cancelled: ``cancelled`` said so.

        """
        with self._reading(cancelled) as connection:
            yield from selections.spans_among(connection, _AMONG, only_object_ids=only_object_ids)

    def measures(self, first_id: int, last_id: int, *, only_object_ids: bool = False) -> list[Measure]:
        """Return size and identity of each record of a span; between its ids every record is seen."""
        return self.workspace.measures(first_id, last_id, only_object_ids=only_object_ids)

    @contextmanager
    def _reading(
        self, cancelled: Callable[[], bool] | None = None, *, mapped: bool = False
    ) -> Iterator[apsw.Connection]:
        """Lend a connection to the workspace that sees this view as ``view``; ``mapped`` for few rows, far apart."""
        if self._closed:
            raise InputError("This view of the records is closed.")
        with self.workspace.database.reading(cancelled) as connection:
            # Neighbours in a view are far apart in the file. Mapped, each costs a look instead of a copy of its 64 KB
            # page; unmapped again at once, what was looked at does not count as this process's memory. What reads all
            # records would have the whole file counted.
            if mapped:
                connection.pragma("mmap_size", _MAPPED_BYTES)
            connection.execute("ATTACH ? AS view", (str(self.path),))
            try:
                yield connection
            finally:
                connection.execute("DETACH view")
                connection.pragma("mmap_size", 0)


def make_view(
    workspace: Workspace,
    *,
    where: Filter | None = None,
    among: Ranges | None = None,
    order: Sequence[SortKey] = (),
    cancelled: Callable[[], bool] = _never,
) -> View | None:
    """Make a view; about as long as one scan of the records, so call it in a worker thread.

    Args:
        workspace: the records.
        where: leaves out the records of which this does not hold.
        among: leaves out the records whose ids are in none of these ranges.
        order: what to sort by, the most important first; empty for file order.
        cancelled: asked every few milliseconds; True ends it, and None is returned.

    """
    path = workspace.path.with_name(f"{workspace.path.name}-view-{uuid_utils.uuid7()}")
    try:
        with workspace.database.beside(path) as connection:
            prepare(connection)
            prepare_sorting(connection)
            connection.set_progress_handler(cancelled, _STEPS_BETWEEN_LOOKS)
            connection.execute("BEGIN")  # one picture of the workspace; when it fails, the file is thrown away
            size, last_id = _fill(connection, where, among, order)
            connection.execute("COMMIT")
    except Cancelled:
        path.unlink(missing_ok=True)
        return None
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return View(workspace, path, size, last_id)


def _fill(
    connection: apsw.Connection, where: Filter | None, among: Ranges | None, order: Sequence[SortKey]
) -> tuple[int, int]:
    """Write the ids; return how many there are, and the last id of the workspace at that moment."""
    connection.execute("CREATE TABLE seen(place INTEGER PRIMARY KEY, record INTEGER NOT NULL)")
    connection.execute("CREATE TABLE chosen(first INTEGER, last INTEGER)")
    connection.executemany("INSERT INTO chosen VALUES(?, ?)", among or ())
    last_id = connection.execute("SELECT max(id) FROM workspace.records").get or 0
    try:
        _choose(connection, where, among, order, all_short=True)
    except LongNumberMet:
        _choose(connection, where, among, order, all_short=False)
    return connection.changes(), last_id


def _choose(
    connection: apsw.Connection,
    where: Filter | None,
    among: Ranges | None,
    order: Sequence[SortKey],
    *,
    all_short: bool,
) -> None:
    bindings = Bindings()
    source = "workspace.records"
    if among is not None:
        source = "main.chosen CROSS JOIN workspace.records ON id BETWEEN first AND last"
    condition = filter_sql(where.condition, bindings) if where else "true"
    # Equal rows keep the order in which they came: SQLite sorts by merging. A last term `id` would cost a half more.
    records = connection.execute(_COUNT).get if order else None
    terms = [
        term
        for key in order
        for term in order_sql(key, kinds_of(connection, key.column), bindings, all_short=all_short, records=records)
    ]
    connection.execute(
        f"INSERT INTO seen(record) SELECT id FROM {source} WHERE {condition} ORDER BY {', '.join(terms or ['id'])}",
        bindings.values,
    )
