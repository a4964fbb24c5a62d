r"""Many JSON records read at once, in less than half of the time that one by one takes.

Records of one file mostly have the same attributes, so they are decoded into a struct with these for fields, and
looked at by column. What is not plain (a syntax error, a key that stands twice, deep nesting, ``\u``) is not decided
here: the batch is then read record by record, which also knows the sentence to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast

import msgspec

from pushconsole.records.column_types import Tally
from pushconsole.records.json_text import object_id_column

_MOST_NAMES = 512  # a struct is no gain for records that have little in common

_Scalar = str | int | float | bool | None
_Level1 = _Scalar | list[_Scalar] | dict[str, _Scalar]
_Level2 = _Scalar | list[_Level1] | dict[str, _Level1]
_Level3 = _Scalar | list[_Level2] | dict[str, _Level2]  # so flat that no limit of nesting is near

_encode = msgspec.json.Encoder().encode
_decode_names = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@dataclass(frozen=True)
class Batch:
    """Records of one batch by column; an absent value is ``msgspec.UNSET``."""

    names: tuple[str, ...]
    columns: list[tuple[object, ...]]

    def count_values(self, tally: Tally, first: int, last: int) -> None:
        """Count the values of the records from one position to another, this one excluded."""
        for name, column in zip(self.names, self.columns, strict=True):
            tally.add_values(name, column[first:last])

    def object_ids(self, texts: list[bytes]) -> Iterable[str | bytes | None]:
        """Return what the workspace's object_id column holds for each record; these are their texts."""
        if "objectID" not in self.names:
            return (None for _ in texts)
        ids = self.columns[self.names.index("objectID")]
        if {*map(type, ids)} == {str}:
            return cast("tuple[str, ...]", ids)
        return (
            None if value is msgspec.UNSET else object_id_column({"objectID": value}, text)
            for value, text in zip(ids, texts, strict=True)
        )


class BatchReader:
    """Learns which attributes a file's records have, and reads many at once."""

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._decode: Callable[[bytes], msgspec.Struct] | None = None
        self._learning = True

    def read(self, texts: list[bytes]) -> Batch | None:
        """Return the records with these texts; None where they have to be read one by one."""
        records = self._decoded(texts)
        if records is None and self._learn(texts):
            records = self._decoded(texts)
        if records is None:
            return None
        together = b"".join(texts)
        if b"\\" in together and b"\\u" in together:
            return None
        # A key that stands twice is read once. Every key brings a colon, and every text has as many colons as before
        # (written as themselves, for there is no \u): as many colons read as written proves that no key was dropped.
        if together.count(b":") != _encode(records).count(b":"):
            return None
        return Batch(self._names, [*zip(*map(msgspec.structs.astuple, records), strict=True)])

    def _decoded(self, texts: list[bytes]) -> list[msgspec.Struct] | None:
        if self._decode is None:
            return None
        try:
            return [*map(self._decode, texts)]
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return None

    def _learn(self, texts: list[bytes]) -> bool:
        """Take in attributes that are new; return whether there are any."""
        if not self._learning:
            return False
        try:
            found = dict.fromkeys(self._names) | {name: None for text in texts for name in _decode_names(text)}
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return False
        if self._decode is not None and len(found) == len(self._names):
            return False
        self._decode = _decoder(tuple(found))
        self._names = tuple(found)
        self._learning = self._decode is not None
        return self._learning


def _decoder(names: tuple[str, ...]) -> Callable[[bytes], msgspec.Struct] | None:
    """Return what decodes records with no other attributes than these; None where no struct can have them."""
    if len(names) > _MOST_NAMES:
        return None
    fields = {f"value{index}": name for index, name in enumerate(names)}
    kind = _Level3 | msgspec.UnsetType
    try:
        record = msgspec.defstruct(
            "Record",
            [(field, kind, msgspec.UNSET) for field in fields],
            rename=fields,
            forbid_unknown_fields=True,
            gc=False,
        )
    except ValueError:  # a struct's fields have no quotes, backslashes or control characters in their names
        return None
    return msgspec.json.Decoder(record).decode
