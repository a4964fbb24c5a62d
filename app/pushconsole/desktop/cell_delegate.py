"""Paints and edits the cells of the records table."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from pushconsole.desktop.parts import unbounded
from pushconsole.desktop.records_model import STATE_COLUMN, Look, PaintedRow, RecordsModel, RowState
from pushconsole.desktop.theme import Theme

_RIGHT_LOOKS = frozenset({Look.NUMBER, Look.FAINT_RIGHT})
_ASCII = "".join(map(chr, range(32, 127)))
_SELECTED = QStyle.StateFlag.State_Selected.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value
_PADDING = 10
_WAITING = ("…", Look.FAINT_ITALIC)
_WAITING_FITTED = ("…", 0.0)
_STATE_ICONS = {
    RowState.SUCCEEDED: ("check", "succeeded"),
    RowState.FAILED: ("cross", "failed"),
    RowState.IN_DOUBT: ("question", "warning"),
    RowState.PROBLEM: ("warning", "warning"),
}
_Index = QModelIndex | QPersistentModelIndex


class CellDelegate(QStyledItemDelegate):
    """Paints straight from the model's painted rows.

    The style's own way asks the model for eight roles a cell, and a style sheet doubles the work; with 20 columns on
    screen that is what makes a page jump miss its frame.
    """

    def __init__(self, model: RecordsModel, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        theme.changed.connect(self._take_look)
        self._take_look()

    def _take_look(self) -> None:
        color, text, mono = self._theme.color, self._theme.font(), self._theme.mono_font()
        italic = QFont(text)
        italic.setItalic(True)
        self._fonts = {
            Look.TEXT: text, Look.MONO: mono, Look.NUMBER: text, Look.FAINT_MONO: mono,
            Look.FAINT_ITALIC: italic, Look.FAINT_RIGHT: italic, Look.PROBLEM: mono, Look.PROBLEM_ITALIC: italic,
        }  # fmt: skip
        self._metrics = {look: QFontMetrics(font) for look, font in self._fonts.items()}
        self._rises = {look: metrics.ascent() - metrics.descent() for look, metrics in self._metrics.items()}
        self._widths = {
            look: {character: QFontMetricsF(font).horizontalAdvance(character) for character in _ASCII}
            for look, font in self._fonts.items()
        }
        strong, faint, problem = QPen(color("text")), QPen(color("muted")), QPen(color("warning"))
        self._pens = {
            Look.TEXT: strong, Look.MONO: strong, Look.NUMBER: strong, Look.FAINT_MONO: faint,
            Look.FAINT_ITALIC: faint, Look.FAINT_RIGHT: faint, Look.PROBLEM: strong, Look.PROBLEM_ITALIC: problem,
        }  # fmt: skip
        self._selection, self._alternate = color("selection"), color("alternate")
        self._warning, self._ring = color("warning_soft"), QPen(color("accent"), 2)

    def _background(self, row: int, look: Look | None, *, selected: bool) -> QColor | None:
        if look is Look.PROBLEM or look is Look.PROBLEM_ITALIC:
            return self._warning
        if selected:
            return self._selection
        return self._alternate if row & 1 else None

    def _paint_state(self, painter: QPainter, rect: QRect, state: RowState) -> None:
        name, token = _STATE_ICONS[state]
        edge = self._theme.icon_size
        pixmap = self._theme.icons.pixmap(name, token, edge, painter.device().devicePixelRatioF())
        painter.drawPixmap(rect.x() + (rect.width() - edge) // 2, rect.y() + (rect.height() - edge) // 2, pixmap)

    def _paint_text(
        self, painter: QPainter, rect: QRect, cell: tuple[str, Look], fitted: tuple[str, float], *, selected: bool
    ) -> None:
        look = cell[1]
        text, width = fitted
        painter.setFont(self._fonts[look])
        painter.setPen(self._pens[Look.TEXT] if selected and look is not Look.PROBLEM_ITALIC else self._pens[look])
        left = rect.x() + (rect.width() - _PADDING - width if look in _RIGHT_LOOKS else _PADDING)
        # By its base line: drawn into a rectangle, a text is laid out twice.
        painter.drawText(QPointF(left, rect.y() + (rect.height() + self._rises[look]) / 2), text)

    def _fitted(self, painted: PaintedRow, column: int, room: int) -> tuple[str, float]:
        """Return a cell's text, shortened to the room it has, and its width; eliding costs more than painting."""
        kept = painted.fitted.get(column)
        if kept is None or kept[0] != room:
            assert painted.cells is not None
            text, look = painted.cells[column - 1]
            width = self._width(text, look)
            if width > room:
                text = self._metrics[look].elidedText(text, Qt.TextElideMode.ElideRight, room)
                width = room
            kept = painted.fitted[column] = (room, text, width)
        return kept[1], kept[2]

    def _width(self, text: str, look: Look) -> float:
        """Return a text's width in pixels, summed up from a table where it is plain ASCII."""
        widths = self._widths[look]
        try:
            return sum([widths[character] for character in text])
        except KeyError:
            return self._metrics[look].horizontalAdvance(text)

    # Qt's own names, overridden.

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one cell."""
        row, column = index.row(), index.column()
        painted = self._model.painted(row)
        rect: QRect = option.rect
        state = option.state.value
        selected = bool(state & _SELECTED)
        cell, fitted = _WAITING, _WAITING_FITTED
        if painted is not None and painted.cells is not None and column != STATE_COLUMN:
            cell = painted.cells[column - 1]
            fitted = self._fitted(painted, column, rect.width() - 2 * _PADDING)
        background = self._background(row, cell[1], selected=selected)
        if background is not None:
            painter.fillRect(rect, background)
        if column != STATE_COLUMN:
            self._paint_text(painter, rect, cell, fitted, selected=selected)
        elif painted is not None and painted.state is not None:
            self._paint_state(painter, rect, painted.state)
        if state & _FOCUSED:
            painter.setPen(self._ring)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget | None:  # type: ignore[override]  # noqa: ARG002  Qt's
        """Make the field a cell is edited in."""
        painted = self._model.painted(index.row())
        if painted is None:
            return None
        editor = unbounded(_CellEditor(parent, painted.row.record_id, self._model.columns[index.column() - 1].name))
        editor.setFont(self._theme.mono_font() if index.column() == STATE_COLUMN + 1 else self._theme.font())
        editor.setAccessibleName(editor.column)
        return editor

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """Begin with the whole text of the cell; Qt asks again when a page comes, and what is typed by then stays."""
        assert isinstance(editor, _CellEditor)
        if not editor.isModified():
            editor.before = str(index.data(Qt.ItemDataRole.EditRole))
            editor.setText(editor.before)

    def setModelData(self, editor: QWidget, _model: QAbstractItemModel, _index: _Index) -> None:
        """Hand the typed text on, for the record that was there when the typing began."""
        assert isinstance(editor, _CellEditor)
        if editor.text() != editor.before:
            self._model.request_edit(editor.record_id, editor.column, editor.text())


class _CellEditor(QLineEdit):
    """Knows which record it edits: another one may stand at this place before the typing is over."""

    def __init__(self, parent: QWidget, record_id: int, column: str) -> None:
        super().__init__(parent)
        self.setObjectName("cellEditor")
        self.record_id = record_id
        self.column = column
        self.before = ""
