"""What must hold before a run may start, whoever starts it."""

from __future__ import annotations

from pushconsole.errors import CommandError, TargetError
from pushconsole.ingestion import Action, Target
from pushconsole.runs.actions import FACTS


def check_target(target: Target, action: Action, *, read_only: bool, typed_index: str | None) -> None:
    """Let a push to a target pass, or say why not.

    Args:
        target: the task.
        action: what the push would do.
        read_only: whether the profile forbids pushing.
        typed_index: the index's name as a person typed it; needed for `delete` and `clear` only.

    Raises:
        TargetError: the profile or the task takes no push.
        CommandError: the index's name was not typed as it is.

    """
    if read_only:
        raise TargetError("This profile is read-only: it cannot push.", "Choose another profile, or change its kind.")
    if not target.takes_pushes:
        raise TargetError(
            f"The task {target.name} ({target.task_id}) takes its records from a source of type {target.source_type}, "
            "not from a push.",
            "Choose a task whose source is the push connector.",
        )
    if not target.enabled:
        raise TargetError(
            f"The task {target.name} ({target.task_id}) is disabled and takes no push.",
            "Enable it in Algolia's dashboard, or choose another one.",
        )
    if FACTS[action].destroys and typed_index != target.index:
        raise CommandError(
            f"{action} removes everything in the index {target.index}, and its name was not given.",
            f"Type the index's name in full: {target.index}",
        )
