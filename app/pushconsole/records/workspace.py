"""The workspace: a file's records, kept in one SQLite file, paged, edited and handed out.

Everything here blocks and may be called from any thread; windows call it from worker threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import apsw
import msgspec

from pushconsole.errors import InputError, InternalError, WorkspaceFrozen
from pushconsole.records import edits, history, object_ids, repairs, selections
from pushconsole.records.cells import Row, row_of
from pushconsole.records.column_types import Column
from pushconsole.records.columns import read_columns
from pushconsole.records.database import Database, get_meta, put_meta
from pushconsole.records.edits import no_such_record, usable_record, usable_value
from pushconsole.records.history import Change, Done, Edit
from pushconsole.records.opening import load_files
from pushconsole.records.positions import Positions
from pushconsole.records.reading import LoadProgress, LoadReport, ReadOptions, Rejected
from pushconsole.records.selections import Identity, Measure, Ranges, Span
from pushconsole.records.source_file import SourceFile


def _never() -> bool:
    return False


class Workspace:
    """Records in one SQLite file.

    Attributes:
        path: the file.

    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loading = threading.Lock()
        self._edit_lock = threading.Lock()  # positions follow the file in the order of the edits
        self.path = database.path
        self.find_positions()

    @classmethod
    def create(cls, path: Path) -> Workspace:
        """Make an empty workspace.

        Raises:
            InputError: there is a file already, or none can be made.

        """
        if path.exists():
            raise InputError(f"There is a file {path} already.", file=str(path))
        return cls(Database(path, create=True))

    @classmethod
    def open(cls, path: Path) -> Workspace:
        """Open a workspace as it was left, by a crash too.

        Raises:
            InputError: it is missing, or no workspace.

        """
        if not path.is_file():
            raise InputError(f"There is no workspace {path}.", file=str(path))
        return cls(Database(path, create=False))

    def close(self) -> None:
        """Close the file; the workspace cannot be used any more."""
        self._database.close()

    @property
    def database(self) -> Database:
        """The file's connections, for the other modules of this room."""
        return self._database

    def load(
        self,
        file: Path | Sequence[Path],
        options: ReadOptions | None = None,
        *,
        on_progress: Callable[[LoadProgress], None] | None = None,
        cancelled: Callable[[], bool] = _never,
        name: str | None = None,
    ) -> LoadReport:
        """Read a file's records into this empty workspace.

        Args:
            file: the file, or several of one kind.
            options: how it becomes records.
            on_progress: called in this thread, first after 0.04 s and then about every 0.1 s; the rows it counts can
                be read.
            cancelled: asked as often; True ends the loading, the rows read until then stay.
            name: what to call the file in sentences, if not by its own name.

        Raises:
            InputError: the file as a whole cannot be read. The workspace is empty then.

        """
        with self._loading:
            if self.source is not None:
                raise InternalError("A workspace is loaded once.")
            files, hooks = [file] if isinstance(file, Path) else file, (on_progress, cancelled, self.follow)
            return load_files(self._database, files, options or ReadOptions(), name, hooks)

    def follow(self, last_id: int) -> None:
        """Take in that records up to this id are loaded, by this process or another one."""
        self._positions = Positions(last_id)

    def find_positions(self) -> None:
        """Take in which records there are, after another process edited them too."""
        with self._database.reading() as connection:
            removed = [row[0] for row in connection.execute("SELECT id FROM removed ORDER BY id")]
            last = connection.execute("SELECT max(id) FROM records").get or 0
        self._positions = Positions(max([last, *removed[-1:]])).without(removed)

    @property
    def source(self) -> SourceFile | None:
        """The file the records came from."""
        text = self._meta("source")
        return None if text is None else msgspec.json.decode(text, type=SourceFile)

    @property
    def complete(self) -> bool:
        """Whether loading came to its end; False while it runs, and after a crash in the middle of it."""
        return self._meta("loading") is None

    def layout(self) -> dict[str, str] | None:
        """Return the text around and between the records of a JSON file, or None where it was not kept."""
        text = self._meta("layout")
        return None if text is None else msgspec.json.decode(text, type=dict[str, str])

    def _meta(self, key: str) -> str | None:
        with self._database.reading() as connection:
            return get_meta(connection, key)

    def rejected(self, limit: int | None = None) -> list[Rejected]:
        """Return the rows of the file that are no records and were not repaired, in file order."""
        with self._database.reading() as connection:
            return repairs.rejected(connection, limit)

    def rejected_count(self) -> int:
        """Return how many rows of the file are no records."""
        with self._database.reading() as connection:
            return repairs.rejected_count(connection)

    def count(self) -> int:
        """Return how many records there are."""
        return self._positions.count

    def columns(self) -> list[Column]:
        """Return the attributes in order of first appearance."""
        with self._database.reading() as connection:
            return read_columns(connection)

    def page(self, first: int, count: int) -> list[Row]:
        """Return ``count`` rows from the position ``first``, counted from 0, in file order; added records are last."""
        if first < 0 or count <= 0:
            return []
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, object_id, line, text FROM records WHERE id >= ? ORDER BY id LIMIT ?",
                (self._positions.id_at(first), count),
            )
            return [row_of(*row) for row in rows]

    def row(self, record_id: int) -> Row:
        """Return one row.

        Raises:
            InputError: there is no such record.

        """
        with self._database.reading() as connection:
            for row in connection.execute("SELECT id, object_id, line, text FROM records WHERE id = ?", (record_id,)):
                return row_of(*row)
        raise no_such_record()

    def text(self, record_id: int) -> str:
        """Return a record's JSON text.

        Raises:
            InputError: there is no such record.

        """
        with self._database.reading() as connection:
            for text in selections.texts(connection, [(record_id, record_id)]):
                return text
        raise no_such_record()

    def position(self, record_id: int) -> int:
        """Return a record's position, counted from 0.

        Raises:
            InputError: there is no such record.

        """
        positions = self._positions
        if not positions.holds(record_id):
            raise no_such_record()
        return positions.position_of(record_id)

    def find_object_id(self, object_id: str) -> list[int]:
        """Return the records with that objectID, ascending."""
        return object_ids.find(self._database, object_id)

    def duplicates(self) -> Iterator[tuple[str, list[int]]]:
        """Yield each objectID that several records have, "" aside, with their ids ascending."""
        return object_ids.duplicates(self._database)

    def spans(self, *, only_object_ids: bool = False, cancelled: Callable[[], bool] | None = None) -> Iterator[Span]:
        """Yield all records in file order, about a hundred at a time, as of one moment.

        Args:
            only_object_ids: count each as a record that has nothing but its objectID.
            cancelled: asked every few milliseconds.

        Raises:
            Cancelled: ``cancelled`` said so.

        """
        with self._database.reading(cancelled) as connection:
            yield from selections.spans(connection, only_object_ids=only_object_ids)

    def measures(self, first_id: int, last_id: int, *, only_object_ids: bool = False) -> list[Measure]:
        """Return size and identity of each record from one id to another, both included."""
        with self._database.reading() as connection:
            return list(selections.measures(connection, first_id, last_id, only_object_ids=only_object_ids))

    def joined(self, ranges: Ranges, *, only_object_ids: bool = False) -> bytes:
        """Return the JSON texts of the records in the ranges in UTF-8, in file order, a comma between them."""
        with self._database.reading() as connection:
            return selections.joined(connection, ranges, only_object_ids=only_object_ids)

    def identities(self, ranges: Ranges) -> list[Identity]:
        """Return who the records in the ranges are, in file order within each."""
        with self._database.reading() as connection:
            return list(selections.identities(connection, ranges))

    def set_value(self, record_id: int, column: str, raw: str | None) -> Change:
        """Replace one value by its JSON text, or take the attribute away (None); all others keep their characters.

        Raises:
            InputError: there is no such record.
            ValueNotUsable: the text is not a JSON value.
            WorkspaceFrozen: the records are in a run.

        """
        value = None if raw is None else usable_value(column, raw)
        label = f"Remove {column}" if raw is None else f"Edit {column}"
        return self._do(label, lambda connection: edits.set_value(connection, record_id, column, value))

    def add_record(self, text: str = "{}") -> Change:
        """Add a record at the end.

        Raises:
            ValueNotUsable: the text is not a record.
            WorkspaceFrozen: the records are in a run.

        """
        record = usable_record(text)
        return self._do("Add a record", lambda _: [Edit(self._positions.last_id + 1, None, record, None)])

    def repair(self, rejected_id: int, text: str) -> Change:
        """Make a record of a rejected row from its mended text, JSON or cells; undo makes it a rejected row again.

        Raises:
            ValueNotUsable: the text is still no record, and the sentence says why.
            WorkspaceFrozen: the records are in a run.

        """
        record = repairs.repaired(self, text)
        new_id = self._positions.last_id + 1
        return self._do("Repair a row", lambda connection: repairs.addition(connection, rejected_id, new_id, record))

    def delete_records(self, ids: Sequence[int]) -> Change:
        """Delete records; ids that are not there are passed over.

        Raises:
            WorkspaceFrozen: the records are in a run.

        """
        wanted = sorted(set(ids))
        label = "Delete a record" if len(wanted) == 1 else f"Delete {len(wanted):,} records"
        return self._do(label, lambda connection: edits.deletions(connection, wanted))

    def make_object_ids(self, among: Sequence[int] | None = None) -> Change:
        """Give each record (or each among these) that has no objectID, or an empty one, a UUIDv7.

        Raises:
            WorkspaceFrozen: the records are in a run.

        """
        return self._do("Make objectIDs", lambda connection: edits.new_object_ids(connection, among))

    def undo(self) -> Change | None:
        """Take back the last edit; None where there is none.

        Raises:
            WorkspaceFrozen: the records are in a run.

        """
        return self.moved(history.undo)

    def redo(self) -> Change | None:
        """Do the edit again that was taken back last; None where there is none.

        Raises:
            WorkspaceFrozen: the records are in a run.

        """
        return self.moved(history.redo)

    def _do(self, label: str, make: Callable[[apsw.Connection], Iterable[Edit]]) -> Change:
        change = self.moved(lambda connection: history.do(connection, label, make(connection)))
        return change or Change(label, (), rows_changed=False, columns_changed=False)

    def moved(self, step: Callable[[apsw.Connection], Done | None]) -> Change | None:
        """Carry out a step of `history`, and show the new positions once it is in the file."""
        with self._edit_lock:
            with self._database.writing() as connection:
                _refuse_if_closed_to_edits(connection)
                done = step(connection)
            if done is None:
                return None
            if done.came or done.went:
                back = [record_id for record_id in done.came if record_id <= self._positions.last_id]
                self._positions = self._positions.restored(back).extended(max(done.came, default=0)).without(done.went)
            return done.change

    @property
    def undo_label(self) -> str | None:
        """What `undo` would take back."""
        with self._database.reading() as connection:
            return history.labels(connection)[0]

    @property
    def redo_label(self) -> str | None:
        """What `redo` would do again."""
        with self._database.reading() as connection:
            return history.labels(connection)[1]

    @property
    def edited(self) -> bool:
        """Whether the records differ from what was loaded by an edit that is not undone."""
        return self.undo_label is not None

    def freeze(self, reason: str) -> None:
        """Refuse edits until `thaw`, also after a crash: a resumed run has to send the same bytes.

        Args:
            reason: a whole sentence for whoever tries to edit.

        """
        self._set_meta("frozen", reason)

    def thaw(self) -> None:
        """Allow edits again."""
        self._set_meta("frozen", None)

    @property
    def frozen(self) -> str | None:
        """Why edits are refused, or None."""
        text = self._meta("frozen")
        return None if text is None else msgspec.json.decode(text, type=str)

    def _set_meta(self, key: str, value: str | None) -> None:
        with self._database.writing() as connection:
            put_meta(connection, key, value)


def _refuse_if_closed_to_edits(connection: apsw.Connection) -> None:
    reason = get_meta(connection, "frozen")
    if reason is not None:
        raise WorkspaceFrozen(msgspec.json.decode(reason, type=str))
    if get_meta(connection, "loading") is not None:
        raise WorkspaceFrozen("The file is still being read.", "Edit when it is done.")
