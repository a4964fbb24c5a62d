r"""JSON records as text: read strictly, changed one value at a time.

Strict means: what two JSON parsers could read differently is not read at all (a key that stands twice, NaN, half a
surrogate pair). Numbers of any size are fine, because a record's text is kept and its numbers are never converted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from pushconsole.records.column_types import CellKind, Tally

DEEPEST: Final = 200
"""Levels of nesting a record may have. Parsers on the way give up at depths of their own choosing (Python's near
1,000, others at 512 or 256); no index has a use for a tenth of this."""

_decode_any: Callable[[str | bytes], object] = msgspec.json.Decoder().decode
_decode_raw = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode

_TOKENS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)', re.DOTALL)
_SPACED_KEY = re.compile(r'"[ \t\r\n]+:')
_BAD_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_CONSTANT = re.compile(r"NaN|-?Infinity")
_POSITION = re.compile(r" ?\(byte (\d+)\)$")


class NotARecord(Exception):
    """The text is no record.

    Attributes:
        reason: why, as a whole sentence.
        position: the character at fault, counted from 0, where that is known.

    """

    def __init__(self, reason: str, position: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


def parse_record(text: str | bytes, tally: Tally | None = None) -> dict[str, object]:
    """Read a record strictly and return its values.

    Names, types and texts are exact; numbers may have lost precision, so take them from the text.

    Args:
        text: the record.
        tally: counts its values, if it is one.

    Raises:
        NotARecord: the text is not strict JSON, or not an object.
        UnicodeDecodeError: bytes that are not UTF-8.

    """
    value = _decode(text)
    if type(value) is not dict:
        raise NotARecord(f"A record is a JSON object, and this is {_what(value)}.")
    if tally is None:
        _refuse_duplicates(text, _count_keys(value, 1))
        return value
    shape = tally.shape(value)
    keys = len(value)
    for name in shape.nested:
        keys += _count_keys(value[name], 2)
    _refuse_duplicates(text, keys)
    shape.count += 1
    return value


def decoded_values(text: str) -> dict[str, object]:
    """Return the values of a valid record; numbers may have lost precision."""
    value = _decode(text)
    assert isinstance(value, dict)
    return value


def parse_value(text: str) -> object:
    """Read any JSON value as strictly as `parse_record` reads a record."""
    value = _decode(text)
    _refuse_duplicates(text, _count_keys(value, 1) if type(value) is dict or type(value) is list else 0)
    return value


def _decode(text: str | bytes) -> object:
    try:
        return _decode_any(text)
    except (RecursionError, msgspec.DecodeError, UnicodeError):
        return _decode_or_explain(text.decode() if isinstance(text, bytes) else text)


def _decode_or_explain(text: str) -> object:
    try:
        return _decode_any(text)
    except RecursionError:
        raise NotARecord(_TOO_DEEP) from None
    except msgspec.ValidationError:
        # Only a number outside of a double's range gets here; its characters are kept, so its value does not matter.
        return _decode_or_explain(_TOKENS.sub(_tamed, text))
    except msgspec.DecodeError as error:
        raise NotARecord(_explain(text, str(error)), _place(text, str(error))) from None
    except UnicodeEncodeError:
        raise NotARecord("Half of a surrogate pair stands alone, which no text can hold.") from None


def _tamed(token: re.Match[str]) -> str:
    return "0" if token[1] else token[0]


_TOO_DEEP = f"Objects or lists are nested more than {DEEPEST} levels deep."


def _count_keys(value: Any, depth: int) -> int:
    """Count the keys of an object or list and of all in it."""
    if depth > DEEPEST:
        raise NotARecord(_TOO_DEEP)
    keys, items = (len(value), value.values()) if type(value) is dict else (0, value)
    for item in items:
        if type(item) is dict or type(item) is list:
            keys += _count_keys(item, depth + 1)
    return keys


def _refuse_duplicates(text: str | bytes, keys: int) -> None:
    """Raise NotARecord if one of the ``keys`` distinct keys stands twice in its object; the text is valid JSON."""
    # Every key brings one colon, so as many colons as distinct keys prove that no key stands twice.
    if (text.count(b":") if isinstance(text, bytes) else text.count(":")) == keys:
        return
    text = text.decode() if isinstance(text, bytes) else text
    # Colons inside of texts are common ("12:30", "https://"), quotes before them are not.
    if text.count('":') != keys or _SPACED_KEY.search(text):
        json.loads(text, object_pairs_hook=_unique, parse_int=float)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise NotARecord(f"The key “{key}” stands more than once in the same object.")
            seen.add(key)
    return values


def _explain(text: str, message: str) -> str:
    """Turn the decoder's words into a sentence."""
    if not text:
        return "There is no text where a record should stand."
    if "surrogate" in message or ("truncated" in message and _BAD_SURROGATE.search(text)):
        return "Half of a surrogate pair (\\ud800 to \\udfff) stands alone, which no text can hold."
    if "truncated" in message:
        return "The record ends too early: a brace, a bracket or a quote is not closed."
    place = _place(text, message)
    # The decoder points at the first letter, or behind the minus sign.
    constant = _CONSTANT.match(text, max(0, place - 1)) or _CONSTANT.match(text, place)
    if constant:
        return f"{constant[0]} is not a JSON number; use null or leave the attribute out."
    what = _POSITION.sub("", message).removeprefix("JSON is malformed: ")
    return f"This is not JSON: {what} at character {place + 1}, near “{_near(text, place)}”."


