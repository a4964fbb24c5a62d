"""Which record stands at which position of the table, when some were deleted.

Records are numbered from 1 without gaps and never renumbered; a deleted record leaves its number behind. So positions
follow from the sorted list of removed numbers alone, by bisection, in microseconds at any size.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field

_FEW = 64
"""Up to here, inserting into the sorted list one by one is cheaper than merging."""


def _none() -> array[int]:
    return array("q")


@dataclass(frozen=True, slots=True)
class Positions:
    """An unchanging picture of the numbers in use: 1 to ``last_id`` without ``removed`` (ascending)."""

    last_id: int = 0
    removed: array[int] = field(default_factory=_none)

    @property
    def count(self) -> int:
        """How many records there are."""
        return self.last_id - len(self.removed)

    def id_at(self, position: int) -> int:
        """Return the record id at a position counted from 0."""
        gaps = bisect_right(range(len(self.removed)), position + 1, key=lambda index: self.removed[index] - index)
        return position + 1 + gaps

    def position_of(self, record_id: int) -> int:
        """Return the position, from 0, of a record that is there."""
        return record_id - 1 - bisect_left(self.removed, record_id)

    def holds(self, record_id: int) -> bool:
        """Say whether the record is there."""
        if not 1 <= record_id <= self.last_id:
            return False
        index = bisect_left(self.removed, record_id)
        return index == len(self.removed) or self.removed[index] != record_id

    def extended(self, last_id: int) -> Positions:
        """Return the picture after records were added up to ``last_id``."""
        return Positions(max(self.last_id, last_id), self.removed)

    def without(self, record_ids: Sequence[int]) -> Positions:
        """Return the picture after these records (there until now) were deleted."""
        if len(record_ids) <= _FEW:
            removed = self.removed[:]
            for record_id in record_ids:
                insort(removed, record_id)
        else:
            removed = array("q", sorted([*self.removed, *record_ids]))
        return Positions(self.last_id, removed)

    def restored(self, record_ids: Sequence[int]) -> Positions:
        """Return the picture after these deleted records came back."""
        back = set(record_ids)
        return Positions(self.last_id, array("q", (number for number in self.removed if number not in back)))
