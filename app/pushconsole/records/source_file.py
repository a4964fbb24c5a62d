"""A file that records come from: what it is, and how it is opened as text."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import TextIO

from pushconsole.errors import InputError
from pushconsole.records.byte_streams import open_bytes, readable
from pushconsole.records.text_encoding import KEEP


class Format(enum.Enum):
    """How records are written in a file."""

    DELIMITED = "csv"
    JSON_ARRAY = "json"
    NDJSON = "ndjson"
    JSON_OBJECT = "json object"
    SPREADSHEET = "spreadsheet"
    PARQUET = "parquet"


@dataclass(frozen=True)
class SourceFile:
    """A file that records were read from.

    Attributes:
        name: its name as the user knows it.
        format: how records are written in it.
        encoding: the Python codec that reads it; utf-8-sig is UTF-8 with a byte order mark.
        delimiter: what stands between cells, in delimited text only.
        header: the columns' names as shown, in delimited text only.
        wrapper: the path of the attribute that holds the records (“data.items”), in a wrapping object only.
        size_bytes: the file's size.
        written_header: the columns' names as the file has them (they may repeat or be empty).
        line_end: what ends a line of delimited text.
        encoding_sure: whether no other encoding is likely.
        compression: gzip, zstd or zip, or None.
        quote: what cells with delimiters in them stand in; empty for none.
        has_header: whether the first row names the columns.
        skip_lines: lines before the first row that are not read.
        comment: what lines that are not read begin with; empty for none.
        decimal_comma: whether numbers seem to be written 1,5.
        sheet: the sheet that is read, in spreadsheets only.
        file_header: the columns' names as shown before any was renamed, left out or split; empty where none was.
        choices: the sheets, or the lists in a wrapping object, that could be read.

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
    encoding_sure: bool = True
    compression: str | None = None
    quote: str = '"'
    has_header: bool = True
    skip_lines: int = 0
    comment: str = ""
    decimal_comma: bool = False
    sheet: str | None = None
    choices: tuple[str, ...] = ()
    file_header: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names in the file, as shown; recipes know it by them."""
        return self.file_header or self.header

    @property
    def is_table(self) -> bool:
        """Whether it has columns of cells."""
        return self.format in {Format.DELIMITED, Format.SPREADSHEET}

    @property
    def ends_fast(self) -> bool:
        """Whether its last line can be read without those before it."""
        return self.compression is None and not self.encoding.startswith(("utf-16", "utf-32", "utf-7"))

    @property
    def copy_encoding(self) -> str:
        """The encoding for copies: the file's own where it can write every character, else UTF-8."""
        return self.encoding if self.encoding.startswith("utf") else "utf-8"


@contextmanager
def opened(path: Path, encoding: str, name: str, *, newline: str = "") -> Iterator[TextIO]:
    """Open a file as text, unpacked, with what can go wrong told in sentences.

    Bytes that are no text in that encoding become halves of surrogate pairs (`text_encoding.KEEP`), so the rows that
    hold them can be told.

    Raises:
        InputError: it is missing, a folder, not readable, or an archive of several files.
        CutOff: it is compressed, and ends too early.

    """
    try:
        with readable(name), TextIOWrapper(open_bytes(path), encoding, errors=KEEP, newline=newline) as file:
            yield file
    except UnicodeError as error:  # UTF-16 that is cut inside of its byte order mark
        raise InputError(f"{name} cannot be read as {encoding}: {error}.", file=name) from error


@contextmanager
def opened_bytes(path: Path, name: str) -> Iterator[BufferedReader]:
    """Open a file as bytes, unpacked, with what can go wrong told in sentences.

    Raises:
        InputError: it is missing, a folder, not readable, or an archive of several files.
        CutOff: it is compressed, and ends too early.

    """
    with readable(name), open_bytes(path) as file:
        yield file
