"""What is seen when only some records are wanted: those with problems, or those that failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from pushconsole.desktop.activity import Activity
from pushconsole.desktop.problem_groups import title_of
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.run_controller import RunController
from pushconsole.desktop.target_controller import TargetController
from pushconsole.desktop.view_controller import Only, ViewController
from pushconsole.desktop.window import MainWindow
from pushconsole.ingestion import Action
from pushconsole.records import ProblemKind, Workspace, problem_records_in_background
from pushconsole.runs import FACTS, Verdict

_Ranges = Sequence[tuple[int, int]]


class OnlyController(QObject):
    """Turns what is clicked into the records that are seen."""

    def __init__(
        self,
        window: MainWindow,
        activity: Activity,
        records: RecordsController,
        views: ViewController,
        runs: RunController,
        targets: TargetController,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._activity = activity
        self._records = records
        self._views = views
        self._runs = runs
        self._targets = targets
        window.commands.only_problems.triggered.connect(lambda: self._show_problems(None))
        window.commands.only_failed.triggered.connect(self._show_failed)
        window.problems_pane.only_requested.connect(self._show_problems)

    def _show_problems(self, kind: ProblemKind | None) -> None:
        if (workspace := self._records.workspace) is None:
            return
        partial = FACTS[Action(self._window.push_pane.action)].merges
        limit_bytes = self._targets.record_limit_bytes
        kinds = list(ProblemKind) if kind is None else [kind]
        label = self.tr("Problems only") if kind is None else title_of(kind)
        self._views.show_only(Only(label, _problems_of(workspace, kinds, limit_bytes, partial=partial)))

    def _show_failed(self) -> None:
        if not self._runs.records_that(Verdict.FAILED):
            self._activity.warn(self.tr("No record of the last run failed, or it was of other records."))
            return
        self._views.show_only(Only(self.tr("Failed only"), lambda _: self._runs.records_that(Verdict.FAILED)))


def _problems_of(
    workspace: Workspace, kinds: Sequence[ProblemKind], limit_bytes: int, *, partial: bool
) -> Callable[[Callable[[], bool]], _Ranges]:
    return lambda cancelled: problem_records_in_background(
        workspace, kinds, record_limit_bytes=limit_bytes, partial_update=partial, cancelled=cancelled
    )
