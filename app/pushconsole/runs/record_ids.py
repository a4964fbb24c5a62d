"""Sets of record ids as inclusive ranges in file order, in which every id is a record."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]


def count(ranges: Iterable[tuple[int, int]]) -> int:
    """Return how many ids there are."""
    return sum(last - first + 1 for first, last in ranges)


def holds(ranges: Sequence[tuple[int, int]], record_id: int) -> bool:
    """Return whether an id is among them."""
    at = bisect.bisect_right(ranges, (record_id, float("inf"))) - 1
    return at >= 0 and ranges[at][0] <= record_id <= ranges[at][1]


def parted(ranges: Ranges, records: int) -> tuple[Ranges, Ranges]:
    """Return the first so many ids and the others."""
    head: list[tuple[int, int]] = []
    tail: list[tuple[int, int]] = []
    for first, last in ranges:
        left = records - count(head)
        if left <= 0:
            tail.append((first, last))
        elif last - first + 1 <= left:
            head.append((first, last))
        else:
            head.append((first, first + left - 1))
            tail.append((first + left, last))
    return tuple(head), tuple(tail)


def without(ranges: Ranges, ids: Iterable[int]) -> Ranges:
    """Return all but these ids."""
    return tuple(_without(ranges, sorted(set(ids))))


def _without(ranges: Ranges, ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    for first, last in ranges:
        begin = first
        for out in ids[bisect.bisect_left(ids, first) : bisect.bisect_right(ids, last)]:
            if begin < out:
                yield begin, out - 1
            begin = out + 1
        if begin <= last:
            yield begin, last


def united(sets: Iterable[Ranges]) -> Ranges:
    """Return the ids of sets that share none, neighbours joined."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(pair for ranges in sets for pair in ranges):
        if joined and joined[-1][1] + 1 == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return tuple(joined)


def of(ids: Iterable[int]) -> Ranges:
    """Return single ids as ranges."""
    return united(((one, one),) for one in set(ids))
