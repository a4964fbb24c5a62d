"""Gives freed memory back to the system.

Bodies of 5 MB are made in one worker thread after the other. glibc gives each thread an arena of its own, and learns
from the first body that is freed to take the next ones from there, where the holes between them stay: measured with
1,000,000 records pushed to a sink, 406 MB resident instead of 229. Elsewhere the system's allocator does not do that.
"""

from __future__ import annotations

import ctypes
import sys

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # malloc.h
_LARGE_BYTES = 1_000_000
_ARENAS = 2


def give_back_freed_memory() -> None:
    """Take each large block from the system and return it when it is freed; once for a process, before its threads."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none, and no arenas
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_M_ARENA_MAX, _ARENAS)
