"""Offers the records that a crash or a quit left behind, and cleans up old ones with the person's knowledge."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QObject

from pushconsole import quantities
from pushconsole.desktop.activity import Activity
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.question_dialog import Answer
from pushconsole.desktop.questions import accepted, asked
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.window import MainWindow
from pushconsole.desktop.workspaces_dialog import WorkspacesDialog
from pushconsole.records import OLD_AFTER_DAYS, LeftWorkspace, WorkspaceFolder
from pushconsole.runs import Level


class WorkspacesController(QObject):
    """Owns the offer at the start and the list of the File menu."""

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        activity: Activity,
        records: RecordsController,
        folder: WorkspaceFolder,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._activity = activity
        self._records = records
        self._folder = folder
        self._offered: LeftWorkspace | None = None
        self._old: list[LeftWorkspace] = []
        self._again, self._delete = self.tr("Open it again"), self.tr("Delete it")
        self._delete_old, self._list = self.tr("Delete the old ones"), self.tr("Show all…")
        window.offer.action_requested.connect(self._do)
        window.commands.workspaces.triggered.connect(lambda: self._jobs.start(self._show(), instead_of="workspaces"))

    async def offer(self) -> None:
        """Say over the records what was left, if anything was, and what can be done with it."""
        left = await asyncio.to_thread(self._folder.left)
        self._offered = next((one for one in left if not one.is_old), None)
        self._old = [one for one in left if one.is_old]
        sentences, actions = [], []
        if self._offered is not None:
            sentences.append(self._sentence(self._offered))
            if self._offered.whole:
                actions.append((self._again, self.tr("With its edits, which can be undone as before")))
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
