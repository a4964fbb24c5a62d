"""The push itself: follows a run from the button to its last event, whoever prepared it."""

from __future__ import annotations

import asyncio
import enum
import math
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from pushconsole import locations, quantities
from pushconsole.credentials import Profile, ProfileKind
from pushconsole.desktop.activity import Activity
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.notification import notify
from pushconsole.desktop.prepared_run import PreparedRun
from pushconsole.desktop.push_offer import PushOffer
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.records_model import RowState
from pushconsole.desktop.run_questions import RunQuestions
from pushconsole.desktop.run_words import figures_of
from pushconsole.desktop.speedometer import Speedometer
from pushconsole.desktop.target_controller import TargetController
from pushconsole.desktop.window import MainWindow
from pushconsole.ingestion import Target, aim_again
from pushconsole.runs import (
    CANARY_RECORDS,
    FACTS,
    Accounting,
    CallPaces,
    Control,
    Finished,
    Ledger,
    Level,
    Pace,
    Paused,
    Plan,
    RunEvent,
    Started,
    Throttled,
    Verdict,
    back_up,
    lines,
    plan_index_action,
    plan_records,
    push,
)

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

_REFRESH_MS = 100  # the eye follows no more than ten numbers a second
_DRAW_MS, _SMOOTHED_S = 500, 3.0  # batches end in lumps, which the line is not to show as peaks
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
    PAUSED = enum.auto()
    CANCELLING = enum.auto()


