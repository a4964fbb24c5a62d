"""The dialect of delimited text: what stands between cells, what the columns are called, how lines end."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from io import StringIO
from itertools import zip_longest
from typing import Any, Final

from pushconsole.errors import InputError
from pushconsole.records.column_types import NUMBER
from pushconsole.records.read_options import ReadOptions
from pushconsole.records.source_file import Format, SourceFile
from pushconsole.records.text_encoding import is_text, label, visible

LONGEST_CELL: Final = 16_000_000
"""Characters of one cell. A record may have 100 KB at the service; a longer cell is a quote that was never closed."""

# Python's own limit is 131,072 characters, for the whole process; cells of exports are longer than that at times.
csv.field_size_limit(LONGEST_CELL)

_COMMENT = "#"
_DELIMITERS = ",;\t|"
_RARE_DELIMITERS = "^~:\x1f\x01"
_SAMPLE_ROWS = 100
_PREAMBLE_LINES = 20  # a title, a date, who exported it; more would be a table of its own
_ENOUGH_ROWS = 3
_MOST = 0.8


def delimited_source(head: str, source: SourceFile, options: ReadOptions, *, whole: bool) -> SourceFile:
    """Complete what is known of a file of delimited text from its beginning; what the options say is not guessed.

    Raises:
        InputError: it has no header, its header is no text in its encoding, or the options cannot be.

    """
    _check(options)
    quote = _guessed_quote(head) if options.quote is None else options.quote
    draft = replace(source, format=Format.DELIMITED, quote=quote, skip_lines=options.skip_lines or 0)
    draft = _divided(head, draft, options, whole=whole)
    if options.skip_lines is None:
        draft = replace(draft, skip_lines=_guessed_preamble(head, draft, whole=whole))
    rows = _sample_rows(head, draft, whole=whole)
    lines = Lines(StringIO(head, newline=""), draft)
    first, takes_all = _first_row(lines, draft)
    if takes_all and options.quote is None and quote and is_open(head, draft):
        # A quote in the header that is never closed takes the whole file for a name; without quotes there are rows.
        return delimited_source(head, source, replace(options, quote=""), whole=whole)
    has_header = _has_header(rows) if options.header is None else options.header
    if first is None or (has_header and not any(first)):
        raise InputError(f"{source.name} has no header: its first row names no column.", file=source.name, line=1)
    if not is_text("".join(first)):
        raise InputError(
            f"The header of {source.name} is no {label(source.encoding)} text: {visible(', '.join(first))[:200]}",
            "Choose another encoding.",
            file=source.name,
            line=1,
        )
    written = first if has_header else []
    return replace(
        draft,
        header=visible_names(first if has_header else [""] * len(first)),
        written_header=tuple(written),
        line_end=lines.line_end,
        has_header=has_header,
        decimal_comma=draft.delimiter != "," and _has_decimal_commas(rows),
    )


def _first_row(lines: Lines, source: SourceFile) -> tuple[list[str] | None, bool]:
    """Return the first row, and whether nothing follows it.

    Raises:
        InputError: it has a cell beyond all measure.

    """
    reader = csv.reader(lines, **dialect_of(source))
    try:
        first = next((row for row in reader if row), None)
    except csv.Error as error:
        raise header_too_long(source) from error
    try:
        return first, next(reader, None) is None
    except csv.Error:
        return first, False


def header_too_long(source: SourceFile) -> InputError:
    """Return the error for a header that has a cell beyond all measure."""
    return InputError(
        f"The header of {source.name} has a name of more than {LONGEST_CELL:,} characters.",
        "Say that there are no quotes, if one is opened and never closed.",
        file=source.name,
        line=1,
    )


def is_open(text: str, source: SourceFile) -> bool:
    """Say whether rows end inside of quotes: what is written behind them makes no other cell then."""
    more = f"{text}{source.delimiter}x"
    try:
        rows, others = ([*csv.reader(StringIO(part, newline=""), **dialect_of(source))] for part in (text, more))
    except csv.Error:  # it is as long as a cell may be
        return False
    return [len(row) for row in rows] == [len(row) for row in others]


def _check(options: ReadOptions) -> None:
    for what, value in (("delimiter", options.delimiter), ("quote character", options.quote or None)):
        if value is not None and (len(value) != 1 or value in "\r\n"):
            raise InputError(f"The {what} has to be one character, and this is “{value}”.", "A tab is one, too.")
        if value is not None and not value.isascii() and not is_text(value):
            raise InputError(f"The {what} is no character but the byte {visible(value)}.", "Write it as UTF-8.")
    if options.delimiter is not None and options.delimiter == options.quote:
        raise InputError("The delimiter and the quote character are the same.", "Choose another one of them.")


def dialect_of(source: SourceFile) -> dict[str, Any]:
    """Return how Python's ``csv`` module has to read a file."""
    if not source.quote:
        return {"delimiter": source.delimiter or ",", "quoting": csv.QUOTE_NONE}
    return {"delimiter": source.delimiter or ",", "quotechar": source.quote}


