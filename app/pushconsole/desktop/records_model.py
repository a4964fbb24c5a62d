"""The table's model: any number of records, of which a few pages are here and the rest is asked for."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from pushconsole import quantities
from pushconsole.desktop.pages import Pages
from pushconsole.records import Cell, CellKind, Column, ColumnType, Row

STATE_COLUMN = 0
"""The first column of the table shows a record's state; attributes begin after it."""

_LONGEST_SHOWN = 240
_Index = QModelIndex | QPersistentModelIndex


class RowState(enum.StrEnum):
    """What is known of a record, shown by shape and colour."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    IN_DOUBT = "in doubt"
    PROBLEM = "problem"


class Look(enum.IntEnum):
    """How a cell's text is painted."""

    TEXT = 0
    MONO = 1
    NUMBER = 2
    FAINT_MONO = 3
    FAINT_ITALIC = 4
    FAINT_RIGHT = 5
    PROBLEM = 6
    PROBLEM_ITALIC = 7


class ShownCells(dict[int, tuple[str, Look]]):
    """A row's cells by the number of their attribute, made when one is painted: of a thousand a screen shows ten."""

    def __init__(self, row: Row, columns: Sequence[Column], identifier: int, problem: str | None) -> None:
        super().__init__()
        self._row = row
        self._columns = columns
        self._identifier = identifier
        self._problem = problem

    def __missing__(self, place: int) -> tuple[str, Look]:
        column = self._columns[place]
        if place == self._identifier:
            made = _identified(self._row, self._problem)
        else:
            made = _shown(self._row.cells.get(column.name), column)
        self[place] = made
        return made


@dataclass(slots=True)
class PaintedRow:
    """One record as it is painted, worked out once and not at every repaint.

    Attributes:
        row: the record.
        state: what its first column shows.
        cells: a text and a look by the number of the attribute; None until the row is first on screen.
        fitted: what the delegate made of a text to fit its column: room, text, width in pixels; by column.

    """

    row: Row
    state: RowState | None = None
    cells: ShownCells | None = None
    fitted: dict[int, tuple[int, str, float]] = field(default_factory=dict)


def _shows(record_id: int) -> Callable[[PaintedRow], bool]:
    return lambda painted: painted.row.record_id == record_id


def _no_state(record_id: int) -> RowState | None:  # noqa: ARG001  what a table without states answers
    return None


def _no_problem(record_id: int) -> str | None:  # noqa: ARG001  what a table without problems answers
    return None


