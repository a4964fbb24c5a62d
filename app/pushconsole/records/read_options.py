"""What a person can say about a file before it is read. None and empty always mean: find out."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from pushconsole.records.column_types import ColumnType


class EmptyCell(enum.Enum):
    """What an empty cell becomes."""

    OMIT = "omit"
    EMPTY = "empty"
    NULL = "null"


@dataclass(frozen=True)
class ColumnChoice:
    """What is said about one column of cells.

    Attributes:
        type: text, number or boolean; None finds out. A number column with a cell that is none becomes text all the
            same, and that is told.
        empty: what an empty cell becomes; None does as everywhere.
        rename: the attribute's name; None keeps the column's.
        leave_out: whether it is not read.

    """

    type: ColumnType | None = None
    empty: EmptyCell | None = None
    rename: str | None = None
    leave_out: bool = False


@dataclass(frozen=True)
class ReadOptions:
    """How a file becomes records; JSON says itself what its values are.

    Attributes:
        all_text: every cell is text.
        text_columns: columns whose cells are text whatever they look like, by their names before they are renamed.
        empty: what an empty cell becomes.
        encoding: a Python codec.
        delimiter: what stands between cells.
        quote: what cells with delimiters in them stand in; "" for nothing.
        header: whether the first row names the columns.
        skip_lines: lines before the first row that are not read.
        comment: what lines that are not read begin with; "" for no such lines.
        decimal_comma: whether 1,5 is the number 1.5.
        sheet: the sheet of a spreadsheet.
        wrapper: the path of the list of records in an object around it, like data.items.
        columns: what is said about columns, by their names in the file.
        object_id: the column, by its name in the file, that becomes the objectID.
        split: whether columns named a.b and tags[0] become objects and lists.

    """

    all_text: bool = False
    text_columns: frozenset[str] = frozenset()
    empty: EmptyCell = EmptyCell.OMIT
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header: bool | None = None
    skip_lines: int | None = None
    comment: str | None = None
    decimal_comma: bool = False
    sheet: str | None = None
    wrapper: str | None = None
    columns: dict[str, ColumnChoice] | None = None
    object_id: str | None = None
    split: bool = False

    def choice(self, column: str) -> ColumnChoice:
        """Return what is said about a column."""
        return (self.columns or {}).get(column) or ColumnChoice()
