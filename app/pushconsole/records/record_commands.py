"""Changes to whole records: copies, objectIDs, duplicates, a pasted block, a record's text."""

from __future__ import annotations

import csv
import enum
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import apsw
import msgspec
import uuid_utils

from pushconsole.errors import ValueNotUsable
from pushconsole.records.bulk_command import GONE, BulkCommand, NotApplicable, Rule, Values, raw_text
from pushconsole.records.cells import cell_of, typed_value
from pushconsole.records.column_commands import joinable
from pushconsole.records.column_types import ColumnType
from pushconsole.records.columns import read_columns
from pushconsole.records.edits import WITHOUT_OBJECT_ID, usable_record
from pushconsole.records.json_text import raw_values


@dataclass(frozen=True)
class DeleteRecords(BulkCommand):
    """Delete records; ``number`` says how many, for the label."""

    number: int

    @property
    def label(self) -> str:
        """Say what is done."""
        return "Delete a record" if self.number == 1 else f"Delete {self.number:,} records"

    def rule(self, connection: apsw.Connection) -> Rule:  # noqa: ARG002  asks no file
        """Return the rule."""
        return lambda _, __: GONE


@dataclass(frozen=True)
class DuplicateRecords(BulkCommand):
    """Add a copy of each record at the end, without its objectID: two records of one objectID are one in the index."""

    adds = True

    @property
    def label(self) -> str:
        """Say what is done."""
        return "Duplicate records"

    def rule(self, connection: apsw.Connection) -> Rule:  # noqa: ARG002  asks no file
        """Return the rule."""
        return lambda _, values: {name: raw for name, raw in values.items() if name != "objectID"}


class Keep(enum.Enum):
    """Which of the records that share an objectID stays."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True)
class KeepOfDuplicates(BulkCommand):
    """Delete all records of an objectID but the first or the last.

    Attributes:
        which: the one that stays.
        object_id: only of this objectID; None: of all.

    """

    which: Keep
    object_id: str | None = None

    @property
    def label(self) -> str:
        """Say what is done."""
        return f"Keep the {self.which.value} of duplicates"

    def condition(self) -> tuple[str, Sequence[object]]:
        """Let SQLite find them."""
        stays = "min" if self.which is Keep.FIRST else "max"
        only = "" if self.object_id is None else " AND object_id = ?"
        groups = (
            f"SELECT object_id, {stays}(id) AS stays FROM records WHERE object_id > '' AND object_id < x''{only} "
            "GROUP BY object_id HAVING count(*) > 1"
        )
        condition = (
            f"id IN (SELECT r.id FROM ({groups}) g JOIN records r ON r.object_id = g.object_id AND r.id <> g.stays)"
        )
        return condition, () if self.object_id is None else (self.object_id,)

    def rule(self, connection: apsw.Connection) -> Rule:  # noqa: ARG002  asks no file
        """Return the rule."""
        return lambda _, __: GONE


@dataclass(frozen=True)
class MakeObjectIds(BulkCommand):
    """Give records an objectID.

    Attributes:
        columns: the columns whose values make it; empty: see ``counter``.
        separator: stands between the columns' values.
        counter: the first number of a counter, or None for UUIDv7s.
        prefix: stands before the counter's number.
        all_records: also those that have an objectID already.

    """

    columns: tuple[str, ...] = ()
    separator: str = "-"
    counter: int | None = None
    prefix: str = ""
    all_records: bool = False

    @property
    def label(self) -> str:
        """Say what is done."""
        return "Make objectIDs"

    def condition(self) -> tuple[str, Sequence[object]]:
        """Let SQLite find those without one."""
        return ("1", ()) if self.all_records else (f"({WITHOUT_OBJECT_ID})", ())

    def rule(self, connection: apsw.Connection) -> Rule:  # noqa: ARG002  asks no file
        """Return the rule."""
        made = 0

        def rule(_: int, values: Values) -> Values:
            nonlocal made
            new = raw_text(self._object_id(values, made))
            made += 1
            # In front where it was missing: that is where a person looks for it.
            return {**values, "objectID": new} if "objectID" in values else {"objectID": new, **values}

        return rule

    def _object_id(self, values: Values, made: int) -> str:
        if not self.columns:
            return str(uuid_utils.uuid7()) if self.counter is None else f"{self.prefix}{self.counter + made}"
        parts = [joinable(name, values[name]).strip() if name in values else "" for name in self.columns]
        missing = [name for name, part in zip(self.columns, parts, strict=True) if not part]
        if missing:
            raise NotApplicable(f"it has no {missing[0]} to make an objectID from.")
        return self.separator.join(parts)


@dataclass(frozen=True)
class SetText(BulkCommand):
    """Give a record another JSON text; select just this record."""

    text: str

    @property
    def label(self) -> str:
        """Say what is done."""
        return "Edit the record"

    def rule(self, connection: apsw.Connection) -> Rule:  # noqa: ARG002  asks no file
        """Return the rule."""
        new = raw_values(usable_record(self.text))
        return lambda _, __: new


def block_of(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the cells of a text as spreadsheets copy them: tabs between them, quotes around those with line ends."""
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if any(line.startswith('"') or '\t"' in line for line in lines):
        try:
            return tuple(map(tuple, csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True)))
        except csv.Error:
            pass  # a quote that is only a character: the cells stand as they are
    return tuple(tuple(line.split("\t")) for line in lines)


