"""Quotes that are never closed. The csv module takes all that follows for one cell, be it a word or half of a file."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from pushconsole.records.dialect import is_open
from pushconsole.records.source_file import SourceFile, opened
from pushconsole.records.text_encoding import KEEP

_LONGEST_END = 1 << 20  # bytes looked at for the last line


def unclosed(path: Path, source: SourceFile, first: int, last: int) -> str | None:
    """Return the text of a file's last row, which stands in these lines, if a quote in it is never closed."""
    if not source.quote:
        return None
    text = _end_of(path, source) if first == last and source.ends_fast else _lines_of(path, source, first, last)
    return text.rstrip("\r\n") if is_open(text, source) else None


def _end_of(path: Path, source: SourceFile) -> str:
    """Return the last line, without a second reading of all others; it may be cut where it is very long."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LONGEST_END))
        end = file.read()
    last = end.rstrip(b"\r\n").replace(b"\r", b"\n").rpartition(b"\n")[2]
    return last.decode(source.encoding, KEEP)


def _lines_of(path: Path, source: SourceFile, first: int, last: int) -> str:
    with opened(path, source.encoding, source.name) as file:
        return "".join(islice(file, first - 1, last))
