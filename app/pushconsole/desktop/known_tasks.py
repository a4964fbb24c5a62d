"""An application's tasks as they were when they were last fetched, so that a start need not wait for them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from pushconsole.ingestion import Target


@dataclass(frozen=True)
class KnownTasks:
    """Tasks, and when they were fetched, in local time."""

    targets: tuple[Target, ...]
    fetched: datetime


def read(file: Path) -> KnownTasks | None:
    """Return what is known, or None; a file that cannot be read is as good as none. Blocks."""
    with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
        targets = msgspec.json.decode(file.read_bytes(), type=tuple[Target, ...])
        return KnownTasks(targets, datetime.fromtimestamp(file.stat().st_mtime).astimezone())
    return None


def write(file: Path, targets: Sequence[Target]) -> None:
    """Keep tasks; what cannot be kept is fetched again. Blocks."""
    with contextlib.suppress(OSError):
        temporary = file.with_name(f".{file.name}.{os.getpid()}")
        temporary.write_bytes(msgspec.json.encode(targets))
        temporary.replace(file)
