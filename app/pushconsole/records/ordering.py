"""How values stand to one another: numbers by their exact decimal value, texts by their letters.

SQLite compares numbers as 64-bit integers and doubles. That is exact for numbers of few characters; only longer ones
(40-digit identifiers, 0.1 with a tail, 1e400) need the keys that are made here, so a million prices cost nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final

import apsw

from pushconsole.records.json_text import quoted

LONG_NUMBER: Final = 15
"""Characters of a number without an exponent up to which its double tells it from every other such number (IEEE 754:
15 decimal digits survive)."""

_CONVERTED = 19
"""Characters of a number without an exponent that SQLite turns into the nearest double; with more digits it was the
second nearest in 1 of 2,000."""
_LETTERS_COMPARED = 1000
_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?", re.ASCII)
_COMPLEMENT = str.maketrans("0123456789", "9876543210")
_EXPONENT_DIGITS = 18
_MIDDLE = 5 * 10 ** (_EXPONENT_DIGITS - 1)
_FARTHEST: Final[int] = 10 ** (_EXPONENT_DIGITS - 1)
# Letters that stand for one or two others in an alphabetical order and are no letter with a mark.
_ALIKE = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h"})


class _Folding(dict[int, str]):
    """What becomes of a character, worked out when it first comes up: five times as fast as whole texts."""

    def __missing__(self, code: int) -> str:
        parts = unicodedata.normalize("NFKD", chr(code).casefold().translate(_ALIKE))
        kept = "".join(character for character in parts if not unicodedata.combining(character))
        self[code] = kept
        return kept


_FOLDED = _Folding()


def folded(text: str) -> str:
    """Return a text as it is compared by people: without case, accents, and width.

    ``Zürich``, ``ZURICH`` and ``zurich`` are one. This is the order of a phone book in English, French or German; the
    same on every machine, which the order of the operating system's locale is not.
    """
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def sorted_by(text: str | None) -> str | None:
    """Return the key by which a text is sorted, its first thousand letters, folded; None where there is no text."""
    return None if text is None else folded(text[:_LETTERS_COMPARED])


def number_key(raw: str) -> str:
    """Return a text that sorts as the JSON number does by its exact decimal value; equal numbers have equal keys.

    Exponents beyond 10^17 count as 10^17.
    """
    found = _NUMBER.fullmatch(raw)
    assert found is not None
    minus, whole, fraction, power = found[1], found[2], found[3] or "", found[4] or "0"
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "1"
    leading = len(whole) + len(fraction) - len(digits)
    exponent = _bounded(power) + len(whole) - 1 - leading
    key = f"{max(0, exponent + _MIDDLE):0{_EXPONENT_DIGITS}}{digits.rstrip('0')}"
    return f"0{key.translate(_COMPLEMENT)}~" if minus else f"2{key}"


def is_long(raw: str) -> bool:
    """Say whether a JSON number may be equal to another one as a double without being it."""
    return len(raw) > LONG_NUMBER or "e" in raw or "E" in raw


def _bounded(power: str) -> int:
    if len(power) > _EXPONENT_DIGITS - 1:
        return -_FARTHEST if power[0] == "-" else _FARTHEST
    return int(power)


def _number_side(raw: str) -> int:
    """Return how a number stands to the short one of the same double: before it (0), the same (1), after it (2).

    A short number is the 15-digit decimal of its double, so it is known without being there.
    """
    key, reference = number_key(raw), number_key(f"{float(raw):.15g}")
    return (key > reference) - (key < reference) + 1


def _compare_numbers(left: str, right: str) -> int:
    first, second = number_key(left), number_key(right)
    return (first > second) - (first < second)


def _without_nul(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _contains(text: str, needle: str) -> bool:
    # Asked of every record: what `folded` does, without a second call.
    return needle in (text.lower() if text.isascii() else text.translate(_FOLDED))


def _starts_with(text: str, needle: str) -> bool:
    return folded(text).startswith(needle)


def _ends_with(text: str, needle: str) -> bool:
    return folded(text).endswith(needle)


def long_sql(raw: str) -> str:
    """Return SQL that says whether the number with the JSON text ``raw`` (SQL) is long."""
    return f"(octet_length({raw}) > {LONG_NUMBER} OR {raw} GLOB '*[eE]*')"


def number_order_sql(value: str, raw: str) -> list[str]:
    """Return the terms that sort numbers exactly; all are NULL where ``value`` is NULL or no number.

    The first is the double. Among numbers of the same double the short ones are equal; the long ones stand before, at
    or after them, and are told from one another by a collation, which is asked only then.
    """
    long = long_sql(raw)
    double = (
        f"CASE WHEN octet_length({raw}) > {_CONVERTED} OR {raw} GLOB '*[eE]*' THEN number_double({raw}) "
        f"ELSE CAST({value} AS REAL) END"
    )
    twin = f"CAST(printf('%.15g', {value}) AS REAL) = CAST({value} AS REAL)"
    side = f"CASE WHEN {twin} THEN number_side({raw}) ELSE 1 END"
    return [
        double,
        f"CASE WHEN {long} THEN {side} ELSE 1 END",
        f"CASE WHEN {long} AND NOT ({twin} AND number_side({raw}) = 1) THEN {raw} END COLLATE exact_number",
    ]


def add_functions(connection: apsw.Connection) -> None:
    """Give a connection the functions that the statements of sorting and filtering use."""
    functions: tuple[tuple[str, Callable[..., Any], int], ...] = (
        ("folded", folded, 1),
        ("sorted_by", sorted_by, 1),
        ("number_key", number_key, 1),
        ("number_double", float, 1),
        ("number_side", _number_side, 1),
        ("without_nul", _without_nul, 1),
        ("contains_folded", _contains, 2),
        ("starts_with_folded", _starts_with, 2),
        ("ends_with_folded", _ends_with, 2),
    )
    for name, function, arguments in functions:
        connection.create_scalar_function(name, function, arguments, deterministic=True)
    connection.create_collation("exact_number", _compare_numbers)


def path_of(names: tuple[str, ...]) -> str:
    """Return SQLite's JSON path to an attribute, by the names that lead to it."""
    return "$" + "".join(f".{quoted(name)}" for name in names)
