"""Shows, before a push, what a transformation makes of records, and what the push would change in the index."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

from PySide6.QtCore import QObject

from pushconsole import quantities
from pushconsole.desktop.attribute_differences import Comparison
from pushconsole.desktop.comparison_dialog import ComparisonDialog
from pushconsole.desktop.comparisons import of_preview, of_trial
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.push_offer import PushOffer
from pushconsole.desktop.questions import accepted
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.target_controller import TargetController
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import UserFacingError
from pushconsole.ingestion import Target, transformations_of
from pushconsole.runs import (
    FACTS,
    MOST_SAMPLES,
    Sample,
    check_may_look,
    preview,
    samples_of,
    stratified,
    try_records,
)


class TryController(QObject):
    """Owns both dialogs; each asks for the selected records, or for a few that tell most."""

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        jobs: Jobs,
        records: RecordsController,
        targets: TargetController,
        offer: PushOffer,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._jobs = jobs
        self._records = records
        self._targets = targets
        self._offer = offer
        pane, do = window.push_pane, window.commands
        for wish in (pane.try_requested, do.try_records.triggered):
            wish.connect(lambda *_: jobs.start(self._try(), instead_of="try"))
        for wish in (pane.compare_requested, do.compare.triggered):
            wish.connect(lambda *_: jobs.start(self._compare(), instead_of="try"))
        for changed in (targets.changed, records.changed, records.opened, pane.action_chosen):
            changed.connect(lambda *_: self._enable())
        self._enable()

    def _enable(self) -> None:
        """Offer what makes sense for the records, the task and the action."""
        there = self._records.workspace is not None and self._targets.target is not None
        target = self._targets.target
        trying = there and target is not None and bool(target.transformations)
        comparing = there and FACTS[self._offer.action].takes_records
        self._window.commands.try_records.setEnabled(trying)
        self._window.commands.compare.setEnabled(comparing)
        self._window.push_pane.offer_looks(trying=trying, comparing=comparing)

    async def _try(self) -> None:
        """Show records before and after the task's transformation."""
        client, target = self._targets.client, self._targets.target
        assert client is not None
        assert target is not None
        title = self.tr("What the transformation of {0} → {1} makes of records").format(target.name, target.index)
        dialog = ComparisonDialog(
            self._theme, title=title, before=self.tr("Before"), after=self.tr("After"), parent=self._window
        )

        async def compared() -> AsyncIterator[Comparison]:
            transformations = await transformations_of(client, target.task_id)
            async for trial in try_records(client, transformations, await self._samples()):
                yield of_trial(trial)

        await self._shown(dialog, compared(), self.tr("Nothing is pushed by this.") + self._why_few())

    async def _compare(self) -> None:
        """Show records as the index has them, and as they would be after the push."""
        client, target, action = self._targets.client, self._targets.target, self._offer.action
        assert client is not None
        assert target is not None
        title = self.tr("What “{0}” would change in {1}").format(FACTS[action].title, target.index)
        dialog = ComparisonDialog(
            self._theme, title=title, before=self.tr("In the index"), after=self.tr("After"), parent=self._window
        )

        async def compared() -> AsyncIterator[Comparison]:
            await check_may_look(client, target.index)
            transformations = await transformations_of(client, target.task_id)
            async for seen in preview(client, target, action, transformations, await self._samples()):
                yield of_preview(seen)

        await self._shown(dialog, compared(), self._where(target))

    def _where(self, target: Target) -> str:
        through = quantities.counted(target.transformations, self.tr("transformation"), self.tr("transformations"))
        passing = self.tr(" Records pass {0} first.").format(through) if target.transformations else ""
        return self.tr("Nothing is pushed by this.") + passing + self._why_few()

    def _why_few(self) -> str:
        if self._selected() <= MOST_SAMPLES:
            return ""
        return self.tr(" More than {0} are selected, so a few that tell most are shown.").format(MOST_SAMPLES)

    def _selected(self) -> int:
        return sum(last - first + 1 for first, last in self._window.records.selected_ranges())

    async def _samples(self) -> list[Sample]:
        """Return the selected records, as far as they are not too many; else those of the push most worth a look.

        One alone is selected wherever the person clicked last: it comes first, and the others after it.
        """
        workspace, view = self._records.workspace, self._records.view
        assert workspace is not None
        seen, pushed = view or workspace, view if view is not None and self._records.filtered else workspace
        spans, selected = self._window.records.selected_ranges(), self._selected()

        def chosen() -> list[Sample]:
            few = selected <= MOST_SAMPLES
            rows = [row.record_id for first, last in spans if few for row in seen.page(first, last - first + 1)]
            others = stratified(pushed) if len(rows) <= 1 else []
            return samples_of(workspace, list(dict.fromkeys([*rows, *others])))

        return await asyncio.to_thread(chosen)

    async def _shown(self, dialog: ComparisonDialog, compared: AsyncIterator[Comparison], note: str) -> None:
        """Show the dialog at once and fill it as answers come, until it is closed."""
        filling = asyncio.create_task(self._fill(dialog, compared, note))
        try:
            await accepted(dialog)
        finally:
            filling.cancel()
            await asyncio.gather(filling, return_exceptions=True)

    async def _fill(self, dialog: ComparisonDialog, compared: AsyncIterator[Comparison], note: str) -> None:
        outcomes: Counter[str] = Counter()
        dialog.set_summary(self.tr("Asking the service…"))
        try:
            async for comparison in compared:
                dialog.add(comparison)
                outcomes[comparison.outcome] += 1
        except UserFacingError as error:
            dialog.set_summary(str(error), failed=True)
            return
        records = quantities.counted(outcomes.total(), self.tr("record"), self.tr("records"))
        figures = ", ".join(f"{quantities.number(count)} {word}" for word, count in outcomes.items())
        dialog.set_summary(f"{records}: {figures}. {note}")
