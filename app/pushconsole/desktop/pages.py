"""Which pages of rows are here, which are asked for, and which are wanted next; without Qt."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

ROWS_A_PAGE = 200
"""Rows asked for at once: several screens, and about a millisecond of reading."""

_KEPT = 24
_ASKED_AT_ONCE = 3
_WANTED_AT_MOST = 6

T = TypeVar("T")


class Pages(Generic[T]):
    """A bounded store of pages, least recently used first to go.

    A scroll bar dragged across a million rows touches thousands of pages; only the last few are still of interest.
    So at most three are asked for at a time, newest first, and older wishes are forgotten.
    """

    def __init__(self, ask: Callable[[int, int], None]) -> None:
        self._ask = ask
        self._pages: OrderedDict[int, list[T]] = OrderedDict()
        self._stale: set[int] = set()
        self._asked: set[int] = set()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._used = -1

    def row(self, position: int) -> T | None:
        """Return the row at this position, or None and want its page; an outdated one until the new one is here."""
        page, offset = divmod(position, ROWS_A_PAGE)
        rows = self._pages.get(page)
        if page != self._used:
            self._touch(page, known=rows is not None)
        return rows[offset] if rows is not None and offset < len(rows) else None

    def put(self, first: int, rows: Sequence[T]) -> None:
        """Keep the rows of the page that begins at `first`; those asked for before it was outdated are so already."""
        page = first // ROWS_A_PAGE
        self._pages[page] = list(rows)
        self._pages.move_to_end(page)
        (self._stale.discard if page in self._asked else self._stale.add)(page)
        self._asked.discard(page)
        while len(self._pages) > _KEPT:
            self._stale.discard(self._pages.popitem(last=False)[0])
        self._used = -1

    def give_up(self, first: int) -> None:
        """Note that the page at `first` could not be read; it is asked for again when it is next looked at."""
        self._asked.discard(first // ROWS_A_PAGE)
        self._used = -1

    def outdate(self, first: int | None = None) -> None:
        """Mark one page, or all, as no longer true; each is asked for again when it is looked at."""
        self._stale.update(self._pages if first is None else {first // ROWS_A_PAGE} & self._pages.keys())
        self._asked.clear()
        self._used = -1

    def replace(self, matches: Callable[[T], bool], row: T) -> list[int]:
        """Put a row in the place of those that match; return their positions. Outdated pages may hold it elsewhere too.

        A page that is on its way may come as it was before, so it is asked for again.
        """
        self._asked.clear()
        self._used = -1
        found = [
            (rows, page * ROWS_A_PAGE, offset)
            for page, rows in self._pages.items()
            for offset, present in enumerate(rows)
            if matches(present)
        ]
        for rows, _, offset in found:
            rows[offset] = row
        return [first + offset for _, first, offset in found]

    def forget(self) -> None:
        """Drop everything."""
        self._pages.clear()
        self._stale.clear()
        self._asked.clear()
        self._wanted.clear()
        self._used = -1

    def __iter__(self) -> Iterator[T]:
        """Yield every row that is here."""
        return (row for page in self._pages.values() for row in page)

    def ask(self) -> None:
        """Ask for what is wanted most, as far as fewer than three answers are outstanding."""
        while self._wanted and len(self._asked) < _ASKED_AT_ONCE:
            page, _ = self._wanted.popitem()
            self._asked.add(page)
            self._ask(page * ROWS_A_PAGE, ROWS_A_PAGE)

    @property
    def waiting(self) -> bool:
        """Whether a page is wanted that nobody has been asked for."""
        return bool(self._wanted)

    def _touch(self, page: int, *, known: bool) -> None:
        """Note a use of the page; `_used` saves this work for the next cell of the same page."""
        if known:
            self._pages.move_to_end(page)
        if (not known or page in self._stale) and page not in self._asked:
            self._wanted[page] = None
            self._wanted.move_to_end(page)
            while len(self._wanted) > _WANTED_AT_MOST:
                self._wanted.popitem(last=False)
        elif known:
            self._used = page
