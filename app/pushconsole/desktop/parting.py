"""What becomes of records that make room for others, or are left at the end: asked where edits are in no file."""

from __future__ import annotations

import asyncio

from pushconsole.desktop.activity import Activity
from pushconsole.desktop.copies import Copies
from pushconsole.desktop.questions import ask_about_edits
from pushconsole.desktop.window import MainWindow
from pushconsole.records import Workspace, WorkspaceFolder


class Parting:
    """Asks, and does what was answered once the records go."""

    def __init__(self, window: MainWindow, activity: Activity, copies: Copies, folder: WorkspaceFolder) -> None:
        self._window = window
        self._activity = activity
        self._copies = copies
        self._folder = folder
        self._kept: Workspace | None = None  # not to be removed when it is closed
        self._discarded: Workspace | None = None  # with its edits, by the person's own word
        self._edited = False

    async def may_go(self, workspace: Workspace | None, name: str, *, edited: bool) -> bool:
        """Ask what becomes of edits that are in no file; return whether the records may go."""
        self._kept = self._discarded = None
        self._edited = False
        if not edited or workspace is None:
            return True
        answer = await ask_about_edits(self._window, name)
        if answer == "save":
            return await self._copies.save_all(workspace, name)
        self._kept = workspace if answer == "keep" else None
        self._discarded = workspace if answer == "discard" else None
        return bool(answer)

    def heed_edit(self) -> None:
        """Take in that the records were edited, perhaps after they were given leave to go: others may come slowly."""
        self._edited = True

    async def part_with(self, workspace: Workspace, name: str) -> None:
        """Close a workspace; its file goes too, unless it has edits that nobody was asked about, or a run needs it."""
        kept, self._kept = self._kept, None
        discarded, self._discarded = self._discarded, None
        edited, self._edited = self._edited, False
        if edited and workspace is not kept and await asyncio.to_thread(lambda: workspace.edited):
            kept = workspace
            words = self._window.tr("{0} was edited while others were on their way. File, Workspaces has it.")
            self._activity.warn(words.format(name))
        if workspace is kept:
            await asyncio.to_thread(self._folder.keep, workspace)
        else:
            await asyncio.to_thread(self._folder.remove, workspace, even_if_needed=workspace is discarded)
