"""Compares all records of a push with the index in the background, and can leave out what the index has already."""

from __future__ import annotations

import asyncio
import contextlib
from array import array
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from pushconsole import quantities
from pushconsole.desktop.activity import Activity
from pushconsole.desktop.comparisons import of_preview
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.push_offer import PushOffer
from pushconsole.desktop.questions import accepted
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.run_controller import RunController
from pushconsole.desktop.survey_dialog import SurveyDialog
from pushconsole.desktop.target_controller import TargetController
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import UserFacingError
from pushconsole.ingestion import Action, Target
from pushconsole.records import View, Workspace
from pushconsole.runs import (
    FACTS,
    Effect,
    Level,
    Sample,
    Survey,
    check_may_look,
    preview,
    samples_of,
    survey,
    why_uncertain,
    without_unchanged,
)

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there


_FIRM_SPACE = "\u00a0"  # a number and its word stay in one line


@dataclass(frozen=True)
class _Aim:
    """What a survey is of; another one is about something else."""

    client: IngestionClient
    target: Target
    action: Action
    workspace: Workspace
    only: View | None

    @property
    def source(self) -> Workspace | View:
        """The records."""
        return self.only or self.workspace

    def is_still(self, other: _Aim | None) -> bool:
        """Whether another one is about the same; when a task last ran does not matter."""
        if other is None:
            return False
        mine, theirs = self.target, other.target
        return (self.client, self.action, self.workspace, self.only) == (
            other.client,
            other.action,
            other.workspace,
            other.only,
        ) and (mine.task_id, mine.index, mine.transformations) == (theirs.task_id, theirs.index, theirs.transformations)


class SurveyController(QObject):
    """Owns what is known of the records of the push that is offered; it is never needed for one."""

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        jobs: Jobs,
        activity: Activity,
        records: RecordsController,
        targets: TargetController,
        runs: RunController,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._jobs = jobs
        self._activity = activity
        self._records = records
        self._targets = targets
        self._runs = runs
        self._offer: PushOffer = runs.offer
        self._card = window.push_pane.index_card
        self._going: asyncio.Task[None] | None = None
        self._aim: _Aim | None = None
        self._known: Survey | None = None
        self._uncertain = ""
        self._connect()
        self._enable()

    def _connect(self) -> None:
        card, pane, do = self._card, self._window.push_pane, self._window.commands
        for wish in (pane.compare_all_requested, card.again_requested, do.compare_all.triggered):
            wish.connect(lambda *_: self._begin())
        card.cancel_requested.connect(self._cancel)
        card.differences_requested.connect(lambda: self._jobs.start(self._show_differences(), instead_of="survey look"))
        card.leaving_out_toggled.connect(
            lambda on: self._jobs.start(self._leave_out(on=on), instead_of="survey leave out")
        )
        records, targets = self._records, self._targets
        for changed in (records.changed, records.edited, records.opened, self._runs.ended):
            changed.connect(lambda *_: self._outdate())
        for changed in (records.seen_changed, targets.changed, pane.action_chosen):
            changed.connect(lambda *_: self._heed_aim())
        for changed in (records.changed, records.opened, targets.changed, pane.action_chosen, self._runs.idle):
            changed.connect(lambda *_: self._enable())

    def _enable(self) -> None:
        offered = self._aimed() is not None and not self._runs.busy
        self._window.commands.compare_all.setEnabled(offered)

    def _aimed(self) -> _Aim | None:
        """Return what a survey would be of now, or None where there could be none."""
        client, target, workspace = self._targets.client, self._targets.target, self._records.workspace
        if client is None or target is None or workspace is None or not FACTS[self._offer.action].takes_records:
            return None
        action = self._offer.action
        return _Aim(client, target, action, workspace, self._records.view if self._records.filtered else None)

    # Comparing

    def _begin(self) -> None:
        if (aim := self._aimed()) is not None and not self._runs.busy:
            self._forget()
            self._aim = aim
            self._going = self._jobs.start(self._compared(aim), instead_of="survey")

    async def _compared(self, aim: _Aim) -> None:
        self._card.show_progress(0, 0, self.tr("Comparing with {0}…").format(aim.target.index))
        self._window.push_pane.reveal_index_card()
        profile = self._targets.profile
        assert profile is not None, "there is a client"
        pace = self._runs.calls(profile).looks
        try:
            key = await check_may_look(aim.client, aim.target.index, profile.key_expires_at)
            self._uncertain = await why_uncertain(aim.client, aim.target, aim.action, key)
            asking = survey(aim.client, aim.target, aim.action, aim.source, pace=pace)
            async with contextlib.aclosing(asking):
                async for known, _ in asking:
                    self._show_progress(known)
        except UserFacingError as error:
            self._card.show_failure(str(error))
            self._activity.tell(Level.WARNING, str(error))
        else:
            self._known = known
            self._show_counts(known)
        finally:
            if self._aim is aim:
                self._going = None

    def _show_progress(self, known: Survey) -> None:
        done, records = quantities.number(known.done), quantities.counted(known.records, "record", "records")
        sentence = self.tr("Comparing with {0}: {1} of {2}").format(known.index, done, records)
        self._card.show_progress(known.done, known.records, sentence)

    def _show_counts(self, known: Survey) -> None:
        counts = known.counts
        words = " · ".join(f"{quantities.number(count)}{_FIRM_SPACE}{effect.value}" for effect, count in counts.items())
        title = self.tr("Compared at {0}").format(f"{known.begun:%H:%M}")
        unchanged = quantities.counted(counts[Effect.UNCHANGED], "unchanged record", "unchanged records")
        offered = bool(counts[Effect.UNCHANGED]) and not self._uncertain
        self._card.show_counts(
            title,
            words,
            leaving_out=self.tr("&Leave out {0}").format(unchanged) if offered else "",
            note=self._note(counts[Effect.REPEATED]),
        )
        self._window.push_pane.reveal_index_card()
        self._activity.tell(Level.INFO, self.tr("Compared with {0}: {1}").format(known.index, words))

    def _note(self, repeated: int) -> str:
        notes = [self._uncertain] if self._uncertain else []
        if repeated:
            notes.append(self.tr("Repeated: the objectID stands earlier among the records too."))
        return " ".join(notes)

    def _cancel(self) -> None:
        if self._going is not None:
            self._going.cancel()
        self._forget()

    # Becoming untrue

    def _heed_aim(self) -> None:
        if self._aim is not None and not self._aim.is_still(self._aimed()):
            self._outdate()

    def _outdate(self) -> None:
        """Say that records, task, action or index are no longer what was compared."""
        if self._known is None and self._going is None:
            return
        if self._going is not None:
            self._going.cancel()
        same_records = self._aim is not None and self._aim.workspace is self._records.workspace
        self._forget()
        if same_records:
            self._card.show_outdated(self.tr("Compared before records, filter, task, action or index changed."))

    def _forget(self) -> None:
        self._aim = self._known = self._going = None
        self._card.show_nothing()
        self._offer.leave_out(None)

    # Leaving out

    async def _leave_out(self, *, on: bool) -> None:
        aim, known = self._aim, self._known
        if not on or aim is None or known is None:
            self._offer.leave_out(None)
            return
        without = await asyncio.to_thread(without_unchanged, aim.workspace, known)
        if known is self._known and self._card.leaves_out:
            self._offer.leave_out(without)
            self._window.push_pane.reveal_index_card()
        else:
            await asyncio.to_thread(without[0].close)

    # Differences

    async def _show_differences(self) -> None:
        aim, known = self._aim, self._known
        if aim is None or known is None:
            return
        title = self.tr("What “{0}” would change in {1}").format(FACTS[aim.action].title, known.index)
        of = quantities.counted(known.records, self.tr("record"), self.tr("records"))
        summary = self.tr("{0}, compared at {1}. The index's side of the chosen record is asked for anew. {2}").format(
            of,
            f"{known.begun:%H:%M}",
            self._note(known.counts[Effect.REPEATED]),
        )
        counts = sorted(known.counts.items(), key=lambda one: one[0] is Effect.UNCHANGED)
        dialog = SurveyDialog(self._theme, title=title, summary=summary, counts=counts, parent=self._window)
        looking = _Looking(dialog, self._jobs, self._records, aim, known)
        try:
            await accepted(dialog)
        finally:
            looking.end()


