"""The window. Its parts are loaded by `run`, so that asking whether a window can be shown costs nothing."""

from __future__ import annotations

import gc
from pathlib import Path


def run(*, file: Path | None, on_sandbox: bool) -> int:
    """Show the window until it is closed; return the exit status.

    Args:
        file: a file to open at once.
        on_sandbox: whether to start a local sandbox and aim at it.

    """
    gc.disable()  # its turn comes with the `Collector`, on the GUI thread; until then all that is made stays
    from pushconsole.desktop.start import run_window  # noqa: PLC0415  Qt is loaded here and not before

    return run_window(file=file, on_sandbox=on_sandbox)