def _place(text: str, message: str) -> int:
    """Return the character, from 0, that the decoder's words name by its byte; the end where the text is too short."""
    found = _POSITION.search(message)
    if "truncated" in message:
        return len(text)
    return len(text.encode("utf-8", "surrogatepass")[: int(found[1]) if found else 0].decode("utf-8", "ignore"))


def _near(text: str, position: int) -> str:
    return text[max(0, position - 10) : position + 20].replace("\n", " ").strip()


def _what(value: object) -> str:
    if value is None:
        return "null"
    names = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return names[type(value)]


def raw_values(text: str | bytes) -> dict[str, msgspec.Raw]:
    """Return the attributes of a valid record, each value as the characters it was written with."""
    return _decode_raw(text)


def join_values(values: dict[str, msgspec.Raw]) -> str:
    """Return a record's text from its attributes, their characters untouched."""
    return _encode(values).decode()


def with_value(text: str, name: str, raw: str | None) -> str:
    """Return a record's text with one value replaced, added at the end, or (None) taken away.

    The characters of all other values stay as they are.
    """
    values = raw_values(text)
    if raw is None:
        values.pop(name, None)
    else:
        values[name] = msgspec.Raw(raw)
    return join_values(values)


def quoted(text: str) -> str:
    """Return a text as a JSON string.

    Raises:
        UnicodeEncodeError: the text holds half a surrogate pair.

    """
    return _encode(text).decode()


def compact(text: str) -> str:
    """Return JSON without white space between its tokens; numbers and escapes keep their characters."""
    return msgspec.json.format(text, indent=-1)


_KIND_BY_START = {"n": CellKind.NULL, "t": CellKind.BOOLEAN, "f": CellKind.BOOLEAN, '"': CellKind.TEXT}


def kind_of_raw(raw: str) -> CellKind:
    """Return the kind of a valid JSON value from its characters."""
    if raw == '""':
        return CellKind.EMPTY
    start = raw[0]
    return CellKind.NESTED if start in "{[" else _KIND_BY_START.get(start, CellKind.NUMBER)


def object_id_column(values: dict[str, object], text: str | bytes) -> str | bytes | None:
    """Return what the workspace's object_id column holds for a record.

    Text where the objectID is text, None where it is absent or null, and its raw JSON as bytes where it is anything
    else, so that SQL tells the three apart.
    """
    value = values.get("objectID")
    if value is None or type(value) is str:
        return value
    return bytes(raw_values(text)["objectID"])


def size_of(text: str) -> int:
    """Return the bytes a text takes in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())
