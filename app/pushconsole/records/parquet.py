"""Parquet files, through the optional DuckDB: each row as the JSON object that DuckDB makes of it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pushconsole.errors import InputError
from pushconsole.records.byte_streams import readable
from pushconsole.records.column_types import CellKind, Tally
from pushconsole.records.json_text import NotARecord, object_id_column, parse_record
from pushconsole.records.reading import NewRecord, Portion, Rejected, TurnedToText, portions
from pushconsole.records.source_file import Format, SourceFile

_MAGIC = b"PAR1"
_ROWS_AT_ONCE = 2000


def is_parquet(path: Path) -> bool:
    """Say whether a file is Parquet by its first bytes; what cannot be read is for the next to tell."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def parquet_source(path: Path, name: str) -> SourceFile:
    """Return what is known of a Parquet file.

    Raises:
        InputError: DuckDB is not installed.

    """
    _duckdb(name)
    with readable(name):
        return SourceFile(name, Format.PARQUET, "utf-8", None, (), None, path.stat().st_size)


def _duckdb(name: str) -> Any:
    try:
        return importlib.import_module("duckdb")
    except ImportError as error:
        raise InputError(
            f"{name} is a Parquet file, and reading those needs DuckDB.",
            "Install it with: pip install 'pushconsole[duckdb]'",
            file=name,
        ) from error


class ParquetReader:
    """Reads a Parquet file; see `RecordReader`."""

    def __init__(self, path: Path, source: SourceFile) -> None:
        self.rejected: list[Rejected] = []
        self.turned: list[TurnedToText] = []
        self._path = path
        self._source = source
        self._tally = Tally()
        self._rows = 0

    def read_bytes(self) -> int:
        """Return 0: DuckDB does not say how far it has come."""
        return 0

    def layout(self) -> None:
        """Return None: there is no text around the records."""

    def notes(self) -> tuple[str, ...]:
        """Return nothing: every row is a record or rejected."""
        return ()

    def take_counts(self) -> dict[str, dict[CellKind, int]]:
        """Return the values counted by column and kind since the last call."""
        return self._tally.take()

    def portions(self) -> Iterator[Portion]:
        """Yield the records in file order, some at a time."""
        return portions(self._records())

    def _records(self) -> Iterator[NewRecord | None]:
        duckdb = _duckdb(self._source.name)
        with duckdb.connect() as connection:
            try:
                found = connection.execute("SELECT to_json(t) FROM read_parquet(?) t", [str(self._path)])
                while rows := found.fetchmany(_ROWS_AT_ONCE):
                    for (text,) in rows:
                        self._rows += 1
                        yield self._record(text, self._rows)
            except duckdb.Error as error:
                raise InputError(
                    f"{self._source.name} is a damaged Parquet file: {error}", file=self._source.name
                ) from error

    def _record(self, text: str, row: int) -> NewRecord | None:
        try:
            values = parse_record(text, self._tally)
        except NotARecord as refusal:
            self.rejected.append(Rejected(row, text, refusal.reason))
            return None
        data = text.encode()
        return object_id_column(values, text), row, data