class RecordsModel(QAbstractTableModel):
    """Answers from pages that are here and never waits; a page that is missing shows as dots until it comes.

    Signals:
        page_wanted(first, count): the rows of this page are needed; answer with `setPage` or `pageFailed`.
        edit_requested(record_id, column, text): a person typed this text into a cell.

    """

    page_wanted = Signal(int, int)
    edit_requested = Signal(int, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._columns: list[Column] = []
        self._names: list[str] = []
        self._identifier = -1
        self._state_of: Callable[[int], RowState | None] = _no_state
        self._problem_of: Callable[[int], str | None] = _no_problem
        self._read_only = False
        self._pages: Pages[PaintedRow] = Pages(self.page_wanted.emit)
        self._ask_soon = QTimer(self, singleShot=True, interval=0)
        self._ask_soon.timeout.connect(self._pages.ask)

    @property
    def columns(self) -> list[Column]:
        """The attributes shown, in order; table column n + 1 shows attribute n."""
        return self._columns

    def set_shape(self, count: int, columns: Sequence[Column]) -> None:
        """Set how many records there are and which attributes they have; selection and place survive where they can."""
        names = [column.name for column in columns]
        if names[: len(self._names)] != self._names:
            self._start_over(count, columns)
            return
        if len(names) > len(self._names):
            self.beginInsertColumns(QModelIndex(), len(self._names) + 1, len(names))
            self._take_columns(columns)
            self.endInsertColumns()
            self._work_out_again()
        elif list(columns) != self._columns:
            looks = [column.type for column in self._columns] != [column.type for column in columns]
            self._take_columns(columns)
            if looks:  # while a file loads, only the numbers change, of which its headings tell
                self._work_out_again()
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 1, len(names))
        self._take_count(count)

    def set_page(self, first: int, rows: Sequence[Row]) -> None:
        """Take the rows that were asked for by `page_wanted`."""
        self._pages.put(first, [PaintedRow(row) for row in rows])
        self._pages.ask()
        last = min(first + len(rows), self._count) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, first, last)

    def replace_rows(self, rows: Sequence[Row]) -> None:
        """Take records that were edited, and show them where they are on screen or kept."""
        for row in rows:
            for position in self._pages.replace(_shows(row.record_id), PaintedRow(row)):
                self.dataChanged.emit(self.index(position, 0), self.index(position, self.columnCount() - 1))

    def page_failed(self, first: int) -> None:
        """Note that the page at `first` could not be read."""
        self._pages.give_up(first)

    def invalidate(self, position: int | None = None) -> None:
        """Ask again for what is on screen, or for the page of one position: the records have changed."""
        self._pages.outdate(position)
        self._repaint()

    def set_states(self, state_of: Callable[[int], RowState | None]) -> None:
        """Set the rule that tells a record's state from its id, and paint what it tells otherwise than before.

        A run asks ten times a second: to paint the whole table each time would take a tenth of the window's time.
        """
        self._state_of = state_of
        changed = False
        for painted in self._pages:
            if painted.cells is not None and painted.state is not (state := self._state(painted.row.record_id)):
                painted.state, changed = state, True
        if changed:
            self.dataChanged.emit(self.index(0, STATE_COLUMN), self.index(self._count - 1, STATE_COLUMN))

    def set_problems(self, problem_of: Callable[[int], str | None]) -> None:
        """Set the rule that tells a record's problem as a sentence, or None, from its id, and paint by it."""
        self._problem_of = problem_of
        self._work_out_again()

    def request_edit(self, record_id: int, column: str, text: str) -> None:
        """Ask for an edit; the new value shows when it is made."""
        if not self._read_only:
            self.edit_requested.emit(record_id, column, text)

    def set_read_only(self, read_only: bool) -> None:
        """Switch editing off while the records are in a run."""
        self._read_only = read_only

    def record_at(self, position: int) -> Row | None:
        """Return the record shown at this position, or None while its page is not here."""
        painted = self.painted(position)
        return painted.row if painted else None

    def painted(self, position: int) -> PaintedRow | None:
        """Return the row as it is to be painted, or None while its page is not here."""
        painted = self._pages.row(position)
        if self._pages.waiting and not self._ask_soon.isActive():
            self._ask_soon.start()
        if painted is not None and painted.cells is None:
            self._work_out(painted)
        return painted

    def _state(self, record_id: int) -> RowState | None:
        return self._state_of(record_id) or (RowState.PROBLEM if self._problem_of(record_id) else None)

    def _work_out(self, painted: PaintedRow) -> None:
        row = painted.row
        painted.state = self._state(row.record_id)
        painted.cells = ShownCells(row, self._columns, self._identifier, self._problem_of(row.record_id))
        painted.fitted.clear()

    def _start_over(self, count: int, columns: Sequence[Column]) -> None:
        self.beginResetModel()
        self._count = count
        self._take_columns(columns)
        self._pages.forget()
        self.endResetModel()

    def _take_columns(self, columns: Sequence[Column]) -> None:
        self._columns = list(columns)
        self._names = [column.name for column in columns]
        self._identifier = self._names.index("objectID") if "objectID" in self._names else -1

    def _take_count(self, count: int) -> None:
        """Add or remove rows at the end; which records are gone is seen when their pages come anew."""
        if count > self._count:
            self._pages.outdate(self._count)
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self._pages.outdate()
            self.beginRemoveRows(QModelIndex(), count, self._count - 1)
            self._count = count
            self.endRemoveRows()

    def _work_out_again(self) -> None:
        """Forget how rows are painted, not the rows, and repaint."""
        for painted in self._pages:
            painted.cells = None
        self._repaint()

    def _repaint(self) -> None:
        if self._count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, self.columnCount() - 1))

    def _tooltip(self, index: _Index, painted: PaintedRow) -> str | None:
        if index.column() == STATE_COLUMN or index.column() - 1 == self._identifier:
            return self._problem_of(painted.row.record_id) or (painted.state.value if painted.state else None)
        cell = painted.row.cells.get(self._names[index.column() - 1])
        return cell.text[:2000] if cell else None

    # Qt's own names, overridden.

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many records there are."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return the number of attributes, and one for the state."""
        return 0 if parent.isValid() else len(self._columns) + 1

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a text; all else is painted by the delegate."""
        if role not in _ROLES_ANSWERED or not index.isValid():
            return None
        painted = self.painted(index.row())
        if painted is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(index, painted)
        if index.column() == STATE_COLUMN:
            return painted.state.value if painted.state else ""
        if role == Qt.ItemDataRole.EditRole:
            cell = painted.row.cells.get(self._names[index.column() - 1])
            return cell.text if cell and cell.kind is not CellKind.NULL else ""
        return "" if painted.cells is None else painted.cells[index.column() - 1][0]

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Return whether the cell can be edited."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _FIXED if self._read_only or index.column() == STATE_COLUMN else _EDITABLE

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return an attribute's name, or a record's line in the file."""
        if role not in _ROLES_OF_HEADERS:
            return None
        if orientation is Qt.Orientation.Vertical:
            return self._row_heading(section, role)
        if section == STATE_COLUMN:
            return "" if role == Qt.ItemDataRole.DisplayRole else None
        return self._column_heading(self._columns[section - 1], role) if section <= len(self._columns) else None

    def _row_heading(self, position: int, role: int) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painted = self.painted(position)
        line = painted.row.line if painted else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                self.tr("Line {0} of the file").format(quantities.number(line)) if line else self.tr("Not in the file")
            )
        return quantities.number(line) if line else ("…" if painted is None else self.tr("new"))

    def _column_heading(self, column: Column, role: int) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.type is ColumnType.NUMBER else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            present = quantities.counted(column.present, "record has", "records have")
            return self.tr("{0}: {1} it").format(column.type.value, present)
        return column.name


