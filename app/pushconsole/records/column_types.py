"""What a column holds: the kinds of its values, counted, and the type that follows from them.

Columns are a view over the records' top-level attributes; nothing here changes a record.
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

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
        sent: whether a push sends it; the records keep it either way.

    """

    name: str
    type: ColumnType
    present: int
    sent: bool = True


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


def kinds_of_values(values: tuple[object, ...]) -> dict[CellKind, int]:
    """Count decoded values by kind; ``msgspec.UNSET`` stands for an absent one, which is not counted."""
    types = {*map(type, values)}
    counts = {types.pop(): len(values)} if len(types) == 1 else Counter(map(type, values))
    if str in counts and (empties := values.count("")):
        counts[str] -= empties
        counts[_Empty] = empties
    counts.pop(msgspec.UnsetType, None)
    kinds: dict[CellKind, int] = {}
    for value_type, number in counts.items():
        kind = _KIND_OF_TYPE[value_type]
        kinds[kind] = kinds.get(kind, 0) + number
    return {kind: number for kind, number in kinds.items() if number}


_SHAPES_AT_MOST = 4096
"""Shapes held before they are settled: records without a common shape must not fill the memory."""


class Shape:
    """The names and types of a record's attributes, with how many records have just these.

    Attributes:
        names: the attributes.
        kinds: what their values are.
        nested: those whose values are lists or objects.
        count: how many records.

    """

    __slots__ = ("count", "kinds", "names", "nested")

    def __init__(self, names: tuple[str, ...], types: Iterable[type]) -> None:
        self.names = names
        self.kinds = tuple(_KIND_OF_TYPE[value_type] for value_type in types)
        self.nested = tuple(name for name, kind in zip(names, self.kinds, strict=True) if kind is CellKind.NESTED)
        self.count = 0


@dataclass
class Tally:
    """Counts values by column and kind while records pass.

    Records of one file mostly share a few shapes, and counting shapes costs a third of counting values.
    """

    _counts: dict[str, dict[CellKind, int]] = field(default_factory=dict)
    _shapes: dict[tuple[object, ...], Shape] = field(default_factory=dict)

    def shape(self, record: Mapping[str, object]) -> Shape:
        """Return the shape of a decoded record; whoever accepts the record adds 1 to its count at once."""
        values = record.values()
        if "" in values:
            types: list[type] = [_Empty if value == "" else type(value) for value in values]
        else:
            types = [*map(type, values)]
        key = (*record, *types)
        shape = self._shapes.get(key)
        if shape is None:
            if len(self._shapes) >= _SHAPES_AT_MOST:
                self._settle()
            shape = self._shapes[key] = Shape(tuple(record), types)
        return shape

    def add_values(self, name: str, values: tuple[object, ...]) -> None:
        """Count decoded values of one column; ``msgspec.UNSET`` stands for an absent one."""
        for kind, number in kinds_of_values(values).items():
            self.add_count(name, kind, number)

    def add_count(self, name: str, kind: CellKind, number: int) -> None:
        """Count ``number`` values (negative: take away) of a kind in the column ``name``."""
        column = self._counts.setdefault(name, {})
        column[kind] = column.get(kind, 0) + number

    def _settle(self) -> None:
        shapes, self._shapes = self._shapes, {}
        for shape in shapes.values():
            for name, kind in zip(shape.names, shape.kinds, strict=True):
                self.add_count(name, kind, shape.count)

    def take(self) -> dict[str, dict[CellKind, int]]:
        """Return what was counted since the last call and start anew."""
        self._settle()
        counts, self._counts = self._counts, {}
        return counts


def summed(counted: Iterable[Mapping[str, Mapping[CellKind, int]]]) -> dict[str, dict[CellKind, int]]:
    """Return counts by column and kind, added up."""
    tally = Tally()
    for counts in counted:
        for name, kinds in counts.items():
            for kind, number in kinds.items():
                tally.add_count(name, kind, number)
    return tally.take()
