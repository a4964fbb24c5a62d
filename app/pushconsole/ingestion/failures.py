"""What an error text of the service says about single records.

The indexing engine names a bad record in two texts, an older one that has the position and the objectID, and a newer
one in which only the objectID stands; both occur alone, in lists, and inside the ``data`` of an event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_NAMED = re.compile(r"Record (?P<which>[^\n]*?) ?\b(?P<reason>is too big(?: size=\d+/\d+ bytes|: size: [^\n.;]*)?)")
_POSITION = re.compile(r"at the position (\d+)")
_OBJECT_ID = re.compile(r"objectID[=:] ?(.+)")
_SEVERAL_TASKS = re.compile(r"\bmultiple tasks \(([^)]*)\)", re.IGNORECASE)
_NO_TASK = re.compile(r"\b(?:no|zero) tasks?\b[^.]*\bfound\b", re.IGNORECASE)


@dataclass(frozen=True)
class NamedRecord:
    """A record the service names as the culprit.

    Attributes:
        position: its position in the push, from 0, or None where only the objectID is named.
        object_id: its objectID, or None where only the position is named.
        reason: what the service says about it.

    """

    position: int | None
    object_id: str | None
    reason: str


@dataclass(frozen=True)
class Failure:
    """Why a push failed: the service's message, and the records it names (perhaps none)."""

    message: str
    named: tuple[NamedRecord, ...]


def failure_from_text(message: str, *, position: int | None = None, object_id: str | None = None) -> Failure:
    """Read an error message; position and objectID are those given beside it, where they are."""
    named = tuple(_named_in(message))
    if not named and (position is not None or object_id):
        named = (NamedRecord(position, object_id, message),)
    return Failure(message, named)


def failure_from_event(data: Mapping[str, object] | None) -> Failure:
    """Read the ``data`` of a failed or critical event, wherever in it the texts stand."""
    found = [failure_from_text(text, position=at, object_id=oid) for text, at, oid in _messages(data or {})]
    texts = dict.fromkeys(failure.message for failure in found)
    return Failure("; ".join(texts), tuple(dict.fromkeys(record for failure in found for record in failure.named)))


def tasks_named(message: str) -> tuple[str, ...] | None:
    """Return the tasks that a push by an index's name could have meant; None where it was refused for another reason.

    The service answers ``multiple tasks (a, b) found …`` where there are several.
    """
    if several := _SEVERAL_TASKS.search(message):
        return tuple(named.strip() for named in several[1].split(",") if named.strip())
    return () if _NO_TASK.search(message) else None


def _named_in(message: str) -> Iterator[NamedRecord]:
    for match in _NAMED.finditer(message):
        position, labelled = _POSITION.search(match["which"]), _OBJECT_ID.search(match["which"])
        object_id = labelled[1] if labelled else _POSITION.sub("", match["which"])
        yield NamedRecord(int(position[1]) if position else None, object_id.strip() or None, match["reason"])


def _messages(value: object) -> Iterator[tuple[str, int | None, str | None]]:
    if isinstance(value, Mapping):
        position, object_id = value.get("position"), value.get("objectID")
        for key, inner in value.items():
            if isinstance(inner, str) and key in {"message", "error", "reason"}:
                yield (
                    inner,
                    position if isinstance(position, int) else None,
                    object_id if isinstance(object_id, str) else None,
                )
            else:
                yield from _messages(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _messages(inner)
