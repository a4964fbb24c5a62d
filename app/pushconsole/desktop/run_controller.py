"""What a push would do, and the push itself: follows a run from the button to its last event."""

from __future__ import annotations

import asyncio
import enum
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from pushconsole import quantities
from pushconsole.credentials import ProfileKind
from pushconsole.desktop.activity import Activity
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.push_pane import ActionChoice
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.records_model import RowState
from pushconsole.desktop.run_questions import RunQuestions
from pushconsole.desktop.run_words import columns_in_words, estimate_of, figures_of, row_of
from pushconsole.desktop.target_controller import TargetController
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import InputError
from pushconsole.ingestion import Action, Target
from pushconsole.records import View
from pushconsole.runs import (
    FACTS,
    Accounting,
    Control,
    Finished,
    Ledger,
    Plan,
    PlanSize,
    RunEvent,
    Started,
    Verdict,
    lines,
    plan_index_action,
    plan_records,
    plan_size,
    push,
)

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

_SETTLE_S = 0.3
_REFRESH_MS = 100  # the eye follows no more than ten numbers a second
_STATES = {
    Verdict.SUCCEEDED: RowState.SUCCEEDED,
    Verdict.FAILED: RowState.FAILED,
    Verdict.IN_DOUBT: RowState.IN_DOUBT,
}


class _State(enum.Enum):
    """What the controller is at; it decides what can be pressed."""

    IDLE = enum.auto()
    PREPARING = enum.auto()
    RUNNING = enum.auto()
    CANCELLING = enum.auto()