_OTHERS_SHOWN = {CellKind.NULL: "null", CellKind.EMPTY: "empty"}
_LOOKS = {
    CellKind.NULL: Look.FAINT_MONO,
    CellKind.EMPTY: Look.FAINT_ITALIC,
    CellKind.NUMBER: Look.NUMBER,
    CellKind.BOOLEAN: Look.TEXT,
    CellKind.NESTED: Look.MONO,
}
# Put together once: Qt asks twice a cell at every repaint, and to join flags in Python takes longer than to paint.
_FIXED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_EDITABLE = _FIXED | Qt.ItemFlag.ItemIsEditable
_ROLES_ANSWERED = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole})
_ROLES_OF_HEADERS = frozenset(
    {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.TextAlignmentRole, Qt.ItemDataRole.ToolTipRole}
)


def _identified(row: Row, problem: str | None) -> tuple[str, Look]:
    """Return how the objectID is shown: on the warning colour where it is missing or the record has a problem."""
    if not row.object_id:
        return "missing", Look.PROBLEM_ITALIC
    return row.object_id, Look.PROBLEM if problem else Look.MONO


def _shown(cell: Cell | None, column: Column) -> tuple[str, Look]:
    """Return the text of a cell in one line and how it looks."""
    if cell is None or cell.kind is CellKind.ABSENT:
        return "absent", Look.FAINT_RIGHT if column.type is ColumnType.NUMBER else Look.FAINT_ITALIC
    if cell.kind is CellKind.TEXT:
        return " ".join(cell.text[:_LONGEST_SHOWN].splitlines()), Look.TEXT
    return _OTHERS_SHOWN.get(cell.kind) or cell.text[:_LONGEST_SHOWN], _LOOKS[cell.kind]
