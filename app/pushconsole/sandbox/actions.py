"""What an action does to one record, as functions from JSON text to JSON text.

The built-in operations and their behaviour towards missing attributes follow the documentation of Algolia's partial
update ("Add or update attributes", section "Operations").
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

import msgspec

Attributes = dict[str, msgspec.Raw]
Number = int | Decimal

_attributes = msgspec.json.Decoder(Attributes)


class OperationRefused(Exception):
    """A built-in operation cannot be carried out on the value that is there; the text names the attribute."""


class UpdateIgnored(Exception):
    """IncrementFrom or IncrementSet found another value than it wants, so the whole update of the record is ignored."""


def with_object_id(text: str, object_id: str) -> str:
    """Put an objectID in front of a record's attributes and leave their characters alone."""
    rest = text[1:].lstrip()
    separator = "" if rest.startswith("}") else ","
    return f'{{"objectID":{json.dumps(object_id, ensure_ascii=False)}{separator}{rest}'


def without(text: str, excluded: Collection[str]) -> str:
    """Take attributes out of a record, nested ones as `foo.bar`; what is left stays as it was."""
    return _without(text, [path for path in excluded if path != "objectID"])


def _without(text: str, excluded: Collection[str]) -> str:
    attributes = _attributes.decode(text)
    kept = {name: value for name, value in attributes.items() if name not in excluded}
    for name, value in kept.items():
        inner = [path.removeprefix(f"{name}.") for path in excluded if path.startswith(f"{name}.")]
        if inner and bytes(value).startswith(b"{"):
            kept[name] = msgspec.Raw(_without(bytes(value).decode(), inner).encode())
    return text if kept == attributes else msgspec.json.encode(kept).decode()


def merged(existing: str | None, update: str) -> str | None:
    """Merge the top-level attributes of a partial update into a record.

    Returns None where an operation says that the whole update is to be ignored; raises OperationRefused.
    """
    attributes = _attributes.decode(existing) if existing is not None else {}
    try:
        for name, value in _attributes.decode(update).items():
            _set(attributes, name, value)
    except UpdateIgnored:
        return None
    return msgspec.json.encode(attributes).decode()


def _set(attributes: Attributes, name: str, value: msgspec.Raw) -> None:
    operation = _operation(value)
    if operation is None:
        attributes[name] = value
        return
    current = _value(attributes[name]) if name in attributes else None
    result = _operate(operation, current, name)
    if result is not None:
        attributes[name] = msgspec.Raw(_json(result).encode())


def _operation(value: msgspec.Raw) -> dict[str, Any] | None:
    raw = bytes(value)
    if not raw.startswith(b"{") or b'"_operation"' not in raw:
        return None
    document = _value(value)
    return document if "_operation" in document else None


def _operate(operation: dict[str, Any], current: Any, name: str) -> Any:
    kind, value = operation["_operation"], operation.get("value")
    if kind in _CONDITIONAL:
        return _CONDITIONAL[kind](_integer(current, name, kind), _integer(value, name, kind))
    if kind in _ARITHMETIC:
        return _ARITHMETIC[kind](_number(current, name, kind) or 0, _needed(_number(value, name, kind), name, kind))
    if kind in _LISTS:
        return _LISTS[kind](_list(current, name, kind), _element(value, name, kind))
    raise OperationRefused(f"attribute {name}: {kind!r} is not an operation")


def _increment_from(current: int | None, value: int | None) -> int:
    if value is None or value != (current or 0):
        raise UpdateIgnored
    return value + 1


def _increment_set(current: int | None, value: int | None) -> int:
    if value is None or (current is not None and value <= current):
        raise UpdateIgnored
    return value


def _remove(elements: list[Any] | None, value: Any) -> list[Any] | None:
    return None if elements is None else [element for element in elements if not _same(element, value)]


def _add_unique(elements: list[Any] | None, value: Any) -> list[Any]:
    held = elements or []
    return held if any(_same(element, value) for element in held) else [*held, value]


_CONDITIONAL: dict[str, Callable[[int | None, int | None], int]] = {
    "IncrementFrom": _increment_from,
    "IncrementSet": _increment_set,
}
_ARITHMETIC: dict[str, Callable[[Number, Number], Number]] = {
    "Increment": lambda current, value: current + value,
    "Decrement": lambda current, value: current - value,
}
_LISTS: dict[str, Callable[[list[Any] | None, Any], list[Any] | None]] = {
    "Add": lambda elements, value: [*(elements or []), value],
    "Remove": _remove,
    "AddUnique": _add_unique,
}


def _same(one: Any, other: Any) -> bool:
    # In Python 1 == True, in JSON it is not.
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _number(value: Any, name: str, kind: str) -> Number | None:
    if value is None or (isinstance(value, int | Decimal) and not isinstance(value, bool)):
        return value
    raise OperationRefused(f"attribute {name}: {kind} needs numbers")


def _integer(value: Any, name: str, kind: str) -> int | None:
    number = _number(value, name, kind)
    if number is None or isinstance(number, int):
        return number
    raise OperationRefused(f"attribute {name}: {kind} needs integers")


def _needed(number: Number | None, name: str, kind: str) -> Number:
    if number is None:
        raise OperationRefused(f"attribute {name}: {kind} needs a value")
    return number


def _list(value: Any, name: str, kind: str) -> list[Any] | None:
    if value is None or isinstance(value, list):
        return value
    raise OperationRefused(f"attribute {name}: {kind} needs an array")


def _element(value: Any, name: str, kind: str) -> Any:
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        return value
    raise OperationRefused(f"attribute {name}: {kind} needs a number or a string as value")


def _value(raw: msgspec.Raw) -> Any:
    """Read a value so that numbers keep all their digits."""
    return json.loads(bytes(raw), parse_float=Decimal)


def _json(value: Any) -> str:
    """Write a value whose numbers may be Decimals, which `json` does not know."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list):
        return f"[{','.join(map(_json, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{_json(key)}:{_json(item)}' for key, item in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)
