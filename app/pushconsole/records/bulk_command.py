"""What every change to many records has in common: a label, and a rule for a single record."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import apsw
import msgspec

from pushconsole.records.column_types import CellKind
from pushconsole.records.history import Gain
from pushconsole.records.json_text import kind_of_raw, quoted

Values = dict[str, msgspec.Raw]
"""A record's attributes, each value as the characters it was written with."""

_decode_text = msgspec.json.Decoder(str).decode


class NotApplicable(Exception):
    """The change cannot be made to this record; ``reason`` says why, as the end of a sentence on the record."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Gone:
    """The type of `GONE`."""


GONE = _Gone()
"""What a rule returns for a record that is to be deleted."""

Rule = Callable[[int, Values], Values | _Gone | None]
"""From a record's id and values to its new values (another dict), None to leave it alone, or `GONE`."""


class BulkCommand(ABC):
    """A change to many records: a value of its own, so that it can travel to another process.

    Attributes:
        adds: the rule's results are new records, not new values of the old ones.

    """

    adds = False

    @property
    def touches(self) -> Sequence[str]:
        """The attributes whose values the rule may change, to look at no others; empty where it may be any."""
        return ()

    @property
    @abstractmethod
    def label(self) -> str:
        """What is done, as in a menu."""

    @abstractmethod
    def rule(self, connection: apsw.Connection) -> Rule:
        """Return the rule for one run over the records.

        Raises:
            ValueNotUsable: the command makes no sense.

        """

    def condition(self) -> tuple[str, Sequence[object]]:
        """Return what SQLite can say of the records that may change, to pass the others over."""
        return "1", ()

    def may_change(self, text: str) -> bool:  # noqa: ARG002  for overriding
        """Say quickly of a record's text whether the rule may change it."""
        return True

    def tail(self, connection: apsw.Connection) -> Sequence[Values]:  # noqa: ARG002  for overriding
        """Return the records to add after all others."""
        return ()

    def column_gains(self, connection: apsw.Connection, *, whole: bool) -> list[Gain]:  # noqa: ARG002  for overriding
        """Return what becomes of the columns themselves; ``whole``: no record was refused."""
        return []


@dataclass(frozen=True, slots=True)
class ColumnPlace:
    """Where a column stands, whether it is shown without any value, and whether a push leaves it out."""

    position: int
    declared: bool
    unsent: bool


def place_of(connection: apsw.Connection, name: str) -> ColumnPlace:
    """Return a column's place; a new column gets one, and is not shown yet."""
    connection.execute("INSERT OR IGNORE INTO columns(name) VALUES(?)", (name,))
    row = next(connection.execute("SELECT position, declared, unsent FROM columns WHERE name = ?", (name,)))
    return ColumnPlace(row[0], bool(row[1]), bool(row[2]))


def characters(raw: msgspec.Raw) -> str:
    """Return a value's characters."""
    return bytes(raw).decode()


def kind_of(raw: msgspec.Raw) -> CellKind:
    """Return what a value is."""
    return kind_of_raw(characters(raw))


_EMPTY = CellKind.EMPTY.value
_WORD_BY_START = dict.fromkeys(b"-0123456789", CellKind.NUMBER.value) | {
    ord("n"): CellKind.NULL.value,
    ord("t"): CellKind.BOOLEAN.value,
    ord("f"): CellKind.BOOLEAN.value,
    ord('"'): CellKind.TEXT.value,
    ord("["): CellKind.NESTED.value,
    ord("{"): CellKind.NESTED.value,
}


def kind_word(raw: msgspec.Raw) -> str:
    """Return the value of `kind_of`, in a third of the time."""
    kept = bytes(raw)
    return _EMPTY if kept == b'""' else _WORD_BY_START[kept[0]]


def text_of(raw: msgspec.Raw) -> str:
    """Return the text of a value that is a text, the characters of any other."""
    kept = characters(raw)
    return _decode_text(kept) if kept[0] == '"' else kept


def raw_text(text: str) -> msgspec.Raw:
    """Return a text as a value."""
    return msgspec.Raw(quoted(text))
