"""Keeps what an index holds in a file before something destroys it, and makes sure that the file has all of it."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import zstandard

from pushconsole.errors import BackupFailed, UserFacingError
from pushconsole.quantities import counted, number
from pushconsole.runs.control import Control
from pushconsole.runs.resending import Resending, may_clear_up

if TYPE_CHECKING:
    from pushconsole.ingestion import IngestionClient  # httpx with it: see there

_UNFIT = re.compile(r"[^\w.-]+")  # in the name of a file on some system
_NOTHING_SENT = "Nothing was sent. Mend it, choose another folder, or go on without a backup."
_READ_BYTES = 1024 * 1024
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
        control: a cancel ends it.
        on_progress: called with the records written and those to come in all.
        resending: how often a page is asked for again that could not be read.

    Returns:
        The backup; None where there is no such index, or nothing in it.

    Raises:
        BackupFailed: the index cannot be read, the file cannot be written, it has not as many records as the index, or
            it was cancelled. No file is left then.

    """
    try:
        found = await client.index(index)
        if found is None or not found.entries:
            return None
        written = _Written(folder, index)
        try:
            async for lines, count in _pages(client, index, resending):
                if control.cancelled:
                    raise BackupFailed("The backup was cancelled.", "Nothing was sent.")
                await asyncio.to_thread(written.add, lines, count)
                on_progress(written.records, found.entries)
            return await asyncio.to_thread(written.finished, found.entries)
        finally:
            await asyncio.to_thread(written.discard)
    except BackupFailed:
        raise
    except UserFacingError as error:
        raise BackupFailed(f"The index {index} could not be backed up. {error.sentence}", _NOTHING_SENT) from error
    except OSError as error:
        raise BackupFailed(
            f"The backup of {index} cannot be written to {folder}: {error.strerror}.", _NOTHING_SENT
        ) from error


async def _pages(client: IngestionClient, index: str, resending: Resending) -> AsyncIterator[tuple[bytes, int]]:
    """Yield pages of records as lines, with their number."""
    cursor: str | None = None
    attempt = 1
    while True:
        try:
            page = await client.browse(index, cursor)
        except UserFacingError as error:
            if not may_clear_up(error) or attempt >= resending.attempts:
                raise
            await asyncio.sleep(resending.pause_s(attempt))
            attempt += 1
            continue
        # A line break cannot stand inside of a JSON text, so one between its parts may become a blank.
        yield b"".join(bytes(hit).replace(b"\n", b" ") + b"\n" for hit in page.hits), len(page.hits)
        if page.cursor is None:
            return
        cursor, attempt = page.cursor, 1


class _Written:
    """The file that grows, under a name of its own until it is whole."""

    def __init__(self, folder: Path, index: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        moment = datetime.fromtimestamp(time.time(), UTC)
        self.records = 0
        self._index = index
        self._path = folder / f"{_UNFIT.sub('_', index)}-{moment:%Y%m%d-%H%M%S-%f}.ndjson.zst"
        self._growing = self._path.with_suffix(".part")
        self._file = self._growing.open("xb")
        self._packed = zstandard.ZstdCompressor().stream_writer(self._file, closefd=False)

    def add(self, lines: bytes, count: int) -> None:
        """Append records."""
        self._packed.write(lines)
        self.records += count

    def finished(self, expected: int) -> Backup:
        """Give the file its name once it is on the disk and has as many records as expected."""
        self._packed.close()  # type: ignore[no-untyped-call]
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        there = _lines_of(self._growing)
        if there != expected:
            held = counted(expected, "record", "records")
            raise BackupFailed(
                f"The backup of {self._index} has {number(there)} of {held}: the index changed meanwhile, or it "
                "holds more than the key may see.",
                "Nothing was sent. Try again when nothing else writes to the index, or go on without a backup.",
            )
        self._growing.rename(self._path)
        return Backup(self._path, there)

    def discard(self) -> None:
        """Remove what is not finished."""
        self._file.close()
        self._growing.unlink(missing_ok=True)


def _lines_of(file: Path) -> int:
    """Count the lines of a packed file as it stands on the disk."""
    with file.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as unpacked:
        return sum(part.count(b"\n") for part in iter(lambda: unpacked.read(_READ_BYTES), b""))
