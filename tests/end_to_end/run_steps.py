"""What a person does about runs at the window, and sees of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from PySide6.QtWidgets import QPushButton

from pushconsole import locations
from tests.end_to_end.window_driver import Driver, until
from tests.sandbox.caller import Caller

COUNT = 80
"""Records of the file that these tests push, in calls of ten."""


def pushes(caller: Caller) -> int:
    """Count the pushes that the sandbox has seen."""
    return sum(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))


def button(driver: Driver, text: str) -> QPushButton:
    """Return the visible button with this text or accessible name."""
    return driver.find(QPushButton, text)


async def do(driver: Driver, text: str) -> None:
    """Click a button of the Runs pane."""
    driver.window.raise_pane("runs")
    await until(lambda: any(b.text().replace("&", "") == text and b.isEnabled() for b in visible(driver)))
    driver.click(button(driver, text))


def visible(driver: Driver) -> list[QPushButton]:
    """Return all buttons that are seen."""
    return [b for b in driver.window.findChildren(QPushButton) if b.isVisible()]


async def ended(driver: Driver, runs: int = 1) -> None:
    """Wait for the end of so many runs."""
    await until(lambda: driver.log.count("Finished in") >= runs and driver.push_button.isEnabled())


def count(driver: Driver, word: str) -> int:
    """Return the number that the foot shows with a word."""
    shown = driver.labels(driver.window.run_bar).replace("\u202f", "")
    number = shown.split(f" {word}")[0].split()[-1]
    return int(number)


def as_a_crash_leaves_it() -> None:
    """Open the run again in the ledger: nobody was there to close its account."""
    with closing(sqlite3.connect(locations.ledger_file())) as connection, connection:
        connection.execute("UPDATE runs SET state='open', finished_at=NULL")
        connection.execute("UPDATE batches SET state='planned' WHERE state='unsent'")
