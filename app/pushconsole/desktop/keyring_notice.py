"""Says over everything that keys are not kept, or cannot be had, and offers what mends it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from pushconsole.credentials import KeyStore, Profile, Secret
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.key_dialog import KeyDialog
from pushconsole.desktop.own_thread import in_own_thread
from pushconsole.desktop.questions import accepted
from pushconsole.desktop.theme import Theme
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import KeyringError


class KeyringNotice(QObject):
    """Owns the bar about the keyring."""

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        theme: Theme,
        keys: KeyStore,
        choose: Callable[[str], None],
    ) -> None:
        """Make it; `choose` is called with the name of a profile whose key can be had now."""
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._keys = keys
        self._choose = choose
        self._profile: Profile | None = None
        self._again, self._enter = self.tr("Try again"), self.tr("Enter the key for now…")
        self._keep = self.tr("Store it now")
        window.keyring_banner.action_requested.connect(
            lambda words: jobs.start(self._do(words), instead_of="keyring notice")
        )

    def refused(self, profile: Profile, error: KeyringError) -> None:
        """Say that the keyring did not give a key, and offer to ask again or to go on without."""
        self._profile = profile
        actions = (
            (self._again, self.tr("Asks the keyring once more, which may ask for its password")),
            (self._enter, self.tr("Goes on with a key that is forgotten at the end")),
        )
        self._window.keyring_banner.say(str(error), tone="warning", actions=actions)

    async def look(self, profile: Profile) -> None:
        """Say that a profile's key is kept for now only, or take the bar away."""
        state = await in_own_thread(self._keys.state)
        self._profile = profile
        if state.usable:
            self._window.keyring_banner.hide()
            return
        actions = [(self._keep, self.tr("Asks the keyring to take it"))] if self._keys.keeps_for_now(profile) else []
        self._window.keyring_banner.say(state.sentence, tone="warning", actions=actions)

    async def _do(self, words: str) -> None:
        profile = self._profile
        if profile is None:
            return
        if words == self._enter:
            await self._entered(profile)
        elif words == self._keep:
            try:
                await in_own_thread(self._keys.store_kept, profile)
            finally:
                await self.look(profile)
        else:
            self._choose(profile.name)

    async def _entered(self, profile: Profile) -> None:
        dialog = KeyDialog(self._theme, profile, self._window)
        if await accepted(dialog):
            sentence = self.tr("It was entered for now.")
            self._keys.keep_for_now(profile, Secret(dialog.key), sentence)
            self._choose(profile.name)
