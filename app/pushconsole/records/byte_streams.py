"""A file's bytes, unpacked where they are compressed. What a file is comes from its first bytes, not from its name."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

import zstandard

from pushconsole.errors import InputError

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZIP = b"PK\x03\x04"
_ZIP_HEADER_BYTES = 30  # of a member, before its name: APPNOTE.TXT 4.3.7
_DEFLATED = 8

_PIECE_BYTES = 1024
"""Compressed bytes unpacked at once. A zstd block of 128 KB may come from 4 bytes, so small pieces bound the memory."""

_BUFFER_BYTES: Final = 1 << 17


class CutOff(Exception):
    """A compressed file ends too early or is damaged; what came before is good."""

    def __init__(self, kind: str, detail: str) -> None:
        self.reason = f"The {kind} file is {detail}, so what follows cannot be unpacked."
        super().__init__(self.reason)


class _Unpacker(Protocol):
    """What zlib and zstandard have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


class _Unpacked(RawIOBase):
    """The unpacked bytes of a compressed file, which may have several parts one after the other."""

    def __init__(self, packed: BinaryIO, kind: str, unpacker: Callable[[], _Unpacker], *, parts: bool = True) -> None:
        self._packed = packed
        self._kind = kind
        self._make = unpacker
        self._parts = parts
        self._unpacker: _Unpacker | None = unpacker()
        self._waiting = b""
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        while not self._ready and self._unpacker is not None:
            self._ready = memoryview(self._more(self._unpacker))
        size = min(len(target), len(self._ready))
        target[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _more(self, unpacker: _Unpacker) -> bytes:
        piece = self._waiting or self._packed.read(_PIECE_BYTES)
        self._waiting = b""
        if not piece:
            raise CutOff(self._kind, "cut off here")
        try:
            data = unpacker.decompress(piece)
        except (zlib.error, zstandard.ZstdError) as error:
            raise CutOff(self._kind, "damaged here or shortly before") from error
        if unpacker.eof:
            self._waiting = (unpacker.unused_data or self._packed.read(_PIECE_BYTES)) if self._parts else b""
            self._unpacker = self._make() if self._waiting.strip(b"\0") else None
        return data

    def position(self) -> int:
        """Return how many bytes of the compressed file were taken."""
        return self._packed.tell()

    def close(self) -> None:
        self._packed.close()
        super().close()


class _Unpacking(BufferedReader):
    """Unpacked bytes whose position is the one in the compressed file, so that progress is true."""

    def __init__(self, raw: _Unpacked) -> None:
        super().__init__(raw, _BUFFER_BYTES)
        self._unpacked = raw

    def tell(self) -> int:
        return self._unpacked.position()


def compression_of(path: Path) -> str | None:
    """Return how a file is compressed: gzip, zstd, zip, or None.

    Raises:
        OSError: it cannot be read.

    """
    with path.open("rb") as file:
        start = file.read(4)
    return "gzip" if start.startswith(_GZIP) else {_ZSTD: "zstd", _ZIP: "zip"}.get(start)


def open_bytes(path: Path) -> BufferedReader:
    """Open a file's bytes, unpacked.

    Raises:
        OSError: it cannot be read.
        InputError: it is an archive of several files.

    """
    kind = compression_of(path)
    packed = path.open("rb")
    try:
        if kind == "gzip":
            return _Unpacking(_Unpacked(packed, kind, lambda: zlib.decompressobj(31)))
        if kind == "zstd":
            return _Unpacking(_Unpacked(packed, kind, zstandard.ZstdDecompressor().decompressobj))
        if kind == "zip":
            return _member(path, packed)
    except BaseException:
        packed.close()
        raise
    return packed


def _member(path: Path, packed: BufferedReader) -> BufferedReader:
    """Open the one file of an archive, by its own header: an archive that is cut off has no table of contents."""
    _refuse_several(path)
    packed.seek(_start_of_member(path))
    header = packed.read(_ZIP_HEADER_BYTES).ljust(_ZIP_HEADER_BYTES, b"\0")
    if not header[26]:  # the length of the name
        return _Unpacking(_Unpacked(packed, "zip", lambda: zlib.decompressobj(-15), parts=False))
    flags, method = int.from_bytes(header[6:8], "little"), int.from_bytes(header[8:10], "little")
    if flags & 1:
        raise InputError(f"{path.name} is locked with a password.", "Unpack it first.", file=path.name)
    packed.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    if method != _DEFLATED:
        raise InputError(f"{path.name} is packed in a rare way (method {method}).", "Unpack it first.", file=path.name)
    return _Unpacking(_Unpacked(packed, "zip", lambda: zlib.decompressobj(-15), parts=False))


def members_of(path: Path) -> list[zipfile.ZipInfo]:
    """Return the files in an archive, without folders and what macOS adds; none where it is cut off."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        return []
    return [entry for entry in entries if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")]


def _refuse_several(path: Path) -> None:
    names = [entry.filename for entry in members_of(path)]
    if len(names) > 1:
        listed = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")  # noqa: PLR2004  enough to recognise it
        raise InputError(
            f"{path.name} is an archive of {len(names)} files: {listed}.", "Unpack it and open them.", file=path.name
        )


def _start_of_member(path: Path) -> int:
    return next((entry.header_offset for entry in members_of(path)), 0)


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Tell in sentences why a file cannot be opened or read.

    Raises:
        InputError: it is missing, a folder, or not readable.

    """
    try:
        yield
    except FileNotFoundError as error:
        raise InputError(f"There is no file {name}.", file=name) from error
    except IsADirectoryError as error:
        raise InputError(f"{name} is a folder, not a file.", "Choose a file in it.", file=name) from error
    except PermissionError as error:
        raise InputError(f"{name} may not be read by you.", "Ask for the right to read it.", file=name) from error
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror or error}.", file=name) from error
