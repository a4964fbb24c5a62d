"""An application's tasks, and how they stood, as they were when that was last fetched: a start need not wait for it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from pushconsole.ingestion import Standing, Target


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
    _replace(file, msgspec.json.encode(targets))


def read_standings(file: Path) -> dict[str, Standing]:
    """Return how tasks stood, by their IDs; each says when that was. Blocks."""
    with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
        known = msgspec.json.decode(file.read_bytes(), type=tuple[Standing, ...])
        return {standing.task_id: standing for standing in known}
    return {}


def write_standings(file: Path, standings: Sequence[Standing]) -> None:
    """Keep how tasks stand. Blocks."""
    _replace(file, msgspec.json.encode(standings))


def _replace(file: Path, content: bytes) -> None:
    with contextlib.suppress(OSError):
        temporary = file.with_name(f".{file.name}.{os.getpid()}")
        temporary.write_bytes(content)
        temporary.replace(file)
