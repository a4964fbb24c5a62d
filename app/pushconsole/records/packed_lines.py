"""Lines written to a file packed with zstd, which gets its name only once it is whole and on the disk."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Self

import zstandard

_READ_BYTES = 1024 * 1024


class PackedLines:
    """A file that grows beside its place; what was not kept is gone when the context ends."""

    def __init__(self, path: Path) -> None:
        """Open the file; its folder is made if need be.

        Raises:
            OSError: it cannot be written.

        """
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path
        self._growing = path.with_name(f".{path.name}.part")
        self._file = self._growing.open("xb")
        self._packed = zstandard.ZstdCompressor().stream_writer(self._file, closefd=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._growing.unlink(missing_ok=True)

    def add(self, lines: bytes) -> None:
        """Append lines, each with its end."""
        self._packed.write(lines)

    def counted(self) -> int:
        """End the file, bring it to the disk, and return how many lines stand there."""
        self._packed.close()  # type: ignore[no-untyped-call]
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        with self._growing.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as unpacked:
            return sum(part.count(b"\n") for part in iter(lambda: unpacked.read(_READ_BYTES), b""))

    def keep(self) -> Path:
        """Give the file its name, and return it."""
        return self._growing.rename(self._path)
