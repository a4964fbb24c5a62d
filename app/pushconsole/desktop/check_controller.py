"""Between the checks and the panes that show what they found."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from PySide6.QtCore import QObject

from pushconsole import quantities
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.problem_groups import grouped
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.target_controller import TargetController
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import Cancelled
from pushconsole.ingestion import Action
from pushconsole.records import Problems, Workspace, check
from pushconsole.runs import FACTS

_SETTLE_S = 0.25  # edits in quick succession are checked once


class CheckController(QObject):
    """Checks the records whenever they, the action or the plan are others, and when it is asked for."""

    def __init__(self, window: MainWindow, jobs: Jobs, records: RecordsController, targets: TargetController) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._records = records
        self._targets = targets
        self._limit_bytes = targets.record_limit_bytes
        targets.changed.connect(self._heed_limit)
        records.opened.connect(self._forget)
        for reason in (
            records.changed,
            window.push_pane.action_chosen,
            window.commands.check.triggered,
            window.problems_pane.check_requested,
        ):
            reason.connect(lambda *_: self._check_again())

    def _forget(self) -> None:
        """Say nothing of problems until the other records that are coming are all there and checked."""
        self._window.set_problem_count(0)
        self._window.push_pane.set_problems("")
        self._window.model.set_problems(dict[int, str]().get)

    def _check_again(self) -> None:
        if self._records.workspace is not None:
            self._jobs.start(self._check(self._records.workspace), instead_of="check")

    def _heed_limit(self) -> None:
        """Check again where another profile's plan takes other records."""
        if self._limit_bytes != self._targets.record_limit_bytes:
            self._limit_bytes = self._targets.record_limit_bytes
            self._check_again()

    async def _check(self, workspace: Workspace) -> None:
        partial = FACTS[Action(self._window.push_pane.action)].merges
        problems = None
        while problems is None and workspace is self._records.workspace:
            await asyncio.sleep(_SETTLE_S)
            with suppress(Cancelled):  # an edit goes first; it may change nothing, and then nobody asks again
                problems = await self._records.threads.scan(
                    lambda unwanted: check(
                        workspace, record_limit_bytes=self._limit_bytes, partial_update=partial, cancelled=unwanted
                    )
                )
        if problems is not None and workspace is self._records.workspace:
            self._show(problems)

    def _show(self, problems: Problems) -> None:
        window, count = self._window, sum(problems.counts.values())
        if count:
            window.problems_pane.show_groups(grouped(problems))
        else:
            window.problems_pane.show_none(
                self.tr("objectIDs, sizes, types, names and values of all records were looked at.")
            )
        window.set_problem_count(count)
        window.push_pane.set_problems(
            quantities.counted(count, self.tr("problem"), self.tr("problems")) if count else ""
        )
        sentences = {p.record_id: p.sentence for p in problems.first if p.record_id is not None}
        window.model.set_problems(sentences.get)
