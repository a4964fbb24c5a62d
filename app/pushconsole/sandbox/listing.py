"""Query parameters that all lists share: choices, pages, order, windows of time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from starlette.datastructures import QueryParams

from .errors import Refusal
from .moments import moment_s, rfc3339

T = TypeVar("T")

ITEMS_PER_PAGE_MAX = 100


@dataclass(frozen=True)
class Page:
    """Which part of a list is wanted; pages count from 1."""

    number: int
    size: int

    @property
    def first(self) -> int:
        """The position, from 0, of the page's first item."""
        return (self.number - 1) * self.size

    def pagination(self, total: int) -> dict[str, int]:
        """Say where in the list the page stands."""
        pages = max(1, math.ceil(total / self.size))
        return {"nbPages": pages, "page": self.number, "nbItems": total, "itemsPerPage": self.size}

    def cut(self, items: Sequence[T]) -> list[T]:
        """Return the items of the page."""
        return list(items[self.first : self.first + self.size])


@dataclass(frozen=True)
class Window:
    """The time between two moments, in seconds since 1970."""

    start: float
    end: float

    @property
    def document(self) -> dict[str, str]:
        """The window as answers show it."""
        return {"startDate": rfc3339(self.start), "endDate": rfc3339(self.end)}


def page_of(query: QueryParams) -> Page:
    """Read `page` and `itemsPerPage`; raises a 400 for what the schema does not allow."""
    return Page(_integer(query, "page", 1, None), _integer(query, "itemsPerPage", 10, ITEMS_PER_PAGE_MAX))


def window_of(query: QueryParams, *, default_s: float) -> Window:
    """Read `startDate` and `endDate`; by default the window ends now and begins `default_s` before now."""
    now = time.time()
    start, end = query.get("startDate"), query.get("endDate")
    return Window(
        moment_s(start, path="query.startDate") if start else now - default_s,
        moment_s(end, path="query.endDate") if end else now,
    )


def choices(query: QueryParams, name: str, allowed: Iterable[str] | None = None) -> list[str] | None:
    """Read a parameter whose values are joined by commas or repeated; None where it is not there."""
    values = [value for text in query.getlist(name) for value in text.split(",") if value]
    for value in values:
        if allowed is not None and value not in allowed:
            raise Refusal(400, f"query.{name} must be one of [{', '.join(allowed)}]")
    return values or None


def choice(query: QueryParams, name: str, allowed: Sequence[str], default: str) -> str:
    """Read a parameter with one value of a few."""
    value = query.get(name, default)
    if value not in allowed:
        raise Refusal(400, f"query.{name} must be one of [{', '.join(allowed)}]")
    return value


def descending(query: QueryParams) -> bool:
    """Read `order`, which is descending where nothing is said."""
    return choice(query, "order", ("asc", "desc"), "desc") == "desc"


def ordered(items: Iterable[T], query: QueryParams, keys: Sequence[str], value: Callable[[T, str], object]) -> list[T]:
    """Sort by `sort` (createdAt where nothing is said) and `order`."""
    key = choice(query, "sort", keys, "createdAt")
    return sorted(items, key=lambda item: str(value(item, key)), reverse=descending(query))


def _integer(query: QueryParams, name: str, default: int, largest: int | None) -> int:
    text = query.get(name, str(default))
    value = int(text) if text.isascii() and text.isdigit() else 0
    if value < 1:
        raise Refusal(400, f"query.{name} must be an integer of at least 1")
    if largest is not None and value > largest:
        raise Refusal(400, f"query.{name} must be at most {largest}")
    return value
