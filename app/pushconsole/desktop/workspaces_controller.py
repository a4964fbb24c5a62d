"""Offers the records that a crash or a quit left behind, and cleans up old ones with the person's knowledge."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from pushconsole import quantities
from pushconsole.desktop.activity import Activity
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.question_dialog import Answer
from pushconsole.desktop.questions import accepted, asked
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.window import MainWindow
from pushconsole.desktop.workspaces_dialog import WorkspacesDialog
from pushconsole.records import OLD_AFTER_DAYS, LeftWorkspace, WorkspaceFolder
from pushconsole.runs import Ledger, Level, SavedRun, TaskLock, Verdict, record_folders


class WorkspacesController(QObject):
    """Owns the offer at the start and the list of the File menu.

    Signals:
        resume_requested(run_id): a run that was interrupted is to go on.

    """

    resume_requested = Signal(str)

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        activity: Activity,
        records: RecordsController,
        folder: WorkspaceFolder,
        ledger: Ledger,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._activity = activity
        self._records = records
        self._folder = folder
        self._ledger = ledger
        self._run: SavedRun | None = None
        self._offered: LeftWorkspace | None = None
        self._old: list[LeftWorkspace] = []
        self._again, self._delete = self.tr("Open it again"), self.tr("Delete it")
        self._resume = self.tr("Resume the run")
        self._delete_old, self._list = self.tr("Delete the old ones"), self.tr("Show all…")
        window.offer.action_requested.connect(self._do)
        window.commands.workspaces.triggered.connect(lambda: self._jobs.start(self._show(), instead_of="workspaces"))

    async def offer(self) -> None:
        """Say over the records what was left, if anything was, and what can be done with it."""
        left = await asyncio.to_thread(self._folder.left)
        self._offered, self._run = await asyncio.to_thread(self._worth_offering, left)
        self._old = [one for one in left if one.is_old]
        sentences, actions = [], []
        if self._run is not None:
            sentences.append(await asyncio.to_thread(self._sentence_on_run, self._run))
            actions.append((self._resume, self.tr("Settles what is in doubt, and sends what was not sent")))
        elif self._offered is not None:
            sentences.append(self._sentence(self._offered))
        if self._offered is not None and self._offered.whole:
            actions.append((self._again, self.tr("With its edits, which can be undone as before")))
        if self._offered is not None and self._run is None:
            actions.append((self._delete, self.tr("Frees its room on the disk")))
        if self._old:
            sentences.append(self._sentence_on_old())
            actions.append((self._delete_old, self.tr("Asks first")))
        if len(left) > 1:
            actions.append((self._list, self.tr("What was left, with its size and age")))
        if sentences:
            self._window.offer.say(" ".join(sentences), tone="info", actions=actions)
        else:
            self._window.offer.hide()

    def _worth_offering(self, left: Sequence[LeftWorkspace]) -> tuple[LeftWorkspace | None, SavedRun | None]:
        """Return what to offer, with its run if that was interrupted. What only a run of the past needs can wait."""
        needed = self._ledger.workspaces_needed()
        for one in left:
            run = self._ledger.interrupted_run(str(one.path))
            if not one.is_old and (run is not None or one.edits or str(one.path) not in needed):
                return one, run
        return None, self._interrupted_elsewhere()

    def _interrupted_elsewhere(self) -> SavedRun | None:
        """Return a run of the command line that was interrupted not long ago."""
        ledger, since = self._ledger, time.time() - OLD_AFTER_DAYS * 24 * 60 * 60
        for run in ledger.interrupted_runs():
            path = Path(run.workspace) if run.workspace else None
            there = path is not None and record_folders.is_of_command_line(path) and path.is_file()
            if there and run.started_at > since and TaskLock.is_free(ledger.tasks, run.application_id, run.task_id):
                return run
        return None

    def _sentence_on_run(self, run: SavedRun) -> str:
        """Say how a run stands that was interrupted."""
        totals = self._ledger.totals(run.run_id)
        numbers = ", ".join(
            f"{quantities.number(totals[verdict])} {words}"
            for verdict, words in (
                (Verdict.SUCCEEDED, self.tr("succeeded")),
                (Verdict.FAILED, self.tr("failed")),
                (Verdict.IN_DOUBT, self.tr("in doubt")),
                (Verdict.UNSENT, self.tr("unsent")),
            )
            if totals[verdict]
        )
        when = f"{datetime.fromtimestamp(run.started_at).astimezone():%Y-%m-%d %H:%M}"
        return self.tr("The run of {0} to {1} of {2} was interrupted: {3}.").format(
            run.source, run.index, when, numbers
        )

    def _sentence(self, left: LeftWorkspace) -> str:
        name, when = left.name, f"{left.used:%Y-%m-%d %H:%M}"
        if not name:
            return self.tr("A workspace of {0} cannot be opened: it is damaged, or another version's.").format(when)
        if not left.whole:
            return self.tr("The reading of {0} broke off on {1}; open the file again.").format(name, when)
        records = quantities.counted(left.records, self.tr("record"), self.tr("records"))
        edits = quantities.counted(left.edits, self.tr("edit that is"), self.tr("edits that are"))
        if not left.edits:
            return self.tr("{0} was open when Push Console ended on {1}: {2}, no edits.").format(name, when, records)
        return self.tr("{0} has {1} in no file: {2}, last used on {3}.").format(name, edits, records, when)

    def _sentence_on_old(self) -> str:
        return self.tr("{0} not used for {1} days: {2}.").format(
            quantities.counted(len(self._old), self.tr("workspace was"), self.tr("workspaces were")),
            OLD_AFTER_DAYS,
            quantities.size(sum(old.size_bytes for old in self._old)),
        )

    def _do(self, words: str) -> None:
        if words == self._list:
            self._jobs.start(self._show(), instead_of="workspaces")
        elif words == self._delete_old:
            self._jobs.start(self._delete_all(self._old), instead_of="workspaces")
        elif self._run is not None and words == self._resume:
            self._window.offer.hide()
            self.resume_requested.emit(self._run.run_id)
        elif self._offered is not None and words == self._again:
            self._open(self._offered)
        elif self._offered is not None:
            self._jobs.start(self._delete_all([self._offered]), instead_of="workspaces")

    def _open(self, left: LeftWorkspace) -> None:
        self._window.offer.hide()
        self._records.open_again(left.path)

    async def _show(self) -> None:
        """List what was left, until the list is closed or something of it opened."""
        left = await asyncio.to_thread(self._folder.left)
        while True:
            dialog = WorkspacesDialog(left, self._window)
            chose = await accepted(dialog)
            chosen, opening = dialog.chosen, dialog.opening
            if not chose:
                return
            if opening:
                self._open(chosen[0])
                return
            await self._delete_all(chosen)
            left = await asyncio.to_thread(self._folder.left)

    async def _delete_all(self, chosen: Sequence[LeftWorkspace]) -> None:
        if not await self._may_delete(chosen):
            return
        await asyncio.to_thread(self._folder.delete, [left.path for left in chosen])
        size = quantities.size(sum(left.size_bytes for left in chosen))
        names = ", ".join(left.name or left.path.name for left in chosen)
        self._activity.tell(Level.SUCCESS, self.tr("Deleted {0}; {1} are free.").format(names, size))
        await self.offer()

    async def _may_delete(self, chosen: Sequence[LeftWorkspace]) -> bool:
        """Ask, where edits would be lost that are nowhere else."""
        edited = [left for left in chosen if left.edits]
        if not edited:
            return True
        edits = quantities.counted(sum(left.edits for left in edited), self.tr("edit"), self.tr("edits"))
        names = ", ".join(left.name for left in edited)
        return bool(
            await asked(
                self._window,
                self.tr("Delete {0} of {1} for good?").format(edits, names),
                self.tr("They are in no other file. The files that the records came from stay as they are."),
                [Answer("delete", self.tr("Delete"), self.tr("Cannot be undone"), destructive=True)],
            )
        )
