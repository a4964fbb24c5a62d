"""What a column's values are like: how many differ, the smallest and largest, how they are spread.

SQLite groups the values, in a file that is thrown away: a million different texts are sorted on disk, and no Python
runs for each of them, so the window goes on meanwhile.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import apsw
import uuid_utils

from pushconsole.records.filter_sql import prepare
from pushconsole.records.ordering import number_order_sql, path_of
from pushconsole.records.views import View
from pushconsole.records.workspace import Workspace

BARS: Final = 16
"""Into how many parts of equal width numbers and lengths are counted."""

_COMMON = 8
_TELLING = 10  # the most frequent values say something where they are a tenth of all
_LONGEST_KEPT = 200  # characters of a value that is shown
_STEPS_BETWEEN_LOOKS = 100_000  # of SQLite's machine: some milliseconds

_GROUPED = """
CREATE TABLE held AS SELECT json_type(raw) AS type, raw, number FROM (
    SELECT text -> :path AS raw, count(*) AS number FROM {source} GROUP BY 1
)
"""
_NUMERIC = "type IN ('integer', 'real')"
_TEXTUAL = "type = 'text' AND raw != '\"\"'"


class Spread(enum.Enum):
    """What the bars of a column count."""

    NOTHING = "nothing"
    NUMBERS = "numbers"
    VALUES = "values"
    LENGTHS = "lengths"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: from and to (a number, a length in characters, or the value itself twice), and how many values."""

    first: str
    last: str
    number: int


@dataclass(frozen=True, slots=True)
class Common:
    """A value as JSON text, and how many records have it; ``whole``: the text is not shortened."""

    raw: str
    number: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the values of a column are like.

    Attributes:
        records: how many were looked at.
        missing: how many lack the attribute.
        nulls: how many have null.
        empties: how many have "".
        distinct: how many values differ as they are written in JSON, null and "" among them.
        smallest: as JSON text: of the numbers by value where there are any, else of the texts by letter.
        largest: the same.
        spread: what the bars count.
        bars: in ascending order, or the most frequent first where they count values.
        common: the most frequent values, where some value is there twice.

    """

    records: int
    missing: int
    nulls: int
    empties: int
    distinct: int
    smallest: str | None
    largest: str | None
    spread: Spread
    bars: tuple[Bar, ...]
    common: tuple[Common, ...]


def _never() -> bool:
    return False


def column_statistics(source: Workspace | View, column: str, *, cancelled: Callable[[], bool] = _never) -> Statistics:
    """Look at all values of a column; takes as long as a scan of the records, so call it in a worker thread.

    Args:
        source: the records, or those that are seen.
        column: its name.
        cancelled: asked every few milliseconds.

    Raises:
        Cancelled: ``cancelled`` said so.

    """
    workspace = source.workspace if isinstance(source, View) else source
    path = workspace.path.with_name(f"{workspace.path.name}-statistics-{uuid_utils.uuid7()}")
    try:
        with workspace.database.beside(path) as connection:
            prepare(connection)
            records = "workspace.records"
            if isinstance(source, View):
                connection.execute("ATTACH ? AS view", (str(source.path),))
                records = "view.seen CROSS JOIN workspace.records ON id = record"
            connection.set_progress_handler(cancelled, _STEPS_BETWEEN_LOOKS)
            connection.execute(_GROUPED.format(source=records), {"path": path_of((column,))})
            return _told(connection)
    finally:
        path.unlink(missing_ok=True)


def _told(connection: apsw.Connection) -> Statistics:
    kinds = dict(connection.execute("SELECT type, sum(number) FROM held GROUP BY type"))
    empties = connection.execute("SELECT sum(number) FROM held WHERE raw = '\"\"'").get or 0
    numeric = "integer" in kinds or "real" in kinds
    smallest, largest = _ends(connection, numeric=numeric)
    common = _common(connection)
    present = sum(kinds.values()) - kinds.get(None, 0)
    spread, bars = _spread(connection, common, present, numeric=numeric)
    return Statistics(
        records=sum(kinds.values()),
        missing=kinds.get(None, 0),
        nulls=kinds.get("null", 0),
        empties=empties,
        distinct=connection.execute("SELECT count(*) FROM held WHERE raw IS NOT NULL").get,
        smallest=smallest,
        largest=largest,
        spread=spread,
        bars=bars,
        common=common,
    )


def _ends(connection: apsw.Connection, *, numeric: bool) -> tuple[str | None, str | None]:
    """Return the smallest and the largest value; texts in the order of their letters, capitals as small ones."""
    if numeric:
        condition, terms = _NUMERIC, number_order_sql("CAST(raw AS REAL)", "raw")
    else:
        condition, terms = _TEXTUAL, ["raw COLLATE NOCASE"]
    found = []
    for direction in ("ASC", "DESC"):
        order = ", ".join(f"{term} {direction}" for term in terms)
        statement = f"SELECT substr(raw, 1, {_LONGEST_KEPT}) FROM held WHERE {condition} ORDER BY {order} LIMIT 1"
        found.append(connection.execute(statement).get)
    return found[0], found[1]


def _common(connection: apsw.Connection) -> tuple[Common, ...]:
    rows = connection.execute(
        f"SELECT substr(raw, 1, {_LONGEST_KEPT}), number, length(raw) <= {_LONGEST_KEPT} FROM held "
        f"WHERE raw IS NOT NULL AND number > 1 ORDER BY number DESC, raw LIMIT {_COMMON}"
    )
    return tuple(Common(raw, number, bool(whole)) for raw, number, whole in rows)


def _spread(
    connection: apsw.Connection, common: tuple[Common, ...], present: int, *, numeric: bool
) -> tuple[Spread, tuple[Bar, ...]]:
    """Choose what says most: numbers by size, values of which some are frequent by that, all others by length."""
    if numeric and (bars := _binned(connection, "CAST(raw AS REAL)", _NUMERIC)):
        return Spread.NUMBERS, bars
    if sum(value.number for value in common) * _TELLING >= present:
        return Spread.VALUES, tuple(Bar(value.raw, value.raw, value.number) for value in common)
    if bars := _binned(connection, "length(json_extract(raw, '$'))", _TEXTUAL):
        return Spread.LENGTHS, bars
    return Spread.NOTHING, ()


def _binned(connection: apsw.Connection, value: str, condition: str) -> tuple[Bar, ...]:
    """Count values in parts of equal width; nothing where they are all alike or reach beyond every double."""
    ends = f"SELECT min({value}), max({value}) FROM held WHERE {condition}"
    low, high = next(connection.execute(ends))
    if low is None or low == high or not math.isfinite(high - low):
        return ()
    width = (high - low) / BARS
    counts = dict(
        connection.execute(
            f"SELECT min(:last, CAST(({value} - :low) / :width AS INTEGER)) AS part, sum(number) FROM held "
            f"WHERE {condition} GROUP BY part",
            {"last": BARS - 1, "low": low, "width": width},
        )
    )
    edges = [f"{low + width * part:.6g}" for part in range(BARS + 1)]
    return tuple(Bar(edges[part], edges[part + 1], counts.get(part, 0)) for part in range(BARS))
