"""A JSON value as a tree whose parts are read when they are looked at, and changed without touching the others."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Final

import msgspec

from pushconsole.errors import ValueNotUsable
from pushconsole.records.column_types import NUMBER
from pushconsole.records.json_text import NotARecord, compact, parse_value, quoted

SHOWN_CHARACTERS: Final = 200
"""Of a value, in one line."""


class NodeType(enum.Enum):
    """What a value is, in JSON's words but for the booleans."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "true or false"
    NULL = "null"
    LIST = "list"
    OBJECT = "object"


_BY_START = {'"': NodeType.TEXT, "{": NodeType.OBJECT, "[": NodeType.LIST, "t": NodeType.BOOLEAN, "f": NodeType.BOOLEAN}
_BY_START["n"] = NodeType.NULL


@dataclass(eq=False)
class Node:
    """A value in its place.

    Attributes:
        name: the attribute's name, or the place in a list, from 0; empty for the whole.
        raw: the value's characters.
        parent: what it is a part of.

    """

    name: str | int
    raw: str
    parent: Node | None = None
    _parts: list[Node] | None = field(default=None, repr=False)

    @property
    def type(self) -> NodeType:
        """What the value is."""
        return _BY_START.get(self.raw[0], NodeType.NUMBER)

    @property
    def has_parts(self) -> bool:
        """Whether there is something in it; reads nothing."""
        return self.raw[0] in "{[" and self.raw[1:].lstrip()[:1] not in {"}", "]"}

    @property
    def parts(self) -> list[Node]:
        """The values in it, read when they are first asked for."""
        if self._parts is None:
            self._parts = [Node(name, raw, self) for name, raw in _members(self.raw)]
        return self._parts

    @property
    def path(self) -> tuple[str | int, ...]:
        """The names that lead to it from the whole."""
        return () if self.parent is None else (*self.parent.path, self.name)

    @property
    def shown(self) -> str:
        """The value in one line: a text without its quotes, a list or object by how much is in it."""
        kind = self.type
        if kind is NodeType.TEXT:
            return str(msgspec.json.decode(self.raw))[:SHOWN_CHARACTERS]
        if kind in {NodeType.LIST, NodeType.OBJECT}:
            count, one = len(self.parts), "value" if kind is NodeType.LIST else "attribute"
            return f"{count:,} {one}{'' if count == 1 else 's'}".replace(",", "\u202f")
        return self.raw

    @property
    def edited_text(self) -> str:
        """What a person edits: a text's letters in full, else the characters."""
        return str(msgspec.json.decode(self.raw)) if self.type is NodeType.TEXT else self.raw


def with_typed(node: Node, text: str) -> str:
    """Return the whole with a value as it was typed; it stays of its type.

    Raises:
        ValueNotUsable: the text says no value of that type.

    """
    return with_raw(node, value_of(text, node.type))


def with_type(node: Node, wanted: NodeType) -> str:
    """Return the whole with a value turned into another type.

    Raises:
        ValueNotUsable: it says no value of that type.

    """
    if wanted is NodeType.NULL:
        return with_raw(node, "null")
    if wanted is NodeType.LIST:
        return with_raw(node, f"[{node.raw}]")
    if wanted is NodeType.OBJECT:
        return with_raw(node, f'{{"value":{node.raw}}}')
    return with_raw(node, value_of(node.edited_text, wanted))


def with_raw(node: Node, raw: str) -> str:
    """Return the whole with one value replaced; all others keep their characters."""
    if node.parent is None:
        return raw
    return _rebuilt(node.parent, [(part.name, raw if part is node else part.raw) for part in node.parent.parts])


def without(node: Node) -> str:
    """Return the whole without a value."""
    assert node.parent is not None
    return _rebuilt(node.parent, [(part.name, part.raw) for part in node.parent.parts if part is not node])


def renamed(node: Node, name: str) -> str:
    """Return the whole with an attribute under another name, in its place.

    Raises:
        ValueNotUsable: there is one of that name beside it.

    """
    assert node.parent is not None
    if any(part.name == name for part in node.parent.parts if part is not node):
        raise ValueNotUsable(f"There is an attribute “{name}” already.", attribute=name)
    return _rebuilt(node.parent, [(name if part is node else part.name, part.raw) for part in node.parent.parts])


def with_added(holder: Node) -> str:
    """Return the whole with an empty text at the end of a list or object; in an object under a name of its own."""
    names = {part.name for part in holder.parts}
    number = 1
    while (name := f"new{number}") in names:
        number += 1
    return _rebuilt(holder, [*((part.name, part.raw) for part in holder.parts), (name, '""')])


def value_of(text: str, wanted: NodeType) -> str:
    """Return the characters of a value that was typed.

    Raises:
        ValueNotUsable: it is none of that type.

    """
    if wanted is NodeType.TEXT:
        return quoted(text)
    stripped = text.strip()
    if wanted is NodeType.NUMBER and NUMBER.fullmatch(stripped):
        return stripped
    if wanted is NodeType.BOOLEAN and stripped in {"true", "false"}:
        return stripped
    if wanted is NodeType.NULL and stripped == "null":
        return stripped
    if wanted in {NodeType.LIST, NodeType.OBJECT}:
        return _nested(stripped, wanted)
    raise ValueNotUsable(f"“{text[:60]}” is not {_WANTED[wanted]}. Change its type first, or type another value.")


_WANTED = {
    NodeType.NUMBER: "a number as JSON writes it",
    NodeType.BOOLEAN: "true or false",
    NodeType.NULL: "null",
    NodeType.LIST: "a list in JSON",
    NodeType.OBJECT: "an object in JSON",
}


def _nested(text: str, wanted: NodeType) -> str:
    try:
        parse_value(text)
    except NotARecord as refusal:
        raise ValueNotUsable(f"This is not {_WANTED[wanted]}. {refusal.reason}") from None
    if _BY_START.get(text[:1]) is not wanted:
        raise ValueNotUsable(f"This is not {_WANTED[wanted]}.")
    return compact(text)


def _members(raw: str) -> list[tuple[str | int, str]]:
    if raw[0] == "[":
        return [
            (place, bytes(part).decode()) for place, part in enumerate(msgspec.json.decode(raw, type=list[msgspec.Raw]))
        ]
    values = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    return [(name, bytes(part).decode()) for name, part in values.items()]


def _rebuilt(holder: Node, members: list[tuple[str | int, str]]) -> str:
    """Return the whole with other members in one list or object."""
    if holder.type is NodeType.LIST:
        raw = f"[{','.join(text for _, text in members)}]"
    else:
        raw = f"{{{','.join(f'{quoted(str(name))}:{text}' for name, text in members)}}}"
    return with_raw(holder, raw)
