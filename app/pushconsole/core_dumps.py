"""Keeps the memory of this process, and of those it starts, out of what a crash leaves behind.

An API key has to be in memory to be used, and a core dump is memory in a file. So no core is to be written at all
(RLIMIT_CORE), and because a program that the system hands cores to may heed no limit, none of what is in memory is to
be in one on Linux (coredump_filter, core(5)). Both pass on to every process that is started. Rejected: PR_SET_DUMPABLE,
which makes the process unreadable to the desktop's portals, so that file dialogs fail, and which does not pass on.
Windows writes none unless it is told to.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

_FILTER: Final = Path("/proc/self/coredump_filter")
_NO_MEMORY: Final = "0"


def keep_memory_out_of_core_dumps() -> None:
    """Do so; once, before any process is started. Where the system knows neither, nothing is done."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415  Windows has none

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        _FILTER.write_text(_NO_MEMORY, encoding="ascii")
