"""Keeps what an index holds in a file before something destroys it, and makes sure that the file has all of it."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pushconsole.errors import BackupFailed, UserFacingError
from pushconsole.quantities import counted, number
from pushconsole.records import PackedLines
from pushconsole.runs.control import Control
from pushconsole.runs.resending import Resending, may_clear_up

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

_UNFIT = re.compile(r"[^\w.-]+")  # in the name of a file on some system
_NOTHING_SENT = "Nothing was sent. Mend it, choose another folder, or go on without a backup."
_RESENDING = Resending(attempts=4)


@dataclass(frozen=True)
class Backup:
    """A file with every record of an index, one a line, as the service gave them."""

    file: Path
    records: int


async def back_up(
    client: IngestionClient,
    index: str,
    folder: Path,
    *,
    control: Control,
    on_progress: Callable[[int, int], None] = lambda *_: None,
    resending: Resending = _RESENDING,
) -> Backup | None:
    """Write an index's records to a new NDJSON file in a folder, packed with zstd, and count what stands there.

    The key needs the ACL ``browse``. Attributes that the index keeps from its readers (``unretrievableAttributes``)
    are not in the file.

    Args:
        client: of the application.
        index: its name.
        folder: made if need be.
        control: a cancel ends it at once.
        on_progress: called with the records written and those to come in all.
        resending: how often a page is asked for again that could not be read.

    Returns:
        The backup; None where there is no such index, or nothing in it.

    Raises:
        BackupFailed: the index cannot be read, the file cannot be written, it has not as many records as the index, or
            it was cancelled. No file is left then.

    """
    try:
        found = await control.unless_cancelled(client.index(index))
        _check_cancel(control)
        if found is None or not found.entries:
            return None
        with PackedLines(folder / _name(index)) as written:
            done = 0
            async for lines, count in _pages(client, index, resending, control):
                await asyncio.to_thread(written.add, lines)
                done += count
                on_progress(done, found.entries)
            _check(index, found.entries, await asyncio.to_thread(written.counted))
            return Backup(await asyncio.to_thread(written.keep), found.entries)
    except BackupFailed:
        raise
    except UserFacingError as error:
        raise BackupFailed(f"The index {index} could not be backed up. {error.sentence}", _NOTHING_SENT) from error
    except OSError as error:
        raise BackupFailed(
            f"The backup of {index} cannot be written to {folder}: {error.strerror}.", _NOTHING_SENT
        ) from error


def _name(index: str) -> str:
    return f"{_UNFIT.sub('_', index)}-{datetime.fromtimestamp(time.time(), UTC):%Y%m%d-%H%M%S-%f}.ndjson.zst"


def _check_cancel(control: Control) -> None:
    if control.cancelled:
        raise BackupFailed("The backup was cancelled.", "Nothing was sent.")


def _check(index: str, held: int, there: int) -> None:
    if there != held:
        raise BackupFailed(
            f"The backup of {index} has {number(there)} of {counted(held, 'record', 'records')}: the index changed "
            "meanwhile, or it holds more than the key may see.",
            "Nothing was sent. Try again when nothing else writes to the index, or go on without a backup.",
        )


async def _pages(
    client: IngestionClient, index: str, resending: Resending, control: Control
) -> AsyncIterator[tuple[bytes, int]]:
    """Yield pages of records as lines, with their number."""
    cursor: str | None = None
    attempt = 1
    while True:
        try:
            page = await control.unless_cancelled(client.browse(index, cursor))
        except UserFacingError as error:
            if not may_clear_up(error) or attempt >= resending.attempts:
                raise
            await control.unless_cancelled(asyncio.sleep(resending.pause_s(attempt)))
            attempt += 1
            continue
        _check_cancel(control)
        assert page is not None, "nobody cancelled it"
        # A line break cannot stand inside of a JSON text, so one between its parts may become a blank.
        yield b"".join(bytes(hit).replace(b"\n", b" ") + b"\n" for hit in page.hits), len(page.hits)
        if page.cursor is None:
            return
        cursor, attempt = page.cursor, 1
