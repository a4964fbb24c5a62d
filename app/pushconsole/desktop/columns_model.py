"""The model of the Columns pane: a row for each attribute; its statistics are asked for when it is first on screen."""

from __future__ import annotations

import enum
from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from pushconsole import quantities
from pushconsole.desktop.theme import Theme
from pushconsole.records import Column, Spread, Statistics

_Index = QModelIndex | QPersistentModelIndex
_ALWAYS_SENT = "objectID"
_LONGEST = 80  # characters of a value in its cell


class Field(enum.IntEnum):
    """The columns of the pane."""

    SENT = 0
    NAME = 1
    TYPE = 2
    MISSING = 3
    NULL = 4
    EMPTY = 5
    DISTINCT = 6
    SMALLEST = 7
    LARGEST = 8
    SPREAD = 9


COUNTS = frozenset({Field.MISSING, Field.NULL, Field.EMPTY, Field.DISTINCT})


class ColumnsModel(QAbstractTableModel):
    """Holds what is known of each column.

    Signals:
        outdated: all of it may look otherwise now. Much cheaper for a view than data that changed everywhere.
        statistics_wanted: a column on screen has none, or outdated ones: take it by `next_wanted`.
        sending_requested(name, sent): the column is to be sent, or left out.

    """

    outdated = Signal()
    statistics_wanted = Signal()
    sending_requested = Signal(str, bool)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns: list[Column] = []
        self._records = 0
        self._known: dict[str, Statistics] = {}
        self._fresh: set[str] = set()
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._read_only = False

    def set_columns(self, columns: Sequence[Column], records: int) -> None:
        """Take the columns of the records that are open."""
        self._records = records
        before, now = self._columns, list(columns)
        if [column.name for column in before] != [column.name for column in columns]:
            self.beginResetModel()
            self._columns = now
            self.endResetModel()
            return
        self._columns = now
        if any((old.type, old.sent) != (new.type, new.sent) for old, new in zip(before, columns, strict=True)):
            self.outdated.emit()

    def set_read_only(self, read_only: bool) -> None:
        """Fix what is sent, while the records are in a run."""
        if read_only != self._read_only:
            self._read_only = read_only
            self.outdated.emit()

    def forget(self) -> None:
        """Drop all statistics: there are other records."""
        self._known.clear()
        self.outdate()

    def outdate(self) -> None:
        """Keep the statistics on screen until there are new ones; the records have changed."""
        self._fresh.clear()
        self._wanted.clear()
        self.outdated.emit()

    def set_statistics(self, name: str, statistics: Statistics) -> None:
        """Take the statistics of a column."""
        self._known[name] = statistics
        self._fresh.add(name)
        for row, column in enumerate(self._columns):
            if column.name == name:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(Field) - 1))

    def next_wanted(self) -> str | None:
        """Take the column that was looked at last and has no statistics."""
        return self._wanted.popitem()[0] if self._wanted else None

    def column(self, row: int) -> Column:
        """Return a row's column."""
        return self._columns[row]

    def row_of(self, name: str) -> int | None:
        """Return a column's row, or None where there is no such column."""
        return next((row for row, column in enumerate(self._columns) if column.name == name), None)

    def statistics(self, row: int) -> Statistics | None:
        """Return what is known of a row's column; asks for it where that is nothing, or no longer true."""
        name = self._columns[row].name
        if name not in self._fresh and name not in self._wanted:
            self._wanted[name] = None
            self.statistics_wanted.emit()
        return self._known.get(name)

    def _text(self, row: int, field: Field) -> str:
        column = self._columns[row]
        if field is Field.NAME:
            return column.name
        if field is Field.TYPE:
            return column.type.value
        known = self.statistics(row)
        if known is None:
            return "…" if field in COUNTS else ""
        counts = {
            Field.MISSING: known.missing, Field.NULL: known.nulls, Field.EMPTY: known.empties,
            Field.DISTINCT: known.distinct,
        }  # fmt: skip
        if field in counts:
            return quantities.number(counts[field])
        value = {Field.SMALLEST: known.smallest, Field.LARGEST: known.largest}.get(field)
        return shown_value(value) if value is not None else ""

    def _look(self, row: int, field: Field, role: int) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return (_RIGHT if field in COUNTS else _LEFT) | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and (field is Field.TYPE or not self._columns[row].sent):
            return self._theme.color("muted")
        if role == Qt.ItemDataRole.FontRole and field is Field.NAME:
            return self._theme.font(bold=True)
        return None

    def _tooltip(self, row: int, field: Field) -> str:
        if field is Field.SENT:
            if self._columns[row].name == _ALWAYS_SENT:
                return self.tr("The objectID is always sent")
            return self.tr("Whether a push sends this attribute; the records keep it")
        if field is Field.SPREAD and (known := self._known.get(self._columns[row].name)):
            return spread_in_words(known)
        return self._text(row, field)

    # Qt's own names, overridden.

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many columns the records have."""
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many things are told of each."""
        return 0 if parent.isValid() else len(Field)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a text, a box, or how it looks."""
        if not index.isValid():
            return None
        row, field = index.row(), Field(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return "" if field in {Field.SENT, Field.SPREAD} else self._text(row, field)
            case Qt.ItemDataRole.CheckStateRole if field is Field.SENT:
                return Qt.CheckState.Checked if self._columns[row].sent else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ToolTipRole:
                return self._tooltip(row, field)
            case _:
                return self._look(row, field, role)

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for the column to be sent or not; the box changes when that is done."""
        if role != Qt.ItemDataRole.CheckStateRole or Field(index.column()) is not Field.SENT:
            return False
        self.sending_requested.emit(self._columns[index.row()].name, Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let the box be ticked where the column may be left out."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        fixed = self._read_only or self._columns[index.row()].name == _ALWAYS_SENT
        if Field(index.column()) is Field.SENT and not fixed:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what is told."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return (_RIGHT if Field(section) in COUNTS else _LEFT) | Qt.AlignmentFlag.AlignVCenter
        return self._headings()[section] if role == Qt.ItemDataRole.DisplayRole else None

    def _headings(self) -> tuple[str, ...]:
        return (
            self.tr("Send"), self.tr("Column"), self.tr("Type"), self.tr("Missing"), self.tr("null"),
            self.tr("Empty"), self.tr("Different"), self.tr("Smallest"), self.tr("Largest"), self.tr("Values"),
        )  # fmt: skip


_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


def shown_value(raw: str) -> str:
    """Return a value's JSON text as it is shown in one line: texts without their quotes."""
    text = raw[1:].removesuffix('"') if raw.startswith('"') else raw
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def spread_in_words(known: Statistics) -> str:
    """Return a line for each bar."""
    if known.spread is Spread.VALUES:
        lines = [f"{shown_value(bar.first)}: {quantities.number(bar.number)}" for bar in known.bars]
    else:
        unit = " characters" if known.spread is Spread.LENGTHS else ""
        lines = [f"{bar.first} to {bar.last}{unit}: {quantities.number(bar.number)}" for bar in known.bars]
    return "\n".join(lines)
