"""Sorting and filtering, against the statements that do no more than that."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from pushconsole.records import SortKey, View, make_view, read_filter
from tests.benchmarks.measuring import Bench, Measured, at_most, timed

_GOAL = 1.3
_SORTS = {"number": ("price", "text ->> '$.price'"), "text": ("name", "text ->> '$.name' COLLATE NOCASE")}
_FILTERS = {
    "a number": ("price > 500", "text ->> '$.price' > 500"),
    "a text contains": ('name contains "lamp"', "text ->> '$.name' LIKE '%lamp%'"),
}


def measure(bench: Bench) -> list[Measured]:
    """Sort the NDJSON file's records by a column, and filter them by one."""
    sorts = [_sorted(bench, what, *terms) for what, terms in _SORTS.items()]
    return sorts + [_filtered(bench, what, *terms) for what, terms in _FILTERS.items()]


def _sorted(bench: Bench, what: str, column: str, term: str) -> Measured:
    ours, theirs = bench.compared(
        lambda _: timed(lambda: _closed(make_view(bench.loaded, order=[SortKey(column)]))),
        lambda folder: _bare(bench, folder, f"ORDER BY {term}"),
    )
    return at_most(f"sort by a {what}", ours, "the bare statement", theirs, _GOAL)


def _filtered(bench: Bench, what: str, words: str, term: str) -> Measured:
    where = read_filter(words, [column.name for column in bench.loaded.columns()])
    ours, theirs = bench.compared(
        lambda _: timed(lambda: _closed(make_view(bench.loaded, where=where))),
        lambda folder: _bare(bench, folder, f"WHERE {term} ORDER BY id"),
    )
    return at_most(f"filter: {what}", ours, "the bare statement", theirs, _GOAL)


def _closed(view: View | None) -> None:
    assert view is not None
    view.close()


def _bare(bench: Bench, folder: Path, rest: str) -> float:
    """Write the record ids into a table of a file beside the workspace, as a view does."""
    with bench.loaded.database.beside(folder / f"bare-{uuid4()}") as connection:
        connection.execute("CREATE TABLE seen(place INTEGER PRIMARY KEY, record INTEGER NOT NULL)")
        return timed(lambda: connection.execute(f"INSERT INTO seen(record) SELECT id FROM workspace.records {rest}"))
