"""What is asked before a run: whatever the action would destroy, replace for good, or do in production."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pushconsole import quantities
from pushconsole.credentials import Profile, ProfileKind
from pushconsole.desktop.confirm_index_dialog import ConfirmIndexDialog
from pushconsole.desktop.question_dialog import Answer
from pushconsole.desktop.questions import accepted, asked
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.window import MainWindow
from pushconsole.ingestion import Action, Target
from pushconsole.runs import FACTS, Ledger, attributes_lost, check_target, loss_in_words

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there


@dataclass(frozen=True)
class Consent:
    """A run may start; `backup`: what the index holds is to be kept in a file first."""

    backup: bool = False


class RunQuestions(QObject):
    """Asks them, one after the other."""

    def __init__(self, window: MainWindow, theme: Theme, records: RecordsController, ledger: Ledger) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._records = records
        self._ledger = ledger

    async def answered(
        self, client: IngestionClient, profile: Profile, target: Target, action: Action, wording: str
    ) -> Consent | None:
        """Ask what has to be asked; return None where the run may not start.

        Args:
            client: of the profile.
            profile: where to.
            target: the task.
            action: what the push does.
            wording: of the big button, which says the same.

        Raises:
            TargetError: the target takes no push.

        """
        consent = await self._consent(client, profile, target, action, wording)
        if consent is None or not await self._loss_accepted(profile, target, action, wording):
            return None
        return consent

    async def may_go_on(
        self, client: IngestionClient, profile: Profile, target: Target, action: Action, wording: str
    ) -> Consent | None:
        """Ask what has to be asked before a run of the past goes on; the arguments are those of `answered`.

        Raises:
            TargetError: the target takes no push.

        """
        return await self._consent(client, profile, target, action, wording)

    async def _consent(
        self, client: IngestionClient, profile: Profile, target: Target, action: Action, wording: str
    ) -> Consent | None:
        consent, typed = Consent(), None
        if FACTS[action].destroys:
            found = await self._index_typed(client, profile, target, action, wording)
            if found is None:
                return None
            consent, typed = found, target.index
        elif profile.kind is ProfileKind.PRODUCTION and not await self._production_confirmed(profile, target, wording):
            return None
        check_target(target, action, read_only=profile.kind is ProfileKind.READ_ONLY, typed_index=typed)
        return consent

    async def _index_typed(
        self, client: IngestionClient, profile: Profile, target: Target, action: Action, wording: str
    ) -> Consent | None:
        index = await client.index(target.index)
        held = quantities.counted(index.entries, "record", "records") if index else self.tr("no records yet")
        sentence = self.tr("The index {0} of {1} (application {2}) holds {3}. {4}").format(
            target.index, profile.name, profile.application_id, held, FACTS[action].effect
        )
        dialog = ConfirmIndexDialog(
            self._theme,
            title=FACTS[action].title,
            sentence=sentence,
            index=target.index,
            verb=wording,
            backup=self.tr("&Back up the {0} first").format(held) if index and index.entries else "",
            parent=self._window,
        )
        confirmed, backup = await accepted(dialog), dialog.backup
        return Consent(backup=backup) if confirmed else None

    async def _production_confirmed(self, profile: Profile, target: Target, wording: str) -> bool:
        detail = self.tr("{0} is a production profile (application {1}); the index is {2}.").format(
            profile.name, profile.application_id, target.index
        )
        answer = Answer("push", wording, self.tr("Sends to production"))
        return bool(await asked(self._window, self.tr("{0}?").format(wording), detail, [answer]))

    async def _loss_accepted(self, profile: Profile, target: Target, action: Action, wording: str) -> bool:
        """Ask, where the last push had attributes that replacing these records would remove."""
        workspace, ledger = self._records.workspace, self._ledger
        if workspace is None:
            return True
        lost = await asyncio.to_thread(
            lambda: attributes_lost(
                workspace, ledger, application_id=profile.application_id, target=target, action=action
            )
        )
        if not lost:
            return True
        answer = Answer("push", self.tr("Push anyway"), self.tr("Replaces the records as they are here"))
        keep = self.tr("“Update attributes” would keep them.")
        where = self.tr("The index {0} is in {1} (application {2}).").format(
            target.index, profile.name, profile.application_id
        )
        detail = f"{where} {loss_in_words(lost, target.index)} {keep}"
        return bool(await asked(self._window, self.tr("{0}?").format(wording), detail, [answer]))
