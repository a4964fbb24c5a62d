"""Columns of delimited text that are numbers or booleans as long as every cell that is not empty is exactly that."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from pushconsole.records.column_types import NUMBER, CellKind

_is_number = NUMBER.fullmatch
_is_boolean = re.compile("true|false").fullmatch
_KNOWN_AT_MOST = 10_000  # cells remembered of a column
_BOOLEANS: dict[str, msgspec.Raw | str] = {"true": msgspec.Raw("true"), "false": msgspec.Raw("false"), "": ""}
_decode_numbers = msgspec.json.Decoder(list[float]).decode
_decode_raws = msgspec.json.Decoder(list[msgspec.Raw]).decode


def _numbers(cells: list[str]) -> list[msgspec.Raw] | None:
    """Return cells that are all JSON numbers, as a JSON parser sees it; None also where one is larger than it reads."""
    joined = f"[{','.join(cells)}]"
    if any(space in joined for space in " \t\r\n"):
        return None
    try:
        return _decode_raws(joined) if len(_decode_numbers(joined)) == len(cells) else None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


class TypedColumn:
    """A column that is not known to be text.

    Attributes:
        index: its place in a row.
        name: what it is called.
        kind: what its cells are until now; text stands for "no cell yet".
        seen: whether a cell was taken for what the column is.
        known: JSON values of cells seen before: stock, ratings and prices repeat, and a look-up is cheaper.

    """

    __slots__ = ("index", "kind", "known", "name", "seen")

    def __init__(self, index: int, name: str) -> None:
        self.index = index
        self.name = name
        self.kind = CellKind.TEXT
        self.seen = False
        self.known: dict[str, msgspec.Raw] = {}

    def value_of(self, cell: str) -> msgspec.Raw | None:
        """Return the JSON value of a cell that is not empty, or None where it is not what the column is."""
        if self.kind is CellKind.TEXT:
            self.kind = CellKind.BOOLEAN if _is_boolean(cell) else CellKind.NUMBER
        fits = _is_number(cell) if self.kind is CellKind.NUMBER else _is_boolean(cell)
        if not fits:
            return None
        if len(self.known) >= _KNOWN_AT_MOST:
            self.known.clear()
        self.seen = True
        value = self.known[cell] = msgspec.Raw(cell)
        return value

    def values_of(self, cells: Sequence[str]) -> Sequence[object] | None:
        """Return the JSON values of many cells, "" for those that are empty; None where one may not fit the column."""
        filled = [*filter(None, cells)]
        if not filled:
            return cells
        if self.kind is not CellKind.NUMBER and {*filled} <= _BOOLEANS.keys():
            self.kind, self.seen = CellKind.BOOLEAN, True
            return [*map(_BOOLEANS.__getitem__, cells)]
        if self.kind is CellKind.BOOLEAN or (numbers := _numbers(filled)) is None:
            return None
        self.kind, self.seen = CellKind.NUMBER, True
        if len(filled) == len(cells):
            return numbers
        given = iter(numbers)
        return [cell and next(given) for cell in cells]
