"""Measures the window's longest stall while many records are edited, the edit undone, and the records checked.

``./packaging/bootstrap python -m tests.benchmarks.edit_stalls [RECORDS]`` prints the figures of three rounds.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication

from pushconsole.records import Replace
from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import StallMeter, open_console, until


async def measure(
    application: QApplication, folder: Path, records: int, sandbox: RunningSandbox | None = None
) -> tuple[float, float]:
    """Return the longest stall in seconds while a text is replaced in all records, and while that is undone."""
    file = folder / "many.csv"
    rows = (f"sku-{n:07},Lamp number {n} of the catalogue,{n}.50,{n % 97},{n:05},true\n" for n in range(records))
    with file.open("w", encoding="utf-8") as writing:
        writing.write("objectID,name,price,stock,zip,active\n")
        writing.writelines(rows)
    async with open_console(application, file, sandbox) as driver:
        await driver.loaded(records)
        await until(lambda: driver.shown(0, "name") == "Lamp number 0 of the catalogue")
        with StallMeter() as editing:
            driver.console.edits.carry_out(Replace("Lamp", "Light"))
            await until(lambda: driver.shown(0, "name") == "Light number 0 of the catalogue", within_s=120)
        with StallMeter() as undoing:
            await driver.undo()
            await until(lambda: driver.shown(0, "name") == "Lamp number 0 of the catalogue", within_s=120)
        assert driver.window.commands.redo.isEnabled()
    return editing.longest_s, undoing.longest_s


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
                editing_s, undoing_s = runner.run(measure(application, Path(home), records))
                sys.stdout.write(
                    f"{records:,} records: longest stall {editing_s * 1000:.0f} ms while editing, "
                    f"{undoing_s * 1000:.0f} ms while undoing\n"
                )


if __name__ == "__main__":
    main()
