"""Rows of a file that are no records: told, mended and handed out again.

A repaired row points to the record that came of it. It counts as rejected again as soon as that record is not there:
so undoing the repair needs nothing of its own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING

import apsw
import msgspec

from pushconsole.errors import InputError, ValueNotUsable
from pushconsole.records.column_types import NUMBER, ColumnType
from pushconsole.records.dialect import dialect_of
from pushconsole.records.edits import usable_record
from pushconsole.records.file_marks import FileNames
from pushconsole.records.history import Edit
from pushconsole.records.reading import Rejected

if TYPE_CHECKING:
    from pushconsole.records.workspace import Workspace

OPEN = "(record_id IS NULL OR record_id NOT IN (SELECT id FROM records))"
"""Says in SQL that a rejected row is not repaired."""


def rejected(connection: apsw.Connection, limit: int | None) -> list[Rejected]:
    """Return the first rejected rows that are not repaired, in file order."""
    names = FileNames(connection)
    rows = connection.execute(
        f"SELECT id, line, text, reason FROM rejected WHERE {OPEN} ORDER BY id LIMIT ?",
        (-1 if limit is None else limit,),
    )
    return [Rejected(line, text, reason, names.of_rejected(number), number) for number, line, text, reason in rows]


def rejected_count(connection: apsw.Connection) -> int:
    """Return how many rejected rows are not repaired."""
    return int(connection.execute(f"SELECT count(*) FROM rejected WHERE {OPEN}").get)


def repaired(workspace: Workspace, text: str) -> str:
    """Return the record that a mended row says, in JSON.

    Raises:
        ValueNotUsable: it says none.

    """
    source = workspace.source
    if source is None or not source.is_table or text.lstrip().startswith("{"):
        return usable_record(text)
    rows = [row for row in csv.reader(StringIO(text, newline=""), **dialect_of(source)) if row]
    if len(rows) != 1 or len(rows[0]) != len(source.header):
        found = f"{len(rows[0])} cells" if len(rows) == 1 else f"{len(rows)} rows"
        raise ValueNotUsable(f"This has {found} where one row of {len(source.header)} cells should be.")
    types = {column.name: column.type for column in workspace.columns()}
    values: dict[str, object] = {
        name: msgspec.Raw(cell) if _is_bare(cell, types.get(name)) else cell
        for name, cell in zip(source.header, rows[0], strict=True)
        if cell
    }
    return usable_record(msgspec.json.encode(values).decode())


def _is_bare(cell: str, column: ColumnType | None) -> bool:
    """Say whether a cell stands without quotes: it is what its column is."""
    if column is ColumnType.BOOLEAN:
        return cell in {"true", "false"}
    return column is ColumnType.NUMBER and NUMBER.fullmatch(cell) is not None


def addition(connection: apsw.Connection, rejected_id: int, record_id: int, record: str) -> Iterator[Edit]:
    """Make a record of a rejected row.

    Raises:
        InputError: there is no such row, or it was repaired already.

    """
    for (line,) in connection.execute(f"SELECT line FROM rejected WHERE id = ? AND {OPEN}", (rejected_id,)):
        connection.execute("UPDATE rejected SET record_id = ? WHERE id = ?", (record_id, rejected_id))
        yield Edit(record_id, None, record, line)
        return
    raise InputError("This row is not among the rejected ones any more.", "It may have been repaired.")
