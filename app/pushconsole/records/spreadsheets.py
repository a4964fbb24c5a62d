"""Spreadsheets (XLSX, ODS and the older XLS) become tables of cells; python-calamine reads them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import msgspec
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from pushconsole.errors import InputError
from pushconsole.records.byte_streams import members_of
from pushconsole.records.column_types import CellKind
from pushconsole.records.dialect import visible_names
from pushconsole.records.formula_results import formula_results
from pushconsole.records.read_options import ReadOptions
from pushconsole.records.reading import Rejected
from pushconsole.records.source_file import Format, SourceFile
from pushconsole.records.tables import Cell, text_of

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK"
_NAMED = 3  # cells
_PARTS = {"xl/workbook.xml", "xl/workbook.bin"}


def is_spreadsheet(path: Path) -> bool:
    """Say whether a file is a spreadsheet by what is in it.

    Raises:
        OSError: it cannot be read.

    """
    with path.open("rb") as file:
        start = file.read(len(_OLE))
    if start == _OLE:
        return True
    names = {entry.filename for entry in members_of(path)} if start.startswith(_ZIP) else set()
    return bool(names & _PARTS) or {"content.xml", "mimetype"} <= names


def spreadsheet_source(path: Path, name: str, options: ReadOptions) -> SourceFile:
    """Find out what a spreadsheet holds.

    Raises:
        InputError: it is damaged or locked, has no such sheet, or the sheet is empty.

    """
    sheets, rows, _ = _sheet(path, name, options.sheet)
    sheet = options.sheet or sheets[0]
    skip = _first_row(rows) if options.skip_lines is None else options.skip_lines
    table = [row for row in rows[skip:] if any(cell != "" for cell in row)]
    if not table:
        raise InputError(f"The sheet “{sheet}” of {name} is empty.", f"Its sheets are: {', '.join(sheets)}.", file=name)
    width = max(index + 1 for row in table for index, cell in enumerate(row) if cell != "")
    has_header = options.header is not False
    written = [text_of(cell) for cell in table[0][:width]] if has_header else []
    source = SourceFile(name, Format.SPREADSHEET, "utf-8", None, (), None, path.stat().st_size)
    return replace(
        source,
        header=visible_names(written or [""] * width),
        written_header=tuple(written),
        has_header=has_header,
        skip_lines=skip,
        sheet=sheet,
        choices=tuple(sheets),
    )


def _sheet(path: Path, name: str, sheet: str | None) -> tuple[list[str], list[list[Cell]], list[str]]:
    """Return the sheets' names, the cells of one from its first row on, and the names of those without a result."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheets = book.sheet_names
            if sheet is not None and sheet not in sheets:
                raise InputError(f"{name} has no sheet “{sheet}”.", f"Its sheets are: {', '.join(sheets)}.", file=name)
            if not sheets:
                raise InputError(f"{name} has no sheet with cells.", "Choose another file.", file=name)
            rows = book.get_sheet_by_name(sheet or sheets[0]).to_python(skip_empty_area=False)
    except PasswordError as error:
        raise InputError(f"{name} is locked with a password.", "Save it without one.", file=name) from error
    except CalamineError as error:
        raise InputError(
            f"{name} is a damaged spreadsheet: {error}.", "Open and save it again where it was made.", file=name
        ) from error
    cells = [[_cell(value) for value in row] for row in rows]
    formulas = formula_results(path, sheet or sheets[0])
    for (row, column), shown in formulas.errors.items():
        if row < len(cells) and column < len(cells[row]):
            cells[row][column] = shown
    return sheets, cells, formulas.missing


def _first_row(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many rows stand before the table: titles of one cell, above a row that is full."""
    for number, row in enumerate(rows):
        filled = [cell for cell in row if cell != ""]
        if len(filled) > 1:
            return number if len(filled) == len(row) else 0
    return 0


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return msgspec.Raw(b"true" if value else b"false")
    if isinstance(value, int | float):
        return msgspec.Raw(_number(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time.min:
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return _duration(value)
    return str(value)


_DIGITS = 15  # what a spreadsheet keeps and shows of a number; more is noise of the binary form


_LONGEST_WHOLE = 1e21  # ECMA-262, Number::toString
_EXACT = 2**53  # up to here every whole number is a double of its own


def _number(value: float) -> str:
    whole = value == int(value)
    if whole and abs(value) <= _EXACT:
        return str(int(value))
    text = f"{value:.{_DIGITS}g}"
    # A label that is a long number is known by its digits, so there is no exponent where JavaScript writes none either.
    return f"{Decimal(text):f}" if whole and abs(value) < _LONGEST_WHOLE else text


def _duration(value: datetime.timedelta) -> str:
    """Return hours, minutes and seconds, as [h]:mm:ss shows them."""
    minutes, seconds = divmod(abs(round(value.total_seconds())), 60)
    sign = "-" if value < datetime.timedelta() else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def kind_of_cell(cell: Cell) -> CellKind:
    """Return what a spreadsheet says a cell is."""
    if isinstance(cell, str):
        return CellKind.TEXT
    return CellKind.BOOLEAN if bytes(cell)[:1] in b"tf" else CellKind.NUMBER


class SpreadsheetRows:
    """The rows of a sheet, line being the row's number; see `tables.TableRows`."""

    def __init__(self, path: Path, source: SourceFile) -> None:
        self.rejected: list[Rejected] = []
        self._source = source
        _, self._rows, self._missing = _sheet(path, source.name, source.sheet)

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]] | None]:
        """Yield each row that is not empty with its number."""
        width, waits_for_header = len(self._source.header), self._source.has_header
        for line, row in enumerate(self._rows, 1):
            if line <= self._source.skip_lines or all(cell == "" for cell in row):
                continue
            if waits_for_header:
                waits_for_header = False
                continue
            yield line, [*row[:width], *[""] * (width - len(row))]

    def notes(self) -> tuple[str, ...]:
        """Return which formulas have no result in the file, so that their cells are empty."""
        missing = self._missing
        if not missing:
            return ()
        named = ", ".join(missing[:_NAMED]) + (" …" if len(missing) > _NAMED else "")
        cells = f"{len(missing):,} cells" if len(missing) > 1 else "A cell"
        said = f"{cells} of the sheet “{self._source.sheet}” ({named}) with a formula but no result"
        read = "were read as empty ones" if len(missing) > 1 else "was read as an empty one"
        return (f"{said} {read}. Open and save the file in a spreadsheet program, which works them out.",)

    def read_bytes(self) -> int:
        """Return the file's size: it is read whole before its first row is there."""
        return self._source.size_bytes