class Lines:
    """The lines of a file, empty where they are not read (comments and what stands before the first row).

    Lines that are left out stay as empty ones, so that line numbers are the file's.

    Attributes:
        line_end: how the last line ended.

    """

    def __init__(self, file: Iterable[str], source: SourceFile) -> None:
        self._file = file
        self._name = source.name
        self._skip = source.skip_lines
        self._comment = source.comment
        self._quote = source.quote
        self._delimiter = source.delimiter or ","
        self._delimiters = len(source.header) - 1  # in a row
        self.line_end = "\n"
        self._comments = self._like_rows = self._first_like_row = 0

    def __iter__(self) -> Iterator[str]:
        open_quote = False
        for number, line in enumerate(self._file):
            if number < self._skip:
                yield ""
                continue
            if self._comment and not open_quote and line.startswith(self._comment):
                self._pass_comment(number, line)
                yield ""
                continue
            self.line_end = line[len(line.rstrip("\r\n")) :] or "\n"
            if self._comment and self._quote:
                # Inside of a cell that goes on from the line before, nothing is a comment.
                open_quote ^= line.count(self._quote) % 2 == 1
            yield line

    def _pass_comment(self, number: int, line: str) -> None:
        self._comments += 1
        if line.count(self._delimiter) == self._delimiters > 0:
            self._like_rows += 1
            self._first_like_row = self._first_like_row or number + 1

    def notes(self) -> tuple[str, ...]:
        """Return how many lines were passed as comments, and whether one of them might have been a row."""
        if not self._comments:
            return ()
        many = f"{self._comments:,} lines" if self._comments > 1 else "One line"
        passed = "were passed as comments" if self._comments > 1 else "was passed as a comment"
        said = f"{many} of {self._name} beginning with “{self._comment}” {passed}"
        if not self._like_rows:
            return (f"{said}.",)
        alike = f"{self._like_rows:,} would make a row, the first in line {self._first_like_row:,}"
        return (f"{said}, though {alike}. If these are records, open it again without comments.",)


def _guessed_quote(head: str) -> str:
    """Return the single quote where cells stand in those and none in double ones."""
    lines = [line for line in head.splitlines()[:_SAMPLE_ROWS] if line]
    single = sum(line.startswith("'") and line.endswith("'") for line in lines)
    return "'" if lines and single > len(lines) * _MOST and '"' not in head else '"'


def _divided(head: str, draft: SourceFile, options: ReadOptions, *, whole: bool) -> SourceFile:
    """Complete what lines that are not read begin with, and what stands between cells."""
    guessed = options.comment is None and not draft.skip_lines and head.lstrip().startswith(_COMMENT)
    comments = (_COMMENT, "") if guessed else (options.comment or "",)
    for comment in comments:
        draft = replace(draft, comment=comment)
        draft = replace(draft, delimiter=options.delimiter or _guessed_delimiter(head, draft, whole=whole))
        if not guessed or (comment and not _are_rows(head, draft, whole=whole)):
            break
    return draft