@dataclass(frozen=True)
class PasteBlock(BulkCommand):
    """Type a block of texts into cells, each as `typed_value` takes it; rows past the last record are added.

    Attributes:
        columns: the names from left to right.
        rows: the texts, row by row, none longer than ``columns``.
        record_ids: the records from top to bottom; fewer than rows where records are to be added.

    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    record_ids: tuple[int, ...]

    @property
    def label(self) -> str:
        """Say what is done."""
        return f"Paste {len(self.rows):,} × {max(map(len, self.rows), default=0)} cells"

    def rule(self, connection: apsw.Connection) -> Rule:
        """Return the rule."""
        types = {column.name: column.type for column in read_columns(connection, self.columns)}
        block = dict(zip(self.record_ids, self.rows, strict=False))
        return lambda record_id, values: (
            _typed(values, self.columns, block[record_id], types) if record_id in block else None
        )

    def tail(self, connection: apsw.Connection) -> Sequence[Values]:
        """Make the records that are not there yet."""
        types = {column.name: column.type for column in read_columns(connection, self.columns)}
        return [_typed({}, self.columns, row, types) for row in self.rows[len(self.record_ids) :]]


@dataclass(frozen=True)
class PasteText(BulkCommand):
    """Type the same text into a cell of many records, as `typed_value` takes it there."""

    column: str
    text: str

    @property
    def label(self) -> str:
        """Say what is done."""
        return f"Paste into {self.column}"

    @property
    def touches(self) -> Sequence[str]:
        """Name the one column."""
        return (self.column,)

    def rule(self, connection: apsw.Connection) -> Rule:
        """Return the rule."""
        types = {column.name: column.type for column in read_columns(connection, self.touches)}

        def rule(_: int, values: Values) -> Values:
            try:
                return _typed(values, (self.column,), (self.text,), types)
            except ValueNotUsable as refusal:
                raise NotApplicable(refusal.sentence) from None

        return rule


def _typed(values: Values, names: Sequence[str], texts: Sequence[str], types: Mapping[str, ColumnType]) -> Values:
    """Return a record's values with texts typed into some of its cells."""
    new = dict(values)
    for name, text in zip(names, texts, strict=False):
        like = cell_of(bytes(values[name]).decode()) if name in values else None
        if text or like is not None:  # nothing pasted where nothing is leaves the attribute absent
            new[name] = msgspec.Raw(typed_value(text, like, types.get(name, ColumnType.TEXT)))
    return new
