"""The log's lines as a list for Qt, filtered."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from pushconsole import quantities
from pushconsole.desktop.log_buffer import LogBuffer, LogEntry
from pushconsole.runs import Level

BATCH_MS = 100
"""New lines are shown ten times a second: faster than one can read, slow enough to cost nothing."""

_LINES_A_STEP = 4_000
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class RecordLines:
    """The lines that tell what became of one record.

    Attributes:
        record_id: its id.
        batches: in which batches it was, by run.

    """

    record_id: int
    batches: Mapping[str, frozenset[int]]

    def admits(self, entry: LogEntry) -> bool:
        """Whether the line tells of the record: of it by name, of a batch it was in, or of its whole run."""
        its = self.batches.get(entry.run_id)
        if its is None:
            return False
        if entry.record_id is not None:
            return entry.record_id == self.record_id
        return not entry.batches or not its.isdisjoint(entry.batches)


@dataclass(frozen=True)
class LogFilter:
    """Which lines are shown.

    Attributes:
        text: what they contain, in any case; empty for all.
        levels: the levels shown.
        only: the record they tell of; None for any.

    """

    text: str = ""
    levels: frozenset[Level] = frozenset(Level)
    only: RecordLines | None = None

    def admits(self, entry: LogEntry) -> bool:
        """Whether the line is shown."""
        told = self.only is None or self.only.admits(entry)
        return told and entry.level in self.levels and self.text in entry.folded


class LogModel(QAbstractListModel):
    """Follows a buffer in batches and shows what its filter admits.

    The filter is in here and not in a QSortFilterProxyModel: that one asks Python for each of 100,000 lines in one go,
    which stops the window for more than 100 ms; here it goes through them in steps.

    Signals:
        caught_up: everything in the buffer has been looked at.

    """

    caught_up = Signal()

    def __init__(self, buffer: LogBuffer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._buffer = buffer
        self._filter = LogFilter()
        self._shown: list[LogEntry] = []
        self._positions: deque[int] = deque()
        self._read_to = buffer.first
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._step)
        buffer.subscribe(self._notice)
        self._notice()

    def entry(self, row: int) -> LogEntry:
        """Return the line shown in this row."""
        return self._shown[row]

    def set_filter(self, chosen: LogFilter) -> None:
        """Show other lines, from the oldest on."""
        if chosen == self._filter:
            return
        self._filter = chosen
        self.beginResetModel()
        self._shown.clear()
        self._positions.clear()
        self._read_to = self._buffer.first
        self.endResetModel()
        self._timer.start(0)

    def text(self, rows: list[int] | None = None) -> str:
        """Return the lines of these rows, or all that are shown, as text."""
        entries = self._shown if rows is None else [self._shown[row] for row in rows]
        return "".join(entry.as_text() + "\n" for entry in entries)

    def _notice(self) -> None:
        if not self._timer.isActive():
            self._timer.start(BATCH_MS)

    def _step(self) -> None:
        """Take the next lines in; come back at once while there are more."""
        self._drop_lost()
        start = max(self._read_to, self._buffer.first)
        entries = self._buffer.read(start, _LINES_A_STEP)
        self._read_to = start + len(entries)
        admitted = [(start + offset, entry) for offset, entry in enumerate(entries) if self._filter.admits(entry)]
        if admitted:
            self.beginInsertRows(QModelIndex(), len(self._shown), len(self._shown) + len(admitted) - 1)
            self._positions.extend(position for position, _ in admitted)
            self._shown.extend(entry for _, entry in admitted)
            self.endInsertRows()
        if self._read_to < self._buffer.end:
            self._timer.start(0)
        else:
            self.caught_up.emit()

    def _drop_lost(self) -> None:
        """Remove the rows whose lines fell out of the buffer."""
        first = self._buffer.first
        if not self._positions or self._positions[0] >= first:
            return
        if self._positions[-1] < first:
            lost = len(self._positions)
        else:
            lost = next(row for row, position in enumerate(islice(self._positions, None)) if position >= first)
        self.beginRemoveRows(QModelIndex(), 0, lost - 1)
        del self._shown[:lost]
        for _ in range(lost):
            self._positions.popleft()
        self.endRemoveRows()

    # Qt's own names, overridden.

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many lines are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a line's text, its words for screen readers, or its full time."""
        if not index.isValid() or role not in _ROLES:
            return None
        entry = self._shown[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            link = self.tr("\nClick to go to the record.") if entry.record_id is not None else ""
            return f"{quantities.moment_with_offset(entry.time)}\n{entry.text}{link}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.level.value}: {entry.text}"
        return entry.text


_ROLES = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole})