class RunController(QObject):
    """Owns the run that is open, if one is."""

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        activity: Activity,
        theme: Theme,
        records: RecordsController,
        targets: TargetController,
        ledger: Ledger,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._activity = activity
        self._theme = theme
        self._records = records
        self._targets = targets
        self._ledger = ledger
        self._questions = RunQuestions(window, theme, records, ledger)
        self._state = _State.IDLE
        self._size: PlanSize | None = None
        self._unplannable = ""
        self._control: Control | None = None
        self._running: asyncio.Task[None] | None = None
        self._accounting: Accounting | None = None
        self._edited_since: set[int] = set()
        self._begun = 0.0
        self._refreshing = QTimer(self)
        self._refreshing.setInterval(_REFRESH_MS)
        self._refreshing.timeout.connect(self._show_progress)
        self._connect()

    @property
    def busy(self) -> bool:
        """Whether a run is open."""
        return self._state is not _State.IDLE

    async def start(self) -> None:
        """Offer the actions and show the runs of the ledger."""
        choices = [ActionChoice(a.value, facts.title, facts.effect, facts.destroys) for a, facts in FACTS.items()]
        self._window.push_pane.set_actions(choices, Action.UPDATE_OBJECT.value)
        self._measure()
        await self._show_past_runs()

    async def cancel(self) -> None:
        """Cancel the run that is open and wait for its end."""
        self._cancel()
        if self._running is not None:
            await asyncio.wait({self._running})

    def records_that(self, verdict: Verdict) -> list[tuple[int, int]]:
        """Return the records of the last run of these records that ended so, as ranges of their ids."""
        return self._accounting.ranges(verdict) if self._accounting is not None else []

    @property
    def _only(self) -> View | None:
        """What of the records is pushed, where a filter is on."""
        return self._records.view if self._records.filtered else None

    @property
    def _action(self) -> Action:
        return Action(self._window.push_pane.action)

    def _connect(self) -> None:
        pane = self._window.push_pane
        for changed in (self._records.changed, self._records.seen_changed, self._targets.changed, pane.action_chosen):
            changed.connect(lambda *_: self._measure())
        for pressed in (pane.push_requested, self._window.commands.push.triggered):
            pressed.connect(lambda *_: self._press())
        self._records.edited.connect(self._forget_outcome)
        self._records.being_edited_changed.connect(self._describe)
        pane.problems_requested.connect(lambda: self._window.raise_pane("problems"))

    # Before a run

    def _measure(self) -> None:
        """Say what a push would do now."""
        self._jobs.start(self._measured(), instead_of="measure")

    async def _measured(self) -> None:
        workspace, action = self._records.workspace, self._action
        self._size, self._unplannable = None, ""
        self._describe()
        if workspace is not None and FACTS[action].takes_records:
            await asyncio.sleep(_SETTLE_S)
            try:
                source = self._only or workspace
                self._size = await self._records.threads.scan(lambda end: plan_size(source, action, cancelled=end))
            except InputError as error:
                self._unplannable = error.sentence
            self._describe()

    def _describe(self) -> None:
        action, target, size = self._action, self._targets.target, self._size
        pane, facts = self._window.push_pane, FACTS[action]
        if facts.takes_records:
            known = (size.records, size.calls, size.body_bytes) if size else (None, None, None)
            pane.summary.set_figures(*known)
            pane.summary.set_line(self._estimate_in_words(size))
        else:
            pane.summary.set_figures(0, 1, 0)
            pane.summary.set_line(self.tr("One call for the whole index, whatever is in the table"))
        refusal = self._refusal()
        pane.set_push(self._wording(facts.verb), destructive=facts.destroys, refusal=refusal, enabled=not self.busy)
        self._window.commands.push.setEnabled(not refusal and not self.busy)
        name = f"{target.index} ({self._targets.profile.name})" if target and self._targets.profile else ""
        self._window.set_document(self._records.name, edited=self._records.has_edits, target=name)

    def _estimate_in_words(self, size: PlanSize | None) -> str:
        if size is None:
            return ""
        filtered = self.tr("Only what the filter leaves, {0}; ").format(self._records_in_words())
        unsent = [column.name for column in self._window.model.columns if not column.sent]
        without = self.tr("Without {0}; ").format(columns_in_words(unsent)) if unsent else ""
        return f"{filtered if self._records.filtered else ''}{without}{estimate_of(size)}"

    def _wording(self, verb: str) -> str:
        action, target = self._action, self._targets.target
        where = target.index if target else "…"
        if not FACTS[action].takes_records:
            what = self.tr("the index {0}") if action is Action.DELETE else self.tr("all records of {0}")
            return f"{verb} {what.format(where)}"
        records = self._records_in_words()
        preposition = "from" if action is Action.DELETE_OBJECT else "to"
        return f"{verb} {records} {preposition} {where}"

    def _records_in_words(self) -> str:
        workspace = self._records.workspace
        if self._size is None or workspace is None:
            return self.tr("records")
        if not self._records.filtered:
            return quantities.counted(self._size.records, self.tr("record"), self.tr("records"))
        total = quantities.counted(workspace.count(), self.tr("record"), self.tr("records"))
        return self.tr("{0} of {1}").format(quantities.number(self._size.records), total)

    def _refusal(self) -> str:
        """Say why nothing can be pushed now; an empty text where it can."""
        return self._refusal_of_target() or (self._refusal_of_records() if FACTS[self._action].takes_records else "")

    def _refusal_of_target(self) -> str:
        targets = self._targets
        if targets.profile is None:
            return self.tr("Choose a profile first.")
        if targets.profile.kind is ProfileKind.READ_ONLY:
            return self.tr("This profile is read-only: it cannot push.")
        if targets.client is None or targets.target is None:
            return self.tr("Choose a task first.")
        return "" if targets.target.enabled else self.tr("This task is disabled.")

    def _refusal_of_records(self) -> str:
        size, action = self._size, self._action
        if self._records.threads.editing:
            return self.tr("The records are being edited.")
        if self._unplannable:
            return self._unplannable
        if size is None or size.records == 0:
            return self.tr("There are no records to push.")
        if size.nameless and FACTS[action].needs_object_id:
            lacking = quantities.counted(size.nameless, self.tr("record has"), self.tr("records have"))
            return self.tr("{0} no objectID, which {1} needs.").format(lacking, action)
        return ""

    def _press(self) -> None:
        if not self.busy and not self._refusal():
            self._running = self._jobs.start(self._run())

    # A run

    async def _run(self) -> None:
        client, target = self._targets.client, self._targets.target
        assert client is not None
        assert target is not None
        self._enter(_State.PREPARING)
        try:
            assert self._targets.profile is not None
            push_words = self._wording(FACTS[self._action].verb)
            if not await self._questions.answered(client, self._targets.profile, target, self._action, push_words):
                return
            if self._targets.target is not target:
                return
            plan = await self._plan(target)
            await self._follow(plan, client)
        finally:
            self._enter(_State.IDLE)
            await self._show_past_runs()
            self._measure()

    async def _plan(self, target: Target) -> Plan:
        action, watch, workspace, only = self._action, self._window.push_pane.watch, self._records.workspace, self._only
        if not FACTS[action].takes_records:
            return plan_index_action(target, action, watch=watch)
        assert workspace is not None
        return await asyncio.to_thread(plan_records, workspace, target, action, watch=watch, only=only)

    async def _follow(self, plan: Plan, client: IngestionClient) -> None:
        self._accounting, self._edited_since = Accounting(plan), set()
        self._control = Control()
        self._begun = time.monotonic()
        self._enter(_State.RUNNING)
        self._records.refresh()  # objectIDs may have been made
        self._window.raise_pane("log")
        async for event in push(plan, client, self._ledger, control=self._control):
            self._take(event)

    def _take(self, event: RunEvent) -> None:
        assert self._accounting is not None
        self._accounting.apply(event)
        for line in lines(event):
            self._activity.tell_line(line)
        if isinstance(event, Started):
            self._window.model.set_states(self._state_of)
        elif isinstance(event, Finished):
            self._targets.refresh()  # it ran just now
            self._refreshing.stop()
            self._window.run_bar.show_finished(figures_of(self._accounting), lines(event)[0].text.split(" · ")[0])
            self._window.model.set_states(self._state_of)

    def _enter(self, state: _State) -> None:
        self._state = state
        idle = state is _State.IDLE
        self._window.push_pane.set_busy(not idle)
        self._window.profiles.setEnabled(idle)
        self._window.commands.open.setEnabled(idle)
        self._records.show_edits_allowed(allowed=idle)
        if state is _State.RUNNING:
            self._activity.let_cancel(self._cancel)
            self._window.run_bar.clear_speed()
            self._window.run_bar.set_cancel_enabled(True)
            self._refreshing.start()
            self._show_progress()
        elif idle:
            self._activity.let_cancel(None)
            self._refreshing.stop()
            self._control = None
        self._describe()

    def _cancel(self) -> None:
        if self._control is not None and self._state is _State.RUNNING:
            self._enter(_State.CANCELLING)
            self._control.cancel()

    def _show_progress(self) -> None:
        accounting = self._accounting
        if accounting is None:
            return
        elapsed_s = max(time.monotonic() - self._begun, 0.001)
        speed = accounting.decided / elapsed_s
        left_s = (accounting.records - accounting.decided) / speed if accounting.decided else None
        note = self.tr("Cancelling…") if self._state is _State.CANCELLING else ""
        self._window.run_bar.show_running(figures_of(accounting, speed if accounting.decided else None, left_s), note)
        self._window.run_bar.add_speed(speed)
        self._window.model.set_states(self._state_of)

    def _state_of(self, record_id: int) -> RowState | None:
        if self._accounting is None or record_id in self._edited_since:
            return None
        outcome = self._accounting.outcome(record_id)
        return _STATES.get(outcome[0]) if outcome else None

    def _forget_outcome(self, record_ids: tuple[int, ...] | None) -> None:
        """Show no outcome for a record that is not any more what was pushed."""
        if self.busy:
            return
        if record_ids is None:
            self._accounting = None
        else:
            self._edited_since.update(record_ids)
        self._window.model.set_states(self._state_of)

    async def _show_past_runs(self) -> None:
        self._window.runs_pane.set_runs([row_of(run) for run in await asyncio.to_thread(self._ledger.runs)])