class RunController(QObject):
    """Owns the run that is open, if one is.

    Attributes:
        where: index, profile and application of the run that is or was open.

    Signals:
        ended(finished, cancelled): a run came to its end; its last event, and whether a person ended it.
        idle: no run is open any more, and the ledger may say something new.

    """

    ended = Signal(object, bool)
    idle = Signal()

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        activity: Activity,
        records: RecordsController,
        targets: TargetController,
        ledger: Ledger,
        questions: RunQuestions,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._activity = activity
        self._records = records
        self._targets = targets
        self._ledger = ledger
        self._questions = questions
        self.offer = PushOffer(window, jobs, records, targets)
        self.where = ""
        self._profile_name = ""
        self._calls: dict[str, CallPaces] = {}
        self._state = _State.IDLE
        self._control: Control | None = None
        self._next_control = Control()  # of the run that is being prepared, then the same
        self._running: asyncio.Task[None] | None = None
        self._accounting: Accounting | None = None
        self._edited_since: set[int] = set()
        self._speed = Speedometer()
        self._held_until = 0.0
        self._called = False
        self._refreshing = QTimer(self, interval=_REFRESH_MS)
        self._refreshing.timeout.connect(self._show_progress)
        self._drawing = QTimer(self, interval=_DRAW_MS)
        self._drawing.timeout.connect(lambda: window.run_bar.add_speed(self._speed.per_second(_SMOOTHED_S) or 0.0))
        self._connect()

    @property
    def busy(self) -> bool:
        """Whether a run is open."""
        return self._state is not _State.IDLE

    async def cancel(self) -> None:
        """Cancel the run that is open, or is being prepared, and wait for its end."""
        self._next_control.cancel()
        self._cancel()
        if self._running is not None:
            await asyncio.wait({self._running})

    def carry_out(self, preparing: Coroutine[Any, Any, PreparedRun | None]) -> None:
        """Begin with a run once it is prepared, and follow it to its end; None: it is not to be."""
        if self.busy:
            preparing.close()
        else:
            self._running = self._jobs.start(self._carry_out(preparing))

    def pace(self, profile: Profile, *, canary: int = 0) -> Pace:
        """Return the pace of a run for a profile."""
        return Pace(concurrency=profile.concurrency, calls_per_minute=profile.calls_per_minute, canary=canary)

    def calls(self, profile: Profile) -> CallPaces:
        """Return the limits of calls that all runs of an application share, whichever profile they are of."""
        calls = self._calls.setdefault(profile.application_id, CallPaces.of(profile.calls_per_minute))
        calls.allow(profile.calls_per_minute)
        return calls

    def records_that(self, verdict: Verdict) -> list[tuple[int, int]]:
        """Return the records of the last run of these records that ended so, as ranges of their ids."""
        return self._accounting.ranges(verdict) if self._accounting is not None else []

    async def back_up(self, client: IngestionClient, index: str) -> None:
        """Keep what an index holds in a file, before the run that is being prepared destroys it."""
        control = self._next_control
        with self._activity.work(self.tr("Backing up {0}").format(index), control.cancel) as work:

            def show(done: int, total: int) -> None:
                work.progress(done, total, quantities.of_records(done, total))

            backup = await back_up(client, index, locations.backups(), control=control, on_progress=show)
        if backup is not None:
            records = quantities.counted(backup.records, self.tr("record"), self.tr("records"))
            self._activity.tell(Level.SUCCESS, self.tr("Backed up {0} to {1}.").format(records, backup.file))

    def _connect(self) -> None:
        pane, do = self._window.push_pane, self._window.commands
        for pressed in (pane.push_requested, do.push.triggered):
            pressed.connect(lambda *_: self._press())
        for paused in (self._window.run_bar.pause_requested, do.pause_run.triggered):
            paused.connect(lambda *_: self._pause())
        self._records.edited.connect(self._forget_outcome)
        self._targets.changed.connect(self._heed_kind)
        pane.problems_requested.connect(lambda: self._window.raise_pane("problems"))

    def _heed_kind(self) -> None:
        """Begin carefully where records are of production, unless told otherwise."""
        profile = self._targets.profile
        if profile is not None and profile.name != self._profile_name:
            self._profile_name = profile.name
            self._window.push_pane.set_canary(on=profile.kind is ProfileKind.PRODUCTION)

    def _press(self) -> None:
        if not self.offer.refusal:
            self.carry_out(self._prepared())

    # Before a run

    async def _prepared(self) -> PreparedRun | None:
        """Ask what has to be asked, back up what would be lost, and plan."""
        client, profile, target = self._targets.client, self._targets.profile, self._targets.target
        assert client is not None
        assert profile is not None
        assert target is not None
        action = self.offer.action
        key = await aim_again(client, target, profile.key_expires_at)
        if FACTS[action].destroys:
            key.check_look("listIndexes", target.index)
        consent = await self._questions.answered(client, profile, target, action, self.offer.wording)
        if consent is None or self._targets.target is not target:
            return None
        if consent.backup:
            key.check_look("browse", target.index)
            await self.back_up(client, target.index)
        if (plan := await self._plan(target)) is None:
            return None
        canary = CANARY_RECORDS if self._window.push_pane.canary and FACTS[action].takes_records else 0
        self._targets.tasks.note_use(target)
        pace, calls = self.pace(profile, canary=canary), self.calls(profile)
        return PreparedRun(
            Accounting(plan),
            lambda control: push(plan, client, self._ledger, control=control, pace=pace, calls=calls),
        )

    async def _plan(self, target: Target) -> Plan | None:
        """Return what is to be sent; None where the person cancelled, which large plans leave time for."""
        action, watch, workspace = self.offer.action, self._window.push_pane.watch, self._records.workspace
        if not FACTS[action].takes_records:
            return plan_index_action(target, action, watch=watch)
        assert workspace is not None
        only, left_out, control = self.offer.only, self.offer.left_out, self._next_control

        def plan(_: Callable[[int], None], cancelled: Callable[[], bool]) -> Plan:
            return plan_records(
                workspace, target, action, watch=watch, only=only, left_out=left_out,
                cancelled=lambda: cancelled() or control.cancelled,
            )  # fmt: skip

        return await self._activity.in_worker(self.tr("Planning the run"), workspace.count(), plan)

    # A run

    async def _carry_out(self, preparing: Coroutine[Any, Any, PreparedRun | None]) -> None:
        finished, control = None, Control(attended=True)
        self._next_control = control
        self._enter(_State.PREPARING)
        try:
            if (prepared := await preparing) is not None and not control.cancelled:
                self._control = control
                finished = await self._follow(prepared, control)
        finally:
            self._enter(_State.IDLE)
            self.idle.emit()
            self.offer.measure()
        if finished is not None:
            self.ended.emit(finished, control.cancelled)

    async def _follow(self, prepared: PreparedRun, control: Control) -> Finished | None:
        self._accounting, self._edited_since = prepared.accounting, set()
        self._enter(_State.RUNNING)
        self._records.refresh()  # objectIDs may have been made
        self._window.log_pane.show_all()
        self._window.raise_pane("log")
        last: RunEvent | None = None
        try:
            async for event in prepared.begin(control):
                self._take(event)
                last = event
        finally:
            if not isinstance(last, Finished):
                broken = self.tr("The run was broken off. The Runs pane tells how it stands, and resumes it.")
                self._window.run_bar.show_hint(broken if last is not None else "")
        return last if isinstance(last, Finished) else None

    def _take(self, event: RunEvent) -> None:
        assert self._accounting is not None
        self._accounting.apply(event)
        for line in lines(event):
            self._activity.tell_line(line)
        if isinstance(event, Started):
            self.where = self._targets.in_words(event.index, event.application_id)
            self._window.model.set_states(self._state_of)
        elif isinstance(event, Paused) and event.reason:
            self._enter(_State.PAUSED)
            self._call_for_help(event.reason)
        elif isinstance(event, Throttled):
            self._held_until = time.monotonic() + event.seconds
        elif isinstance(event, Finished):
            self._targets.heed_run()
            self._stop_timers()
            self._window.run_bar.show_finished(figures_of(self._accounting), lines(event)[0].text.split(" · ")[0])
            self._window.model.set_states(self._state_of)

    def _call_for_help(self, reason: str) -> None:
        """Say that the run paused by itself, also to a person who looks elsewhere."""
        what = self.tr("The run is paused; mend the cause and continue, or cancel it. {0}").format(reason)
        self._window.banner.say(what)
        self._called = True
        notify(self._window, what)

    def _put_call_away(self) -> None:
        """Leave no word over the records that the run is paused once it is not."""
        if self._called:
            self._called = False
            self._window.banner.hide()

    def _enter(self, state: _State) -> None:
        before, self._state = self._state, state
        if before is _State.IDLE:
            self._take_focus_from_push_pane()
        if state is not _State.PAUSED:
            self._put_call_away()
        if state is _State.RUNNING and self._accounting is not None:
            self._speed.begin(self._accounting.decided)
        idle = state is _State.IDLE
        self._window.push_pane.set_busy(not idle)
        commands = self._window.commands
        for part in (self._window.profiles, commands.add_profile, commands.manage_profiles):
            part.setEnabled(idle)
        self._window.runs_pane.tools.setEnabled(idle)
        for way in (*self._window.commands.of_opening, self._window.commands.add_profile):
            way.setEnabled(idle)
        self._window.commands.pause_run.setEnabled(state in {_State.RUNNING, _State.PAUSED})
        self._window.run_bar.set_paused(state is _State.PAUSED, enabled=state in {_State.RUNNING, _State.PAUSED})
        self._records.show_edits_allowed(allowed=idle)
        if state is _State.RUNNING and before is _State.PREPARING:
            self._activity.begin_run(self._cancel)
            self._window.run_bar.clear_speed()
            self._refreshing.start()
            self._drawing.start()
        elif idle:
            self._activity.end_run()
            self._stop_timers()
            self._control = None
        self.offer.set_busy(not idle)
        if self._control is not None:
            self._show_progress()

    def _take_focus_from_push_pane(self) -> None:
        """Go to the table before the pane is held still: Qt would go on to the button that closes the pane."""
        focused = self._window.focusWidget()
        if focused is not None and self._window.push_pane.isAncestorOf(focused):
            self._window.records.setFocus()

    def _stop_timers(self) -> None:
        self._refreshing.stop()
        self._drawing.stop()

    def _pause(self) -> None:
        """Let nothing more leave, or go on."""
        if self._control is not None and self._state is _State.RUNNING:
            self._control.pause()
            self._enter(_State.PAUSED)
        elif self._control is not None and self._state is _State.PAUSED:
            self._control.go_on()
            self._enter(_State.RUNNING)

    def _cancel(self) -> None:
        if self._control is not None and self._state in {_State.RUNNING, _State.PAUSED}:
            self._enter(_State.CANCELLING)
            self._control.cancel()

    def _show_progress(self) -> None:
        accounting = self._accounting
        if accounting is None:
            return
        self._speed.note(accounting.decided)
        speed = self._speed.per_second()
        left_s = (accounting.records - accounting.decided) / speed if speed else None
        notes = {_State.CANCELLING: self.tr("Cancelling…"), _State.PAUSED: self.tr("Paused")}
        note = notes.get(self._state) or self._countdown()
        self._window.run_bar.show_running(figures_of(accounting, speed, left_s), note)
        self._window.model.set_states(self._state_of)

    def _countdown(self) -> str:
        """Say how long the service's limit lets nothing leave; nothing where it does not."""
        held_s = math.ceil(self._held_until - time.monotonic())
        return self.tr("Call limit · {0}").format(quantities.duration(held_s)) if held_s > 0 else ""

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
