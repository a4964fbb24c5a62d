"""Takes the README's pictures of the running program: loads the samples, edits, pushes to a sandbox, and looks.

``./packaging/bootstrap xvfb-run -a -s "-screen 0 1440x900x24" python -m tests.take_screenshots``
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication

from pushconsole import locations
from pushconsole.desktop.theme import Scheme
from tests.end_to_end.window_driver import Driver, open_console, until

_PICTURES = Path(__file__).parent.parent / "packaging" / "screenshots"
_SIZE = (1440, 900)


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


async def _look(driver: Driver, scheme: Scheme) -> None:
    driver.window.commands.schemes[scheme].trigger()
    await asyncio.sleep(0.3)  # the palette reaches every widget through the event loop
    driver.window.grab().save(str(_PICTURES / f"window-{scheme}.png"))


def main() -> None:
    """Take the pictures in a home of their own."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(HOME=home, XDG_DATA_HOME=f"{home}/data", XDG_CONFIG_HOME=f"{home}/config")
        application = QApplication([])
        application.setQuitOnLastWindowClosed(False)
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
            runner.run(_take(application))


if __name__ == "__main__":
    main()
