"""The log's lines, bounded and numbered, without Qt."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from itertools import islice

import msgspec

from pushconsole import quantities
from pushconsole.runs import Level

CAPACITY = 100_000
"""Lines kept: a run of a hundred million records in batches of a thousand; about 40 MB."""


class LogEntry(msgspec.Struct, frozen=True, gc=False):
    """One line. The collector does not look at it: a walk over 100,000 of them stops the window for 60 ms.

    Attributes:
        time: when it happened, with its time zone.
        level: how much it matters.
        text: a whole sentence or a row of facts.
        record_id: the record it is about, or None; of the records that its run sent.
        run_id: the run of which it tells what became of records; empty where it tells of none.
        batches: the batches whose records it is about; empty: of all the run's.
        folded: the text as it is searched; made from it.

    """

    time: datetime
    level: Level
    text: str
    record_id: int | None = None
    run_id: str = ""
    batches: tuple[int, ...] = ()
    folded: str = ""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "folded", self.text.casefold())

    def as_text(self) -> str:
        """Return the line as it is copied and saved."""
        return f"{quantities.clock(self.time)}\t{self.level.value}\t{self.text}"


class LogBuffer:
    """Keeps the newest lines. Each has a position that never changes; the oldest ones fall out.

    It says only *that* something changed; who listens reads from the position it has reached, so a burst of lines
    costs one message. To be used on one thread.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._entries: deque[LogEntry] = deque(maxlen=capacity)
        self._end = 0
        self._changed: list[Callable[[], None]] = []

    @property
    def first(self) -> int:
        """The position of the oldest line kept."""
        return self._end - len(self._entries)

    @property
    def end(self) -> int:
        """The position the next line will have."""
        return self._end

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call this after every change."""
        self._changed.append(changed)

    def append(self, entry: LogEntry) -> None:
        """Add a line."""
        self._entries.append(entry)
        self._end += 1
        self._announce()

    def clear(self) -> None:
        """Drop all lines; positions go on."""
        self._entries.clear()
        self._announce()

    def read(self, position: int, count: int) -> list[LogEntry]:
        """Return up to `count` lines from this position on; those that fell out are skipped."""
        start = max(0, position - self.first)
        return list(islice(self._entries, start, start + count))

    def _announce(self) -> None:
        for changed in self._changed:
            changed()
