"""Which calls may be made again, and when.

The table of actions: `ingestion-api` facts of Algolia's OpenAPI description. A call that cannot have arrived may always
be made again; one that may have taken effect only where doing so twice is the same as once.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from pushconsole.errors import AnswerLost, NothingSent, ServiceFailed, TooManyCalls, UnreadableAnswer, UserFacingError
from pushconsole.ingestion import Action
from pushconsole.runs.actions import FACTS

_OPERATION = re.compile(rb'"_operation"\s*:\s*"(?:Increment|Decrement|Add)"')
_HIDDEN = re.compile(rb"\\u00[2-7]")  # a letter of ASCII written as an escape: such an operation is not seen above


@dataclass(frozen=True)
class Resending:
    """How often a call is made again.

    Attributes:
        attempts: at most, the first included; waiting for the service's limit of calls does not count, nor for a
            network that was there before.
        first_pause_s: before the second; each later one is twice as long.
        longest_pause_s: between two.
        unreachable_pause_s: between two as long as no connection comes about.
        for_s: no attempt begins later than this after the first.

    """

    attempts: int = 5
    first_pause_s: float = 0.5
    longest_pause_s: float = 30.0
    unreachable_pause_s: float = 5.0
    for_s: float = 300.0

    def pause_s(self, attempt: int) -> float:
        """Return how long to wait after this attempt, counted from 1: twice as long each time, with jitter."""
        pause_s = min(self.longest_pause_s, self.first_pause_s * 2.0 ** (attempt - 1))
        return pause_s * random.uniform(0.5, 1.0)  # noqa: S311  jitter


def safe_to_send_twice(action: Action, body: bytes) -> bool:
    """Return whether the same body, applied twice, leaves the index as applied once.

    A partial update does not where it counts or adds (``Increment``, ``Decrement``, ``Add``). The others do:
    `addObject` too, since its plan gives every record an objectID.
    """
    if not FACTS[action].merges:
        return True
    return not _OPERATION.search(body) and not _HIDDEN.search(body)


def cannot_have_arrived(error: UserFacingError) -> bool:
    """Return whether a failed call certainly changed nothing."""
    return isinstance(error, NothingSent | TooManyCalls)


def may_clear_up(error: UserFacingError) -> bool:
    """Return whether the same call may succeed a moment later."""
    return isinstance(error, NothingSent | TooManyCalls | ServiceFailed | AnswerLost | UnreadableAnswer)
