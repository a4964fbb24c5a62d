"""What a trial or a preview says of a record, in the form in which a dialog shows it."""

from __future__ import annotations

from collections.abc import Sequence

from pushconsole.desktop.attribute_differences import Comparison
from pushconsole.runs import AttributeChange, Effect, Outcome, Preview, Trial, attributes_of

_OUTCOMES = {
    Outcome.UNCHANGED: ("check", "muted"),
    Outcome.CHANGED: ("edit", "accent"),
    Outcome.DROPPED: ("minus", "warning"),
    Outcome.MULTIPLIED: ("copy", "accent"),
    Outcome.FAILED: ("cross", "failed"),
}
EFFECTS = {
    Effect.CREATED: ("plus", "succeeded"),
    Effect.REPLACED: ("edit", "accent"),
    Effect.PATCHED: ("edit", "accent"),
    Effect.DELETED: ("trash", "failed"),
    Effect.UNCHANGED: ("check", "muted"),
    Effect.SKIPPED: ("minus", "warning"),
    Effect.NOTHING: ("minus", "warning"),
    Effect.REPEATED: ("copy", "warning"),
    Effect.DROPPED: ("minus", "warning"),
    Effect.FAILED: ("cross", "failed"),
}
"""The icon of each effect, and its tone."""


def of_trial(trial: Trial) -> Comparison:
    """Return a record before and after a transformation."""
    icon, tone = _OUTCOMES[trial.outcome]
    return Comparison(
        name=trial.sample.name,
        outcome=trial.outcome.value,
        icon=icon,
        tone=tone,
        before=attributes_of(trial.sample.text),
        after=tuple(attributes_of(text) for text in trial.made),
        differing=tuple(_names(changes) for changes in trial.changes),
        error=trial.error or "",
        note=f"The service took {trial.seconds * 1000:.0f} ms.",
    )


def of_preview(seen: Preview) -> Comparison:
    """Return a record of the index before and after a push."""
    icon, tone = EFFECTS[seen.effect]
    return Comparison(
        name=seen.sample.name,
        outcome=seen.effect.value,
        icon=icon,
        tone=tone,
        before=None if seen.before is None else attributes_of(seen.before),
        after=() if seen.after is None else (attributes_of(seen.after),),
        differing=() if seen.after is None else (_names(seen.changes),),
        error=seen.error or "",
    )


def _names(changes: Sequence[AttributeChange]) -> frozenset[str]:
    return frozenset(change.name for change in changes)
