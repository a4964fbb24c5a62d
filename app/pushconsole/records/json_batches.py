r"""Many JSON records read at once, in less than half of the time that one by one takes.

Records of one file mostly have the same attributes, so they are decoded into a struct with these for fields, and
looked at by column. What is not plain (a syntax error, a key that stands twice, deep nesting, ``\u``) is not decided
here: the batch is then read record by record, which also knows the sentence to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Any

import msgspec

from pushconsole.records.column_types import CellKind, Tally, kinds_of_values
from pushconsole.records.json_text import object_id_column

_MOST_NAMES = 512  # a struct is no gain for records that have little in common
_WORTH_LOOKING = 3  # one attribute of so many looked into takes as long as to write all of the records

_Scalar = str | int | float | bool | None
_Level1 = _Scalar | list[_Scalar] | dict[str, _Scalar]
_Level2 = _Scalar | list[_Level1] | dict[str, _Level1]
_Level3 = _Scalar | list[_Level2] | dict[str, _Level2]  # so flat that no limit of nesting is near

_TYPES: dict[CellKind, Any] = {
    CellKind.TEXT: Annotated[str, msgspec.Meta(min_length=1)],
    CellKind.NUMBER: int | float,
    CellKind.BOOLEAN: bool,
    CellKind.NESTED: list[_Level2] | dict[str, _Level2],
}
"""What an attribute is declared as that every record has with a value of one kind: what was decoded is counted."""

_encode = msgspec.json.Encoder().encode
_decode_names = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@dataclass(frozen=True)
class _Layout:
    """What the records decoded at once have in common.

    Attributes:
        fields: the struct's field for each attribute.
        kinds: the kind of an attribute that every record has with a value of it.
        decode: makes a struct of a record's text.

    """

    fields: Mapping[str, str]
    kinds: Mapping[str, CellKind]
    decode: Callable[[bytes], msgspec.Struct]

    def values(self, name: str, records: Sequence[msgspec.Struct]) -> tuple[Any, ...]:
        """Return the values of an attribute; an absent one is ``msgspec.UNSET``."""
        return tuple(map(attrgetter(self.fields[name]), records))

    def absent(self, name: str, records: Sequence[msgspec.Struct]) -> int:
        """Return how many records lack an attribute."""
        return 0 if name in self.kinds else self.values(name, records).count(msgspec.UNSET)

    def colons_in(self, name: str, records: Sequence[msgspec.Struct]) -> int:
        """Count the colons in the values of an attribute: those of keys, read once each, and those in texts."""
        values = self.values(name, records)
        if self.kinds.get(name) is CellKind.TEXT:
            return "".join(values).count(":")
        return _encode([value for value in values if value is not msgspec.UNSET]).count(b":")


class Batch:
    """Records of one batch, decoded."""

    def __init__(self, layout: _Layout, records: Sequence[msgspec.Struct]) -> None:
        self._layout = layout
        self._records = records

    def count_values(self, tally: Tally) -> None:
        """Count the values of all records."""
        layout = self._layout
        for name in layout.fields:
            if name in layout.kinds:
                tally.add_count(name, layout.kinds[name], len(self._records))
            else:
                tally.add_values(name, layout.values(name, self._records))

    def object_ids(self, texts: Sequence[bytes]) -> Sequence[str | bytes | None]:
        """Return what the workspace's object_id column holds for each record; these are their texts."""
        if "objectID" not in self._layout.fields:
            return [None] * len(texts)
        ids: tuple[Any, ...] = self._layout.values("objectID", self._records)
        if self._layout.kinds.get("objectID") is CellKind.TEXT or {*map(type, ids)} == {str}:
            return ids
        return [
            None if value is msgspec.UNSET else object_id_column({"objectID": value}, text)
            for value, text in zip(ids, texts, strict=True)
        ]