def _are_rows(head: str, source: SourceFile, *, whole: bool) -> bool:
    """Say whether a line that could be a comment is as wide as the table: it is its header, or a row, then."""
    rows = _sample_rows(head, source, whole=whole)
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 1
    lines = (line for line in head.splitlines() if line.startswith(source.comment))
    try:
        return width == 1 or any(len(row) == width for row in csv.reader(lines, **dialect_of(source)))
    except csv.Error:
        return True


def _guessed_delimiter(head: str, draft: SourceFile, *, whole: bool) -> str:
    def fitness(delimiter: str) -> tuple[float, int]:
        sample = replace(draft, delimiter=delimiter)
        skip = _guessed_preamble(head, sample, whole=whole) if not draft.skip_lines else draft.skip_lines
        return _fitness(_sample_rows(head, replace(sample, skip_lines=skip), whole=whole))

    best = max(_DELIMITERS, key=fitness)
    if fitness(best)[0]:
        return best
    rare = max(_RARE_DELIMITERS, key=fitness)
    return rare if fitness(rare)[0] == 1.0 else best


def _sample_rows(sample: str, source: SourceFile, *, whole: bool) -> list[list[str]]:
    return [row for _, row in _numbered_rows(sample, source, whole=whole)]


def _numbered_rows(sample: str, source: SourceFile, *, whole: bool) -> list[tuple[int, list[str]]]:
    """Return the first rows, each with the lines before it."""
    reader = csv.reader(Lines(StringIO(sample, newline=""), source), **dialect_of(source))
    rows, before = [], 0
    try:
        for row in reader:
            if row:
                rows.append((before, row))
            before = reader.line_num
            if len(rows) > _SAMPLE_ROWS:
                break
    except csv.Error:
        return []
    # The last row may be cut off by the end of the sample.
    return rows if whole else rows[:-1]


def _guessed_preamble(head: str, source: SourceFile, *, whole: bool) -> int:
    """Return how many lines stand before the table: rows of one cell before many that are all equally wide."""
    rows = _numbered_rows(head, source, whole=whole)
    if not rows:
        return 0
    width = Counter(len(row) for _, row in rows).most_common(1)[0][0]
    start = next((place for place, (_, row) in enumerate(rows) if sum(map(bool, row)) > 1), 0)
    table = rows[start:]
    fits = sum(len(row) == width for _, row in table)
    if width == 1 or len(table[0][1]) != width or fits < max(_ENOUGH_ROWS, _MOST * len(table)):
        return 0
    # A title may be filled up with empty cells; a header with one name alone would look like that, too.
    apart = all(len(row) != width for _, row in rows[:start]) or all(table[0][1])
    skipped = table[0][0]
    return skipped if start and apart and skipped <= _PREAMBLE_LINES and not _is_table(head, skipped) else 0


def _is_table(head: str, lines: int) -> bool:
    """Say whether the first lines are divided alike by some delimiter: they are rows then, and must not be skipped."""
    first, second = [*head.splitlines()[: min(lines, 2)], "", ""][:2]
    return any(first.count(delimiter) == second.count(delimiter) > 0 for delimiter in _DELIMITERS)


_YEARS = re.compile("(?:19|20)[0-9][0-9]")


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row names the columns: it does not where a number stands over numbers.

    A year may well be a name, in a table with a column for each.
    """
    if len(rows) < _ENOUGH_ROWS:
        return True
    first, *others = rows
    return not any(
        NUMBER.fullmatch(cell)
        and not _YEARS.fullmatch(cell)
        and all(NUMBER.fullmatch(row[index]) for row in others if len(row) > index and row[index])
        for index, cell in enumerate(first)
    )


DECIMAL_COMMA = re.compile("-?(?:0|[1-9][0-9]*)(?:,[0-9]+)?", re.ASCII)
"""A number as most of Europe writes it, without separators of thousands, which would make 1.500 mean two things."""


def _has_decimal_commas(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether a column below the header holds hardly anything but such numbers, and a comma in one."""
    for cells in zip_longest(*rows[1:], fillvalue=""):
        filled = [cell for cell in cells if cell]
        numbers = [cell for cell in filled if DECIMAL_COMMA.fullmatch(cell)]
        if any("," in cell for cell in numbers) and len(numbers) >= _MOST * len(filled):
            return True
    return False


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
