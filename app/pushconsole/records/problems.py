"""What can be wrong with records, told one by one and counted."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


class ProblemKind(enum.Enum):
    """What can be wrong with a record or a row."""

    MISSING_OBJECT_ID = "missing objectID"
    EMPTY_OBJECT_ID = "empty objectID"
    OBJECT_ID_NOT_TEXT = "objectID is not text"
    DUPLICATE_OBJECT_ID = "duplicate objectID"
    OVERSIZE_RECORD = "large record"
    REJECTED_ROW = "rejected row"
    OVER_LIMIT_RECORD = "record over every plan's limit"
    SPACED_OBJECT_ID = "objectID with spaces around it"
    SIMILAR_OBJECT_ID = "objectIDs that differ by capitals, spaces or form only"
    DAMAGED_OBJECT_ID = "objectID damaged by a spreadsheet"
    NOTHING_TO_UPDATE = "nothing but an objectID"
    UNSAFE_OPERATION = "operation that is not safe to send twice"
    MIXED_TYPES = "mixed types"
    RESERVED_ATTRIBUTE = "reserved attribute name"
    SIMILAR_ATTRIBUTES = "attribute names that differ by capitals only"
    CUT_VALUE = "value that looks cut off"


@dataclass(frozen=True)
class Problem:
    """One problem of one record or row.

    Attributes:
        kind: what is wrong.
        severity: an error makes the record fail, a warning may.
        sentence: what is wrong, with where, as a whole sentence.
        record_id: the record, or None for a rejected row.
        line: the line of the file, or None for a record added here.
        column: the attribute at fault, or None.
        rejected_id: the rejected row, for `Workspace.repair`, or None for a record.
        alike: attributes that were probably meant to be one, the most frequent first.

    """

    kind: ProblemKind
    severity: Literal["error", "warning"]
    sentence: str
    record_id: int | None
    line: int | None
    column: str | None
    rejected_id: int | None = None
    alike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problems:
    """All problems counted by kind (records or rows), and the first of each kind."""

    counts: dict[ProblemKind, int]
    first: tuple[Problem, ...]


Found = tuple[int, Iterable[Problem]]
"""How many problems of a kind there are, and the first of them."""


def place(line: int | None) -> str:
    """Return where a record stands, as the beginning of a sentence."""
    return "A record added here" if line is None else f"Line {line:,}"
