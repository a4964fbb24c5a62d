"""A file that records come from: what it is, and how it is opened as text."""

from __future__ import annotations

import codecs
import enum
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from pushconsole.errors import InputError


class Format(enum.Enum):
    """How records are written in a file."""

    DELIMITED = "csv"
    JSON_ARRAY = "json"
    NDJSON = "ndjson"
    JSON_OBJECT = "json object"


@dataclass(frozen=True)
class SourceFile:
    """A file that records were read from.

    Attributes:
        name: its name as the user knows it.
        format: how records are written in it.
        encoding: the Python codec that reads it: utf-8, utf-8-sig (with a byte order mark) or utf-16.
        delimiter: what stands between cells, in delimited text only.
        header: the columns' names as shown, in delimited text only.
        wrapper: the attribute that holds the records, in a wrapping object only.
        size_bytes: the file's size.
        written_header: the columns' names as the file has them (they may repeat or be empty).
        line_end: what ends a line of delimited text.

    """

    name: str
    format: Format
    encoding: str
    delimiter: str | None
    header: tuple[str, ...]
    wrapper: str | None
    size_bytes: int
    written_header: tuple[str, ...] = ()
    line_end: str = "\n"


@contextmanager
def opened(path: Path, encoding: str, name: str, *, newline: str = "") -> Iterator[TextIO]:
    """Open a file as strict text, with what can go wrong told in sentences.

    Raises:
        InputError: it is missing, a folder, not readable, or holds bytes that are not text in that encoding.

    """
    try:
        with _readable(name), path.open(encoding=encoding, newline=newline) as file:
            yield file
    except UnicodeDecodeError as error:
        raise _undecodable(path, encoding, name) from error
    except UnicodeError as error:  # UTF-16 that is cut inside of its byte order mark
        raise InputError(f"{name} cannot be read as {encoding}: {error}.", file=name) from error


@contextmanager
def opened_bytes(path: Path, name: str) -> Iterator[BinaryIO]:
    """Open a file as bytes, with what can go wrong told in sentences.

    Raises:
        InputError: it is missing, a folder, or not readable.

    """
    with _readable(name), path.open("rb") as file:
        yield file


@contextmanager
def _readable(name: str) -> Iterator[None]:
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


_PIECE_BYTES = 1 << 16


def _undecodable(path: Path, encoding: str, name: str) -> InputError:
    """Find the first bytes that are not text, and name their line."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            try:
                line += _line_ends(decoder.decode(piece))
            except UnicodeDecodeError as error:
                # `object` is the piece with what the decoder had kept of the one before.
                good = error.object[: error.start].decode(encoding.removesuffix("-sig"), "ignore")
                return _not_text(name, encoding, line + _line_ends(good), error)
    return _not_text(name, encoding, line, None)  # cut off at the end of the file


def _line_ends(text: str) -> int:
    return text.count("\n")


def undecodable(source: SourceFile, line: int, error: UnicodeDecodeError) -> InputError:
    """Return the error for a line of a file that is not text."""
    return _not_text(source.name, source.encoding, line, error)


def _not_text(name: str, encoding: str, line: int, error: UnicodeDecodeError | None) -> InputError:
    label = "UTF-16" if encoding == "utf-16" else "UTF-8"
    what = f"the bytes {error.object[error.start : error.end].hex(' ')}" if error else "a character that is cut off"
    return InputError(
        f"{name} is not {label} text: line {line:,} holds {what}.",
        "Save the file as UTF-8 and open it again.",
        file=name,
        line=line,
    )
