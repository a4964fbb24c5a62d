"""Opens a table that was copied in a spreadsheet as if it were a file."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from pushconsole.desktop.activity import Activity
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.window import MainWindow
from pushconsole.records import WorkspaceFolder

_NAME = "pasted table.tsv"


class PastedTable(QObject):
    """Writes the clipboard's text beside the workspaces, has it opened like any file, and deletes it."""

    def __init__(
        self, window: MainWindow, jobs: Jobs, activity: Activity, records: RecordsController, folder: WorkspaceFolder
    ) -> None:
        super().__init__(window)
        self._activity = activity
        self._records = records
        self._folder = folder
        window.commands.open_pasted.triggered.connect(lambda: jobs.start(self._open(), instead_of="pasted table"))

    async def _open(self) -> None:
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            self._activity.warn(self.tr("Nothing is copied that has rows. Copy them in the spreadsheet first."))
            return
        room = await asyncio.to_thread(self._folder.make_room)
        try:
            file = room / _NAME
            await asyncio.to_thread(file.write_bytes, text.encode("utf-8", "surrogatepass"))
            await self._records.open_and_wait([file])
        finally:
            await asyncio.to_thread(self._folder.clear_room, room)
