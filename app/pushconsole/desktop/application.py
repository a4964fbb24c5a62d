"""The composition root: makes the loop, the stores, the window and its controllers, and takes them apart again."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import qasync
from PySide6.QtWidgets import QApplication, QMessageBox

from pushconsole import __version__, locations
from pushconsole.desktop.activity import Activity
from pushconsole.desktop.check_controller import CheckController
from pushconsole.desktop.collector import Collector
from pushconsole.desktop.column_layouts import ColumnLayouts
from pushconsole.desktop.columns_controller import ColumnsController
from pushconsole.desktop.edit_controller import EditController
from pushconsole.desktop.freed_memory import give_back_freed_memory
from pushconsole.desktop.import_controller import ImportController
from pushconsole.desktop.index_name_controller import IndexNameController
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.kept_layout import KeptLayout
from pushconsole.desktop.location_controller import LocationController
from pushconsole.desktop.log_buffer import LogBuffer
from pushconsole.desktop.log_links import LogLinks
from pushconsole.desktop.only_controller import OnlyController
from pushconsole.desktop.panes import Panes
from pushconsole.desktop.pasted_table import PastedTable
from pushconsole.desktop.question_dialog import Answer
from pushconsole.desktop.questions import asked, file_to_save, files_to_open
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.rejects_controller import RejectsController
from pushconsole.desktop.replace_controller import ReplaceController
from pushconsole.desktop.run_controller import RunController
from pushconsole.desktop.run_questions import RunQuestions
from pushconsole.desktop.runs_controller import RunsController
from pushconsole.desktop.survey_controller import SurveyController
from pushconsole.desktop.target_controller import TargetController
from pushconsole.desktop.task_marks import TaskMarks
from pushconsole.desktop.task_page_controller import TaskPageController
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.try_controller import TryController
from pushconsole.desktop.view_controller import ViewController
from pushconsole.desktop.window import MainWindow
from pushconsole.desktop.workspaces_controller import WorkspacesController
from pushconsole.records import WorkspaceFolder
from pushconsole.runs import Ledger, Level
from pushconsole.sandbox import RunningSandbox, launch

_RECORDS_FILTER = "Records (*.csv *.tsv *.txt *.json *.ndjson *.jsonl);;All files (*)"


def run(application: QApplication, console: Console, *, file: Path | None, on_sandbox: bool) -> int:
    """Let the window work until it is closed; return the exit status."""
    application.setApplicationVersion(__version__)

    async def show() -> None:
        await console.start(file=file, on_sandbox=on_sandbox)
        await console.closed.wait()

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(show())
    return 0


def _start_own_sandbox() -> RunningSandbox:
    return launch(data=locations.sandbox_data())


def _shell(theme: Theme) -> tuple[MainWindow, KeptLayout]:
    window, kept = MainWindow(theme), KeptLayout()
    kept.restore_shell(window, theme)
    return window, kept


class Console:
    """The window with everything behind it.

    Attributes:
        window: the window.
        edits: makes changes to many records, as the menus do.
        closed: set when it is closed and everything behind it has ended.

    """

    def __init__(
        self,
        theme: Theme,
        start_sandbox: Callable[[], RunningSandbox] = _start_own_sandbox,
        *,
        shown: tuple[MainWindow, KeptLayout] | None = None,
        breathe: Callable[[], object] = lambda: None,
    ) -> None:
        """Make it around the shell that is shown already, or around one of its own.

        `breathe` is called now and then, to let the shell paint.
        """
        give_back_freed_memory()
        self.closed = asyncio.Event()
        self._theme = theme
        log = LogBuffer()
        self.window, self._kept = shown or _shell(theme)
        self.window.furnish(Panes(self.window, theme, log, breathe))
        self._kept.restore_docks(self.window)
        breathe()
        self._activity = Activity(self.window, log)
        self._jobs = Jobs(self._activity.fail)
        sys.excepthook = self._heed
        self._ledger = Ledger(locations.ledger_file())
        breathe()
        self._make_records()
        breathe()
        self._make_runs(start_sandbox)
        self._collector = Collector(self.window)
        self._connect()

    def _make_records(self) -> None:
        """Make what brings records in, shows and changes them."""
        window, jobs, activity = self.window, self._jobs, self._activity
        imports = ImportController(window, self._theme, jobs, activity, locations.recipes())
        folder = self._folder = WorkspaceFolder(locations.workspaces(), self._ledger.workspaces_needed)
        self._records = RecordsController(window, jobs, activity, imports, folder)
        self._locations = LocationController(window, jobs, activity, self._records, folder)
        self._pasted = PastedTable(window, jobs, activity, self._records, folder)
        self._workspaces = WorkspacesController(window, jobs, activity, self._records, folder, self._ledger)
        self.edits = EditController(window, jobs, activity, self._records)
        self._rejects = RejectsController(window, self._theme, jobs, activity, self._records)
        self._replacing = ReplaceController(window, jobs, self._records, self.edits)
        self._layouts = ColumnLayouts(self._kept.settings, window.records)
        self._views = ViewController(window, jobs, activity, self._records)
        self._columns = ColumnsController(window, jobs, self._records, self.edits, self._views)

    def _make_runs(self, start_sandbox: Callable[[], RunningSandbox]) -> None:
        """Make what sends records, and says what became of them."""
        window, jobs, activity, records = self.window, self._jobs, self._activity, self._records
        marks, file = TaskMarks(self._kept.settings), locations.settings_file()
        self._targets = TargetController(window, jobs, activity, self._theme, file, start_sandbox, marks)
        self._checks = CheckController(window, jobs, records, self._targets)
        questions = RunQuestions(window, self._theme, records, self._ledger)
        self._runs = RunController(window, jobs, activity, records, self._targets, self._ledger, questions)
        self._past_runs = RunsController(
            window,
            jobs,
            activity,
            records,
            self._targets,
            self._runs,
            self._views,
            self._ledger,
            self._folder,
            questions,
        )
        self._trying = TryController(window, self._theme, jobs, records, self._targets, self._runs.offer)
        self._surveys = SurveyController(window, self._theme, jobs, activity, records, self._targets, self._runs)
        self._index_names = IndexNameController(window, jobs, self._targets)
        self._task_pages = TaskPageController(window, self._theme, jobs, self._targets)
        self._only = OnlyController(window, activity, records, self._views, self._runs, self._targets)
        self._links = LogLinks(window, jobs, activity, records, self._views, self._ledger)

    @property
    def sandbox(self) -> RunningSandbox | None:
        """The sandbox this window started, or None."""
        return self._targets.sandbox

    async def start(self, *, file: Path | None, on_sandbox: bool) -> None:
        """Show the window, then do what was asked for on the command line."""
        self.window.show()
        self._runs.offer.start()
        await self._past_runs.show()
        if file == locations.sample():
            self._records.open_as_found(file)
        elif file is not None:
            self._records.open([file])
        self._jobs.start(self._workspaces.offer(), instead_of="offer")
        self._jobs.start(self._targets.start(on_sandbox=on_sandbox), instead_of="profile")

    def _connect(self) -> None:
        window, do = self.window, self.window.commands
        for wish in (do.open.triggered, window.welcome.open_requested):
            wish.connect(lambda *_: self._jobs.start(self._open(), instead_of="choose file"))
        self._records.opened.connect(self._layouts.leave)
        self._records.changed.connect(self._layouts.arrive)
        self._workspaces.resume_requested.connect(lambda run_id: self._past_runs.do("resume", run_id))
        do.open_sample.triggered.connect(lambda: self._records.open_as_found(locations.sample()))
        window.welcome.sandbox_requested.connect(self._try_sandbox)
        window.files_dropped.connect(self._records.open)
        window.log_pane.save_requested.connect(lambda: self._jobs.start(self._save_log(), instead_of="save log"))
        window.close_requested.connect(lambda: self._jobs.start(self._close(), instead_of="close"))
        do.quit.triggered.connect(window.close)
        do.about.triggered.connect(self._about)

    async def _open(self) -> None:
        if files := await files_to_open(self.window, "Open records", _RECORDS_FILTER):
            self._records.open(files)

    def _try_sandbox(self) -> None:
        self._records.open_as_found(locations.sample())
        self._jobs.start(self._targets.use_sandbox(), instead_of="profile")

    def _about(self) -> None:
        box = QMessageBox(self.window)
        box.setIconPixmap(self._theme.icons.application_icon().pixmap(48, 48))
        box.setText(f"Push Console {__version__}")
        box.setInformativeText("Pushes records to Algolia by hand and says, record by record, what happened.")
        box.open()

    # Leaving

    async def _close(self) -> None:
        """Ask what has to be asked, end everything that is under way, then let the window close."""
        if self._runs.busy and not await self._may_cancel():
            return
        if not await self._records.may_discard():
            return
        async with contextlib.AsyncExitStack() as leaving:  # the last first, each whatever became of those before
            leaving.callback(self._let_go)
            leaving.push_async_callback(asyncio.to_thread, self._ledger.close)
            leaving.push_async_callback(self._targets.close)
            leaving.push_async_callback(self._records.close)
            leaving.push_async_callback(self._jobs.close)
            leaving.callback(self._keep)
            leaving.push_async_callback(self._records.stop_loading)
            leaving.push_async_callback(self._activity.workers_ended)
            leaving.push_async_callback(self._runs.cancel)

    def _let_go(self) -> None:
        """Let the window close, and the program end."""
        self._collector.stop()
        self.window.allow_close()
        sys.excepthook = sys.__excepthook__
        self.closed.set()

    async def _may_cancel(self) -> bool:
        return bool(
            await asked(
                self.window,
                f"A run to {self._runs.where} is open." if self._runs.where else "A run is being prepared.",
                "Cancelling it lets nothing more leave; what has no verdict then is in doubt.",
                [Answer("quit", "Cancel the run and quit", "Waits a moment for verdicts", destructive=True)],
            )
        )

    def _keep(self) -> None:
        self._layouts.leave()
        self._kept.keep(self.window, self._theme)

    async def _save_log(self) -> None:
        text = self.window.log_pane.shown_text()
        path = await file_to_save(self.window, "Save the log", "push-console.log", "Text (*.log *.txt)")
        if path is not None:
            await asyncio.to_thread(path.write_text, text, "utf-8")
            self._activity.tell(Level.SUCCESS, f"Saved the log to {path}.")

    def _heed(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Show what a slot raised: the other door at which any exception is caught."""
        if isinstance(error, Exception):
            self._activity.fail(error)
        else:
            sys.__excepthook__(kind, error, trace)
