"""What a push would do now, in words on the button and over it, and why it cannot be pressed."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject

from pushconsole import quantities
from pushconsole.credentials import ProfileKind
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.push_pane import ActionChoice
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.run_words import columns_in_words, estimate_of, shortened
from pushconsole.desktop.target_controller import TargetController
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import InputError
from pushconsole.ingestion import Action
from pushconsole.records import View
from pushconsole.runs import FACTS, PlanSize, plan_size

_SETTLE_S = 0.3
_LONGEST_NAME = 26  # characters that fit the button


class PushOffer(QObject):
    """Measures the plan that would be made, whenever records, target or action change."""

    def __init__(self, window: MainWindow, jobs: Jobs, records: RecordsController, targets: TargetController) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._records = records
        self._targets = targets
        self._busy = False
        self._size: PlanSize | None = None
        self._unplannable = ""
        pane = window.push_pane
        for changed in (records.changed, records.seen_changed, targets.changed, pane.action_chosen):
            changed.connect(lambda *_: self.measure())
        records.being_edited_changed.connect(self._describe)

    def start(self) -> None:
        """Offer the actions."""
        choices = [ActionChoice(a.value, facts.title, facts.effect, facts.destroys) for a, facts in FACTS.items()]
        self._window.push_pane.set_actions(choices, Action.UPDATE_OBJECT.value)
        self.measure()

    def set_busy(self, busy: bool) -> None:
        """Hold the button still while a run is open."""
        self._busy = busy
        self._describe()

    @property
    def action(self) -> Action:
        """The chosen action."""
        return Action(self._window.push_pane.action)

    @property
    def only(self) -> View | None:
        """What of the records is pushed, where a filter is on."""
        return self._records.view if self._records.filtered else None

    @property
    def wording(self) -> str:
        """What the button says."""
        return self._wording(FACTS[self.action].verb)

    def measure(self) -> None:
        """Say what a push would do now."""
        self._jobs.start(self._measured(), instead_of="measure")

    async def _measured(self) -> None:
        workspace, action = self._records.workspace, self.action
        self._size, self._unplannable = None, ""
        self._describe()
        if workspace is not None and FACTS[action].takes_records:
            await asyncio.sleep(_SETTLE_S)
            try:
                source = self.only or workspace
                self._size = await self._records.threads.scan(lambda end: plan_size(source, action, cancelled=end))
            except InputError as error:
                self._unplannable = error.sentence
            self._describe()

    def _describe(self) -> None:
        action, target, size = self.action, self._targets.target, self._size
        pane, facts = self._window.push_pane, FACTS[action]
        if facts.takes_records:
            known = (size.records, size.calls, size.body_bytes) if size else (None, None, None)
            pane.summary.set_figures(*known)
            pane.summary.set_line(self._estimate_in_words(size))
        else:
            pane.summary.set_figures(0, 1, 0)
            pane.summary.set_line(self.tr("One call for the whole index, whatever is in the table"))
        refusal = self.refusal
        said = f"{self.wording}\n{self._where}" if self._where else self.wording
        pane.set_push(said, destructive=facts.destroys, refusal=refusal, enabled=not self._busy)
        self._window.commands.push.setEnabled(not refusal and not self._busy)
        name = f"{target.index} ({self._where})" if target and self._where else ""
        self._window.set_document(self._records.name, edited=self._records.has_edits, target=name)

    @property
    def _where(self) -> str:
        """The profile and the application, on one short line."""
        profile = self._targets.profile
        if profile is None or self._targets.target is None:
            return ""
        return f"{shortened(profile.name, _LONGEST_NAME)} · {profile.application_id}"

    def _estimate_in_words(self, size: PlanSize | None) -> str:
        if size is None:
            return ""
        filtered = self.tr("Only what the filter leaves, {0}; ").format(self._records_in_words())
        unsent = [column.name for column in self._window.model.columns if not column.sent]
        without = self.tr("Without {0}; ").format(columns_in_words(unsent)) if unsent else ""
        return f"{filtered if self._records.filtered else ''}{without}{estimate_of(size)}"

    def _wording(self, verb: str) -> str:
        action, target = self.action, self._targets.target
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

    @property
    def refusal(self) -> str:
        """Say why nothing can be pushed now; an empty text where it can."""
        return self._refusal_of_target() or (self._refusal_of_records() if FACTS[self.action].takes_records else "")

    def _refusal_of_target(self) -> str:
        targets = self._targets
        if targets.profile is None:
            return self.tr("Choose a profile first.")
        if targets.profile.kind is ProfileKind.READ_ONLY:
            return self.tr("This profile is read-only: it cannot push.")
        if targets.client is None or targets.target is None:
            return self.tr("Choose a task first.")
        return targets.key_refusal if targets.target.enabled else self.tr("This task is disabled.")

    def _refusal_of_records(self) -> str:
        size, action = self._size, self.action
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
