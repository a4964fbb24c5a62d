"""What a column holds: the kinds of its values, counted, and the type that follows from them.

Columns are a view over the records' top-level attributes; nothing here changes a record.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
"""A JSON number, RFC 8259 section 6, for ``fullmatch``."""

_IDENTIFIER_WORDS = frozenset(
    {"asin", "barcode", "code", "codes", "ean", "fax", "gtin", "iban", "id", "ids", "isbn", "issn", "key", "mobile"}
    | {"mpn", "phone", "plz", "postal", "postcode", "ref", "reference", "sku", "skus", "telephone", "upc", "uuid"}
    | {"uuids", "zip", "zipcode"}
)
"""Last words of names whose digits are a label and not a quantity: nobody adds up postcodes."""

_WORDS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class CellKind(enum.Enum):
    """What stands in a cell. Absent, null and "" are three things."""

    ABSENT = "absent"
    NULL = "null"
    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NESTED = "nested"


class ColumnType(enum.Enum):
    """What a column's values are, null and "" aside."""

    UNKNOWN = "unknown"  # no value but null and ""
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NESTED = "nested"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Column:
    """A top-level attribute.

    Attributes:
        name: the attribute's name.
        type: what its values are.
        present: how many records have the attribute, null and "" included.

    """

    name: str
    type: ColumnType
    present: int


COUNTED = (CellKind.NULL, CellKind.EMPTY, CellKind.TEXT, CellKind.NUMBER, CellKind.BOOLEAN, CellKind.NESTED)
"""The kinds a column counts, in the order in which they are stored."""

_DECIDING = {
    CellKind.TEXT: ColumnType.TEXT,
    CellKind.NUMBER: ColumnType.NUMBER,
    CellKind.BOOLEAN: ColumnType.BOOLEAN,
    CellKind.NESTED: ColumnType.NESTED,
}


def column_type(counts: Mapping[CellKind, int]) -> ColumnType:
    """Return the type of a column from how many values of each kind it holds."""
    found = [kind for kind in _DECIDING if counts.get(kind, 0) > 0]
    if not found:
        return ColumnType.UNKNOWN
    return _DECIDING[found[0]] if len(found) == 1 else ColumnType.MIXED


def looks_like_identifier(name: str) -> bool:
    """Say whether a column of that name holds labels (sku, zip, phone), which stay text whatever they look like."""
    words = _WORDS.findall(_CAMEL.sub(" ", name))
    return bool(words) and words[-1].lower() in _IDENTIFIER_WORDS


class _Empty:
    """Stands for the type of "" in a shape, which Python does not tell from other text."""


_KIND_OF_TYPE: dict[type, CellKind] = {
    _Empty: CellKind.EMPTY,
    str: CellKind.TEXT,
    int: CellKind.NUMBER,
    float: CellKind.NUMBER,
    bool: CellKind.BOOLEAN,
    type(None): CellKind.NULL,
    dict: CellKind.NESTED,
    list: CellKind.NESTED,
}


def kind_of(value: object) -> CellKind:
    """Return the kind of a decoded JSON value."""
    return CellKind.EMPTY if value == "" else _KIND_OF_TYPE[type(value)]


_SHAPES_AT_MOST = 4096
"""Shapes held before they are settled: records without a common shape must not fill the memory."""


@dataclass
class Tally:
    """Counts values by column and kind while records pass.

    Records of one file mostly share a few shapes (names and types), and counting shapes costs a third of counting
    values; ``settle`` turns shapes into counts.
    """

    counts: dict[str, dict[CellKind, int]] = field(default_factory=dict)
    _shapes: dict[tuple[object, ...], int] = field(default_factory=dict)

    def add(self, record: Mapping[str, object], *, has_empty: bool) -> None:
        """Count a decoded record; ``has_empty`` may be True without need, never False where a value is ""."""
        if has_empty:
            types: Iterable[type] = (_Empty if value == "" else type(value) for value in record.values())
        else:
            types = map(type, record.values())
        shape = (*record, *types)
        self._shapes[shape] = self._shapes.get(shape, 0) + 1
        if len(self._shapes) > _SHAPES_AT_MOST:
            self.settle()

    def add_count(self, name: str, kind: CellKind, number: int) -> None:
        """Count ``number`` values (negative: take away) of a kind in the column ``name``."""
        column = self.counts.setdefault(name, {})
        column[kind] = column.get(kind, 0) + number

    def settle(self) -> None:
        """Bring ``counts`` up to date."""
        shapes, self._shapes = self._shapes, {}
        for shape, number in shapes.items():
            half = len(shape) // 2
            for name, kind in zip(shape[:half], shape[half:], strict=True):
                assert isinstance(name, str)
                assert isinstance(kind, type)
                self.add_count(name, _KIND_OF_TYPE[kind], number)

    def take(self) -> dict[str, dict[CellKind, int]]:
        """Return what was counted since the last call and start anew."""
        self.settle()
        counts, self.counts = self.counts, {}
        return counts
