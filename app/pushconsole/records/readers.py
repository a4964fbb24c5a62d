"""The reader for each kind of file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from pushconsole.records.delimited import DelimitedReader
from pushconsole.records.json_files import JsonReader
from pushconsole.records.parquet import ParquetReader
from pushconsole.records.reading import EmptyCell, ReadOptions, RecordReader
from pushconsole.records.shaping import ShapedReader
from pushconsole.records.source_file import Format, SourceFile
from pushconsole.records.spreadsheets import SpreadsheetRows, kind_of_cell
from pushconsole.records.tables import DelimitedRows, TableReader, kind_of_text


def reader_of(path: Path, source: SourceFile, options: ReadOptions, *, first_rows: int | None = None) -> RecordReader:
    """Return the reader for a file whose kind is known.

    Args:
        path: the file.
        source: what it is.
        options: how it becomes records.
        first_rows: how many rows settle the columns of a reader that looks twice; None for all.

    Raises:
        InputError: the options speak of columns that are not there.

    """
    if source.format is Format.SPREADSHEET:
        rows = SpreadsheetRows(path, source)
        return TableReader(source, options, lambda: rows, kind_of_cell, first_rows)
    if source.format is Format.DELIMITED:
        return _delimited(path, source, options, first_rows)
    if source.format is Format.PARQUET:
        reader: RecordReader = ParquetReader(path, source)
    else:
        reader = JsonReader(path, source, wrapper_chosen=options.wrapper is not None)
    return ShapedReader(reader, options) if options.columns or options.object_id else reader


def _delimited(path: Path, source: SourceFile, options: ReadOptions, first_rows: int | None) -> RecordReader:
    """Return the fast reader, or the one that looks twice, for what the fast one cannot do."""
    if not (options.split or options.decimal_comma):
        return DelimitedReader(path, source, options)
    plain = ReadOptions(all_text=True, empty=EmptyCell.EMPTY)
    return TableReader(
        source,
        options,
        lambda: DelimitedRows(DelimitedReader(path, replace(source, header=_unnested(source)), plain)),
        partial(kind_of_text, decimal_comma=options.decimal_comma),
        first_rows,
    )


def _unnested(source: SourceFile) -> tuple[str, ...]:
    """Return names that are all different, for rows that are looked at by position."""
    return tuple(f"{index}" for index in range(len(source.header)))
