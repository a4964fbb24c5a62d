"""Lets a person aim at an index by its name: at its own task, or through that of another index."""

from __future__ import annotations

from PySide6.QtCore import QObject

from pushconsole.desktop.index_name_dialog import Aim, IndexNameDialog
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.questions import accepted
from pushconsole.desktop.target_controller import TargetController
from pushconsole.desktop.window import MainWindow
from pushconsole.ingestion import Target, targets_of_index
from pushconsole.runs import transformations_in_words


class IndexNameController(QObject):
    """Owns the question for the name."""

    def __init__(self, window: MainWindow, jobs: Jobs, targets: TargetController) -> None:
        super().__init__(window)
        self._window = window
        self._targets = targets
        for wish in (window.push_pane.tasks.by_name_requested, window.commands.name_index.triggered):
            wish.connect(lambda *_: jobs.start(self._ask(), instead_of="index name"))
        targets.changed.connect(self._enable)
        self._enable()

    def _enable(self) -> None:
        self._window.commands.name_index.setEnabled(self._targets.client is not None)

    async def _ask(self) -> None:
        client, tasks = self._targets.client, self._targets.tasks
        if client is None:
            return
        indexes = sorted({target.index for target in tasks.tasks.values() if target.takes_pushes and target.index})
        dialog = IndexNameDialog(indexes, self._meaning, parent=self._window)
        if await accepted(dialog) and client is self._targets.client:
            self._targets.aim_by_name(dialog.chosen)

    def _meaning(self, index: str, reference: str) -> Aim:
        """Say what an index, and the reference for it, stand for; the service would take the same."""
        found = targets_of_index(self._targets.tasks.tasks.values(), reference or index)
        if not found:
            return Aim(
                self.tr("No task pushes to {0}. Choose an index whose task is to take the push.").format(
                    reference or index
                )
            )
        if reference and reference != index:
            return self._through(index, reference, found)
        if len(found) == 1:
            said = self.tr("The push goes to the task {0}. Records pass {1}.")
            return _aim(said.format(found[0].name, _passed(found[0])), found)
        return _aim(self.tr("{0} tasks push to {1}: choose one of them.").format(len(found), index), found)

    def _through(self, index: str, reference: str, found: list[Target]) -> Aim:
        if len(found) > 1:
            named = ", ".join(f"{target.name} ({target.task_id})" for target in found)
            return Aim(
                self.tr(
                    "{0} tasks push to {1}, so the service cannot tell whose transformations are meant: {2}."
                ).format(len(found), reference, named)
            )
        said = self.tr("Records pass {0} of {1} and go to {2}, which needs no task of its own.")
        return _aim(said.format(_passed(found[0]), reference, index), [found[0].pushing_to(index)])


def _passed(target: Target) -> str:
    words = transformations_in_words(target)
    return f"the {words}" if target.transformations else words


def _aim(sentence: str, targets: list[Target]) -> Aim:
    return Aim(sentence, tuple((target.key, f"{target.name} ({target.task_id})") for target in targets))
