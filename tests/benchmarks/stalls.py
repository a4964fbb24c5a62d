"""Measures the window's longest stall while records load and are pushed to a sandbox.

``./packaging/bootstrap python -m tests.benchmarks.stalls [RECORDS]`` prints the figures of three rounds.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication

from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import StallMeter, open_console


@dataclass(frozen=True)
class Stalls:
    """The longest time the GUI thread did not come to its events, in seconds."""

    loading_s: float
    pushing_s: float


async def measure(
    application: QApplication, folder: Path, records: int, sandbox: RunningSandbox | None = None
) -> Stalls:
    """Load a CSV file of six columns and push it, with the table and the log on screen."""
    file = folder / "many.csv"
    rows = (f"sku-{n:07},Lamp number {n} of the catalogue,{n}.50,{n % 97},{n:05},true\n" for n in range(records))
    with file.open("w", encoding="utf-8") as writing:
        writing.write("objectID,name,price,stock,zip,active\n")
        writing.writelines(rows)
    async with open_console(application, None, sandbox) as driver:
        await driver.load(file)
        with StallMeter() as loading:
            await driver.loaded(records)
        with StallMeter() as pushing:
            await driver.push()
        number = f"{records:,}".replace(",", "\u202f")
        assert f"{number} succeeded" in driver.log
    return Stalls(loading.longest_s, pushing.longest_s)


def main() -> None:
    """Print the figures of three rounds."""
    import qasync

    records = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(HOME=home, XDG_DATA_HOME=f"{home}/data", XDG_CONFIG_HOME=f"{home}/config")
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        application = QApplication([])
        application.setQuitOnLastWindowClosed(False)
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
            for _ in range(3):
                stalls = runner.run(measure(application, Path(home), records))
                sys.stdout.write(
                    f"{records:,} records: longest stall {stalls.loading_s * 1000:.0f} ms while loading, "
                    f"{stalls.pushing_s * 1000:.0f} ms while pushing\n"
                )


if __name__ == "__main__":
    main()