class BatchReader:
    """Learns which attributes a file's records have and of which kind they are, and reads many at once."""

    def __init__(self) -> None:
        self._layout: _Layout | None = None
        self._loose: _Layout | None = None  # the same attributes, and any kind of value
        self._learning = True
        self._with_colons: set[str] = set()  # attributes in whose values some were found

    def read(self, texts: Sequence[bytes]) -> Batch | None:
        """Return the records with these texts; None where they have to be read one by one."""
        records = self._decoded(texts)
        if records is None and self._learn(texts):
            records = self._decoded(texts)
        if records is None or self._layout is None:
            return None
        together = b"".join(texts)
        if b"\\" in together and b"\\u" in together:
            return None
        # A key that stands twice is read once. Every key brings a colon, and every text has as many colons as before
        # (written as themselves, for there is no \u): as many colons read as written proves that no key was dropped.
        if not self._has_colons(self._layout, records, together.count(b":")):
            return None
        return Batch(self._layout, records)

    def _has_colons(self, layout: _Layout, records: Sequence[msgspec.Struct], written: int) -> bool:
        """Whether these records have as many colons as were written, those of keys and those in texts together.

        Looked into are only the attributes that had some before. Those of others could but add to the number, which is
        never above what was written, so that where it is reached nothing is missing.
        """
        if len(self._with_colons) * _WORTH_LOOKING <= len(layout.fields):
            keys = sum(len(records) - layout.absent(name, records) for name in layout.fields)
            if keys + sum(layout.colons_in(name, records) for name in self._with_colons) == written:
                return True
        if _encode(records).count(b":") != written:
            return False
        self._with_colons |= {name for name in layout.fields if layout.colons_in(name, records)}
        return True

    def _decoded(self, texts: Sequence[bytes]) -> list[msgspec.Struct] | None:
        if self._layout is None:
            return None
        try:
            return [*map(self._layout.decode, texts)]
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return None

    def _learn(self, texts: Sequence[bytes]) -> bool:
        """Take in attributes that are new, and kinds that are not what they were; return whether there are any."""
        if not self._learning:
            return False
        try:
            self._learn_names(texts)
            records = [*map(self._loose.decode, texts)] if self._loose else []
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return False
        if self._loose is None:
            self._layout, self._learning = None, False
            return False
        kinds = {name: _only_kind(self._loose.values(name, records)) for name in self._loose.fields}
        before = self._layout
        kept = {
            name: kind
            for name, kind in kinds.items()
            if kind is not None and (before is None or before.kinds.get(name) is kind)
        }
        if before is not None and (before.fields, before.kinds) == (self._loose.fields, kept):
            return False
        self._layout = _layout([*self._loose.fields], kept)
        return True

    def _learn_names(self, texts: Sequence[bytes]) -> None:
        known = self._loose.fields if self._loose else {}
        names = dict.fromkeys(known) | {name: None for text in texts for name in _decode_names(text)}
        if self._loose is None or len(names) > len(known):
            self._loose = _layout([*names], {})


def _only_kind(values: tuple[object, ...]) -> CellKind | None:
    """Return the kind of all values, where they are of one and `_TYPES` knows it."""
    kinds = kinds_of_values(values)
    kind = next(iter(kinds), None)
    return kind if kind in _TYPES and len(kinds) == 1 and kinds[kind] == len(values) else None


def _layout(names: Sequence[str], kinds: Mapping[str, CellKind]) -> _Layout | None:
    """Return what decodes records with no other attributes than these; None where no struct can have them."""
    if len(names) > _MOST_NAMES:
        return None
    fields = {name: f"value{index}" for index, name in enumerate(names)}
    loose = _Level3 | msgspec.UnsetType
    try:
        record = msgspec.defstruct(
            "Record",
            [
                (field, _TYPES[kinds[name]]) if name in kinds else (field, loose, msgspec.UNSET)
                for name, field in fields.items()
            ],
            rename={field: name for name, field in fields.items()},
            forbid_unknown_fields=True,
            kw_only=True,
            gc=False,
        )
    except ValueError:  # a struct's fields have no quotes, backslashes or control characters in their names
        return None
    return _Layout(fields, kinds, msgspec.json.Decoder(record).decode)
