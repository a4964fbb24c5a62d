"""What is asked of the records about rows of the table, by their positions; called in worker threads."""

from __future__ import annotations

from pushconsole.records import View, Workspace


def ranges_of(source: Workspace | View, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the record ids of rows as ranges: between two of them, ids without a record do no harm."""
    if isinstance(source, View):
        return [pair for first, last in spans for pair in source.ranges(first, last - first + 1)]
    ends = [(source.page(first, 1), source.page(min(last, source.count() - 1), 1)) for first, last in spans]
    return [(top[0].record_id, bottom[0].record_id) for top, bottom in ends if top and bottom]


def in_order(source: Workspace | View, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the record ids of rows as ranges, in the order in which they are seen."""
    if isinstance(source, View):
        ids = (one for first, last in spans for one in source.record_ids(first, last - first + 1))
        return [(one, one) for one in ids]
    return ranges_of(source, spans)
