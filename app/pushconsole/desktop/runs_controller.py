"""What can be done about runs of the past: finish, retry, look at, export and forget them."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pushconsole import quantities
from pushconsole.credentials import Profile
from pushconsole.desktop.activity import Activity
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.notification import notify
from pushconsole.desktop.prepared_run import PreparedRun
from pushconsole.desktop.question_dialog import Answer
from pushconsole.desktop.questions import asked, folder_to_fill
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.run_controller import RunController
from pushconsole.desktop.run_questions import RunQuestions
from pushconsole.desktop.run_words import row_of
from pushconsole.desktop.target_controller import TargetController
from pushconsole.desktop.view_controller import Only, ViewController
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import InputError, TargetError
from pushconsole.records import Workspace, WorkspaceFolder, make_view
from pushconsole.runs import (
    Accounting,
    Doubtful,
    Finished,
    Ledger,
    Level,
    PastRun,
    Plan,
    SavedRun,
    TaskLock,
    Throughput,
    Verdict,
    export_run_in_background,
    lines,
    plan_records,
    push,
    record_folders,
    resume,
    resumption,
    target_of,
    throughput,
)

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

_NOT_IN_NAMES = re.compile(r'[<>:"/\\\\|?*\x00-\x1f]')  # of files, on any system
_FACTS_SHOWN = 4
_PARTS = 24  # of a run's time, whose speeds are the points of its line
_RESUME, _RETRY, _SHOW, _EXPORT, _FORGET = "resume", "retry", "show", "export", "forget"


class RunsController(QObject):
    """Owns the Runs pane, and what is asked once a run has ended."""

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        activity: Activity,
        records: RecordsController,
        targets: TargetController,
        runs: RunController,
        views: ViewController,
        ledger: Ledger,
        folder: WorkspaceFolder,
        questions: RunQuestions,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._activity = activity
        self._records = records
        self._targets = targets
        self._runs = runs
        self._views = views
        self._ledger = ledger
        self._folder = folder
        self._questions = questions
        window.runs_pane.action_requested.connect(self.do)
        runs.idle.connect(lambda: jobs.start(self.show(), instead_of="past runs"))
        runs.ended.connect(lambda finished, cancelled: jobs.start(self._after(finished, cancelled=cancelled)))

    async def show(self) -> None:
        """Show the runs of the ledger."""
        rows = await asyncio.to_thread(lambda: [self._row_facts(run) for run in self._ledger.runs()])
        self._window.runs_pane.set_runs([row_of(*facts) for facts in rows])

    def do(self, action: str, run_id: str) -> None:
        """Do to a run what a button of the pane says."""
        if self._runs.busy:
            return
        if action in {_RESUME, _RETRY}:
            preparing = self._resumed(run_id) if action == _RESUME else self._retried(run_id)
            self._runs.carry_out(preparing)
        else:
            work = {_SHOW: self._show_failed, _EXPORT: self._export, _FORGET: self._forget}[action]
            self._jobs.start(work(run_id), instead_of="past run")

    def _row_facts(self, run: PastRun) -> tuple[PastRun, str, frozenset[str], Throughput | None]:
        """Return how a run stands in a word, what can be done about it, and how fast it went. Blocks."""
        state, can = self._standing(run)
        return run, state, can, throughput(self._ledger.timed_calls(run.run_id), _PARTS)

    def _standing(self, run: PastRun) -> tuple[str, frozenset[str]]:
        saved = self._ledger.saved_run(run.run_id)
        under_way = run.state == "open" and not TaskLock.is_free(
            self._ledger.tasks, saved.application_id, saved.task_id
        )
        if under_way:
            return self.tr("under way"), frozenset()
        there = saved.workspace is None or Path(saved.workspace).exists()
        can = {_FORGET}
        unfinished = run.in_doubt or run.unsent or run.call in {Verdict.IN_DOUBT, Verdict.UNSENT}
        can |= {_RESUME} if there and (unfinished or run.state == "open") else set()
        can |= {_RETRY, _SHOW} if there and saved.workspace and run.failed else set()
        can |= {_EXPORT} if there or run.complete else set()
        words = self.tr("interrupted") if run.state == "open" else self.tr("finished")
        return self.tr("complete") if run.state != "open" and run.complete else words, frozenset(can)

    # Finishing

    async def _resumed(self, run_id: str, doubtful: Doubtful = Doubtful.LEAVE) -> PreparedRun | None:
        """Prepare to settle what is in doubt and to send what was not sent."""
        saved = await asyncio.to_thread(self._ledger.saved_run, run_id)
        client, profile = self._aimed(saved)
        target = await target_of(client, saved)
        await asyncio.to_thread(TaskLock.check_free, self._ledger.tasks, saved.application_id, target)
        workspace = await self._workspace_of(saved)
        wording = self.tr("Resume the run to {0}").format(saved.index)
        consent = await self._questions.may_go_on(client, profile, target, saved.action, wording)
        if consent is None:
            return None
        if consent.backup:
            await self._runs.back_up(client, saved.index)
        again = await asyncio.to_thread(resumption, self._ledger, saved, target, workspace, doubtful)
        if again.complete:
            raise InputError("Every record of this run has a verdict: there is nothing to resume.")
        accounting = Accounting(again.plan)
        for event in again.history:
            accounting.apply(event)
        pace, calls = self._runs.pace(profile), self._runs.calls(profile)
        return PreparedRun(
            accounting,
            lambda control: resume(again, client, self._ledger, control=control, pace=pace, calls=calls),
        )

    async def _retried(self, run_id: str) -> PreparedRun | None:
        """Prepare to push the records that failed once more, as a run of its own."""
        saved = await asyncio.to_thread(self._ledger.saved_run, run_id)
        client, profile = self._aimed(saved)
        target = await target_of(client, saved)
        await asyncio.to_thread(TaskLock.check_free, self._ledger.tasks, saved.application_id, target)
        workspace = await self._workspace_of(saved)
        assert workspace is not None, "without records there is nothing to retry"
        failed = await asyncio.to_thread(self._ledger.ranges, run_id, Verdict.FAILED)
        wording = self.tr("Retry {0} to {1}").format(
            quantities.counted(sum(last - first + 1 for first, last in failed), "record", "records"), saved.index
        )
        if await self._questions.may_go_on(client, profile, target, saved.action, wording) is None:
            return None

        def plan() -> Plan:
            only = make_view(workspace, among=failed)
            assert only is not None, "nobody cancels it"
            with contextlib.closing(only):
                return plan_records(workspace, target, saved.action, watch=saved.watch, only=only)

        planned = await asyncio.to_thread(plan)
        pace, calls = self._runs.pace(profile), self._runs.calls(profile)
        return PreparedRun(
            Accounting(planned),
            lambda control: push(planned, client, self._ledger, control=control, pace=pace, calls=calls),
        )

    def _aimed(self, saved: SavedRun) -> tuple[IngestionClient, Profile]:
        """Return client and profile, if they are those of the run's application."""
        client, profile = self._targets.client, self._targets.profile
        if client is None or profile is None or profile.application_id != saved.application_id:
            raise TargetError(
                f"The run was for the application {saved.application_id}.",
                "Choose a profile of that application first.",
            )
        return client, profile

    async def _workspace_of(self, saved: SavedRun) -> Workspace | None:
        """Bring the records of a run into the table, unless they are there."""
        if saved.workspace is None:
            return None
        path = Path(saved.workspace)
        if record_folders.is_of_command_line(path):
            path = await asyncio.to_thread(record_folders.taken_over, self._ledger, path, self._folder)
        if not await self._records.brought(path):
            raise InputError("The records of this run are not open, so nothing was sent.")
        return self._records.workspace

    # Looking

    async def _show_failed(self, run_id: str) -> None:
        saved = await asyncio.to_thread(self._ledger.saved_run, run_id)
        await self._workspace_of(saved)
        failed = await asyncio.to_thread(self._ledger.ranges, run_id, Verdict.FAILED)
        self._views.show_only(Only(self.tr("Failed only"), lambda _: failed))

    async def _export(self, run_id: str) -> None:
        """Write the reports and the records that did not succeed to a folder."""
        saved = await asyncio.to_thread(self._ledger.saved_run, run_id)
        totals = await asyncio.to_thread(self._ledger.totals, run_id)
        left_over = saved.records - totals[Verdict.SUCCEEDED]
        chosen = await folder_to_fill(self._window, self.tr("Export the run"))
        if chosen is None:
            return
        folder = await asyncio.to_thread(_folder_of, chosen, saved)

        def export(tell: Callable[[int], None], cancelled: Callable[[], bool]) -> list[Path]:
            return export_run_in_background(folder, self._ledger, saved, on_progress=tell, cancelled=cancelled)

        files = await self._activity.in_worker(self.tr("Exporting the run"), left_over, export)
        if files is None:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            self._activity.tell(Level.INFO, self.tr("Exporting the run was cancelled."))
            return
        names = ", ".join(file.name for file in files)
        self._activity.tell(Level.SUCCESS, self.tr("Wrote {0} to {1}.").format(names, folder))

    async def _forget(self, run_id: str) -> None:
        saved = await asyncio.to_thread(self._ledger.saved_run, run_id)
        question = self.tr("Forget the run of {0} to {1}?").format(saved.source or saved.action, saved.index)
        detail = self.tr(
            "It went to the application {0}. Only this list knows what became of it; nothing changes at Algolia."
        ).format(saved.application_id)
        answer = Answer("forget", self.tr("Forget it"), self.tr("Cannot be undone"), destructive=True)
        if await asked(self._window, question, detail, [answer]):
            await asyncio.to_thread(record_folders.forget, self._ledger, saved)
            await self.show()

    # After a run

    async def _after(self, finished: Finished, *, cancelled: bool) -> None:
        """Call a person who looks elsewhere, and ask about what nobody could find out."""
        notify(self._window, lines(finished)[0].text)
        await self.show()
        if finished.in_doubt and not cancelled:
            decision = await self._decided(finished)
            if decision is not Doubtful.LEAVE:
                self._runs.carry_out(self._resumed(finished.run_id, decision))

    async def _decided(self, finished: Finished) -> Doubtful:
        """Ask what becomes of records whose fate nobody knows."""
        batches = await asyncio.to_thread(self._ledger.batches, finished.run_id)
        saved = await asyncio.to_thread(self._ledger.saved_run, finished.run_id)
        where = self.tr("The run went to the index {0} of the application {1}.").format(
            saved.index, saved.application_id
        )
        doubtful = [batch for batch in batches if batch.state == Verdict.IN_DOUBT]
        records = quantities.counted(finished.in_doubt, self.tr("record is"), self.tr("records are"))
        facts = [
            self.tr("Records {0} to {1}, sent at {2}: {3}").format(
                quantities.number(batch.first),
                quantities.number(batch.first + batch.records - 1),
                f"{datetime.fromtimestamp(batch.sent_at or 0).astimezone():%H:%M:%S}",
                batch.reason,
            )
            for batch in doubtful[:_FACTS_SHOWN]
        ]
        if len(doubtful) > _FACTS_SHOWN:
            facts.append(
                self.tr("… and {0} more").format(quantities.counted(len(doubtful) - _FACTS_SHOWN, "call", "calls"))
            )
        facts.append(self.tr("If they arrived, sending them again applies them a second time."))
        answer = await asked(
            self._window,
            self.tr("{0} in doubt: they left, and nobody can tell whether they arrived.").format(records),
            "\n".join([where, *facts]),
            [
                Answer(Doubtful.SEND_AGAIN, self.tr("Send again"), self.tr("Could apply them twice"), destructive=True),
                Answer(Doubtful.COUNT_AS_SENT, self.tr("Count as sent"), self.tr("For who has looked into the index")),
                Answer(Doubtful.LEAVE, self.tr("Leave in doubt"), self.tr("Resume in the Runs pane asks again")),
            ],
        )
        return Doubtful(answer or Doubtful.LEAVE)


def _folder_of(chosen: Path, saved: SavedRun) -> Path:
    """Make a folder for the files of a run; beside those of another export, and never among other files.

    Raises:
        InputError: it cannot be made.

    """
    begun = datetime.fromtimestamp(saved.started_at).astimezone()
    name = f"{Path(saved.source).stem or saved.action} to {saved.index} {begun:%Y-%m-%d %H.%M}"
    name = _NOT_IN_NAMES.sub("_", name)
    names = itertools.chain([name], (f"{name} ({number})" for number in itertools.count(2)))
    folder = next(chosen / name for name in names if not (chosen / name).exists())
    try:
        folder.mkdir()
    except OSError as error:
        raise InputError(f"{folder} cannot be made: {error.strerror}.", "Choose another place.") from error
    return folder
