"""A file is read in one thread while another one writes what was read: SQLite needs no interpreter for its part.

What is handed over is large, since each hand-over may wait for the interpreter; and there is little of it under way,
so that the memory stays bounded.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from queue import Full, Queue
from types import TracebackType
from typing import Self

from pushconsole.records.column_types import CellKind
from pushconsole.records.reading import Portion, RecordReader, Rejected, TurnedToText

_PORTIONS_AT_ONCE = 8  # about a megabyte
_LONGEST_S = 0.02  # what is read slowly is handed over before it is much
_UNDER_WAY = 4  # SQLite pauses now and then to move what it wrote to its place
_LOOK_S = 0.05  # how soon the reading thread sees that nobody waits any more


@dataclass(frozen=True)
class Stretch:
    """A stretch of a file: its records and all that was found out on the way.

    Attributes:
        records: those that are records.
        rejected: rows that are none.
        turned: columns that turned to text.
        counts: the values of the records by column and kind.
        read_bytes: how far the file was read.

    """

    records: Portion
    rejected: Sequence[Rejected]
    turned: Sequence[TurnedToText]
    counts: dict[str, dict[CellKind, int]]
    read_bytes: int


class ReadAhead:
    """Reads stretches in a thread of its own, from entering to leaving."""

    def __init__(self, reader: RecordReader) -> None:
        self._reader = reader
        self._turned = 0
        self._ready: Queue[Stretch | BaseException | None] = Queue(_UNDER_WAY)
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._read, name="read ahead", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._thread.join()

    def next(self, within_s: float) -> Stretch | None:
        """Return the next stretch, or None at the end.

        Raises:
            queue.Empty: there is none within this time.
            InputError: the file cannot be read on.

        """
        stretch = self._ready.get(timeout=max(0.0, within_s))
        if isinstance(stretch, BaseException):
            raise stretch
        return stretch

    def _read(self) -> None:
        try:
            self._read_all()
        except BaseException as error:  # whatever it is, it is for the thread that waits
            self._hand_over(error)
        else:
            self._hand_over(None)

    def _read_all(self) -> None:
        gathered: list[Portion] = []
        until = time.monotonic() + _LONGEST_S
        with closing(self._reader.portions()) as portions:  # type: ignore[type-var]
            for portion in portions:
                gathered.append(portion)
                if len(gathered) >= _PORTIONS_AT_ONCE or time.monotonic() > until:
                    self._hand_over(self._stretch(gathered))
                    gathered, until = [], time.monotonic() + _LONGEST_S
                if self._left.is_set():
                    return
        self._hand_over(self._stretch(gathered))

    def _stretch(self, portions: Sequence[Portion]) -> Stretch:
        reader = self._reader
        rejected, reader.rejected = reader.rejected, []
        turned, self._turned = reader.turned[self._turned :], len(reader.turned)
        return Stretch(_joined(portions), rejected, turned, reader.take_counts(), reader.read_bytes())

    def _hand_over(self, what: Stretch | BaseException | None) -> None:
        while not self._left.is_set():
            try:
                self._ready.put(what, timeout=_LOOK_S)
            except Full:
                continue
            return


def _joined(portions: Sequence[Portion]) -> Portion:
    """Return portions that follow one another as one."""
    lines = [portion.lines for portion in portions]
    return Portion(
        [*chain.from_iterable(portion.object_ids for portion in portions)],
        _lines_joined(lines),
        [*chain.from_iterable(portion.texts for portion in portions)],
    )


def _lines_joined(parts: Sequence[Sequence[int]]) -> Sequence[int]:
    whole = range(0)
    for lines in parts:
        if not isinstance(lines, range) or (whole and lines.start != whole.stop):
            return [*chain.from_iterable(parts)]
        whole = range(whole.start if whole else lines.start, lines.stop)
    return whole
