"""A task as it can be chosen, in which order tasks stand, and which of them fit what was typed."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class Section(enum.IntEnum):
    """Why a task stands where it stands in the list."""

    FAVOURITE = 0
    USED = 1
    OTHER = 2


@dataclass(frozen=True)
class TaskChoice:
    """A task as it can be chosen.

    Attributes:
        key: what it is chosen by: its UUID; where a push would name another index, with that index.
        name: what it is called.
        index: the index it writes to; empty where that is not known.
        detail: a line about its source, transformation and last run; may be empty.
        refusal: why it cannot be pushed to now, a few words; empty where it can.
        sought: what else it is found by.
        facts: a shorter line for the list.
        warning: what is wrong with it, a sentence; empty where nothing is.
        outcome: how its last run ended: succeeded, failed, or empty where that is not known.
        takes_pushes: whether it could ever be pushed to.
        tip: all that is known of it, a line each.
        section: in which it stands.

    """

    key: str
    name: str
    index: str
    detail: str = ""
    refusal: str = ""
    sought: str = ""
    facts: str = ""
    warning: str = ""
    outcome: str = ""
    takes_pushes: bool = True
    tip: str = ""
    section: Section = Section.OTHER

    @property
    def favourite(self) -> bool:
        """Whether it is one of the person's favourites."""
        return self.section is Section.FAVOURITE

    @property
    def words(self) -> str:
        """All that it is found by."""
        return f"{self.name} {self.index} {self.key} {self.refusal} {self.sought}"

    @property
    def title(self) -> str:
        """Name and index in one line."""
        return f"{self.name}  →  {self.index}" if self.index else self.name


def arranged(choices: Iterable[TaskChoice], favourites: Sequence[str], used: Sequence[str]) -> list[TaskChoice]:
    """Return the favourites, then those last used, the latest first, then the others, each as they came."""
    starred, recent = frozenset(favourites), {key: at for at, key in enumerate(used)}
    placed = [
        choice if section is choice.section else dataclasses.replace(choice, section=section)
        for choice in choices
        for section in (_section(choice.key, starred, recent.keys()),)
    ]
    return sorted(placed, key=lambda one: (one.section, recent[one.key] if one.section is Section.USED else 0))


def _section(key: str, favourites: frozenset[str], used: Iterable[str]) -> Section:
    if key in favourites:
        return Section.FAVOURITE
    return Section.USED if key in used else Section.OTHER


def fitting(choices: Iterable[TaskChoice], text: str) -> list[TaskChoice]:
    """Return the tasks that have every word of a text somewhere in what they are found by."""
    sought = text.casefold().split()
    return [choice for choice in choices if all(word in choice.words.casefold() for word in sought)]


def meant(choices: Sequence[TaskChoice], text: str) -> TaskChoice | None:
    """Return the one task that a text means: by its whole title, as the only one of an index, or as the only fit."""
    able = [choice for choice in choices if not choice.refusal]
    for found in (
        [choice for choice in able if choice.title == text],
        [choice for choice in able if choice.index == text],
        fitting(able, text),
    ):
        if len(found) == 1:
            return found[0]
    return None
