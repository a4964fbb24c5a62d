"""The dialect of delimited text: what stands between cells, what the columns are called, how lines end."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import StringIO
from itertools import islice
from typing import Final

from pushconsole.errors import InputError
from pushconsole.records.source_file import Format, SourceFile

LONGEST_CELL: Final = 16_000_000
"""Characters of one cell. A record may have 100 KB at the service; a longer cell is a quote that was never closed."""

# Python's own limit is 131,072 characters, for the whole process; cells of exports are longer than that at times.
csv.field_size_limit(LONGEST_CELL)

_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 100


def delimited_source(head: str, source: SourceFile, *, whole: bool) -> SourceFile:
    """Complete what is known of a file of delimited text from its beginning.

    Raises:
        InputError: it has no header.

    """
    delimiter = max(_DELIMITERS, key=lambda delimiter: _fitness(_sample_rows(head, delimiter, whole=whole)))
    lines = _Lines(head)
    header = next((row for row in csv.reader(lines, delimiter=delimiter) if row), None)
    if header is None or not any(header):
        raise InputError(f"{source.name} has no header: its first row names no column.", file=source.name, line=1)
    return replace(
        source,
        format=Format.DELIMITED,
        delimiter=delimiter,
        header=visible_names(header),
        written_header=tuple(header),
        line_end=lines.line_end,
    )


class _Lines:
    """Lines of a text that remember how the last one ended."""

    def __init__(self, text: str) -> None:
        self._file = StringIO(text, newline="")
        self.line_end = "\n"

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            self.line_end = line[len(line.rstrip("\r\n")) :] or "\n"
            yield line


def _sample_rows(sample: str, delimiter: str, *, whole: bool) -> list[list[str]]:
    reader = csv.reader(StringIO(sample, newline=""), delimiter=delimiter)
    try:
        rows = list(islice((row for row in reader if row), _SAMPLE_ROWS + 1))
    except csv.Error:
        return []
    # The last row may be cut off by the end of the sample.
    return rows if whole else rows[:-1]


def _fitness(rows: Sequence[Sequence[str]]) -> tuple[float, int]:
    """Rate a delimiter: how many rows are as wide as the header, then how wide that is."""
    if not rows or len(rows[0]) < 2:  # noqa: PLR2004  a delimiter that divides nothing
        return 0.0, 0
    width = len(rows[0])
    return round(sum(len(row) == width for row in rows) / len(rows), 2), width


def visible_names(header: Sequence[str]) -> tuple[str, ...]:
    """Return names for columns that are all different and not empty.

    An empty one is called by its position (“column 3”), a repeated one gets a number (“name (2)”).
    """
    taken = set(header)
    names: list[str] = []
    seen: set[str] = set()
    for position, written in enumerate(header, 1):
        wanted = written or f"column {position}"
        name, number = wanted, 2
        while name in seen or (name != written and name in taken):
            name, number = f"{wanted} ({number})", number + 1
        seen.add(name)
        names.append(name)
    return tuple(names)
