"""Takes the README's pictures of the running program: loads the samples, edits, pushes to a sandbox, and looks.

``./packaging/bootstrap xvfb-run -a -s "-screen 0 1440x900x24" python -m tests.take_screenshots``
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QPushButton, QTreeWidget

from pushconsole import locations
from pushconsole.credentials import KeyStore, Profile, ProfileKind, ProfileStore, Secret, add_profile
from pushconsole.desktop.comparison_dialog import ComparisonDialog
from pushconsole.desktop.profiles_dialog import ProfilesDialog
from pushconsole.desktop.survey_dialog import SurveyDialog
from pushconsole.desktop.task_page import TaskPage
from pushconsole.desktop.theme import Scheme
from tests.end_to_end.window_driver import Driver, open_console, until
from tests.sandbox.caller import ARTICLES
from tests.secret_service import SecretServiceSession

_PICTURES = Path(__file__).parent.parent / "packaging" / "screenshots"
_SIZE = (1440, 900)
_PROFILES = {
    "Acme shop": ProfileKind.PRODUCTION,
    "Acme shop, staging": ProfileKind.TEST,
    "Acme shop, to look at": ProfileKind.READ_ONLY,
}
_NOTE = "Ask Jana before anything is cleared here."


async def _take(application: QApplication) -> None:
    async with open_console(application, locations.resources() / "samples" / "products.csv") as driver:
        driver.window.resize(*_SIZE)
        await driver.loaded(300)
        await driver.type_into_cell(2, "price", "149.00")
        await until(lambda: driver.shown(2, "price") == "149.00")
        await driver.push()
        await driver.type_into_cell(6, "objectID", "")
        await until(lambda: "problem" in driver.refusal)
        for scheme in (Scheme.LIGHT, Scheme.DARK):
            await _look(driver, scheme)
        driver.window.commands.schemes[Scheme.LIGHT].trigger()
        await _take_dialogs(driver)
        await _take_profiles(driver)


async def _take_profiles(driver: Driver) -> None:
    """Take the window of profiles, with some that lead to the sandbox."""
    sandbox, store, keys = driver.console.sandbox, ProfileStore(locations.settings_file()), KeyStore()
    assert sandbox is not None
    for name, kind in _PROFILES.items():
        profile = Profile(name, sandbox.app_id, "us", kind, sandbox.ingestion_url, sandbox.search_url, note=_NOTE)
        add_profile(store, keys, profile, Secret(sandbox.api_key))
    driver.window.profiles.manage_requested.emit()
    dialog = await driver.dialog(ProfilesDialog)
    await until(lambda: "answered in" in driver.labels(dialog))
    await asyncio.sleep(0.3)
    dialog.grab().save(str(_PICTURES / "profiles.png"))
    dialog.reject()
    await driver.gone(ProfilesDialog)


async def _take_dialogs(driver: Driver) -> None:
    """Take what is seen before a push: records beside the index's, and through a transformation."""
    await driver.undo()
    await until(lambda: "problem" not in driver.refusal)
    await driver.type_into_cell(0, "price", "12.50")
    await until(lambda: driver.shown(0, "price") == "12.50")
    await driver.type_into_cell(3, "price", "7.00")
    await until(lambda: driver.shown(3, "price") == "7.00")
    await until(driver.window.commands.compare_all.isEnabled)
    await asyncio.sleep(0.3)  # an edit is told to all who follow
    driver.window.commands.compare_all.trigger()
    await until(lambda: "unchanged" in driver.labels(driver.window.push_pane.index_card))
    driver.click(driver.find(QPushButton, "Differences…"))
    differences = await driver.dialog(SurveyDialog)
    driver.choose(driver.find(QComboBox, "What becomes of the records", differences), "Replaced")
    await _grab(differences, "compare")
    await driver.gone(SurveyDialog)
    await driver.seek_task(ARTICLES)
    await until(driver.window.commands.try_records.isEnabled)
    driver.window.commands.try_records.trigger()
    trial = await driver.dialog(ComparisonDialog)
    await until(lambda: "Nothing is pushed" in driver.labels(trial))
    await _grab(trial, "try")
    await driver.gone(ComparisonDialog)
    await _take_task_page(driver)


async def _take_task_page(driver: Driver) -> None:
    """Take the page of a task that was pushed to, one run open."""
    for _ in range(3):
        await driver.push()
    driver.window.commands.task_page.trigger()
    page = await driver.dialog(TaskPage)
    tree = page.findChild(QTreeWidget)
    assert isinstance(tree, QTreeWidget)
    await until(lambda: tree.topLevelItemCount() and "succeeded" in driver.labels(page))
    run = tree.topLevelItem(0)
    assert run is not None
    run.setExpanded(True)
    await until(lambda: run.childCount() == 3)
    await _grab(page, "task")
    await driver.gone(TaskPage)


async def _grab(dialog: QDialog, name: str) -> None:
    await asyncio.sleep(0.3)
    dialog.grab().save(str(_PICTURES / f"{name}.png"))
    dialog.accept()


async def _look(driver: Driver, scheme: Scheme) -> None:
    driver.window.commands.schemes[scheme].trigger()
    await asyncio.sleep(0.3)  # the palette reaches every widget through the event loop
    driver.window.grab().save(str(_PICTURES / f"window-{scheme}.png"))


def main() -> None:
    """Take the pictures in a home and with a keyring of their own."""
    with tempfile.TemporaryDirectory(prefix="pc-") as home:
        session = SecretServiceSession(Path(home))
        session.start_daemon()
        os.environ.update(session.environ)
        application = QApplication([])
        application.setQuitOnLastWindowClosed(False)
        try:
            with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
                runner.run(_take(application))
        finally:
            session.stop()


if __name__ == "__main__":
    main()
