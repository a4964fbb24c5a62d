"""What is handed out of a workspace: sizes for plans, texts for sending, identities for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import apsw

Ranges = Sequence[tuple[int, int]]
"""Record ids from and to, both included."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a plan needs to know of a record.

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
    """Who a record is, for people: see `Measure`."""

    record_id: int
    object_id: str | None
    line: int | None


def measures(connection: apsw.Connection) -> Iterator[Measure]:
    """Yield every record's measure in file order."""
    for record_id, size, object_id, line in connection.execute(
        "SELECT id, size, object_id, line FROM records ORDER BY id"
    ):
        yield Measure(record_id, size, object_id if isinstance(object_id, str) else None, line)


def texts(connection: apsw.Connection, ranges: Ranges) -> Iterator[str]:
    """Yield the JSON texts of the records in the ranges."""
    for pair in ranges:
        for (text,) in connection.execute("SELECT text FROM records WHERE id BETWEEN ? AND ? ORDER BY id", pair):
            yield text


def identities(connection: apsw.Connection, ranges: Ranges) -> Iterator[Identity]:
    """Yield who the records in the ranges are."""
    for pair in ranges:
        for record_id, object_id, line in connection.execute(
            "SELECT id, object_id, line FROM records WHERE id BETWEEN ? AND ? ORDER BY id", pair
        ):
            yield Identity(record_id, object_id if isinstance(object_id, str) else None, line)
