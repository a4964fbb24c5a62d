"""What must hold, and what is worth a second look, before a run may start, whoever starts it."""

from __future__ import annotations

from pushconsole.errors import CommandError, TargetError
from pushconsole.ingestion import Action, Target
from pushconsole.records import Workspace
from pushconsole.runs.actions import FACTS
from pushconsole.runs.ledger import REPLACING, Ledger

_USUAL = 0.5  # of the last run's records had it
_GONE = 0.1  # of that share is left
_NAMED = 6


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


def attributes_lost(
    workspace: Workspace, ledger: Ledger, *, application_id: str, target: Target, action: Action
) -> list[str]:
    """Return the attributes that replacing whole records would take out of the index, as far as the last run tells.

    Those that at least half of the records of the last such run had, and that (nearly) none of these has. Blocks.
    """
    last = ledger.last_attributes(application_id, target.index) if action in REPLACING else None
    if last is None or not last.records or not workspace.count():
        return []
    now = {column.name: column.present / workspace.count() for column in workspace.columns() if column.sent}
    before = {name: present / last.records for name, present in last.attributes.items()}
    return [name for name, share in before.items() if share >= _USUAL and now.get(name, 0.0) <= share * _GONE]


def loss_in_words(lost: list[str], index: str) -> str:
    """Say which attributes would be lost, as a whole sentence."""
    named = ", ".join(lost[:_NAMED]) + (f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else "")
    what = "attribute" if len(lost) == 1 else "attributes"
    return f"The last push to {index} had {len(lost)} {what} that these records lack: {named}. Replacing removes them."
