"""Records as a spreadsheet or a Parquet file: forms of their own, in which a value is not kept character by character.

A number of a spreadsheet is a double, so one with more digits is written as a text; lists and objects are written as
JSON. Parquet gives each column one type, which DuckDB finds over all records.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, Final

from pushconsole.errors import InputError
from pushconsole.records.cells import cell_of
from pushconsole.records.column_types import CellKind
from pushconsole.records.json_text import raw_values
from pushconsole.records.ordering import is_long

_LOOK_S: Final = 0.1
MOST_ROWS: Final = 1_048_576
MOST_LETTERS: Final = 32_767
MOST_COLUMNS: Final = 16_384
"""Microsoft: "Excel specifications and limits"."""


def write_spreadsheet(target: Path, names: Sequence[str], texts: Iterator[str], room: Path) -> None:
    """Write records into an XLSX file, a row each below the names; in bounded memory.

    Args:
        target: the file.
        names: of the columns.
        texts: the records.
        room: a folder for what is written before it is packed.

    Raises:
        InputError: a spreadsheet has no room for so many rows or columns, or for so long a text.
        OSError: the file cannot be written.

    """
    import xlsxwriter  # noqa: PLC0415  only whoever writes a spreadsheet waits for it
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    if len(names) > MOST_COLUMNS:
        raise InputError(f"{target.name} cannot have {len(names):,} columns; a spreadsheet has {MOST_COLUMNS:,}.")
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True, "tmpdir": str(room)})
    try:
        try:
            _write_rows(book.add_worksheet("records"), names, texts)
        finally:
            book.close()  # whatever happened: it holds temporary files
    except FileCreateError as error:
        raise error.args[0] from error


def _write_rows(sheet: Any, names: Sequence[str], texts: Iterator[str]) -> None:
    """Write all as texts that look like one: no formula, no address, no number is made of them."""
    for place, name in enumerate(names):
        sheet.write_string(0, place, name)
    for row, text in enumerate(texts, 1):
        if row >= MOST_ROWS:
            raise InputError(
                f"A spreadsheet cannot have more than {MOST_ROWS - 1:,} records: it has no more rows.",
                "Write CSV or NDJSON, or filter the records.",
            )
        _write_row(sheet, row, names, text)


def _write_row(sheet: Any, row: int, names: Sequence[str], text: str) -> None:
    values = raw_values(text)
    for place, name in enumerate(names):
        if name not in values:
            continue
        cell = cell_of(bytes(values[name]).decode())
        if cell.kind is CellKind.NUMBER and not is_long(cell.text):
            sheet.write_number(row, place, float(cell.text))
        elif cell.kind is CellKind.BOOLEAN:
            sheet.write_boolean(row, place, cell.text == "true")
        elif cell.kind not in {CellKind.NULL, CellKind.EMPTY}:
            _write_text(sheet, row, place, name, cell.text)


def _write_text(sheet: Any, row: int, place: int, name: str, text: str) -> None:
    if len(text) > MOST_LETTERS:
        raise InputError(
            f"The value of {name} in row {row + 1:,} has {len(text):,} letters; a cell has room for {MOST_LETTERS:,}.",
            "Write CSV or NDJSON, or shorten it.",
            attribute=name,
        )
    sheet.write_string(row, place, text)


def write_parquet(target: Path, ndjson: Path, on_wait: Callable[[], object]) -> None:
    """Write the records of an NDJSON file into a Parquet file.

    Args:
        target: the file.
        ndjson: the records.
        on_wait: called every 0.1 s until it is done. What it raises ends the work.

    Raises:
        InputError: DuckDB is not installed, or a column's values fit no one type.

    """
    try:
        duckdb = importlib.import_module("duckdb")
    except ImportError as error:
        raise InputError(
            f"To write {target.name} as Parquet, DuckDB is needed.",
            "Install it with: pip install 'pushconsole[duckdb]'",
            file=target.name,
        ) from error
    connection = duckdb.connect()
    try:
        records = connection.read_json(
            str(ndjson), format="newline_delimited", sample_size=-1, maximum_object_size=1 << 30
        )
        with ThreadPoolExecutor(1) as lane:
            writing = lane.submit(records.write_parquet, str(target))
            try:
                while not wait({writing}, _LOOK_S).done:
                    on_wait()
            except BaseException:
                connection.interrupt()
                raise
        writing.result()
    except duckdb.Error as error:
        first = str(error).strip().splitlines()[0]
        raise InputError(f"{target.name} cannot be written as Parquet: {first}.", "Write NDJSON instead.") from error
    finally:
        connection.close()