class _Looking:
    """Fills the dialog: the records of an effect, their names, and how the chosen one differs."""

    def __init__(self, dialog: SurveyDialog, jobs: Jobs, records: RecordsController, aim: _Aim, known: Survey) -> None:
        self._dialog = dialog
        self._threads = records.threads
        self._aim = aim
        self._known = known
        self._places = array("q")
        self._work: set[asyncio.Task[None]] = set()
        self._jobs = jobs
        dialog.effect_chosen.connect(lambda effect: self._start(self._list(effect), "survey list"))
        dialog.row_chosen.connect(lambda row: self._start(self._compare(row), "survey record"))
        dialog.model.page_wanted.connect(lambda first, count: self._start(self._name(first, count)))
        self._start(self._list(dialog.effect), "survey list")

    def end(self) -> None:
        """Drop what is still asked for."""
        for task in self._work:
            task.cancel()

    def _start(self, work: Coroutine[Any, Any, None], instead_of: str = "") -> None:
        task = self._jobs.start(work, instead_of=instead_of)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _list(self, effect: Effect) -> None:
        self._places = await asyncio.to_thread(self._known.places, effect)
        self._dialog.show_records(len(self._places))

    async def _name(self, first: int, count: int) -> None:
        places = self._places
        ids = [self._known.record_id(place) for place in places[first : first + count]]
        who = await self._threads.read(lambda: self._aim.workspace.identities([(one, one) for one in ids]))
        if places is self._places:
            self._dialog.model.put(first, [Sample(one.record_id, one.object_id, one.line, "").name for one in who])

    async def _compare(self, row: int) -> None:
        aim, record_id = self._aim, self._known.record_id(self._places[row])
        try:
            samples = await self._threads.read(lambda: samples_of(aim.workspace, [record_id]))
            async for seen in preview(aim.client, aim.target, aim.action, (), samples):
                self._dialog.differences.show_comparison(of_preview(seen))
        except UserFacingError as error:
            self._dialog.differences.show_nothing(str(error))
