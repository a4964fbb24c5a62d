"""In which attributes two records differ, each given as its JSON text."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

Meaning: TypeAlias = Callable[[str | bytes], Any]
"""What of a value's JSON text is compared."""
Attributes: TypeAlias = dict[str, msgspec.Raw]

_LONG_NUMBER = 300  # digits; Python refuses to make an int of many more


@dataclass(frozen=True)
class AttributeChange:
    """One top-level attribute that is not what it was.

    Attributes:
        name: the attribute's.
        before: its JSON text, or None where it is added.
        after: its JSON text, or None where it is removed.

    """

    name: str
    before: str | None
    after: str | None


def as_written(text: str | bytes) -> Any:
    """Return a value to compare: blanks, escapes and the order of attributes mean nothing, a number's digits do."""
    return json.loads(text, parse_int=_digits, parse_float=_digits)


def by_value(text: str | bytes) -> Any:
    """Return a value to compare as an index holds it: as above, but 1.10, 1.1 and 110e-2 are one number.

    Whole numbers count to their last digit, fractions as far as 64 bits hold them.
    """
    return json.loads(text, parse_int=_whole, parse_float=_fraction)


def changes_between(before: str, after: str, meaning: Meaning) -> tuple[AttributeChange, ...]:
    """Return the top-level attributes in which two records differ."""
    old, new = attributes_of(before), attributes_of(after)
    return tuple(
        AttributeChange(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*old, *new])
        if not _same(old.get(name), new.get(name), meaning)
    )


def attributes_of(text: str) -> dict[str, str]:
    """Return a record's attributes as JSON texts by their names, in their order."""
    return {name: bytes(value).decode() for name, value in raw_attributes(text).items()}


def is_record(text: str) -> bool:
    """Return whether a text is a JSON object."""
    try:
        raw_attributes(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False
    return True


def raw_attributes(text: str | bytes | msgspec.Raw) -> Attributes:
    """Return a record's attributes as it has them, by their names."""
    return msgspec.json.decode(text, type=Attributes)


def holds(record: Attributes, attributes: Attributes) -> bool:
    """Return whether a record of an index has all these attributes with these values."""
    for name, value in attributes.items():
        held = record.get(name)
        if held is None or (held != value and by_value(bytes(held)) != by_value(bytes(value))):
            return False
    return True


def _same(one: str | None, other: str | None, meaning: Meaning) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or bool(meaning(one) == meaning(other))


# A number is a pair, so that it is neither a text of the same digits nor, as Python has it, true or false.


def _digits(digits: str) -> tuple[str, str]:
    return "number", digits


def _whole(digits: str) -> tuple[str, int | str]:
    return "number", int(digits) if len(digits) < _LONG_NUMBER else digits


def _fraction(digits: str) -> tuple[str, float | str]:
    value = float(digits)
    return "number", value if math.isfinite(value) else digits
