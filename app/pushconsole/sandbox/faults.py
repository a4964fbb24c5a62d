"""Faults that a caller switches on: rules that match requests, and what they do to them."""

from __future__ import annotations

import random
import re
from typing import Annotated, Any, Literal

import msgspec

from .errors import Refusal
from .push_body import ACTIONS
from .settings import EventOutcome, Seconds

Ordinal = Annotated[int, msgspec.Meta(ge=1)]


class Match(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Which requests a rule is about; what is left out matches all.

    Attributes:
        path: regular expression that must be found in the path.
        task: taskID that the request is for, by its path or through the index it names.
        action: action of the push.
        nth: only the nth request that matches (from 1).
        every: every nth request that matches.
        probability: a request that matches is hit by chance, the same for the same seed.

    """

    method: str | None = None
    path: str = ""
    task: str | None = None
    action: str | None = None
    nth: Ordinal | None = None
    every: Ordinal | None = None
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    seed: int = 0


class Drip(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An answer that comes `bytes` at a time, with a pause between."""

    bytes: Ordinal
    interval_s: Seconds


class Effect(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What happens to a request that a rule hits.

    Attributes:
        delay_s: pause before anything else.
        status: answer with it, and do not carry the request out.
        body: what the answer's body is; without `status` the request is carried out and its answer replaced.
        message: the text in a made answer or event.
        headers: further headers of an answer with `status`, such as Retry-After.
        close: abort the connection at that moment.
        drip: send the answer slowly.
        event: how the push ends; `failed` and `critical` leave the index alone, `null` and `never` change it.

    """

    delay_s: Seconds = 0.0
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None
    body: Literal["json", "html", "broken"] | None = None
    message: str = "The sandbox was told to fail."
    headers: dict[str, str] = {}
    close: Literal["before_reading", "after_reading", "after_applying"] | None = None
    drip: Drip | None = None
    event: EventOutcome | None = None


class Rule(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Requests and what happens to them."""

    effect: Effect
    match: Match = Match()


class Faults:
    """The rules in force, with how often each matched."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def add(self, document: object) -> None:
        """Put a rule in force; raises a 400 that says in a sentence why it cannot be."""
        try:
            rule = msgspec.convert(document, Rule)
        except msgspec.ValidationError as error:
            raise Refusal(400, f"The rule cannot be used: {error}.") from error
        _check(rule)
        self._armed.append(_Armed(rule))

    def clear(self) -> None:
        """Take all rules out of force."""
        self._armed.clear()

    def documents(self) -> list[dict[str, Any]]:
        """Return the rules, each with how many requests it `matched` and how many it `hit`."""
        return [
            {**msgspec.to_builtins(armed.rule), "matched": armed.matched, "hit": armed.hit} for armed in self._armed
        ]

    def need_action(self, method: str, path: str, task: str | None) -> bool:
        """Tell whether the body has to be looked at to know which rules match."""
        return any(armed.rule.match.action and armed.concerns(method, path, task) for armed in self._armed)

    def pick(self, method: str, path: str, task: str | None, action: str | None) -> Effect | None:
        """Count a request in every rule that matches it, and return the effect of the first rule that hits it."""
        hits = [armed for armed in self._armed if armed.matches(method, path, task, action) and armed.strikes()]
        if not hits:
            return None
        hits[0].hit += 1
        return hits[0].rule.effect


class _Armed:
    """A rule in force, with its counts and its dice."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.matched = 0
        self.hit = 0
        self._path = re.compile(rule.match.path)
        self._dice = random.Random(rule.match.seed)  # noqa: S311  chance that can be repeated is the point

    def concerns(self, method: str, path: str, task: str | None) -> bool:
        match = self.rule.match
        right_method = match.method is None or match.method.upper() == method
        return right_method and match.task in (None, task) and self._path.search(path) is not None

    def matches(self, method: str, path: str, task: str | None, action: str | None) -> bool:
        return self.rule.match.action in (None, action) and self.concerns(method, path, task)

    def strikes(self) -> bool:
        self.matched += 1
        match = self.rule.match
        if match.nth is not None:
            return self.matched == match.nth
        if match.every is not None:
            return self.matched % match.every == 0
        return match.probability is None or self._dice.random() < match.probability


def _check(rule: Rule) -> None:
    for wrong, sentence in _contradictions(rule):
        if wrong:
            raise Refusal(400, f"The rule cannot be used: {sentence}.")
    try:
        re.compile(rule.match.path)
    except re.error as error:
        raise Refusal(400, f"The rule cannot be used: match.path is not a regular expression ({error}).") from error


def _contradictions(rule: Rule) -> list[tuple[bool, str]]:
    match, effect = rule.match, rule.effect
    answered = effect.status is not None
    how_often = [match.nth, match.every, match.probability]
    return [
        (effect == Effect(), "its effect does nothing"),
        (sum(value is not None for value in how_often) > 1, "match takes one of nth, every and probability"),
        (match.action not in (None, *ACTIONS), f"match.action must be one of [{', '.join(ACTIONS)}]"),
        (answered and effect.close is not None, "an answer with a status and a closed connection exclude each other"),
        (
            answered and effect.event is not None,
            "a request answered with a status is not carried out, so it has no event",
        ),
        (bool(effect.headers) and not answered, "effect.headers need effect.status"),
        (effect.body == "json" and not answered, "effect.body json needs effect.status"),
        (
            effect.close in ("before_reading", "after_reading") and effect.event is not None,
            "a request that is never carried out has no event",
        ),
        (
            effect.close is not None and (effect.drip is not None or effect.body is not None),
            "a connection that is closed carries no answer",
        ),
        (
            effect.close == "before_reading" and match.action is not None,
            "the action stands in the body, which is not read before the connection is closed",
        ),
    ]
