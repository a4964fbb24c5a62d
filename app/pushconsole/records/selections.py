"""What is handed out of a workspace: sizes for plans, texts for sending, identities for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import apsw
import msgspec

from pushconsole.records.columns import unsent_columns
from pushconsole.records.file_marks import FileNames
from pushconsole.records.ordering import path_of

Ranges = Sequence[tuple[int, int]]
"""Record ids from and to, both included."""


_TOGETHER = 128
"""Neighbours counted together: enough to make a million records few rows, few enough to look at one by one."""

_RANGES_ONE_BY_ONE = 16
"""Up to here a statement a range costs less than to sort the texts of one statement for all."""

_NAMELESS = (
    "(object_id IS NULL OR object_id = '' OR object_id >= x'')"  # an objectID that is not text is kept as a blob
)
_REMOVED_AT_ONCE = 100  # a function of SQLite takes 127 arguments, https://sqlite.org/limits.html
_ONLY_OBJECT_ID = "json_object('objectID', CASE WHEN object_id < x'' THEN object_id END)"


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring records, counted together.

    Attributes:
        first_id: the lowest record id.
        last_id: the highest; ids between them may be missing, where records were deleted.
        records: how many there are.
        size_bytes: of their texts together, in UTF-8.
        largest_bytes: of the largest text.
        nameless: how many have no objectID that is a text with a character in it.

    """

    first_id: int
    last_id: int
    records: int
    size_bytes: int
    largest_bytes: int
    nameless: int


@dataclass(frozen=True, slots=True)
class Measure:
    """What a plan needs to know of a single record.

    Attributes:
        record_id: its number.
        size_bytes: its text in UTF-8.
        object_id: its objectID where that is text, else None.
        line: the line of the file it began in, or None.

    """

    record_id: int
    size_bytes: int
    object_id: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a record is, for people: see `Measure`.

    Attributes:
        file: the file it came from, where several were loaded.

    """

    record_id: int
    object_id: str | None
    line: int | None
    file: str | None = None


def spans(connection: apsw.Connection, *, only_object_ids: bool) -> Iterator[Span]:
    """Yield all records in file order, counted together by SQLite."""
    size = _size(connection, only_object_ids)
    for row in connection.execute(
        f"SELECT min(id), max(id), count(*), sum({size}), max({size}), sum({_NAMELESS}) FROM records "
        "GROUP BY id / ? ORDER BY 1",
        (_TOGETHER,),
    ):
        yield Span(*row)


def spans_among(connection: apsw.Connection, among: str, *, only_object_ids: bool) -> Iterator[Span]:
    """Yield the records that fulfil a condition in file order; neighbours without a gap between them are a span."""
    size = _size(connection, only_object_ids)
    for row in connection.execute(
        "SELECT min(id), max(id), count(*), sum(bytes), max(bytes), sum(nameless) FROM ("
        f"SELECT id, {size} AS bytes, {_NAMELESS} AS nameless, id - row_number() OVER (ORDER BY id) AS island "
        f"FROM records WHERE {among}) GROUP BY island, id / ? ORDER BY 1",
        (_TOGETHER,),
    ):
        yield Span(*row)


def islands(connection: apsw.Connection, among: str) -> Iterator[tuple[int, int]]:
    """Yield the ids of the records that fulfil a condition as inclusive ranges without gaps, in file order."""
    yield from connection.execute(
        "SELECT min(id), max(id) FROM ("
        f"SELECT id, id - row_number() OVER (ORDER BY id) AS island FROM records WHERE {among}) "
        "GROUP BY island ORDER BY 1"
    )


def measures(connection: apsw.Connection, first_id: int, last_id: int, *, only_object_ids: bool) -> Iterator[Measure]:
    """Yield the records from one id to another, one by one."""
    for record_id, size, object_id, line in connection.execute(
        f"SELECT id, {_size(connection, only_object_ids)}, object_id, line FROM records "
        "WHERE id BETWEEN ? AND ? ORDER BY id",
        (first_id, last_id),
    ):
        yield Measure(record_id, size, object_id if isinstance(object_id, str) else None, line)


def joined(connection: apsw.Connection, ranges: Ranges, *, only_object_ids: bool) -> bytes:
    """Return the JSON texts of the records in the ranges in UTF-8, a comma between them.

    SQLite joins them, so that other threads run meanwhile: a loop in Python over 10,000 records would not let them.
    """
    text = _sent_text(connection, only_object_ids)
    if len(ranges) > _RANGES_ONE_BY_ONE:
        together = (
            "SELECT CAST(group_concat(text, ',') AS BLOB) FROM ("
            f"SELECT {text} AS text FROM json_each(?) AS chosen CROSS JOIN records "
            "ON records.id BETWEEN chosen.value ->> 0 AND chosen.value ->> 1 ORDER BY chosen.key, records.id)"
        )
        return connection.execute(together, (msgspec.json.encode(ranges).decode(),)).get or b""
    statement = (
        "SELECT CAST(group_concat(text, ',') AS BLOB) FROM "
        f"(SELECT {text} AS text FROM records WHERE id BETWEEN ? AND ? ORDER BY id)"
    )
    return b",".join(part for pair in ranges if (part := connection.execute(statement, pair).get) is not None)


def texts(connection: apsw.Connection, ranges: Ranges) -> Iterator[str]:
    """Yield the JSON texts of the records in the ranges."""
    for pair in ranges:
        for (text,) in connection.execute("SELECT text FROM records WHERE id BETWEEN ? AND ? ORDER BY id", pair):
            yield text


def identities(connection: apsw.Connection, ranges: Ranges) -> Iterator[Identity]:
    """Yield who the records in the ranges are."""
    names = FileNames(connection)
    for pair in ranges:
        for record_id, object_id, line in connection.execute(
            "SELECT id, object_id, line FROM records WHERE id BETWEEN ? AND ? ORDER BY id", pair
        ):
            file = None if line is None else names.of_record(record_id)
            yield Identity(record_id, object_id if isinstance(object_id, str) else None, line, file)


def _size(connection: apsw.Connection, only_object_ids: bool) -> str:
    text = _sent_text(connection, only_object_ids)
    return "size" if text == "text" else f"octet_length({text})"


def _sent_text(connection: apsw.Connection, only_object_ids: bool) -> str:
    """Return SQL for what is sent of a record: the values that are sent keep their characters."""
    if only_object_ids:
        return _ONLY_OBJECT_ID
    text, unsent = "text", unsent_columns(connection)
    for at in range(0, len(unsent), _REMOVED_AT_ONCE):
        paths = ", ".join(_literal(path_of((name,))) for name in unsent[at : at + _REMOVED_AT_ONCE])
        text = f"json_remove({text}, {paths})"
    return text


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
