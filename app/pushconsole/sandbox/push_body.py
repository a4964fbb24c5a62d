"""The body of a push: what the schema allows, and its records as the characters that were sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from .errors import Refusal

ACTIONS = (
    "addObject",
    "updateObject",
    "partialUpdateObject",
    "partialUpdateObjectNoCreate",
    "deleteObject",
    "delete",
    "clear",
)


class PushedRecord(NamedTuple):
    """One record of a push.

    Attributes:
        object_id: its objectID, or None where it has none (only for addObject).
        text: its JSON, character for character.
        position: its place in the push as it was sent, from 0.

    """

    object_id: str | None
    text: str
    position: int


@dataclass(frozen=True)
class Push:
    """What a caller wants done to an index."""

    action: str
    records: list[PushedRecord]


class _Identified(msgspec.Struct):
    object_id: msgspec.Raw | msgspec.UnsetType = msgspec.field(default=msgspec.UNSET, name="objectID")


_identified = msgspec.json.Decoder(_Identified)
_top_level = msgspec.json.Decoder(dict[str, msgspec.Raw])
_record_list = msgspec.json.Decoder(list[msgspec.Raw])
_text = msgspec.json.Decoder(str)


def parse_push(body: bytes) -> Push:
    """Read a body that keeps to the schema; raise a 400 naming the path that does not."""
    keys = _object(body)
    action = _action(keys)
    if "records" not in keys:
        raise Refusal(400, "body.records is required")
    try:
        records = _record_list.decode(keys["records"])
    except msgspec.ValidationError as error:
        raise Refusal(400, "body.records must be an array") from error
    needs_id = action != "addObject"
    return Push(action, [_record(raw, position, needs_id=needs_id) for position, raw in enumerate(records)])


def action_of(body: bytes) -> str | None:
    """Return the action a body names, or None where it names none."""
    try:
        return _action(_object(body))
    except Refusal:
        return None


def _object(body: bytes) -> dict[str, msgspec.Raw]:
    try:
        # msgspec does not look into the strings of a Raw value, so that it would let broken UTF-8 pass.
        body.decode()
        return _top_level.decode(body)
    except msgspec.ValidationError as error:
        raise Refusal(400, "body must be an object") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(400, f"body must be JSON: {error}") from error


def _action(keys: dict[str, msgspec.Raw]) -> str:
    if "action" not in keys:
        raise Refusal(400, "body.action is required")
    for action in ACTIONS:
        if bytes(keys["action"]) == b'"' + action.encode() + b'"':
            return action
    raise Refusal(400, f"body.action must be one of [{', '.join(ACTIONS)}]")


def _record(raw: msgspec.Raw, position: int, *, needs_id: bool) -> PushedRecord:
    object_id = object_id_of(raw, f"body.records[{position}]", needed=needs_id)
    return PushedRecord(object_id, bytes(raw).decode(), position)


def object_id_of(raw: msgspec.Raw, path: str, *, needed: bool) -> str | None:
    """Return a record's objectID, or None where it has none; raises a 400 that begins with the path."""
    try:
        object_id = _identified.decode(raw).object_id
    except msgspec.ValidationError as error:
        raise Refusal(400, f"{path} must be an object") from error
    if object_id is not msgspec.UNSET:
        return _object_id(object_id, path)
    if needed:
        raise Refusal(400, f"{path}.objectID is required")
    return None


def _object_id(raw: msgspec.Raw, path: str) -> str:
    try:
        object_id = _text.decode(raw)
    except msgspec.ValidationError as error:
        raise Refusal(400, f"{path}.objectID must be a string") from error
    if not object_id:
        raise Refusal(400, f"{path}.objectID must not be empty")
    return object_id
