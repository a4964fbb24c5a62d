"""What is done about rows of the file that are no records: mended one by one, or handed out as a file."""

from __future__ import annotations

from PySide6.QtCore import QObject
from shiboken6 import isValid

from pushconsole.desktop.activity import Activity
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.questions import accepted, file_to_save
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.repair_dialog import RepairDialog
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import ValueNotUsable
from pushconsole.records import Rejected, Workspace, export_rejected
from pushconsole.runs import Level


class RejectsController(QObject):
    """Opens the dialog, and writes the file."""

    def __init__(
        self, window: MainWindow, theme: Theme, jobs: Jobs, activity: Activity, records: RecordsController
    ) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._jobs = jobs
        self._activity = activity
        self._records = records
        pane = window.problems_pane
        pane.repair_requested.connect(lambda row: self._jobs.start(self._repair(row), instead_of="repair dialog"))
        pane.export_requested.connect(lambda: self._jobs.start(self._export(), instead_of="export rejected"))

    async def _repair(self, rejected_id: int) -> None:
        workspace = self._records.workspace
        row = await self._records.threads.read(lambda: _row(workspace, rejected_id)) if workspace else None
        if row is None:
            self._activity.warn(self.tr("This row is not among the rejected ones any more."))
            return
        dialog = RepairDialog(row, self._theme, self._window)
        dialog.submitted.connect(lambda text: self._jobs.start(self._mend(dialog, rejected_id, text)))
        self._records.opened.connect(dialog.reject)  # the row is one of the records before
        await accepted(dialog)

    async def _mend(self, dialog: RepairDialog, rejected_id: int, text: str) -> None:
        """Make the row a record, or say in the dialog why it is none."""
        try:
            await self._records.make(lambda workspace: workspace.repair(rejected_id, text))
        except ValueNotUsable as error:
            if not isValid(dialog):
                raise
            dialog.show_fault(error.sentence)
        else:
            if isValid(dialog):  # an edit before it can take long, and the person need not wait
                dialog.accept()
        finally:
            if isValid(dialog):
                dialog.set_busy(busy=False)

    async def _export(self) -> None:
        workspace = self._records.workspace
        if workspace is None:
            return
        suggestion = self.tr("{0} (rejected)").format(self._records.name.rsplit(".", 1)[0])
        path = await file_to_save(
            self._window, self.tr("Export the rejected rows"), suggestion, self.tr("All files (*)")
        )
        if path is not None:
            written = await self._records.threads.read(lambda: export_rejected(workspace, path))
            self._activity.tell(Level.SUCCESS, self.tr("Saved the rejected rows to {0}.").format(written))


def _row(workspace: Workspace, rejected_id: int) -> Rejected | None:
    return next((row for row in workspace.rejected() if row.rejected_id == rejected_id), None)
