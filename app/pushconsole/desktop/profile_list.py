"""The list of profiles: name, badge, application and key of each; put into another order by dragging or by keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from pushconsole.credentials import ProfileKind
from pushconsole.desktop.kind_words import kind_word
from pushconsole.desktop.parts import named
from pushconsole.desktop.profile_words import ProfileRow, ends_soon, key_in_short
from pushconsole.desktop.theme import Theme

_MARGIN, _GAP = 14, 8
_BADGES = {
    ProfileKind.SANDBOX: ("accent", "accent_soft"),
    ProfileKind.TEST: ("succeeded", "succeeded_soft"),
    ProfileKind.PRODUCTION: ("failed", "failed_soft"),
    ProfileKind.READ_ONLY: ("warning", "warning_soft"),
}
_Index = QModelIndex | QPersistentModelIndex


class ProfileList(QListWidget):
    """Shows them in their order.

    Signals:
        order_changed: a person put them into another one; `order` has it.

    """

    order_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, self.tr("Profiles"), self.tr("Drag to put them into another order, or press Alt with an arrow"))
        self.setObjectName("profiles")
        self._rows: dict[str, ProfileRow] = {}  # not in the items: what is dragged is written down as bytes
        self.setItemDelegate(_ProfileDelegate(theme, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.model().rowsMoved.connect(lambda *_: self.order_changed.emit())

    def set_rows(self, rows: Sequence[ProfileRow], current: str) -> None:
        """List these, and choose the one of this name, else the first."""
        self._rows = {row.profile.name: row for row in rows}
        self.clear()
        for row in rows:
            item = QListWidgetItem(row.profile.name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self._spoken(row))
            self.addItem(item)
        names = [row.profile.name for row in rows]
        self.setCurrentRow(names.index(current) if current in names else 0)

    @property
    def order(self) -> list[str]:
        """The names from top to bottom."""
        return [self.item(number).text() for number in range(self.count())]

    @property
    def chosen(self) -> ProfileRow | None:
        """The chosen one."""
        item = self.currentItem()
        return self._rows.get(item.text()) if item is not None else None

    def row_at(self, index: _Index) -> ProfileRow:
        """Return the profile that stands there."""
        return self._rows[str(index.data())]

    def move_chosen(self, by: int) -> None:
        """Move the chosen one down, or up where `by` is negative, as far as there is room."""
        start, end = self.currentRow(), self.currentRow() + by
        if 0 <= start < self.count() and 0 <= end < self.count():
            parent = QModelIndex()
            self.model().moveRow(parent, start, parent, end + 1 if by > 0 else end)

    def _spoken(self, row: ProfileRow) -> str:
        profile = row.profile
        parts = [profile.name, kind_word(profile.kind), profile.application_id, profile.region, key_in_short(row)]
        return ", ".join([*parts, *([self.tr("default")] if row.is_default else [])])

    # Qt's own names, overridden.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the chosen one with Alt and an arrow."""
        way = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if way is not None and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            self.move_chosen(way)
            return
        super().keyPressEvent(event)


class _ProfileDelegate(QStyledItemDelegate):
    """Paints two lines a profile."""

    def __init__(self, theme: Theme, profiles: ProfileList) -> None:
        super().__init__(profiles)
        self._theme = theme
        self._profiles = profiles

    def _paint_badge(self, painter: QPainter, rect: QRect, kind: ProfileKind) -> int:
        """Paint the kind's pill at the right of the first line, and return how much room it took."""
        text_color, ground = _BADGES[kind]
        font = self._theme.font("small", bold=True)
        metrics, word = QFontMetrics(font), kind_word(kind)
        width, height = metrics.horizontalAdvance(word) + 20, metrics.height() + 4
        pill = QRectF(rect.right() - width, rect.center().y() - height / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(ground))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setFont(font)
        painter.setPen(self._theme.color(text_color))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, word)
        return width + _GAP

    def _paint_name(self, painter: QPainter, rect: QRect, row: ProfileRow) -> None:
        font = self._theme.font(bold=True)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(self._theme.color("text"))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        word = self.tr("default")
        small = self._theme.font("small")
        room = QFontMetrics(small).horizontalAdvance(word) + _GAP if row.is_default else 0
        shown = metrics.elidedText(row.profile.name, Qt.TextElideMode.ElideRight, rect.width() - room)
        painter.drawText(rect, middle, shown)
        if row.is_default:
            painter.setFont(small)
            painter.setPen(self._theme.color("muted"))
            painter.drawText(rect.adjusted(metrics.horizontalAdvance(shown) + _GAP, 0, 0, 0), middle, word)

    def _paint_facts(self, painter: QPainter, rect: QRect, row: ProfileRow) -> None:
        mono, text = self._theme.mono_font(), self._theme.font("small")
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.setFont(mono)
        painter.setPen(self._theme.color("muted"))
        identity = f"{row.profile.application_id} · {row.profile.region}"
        painter.drawText(rect, middle, identity)
        rest = rect.adjusted(QFontMetrics(mono).horizontalAdvance(identity) + _GAP, 0, 0, 0)
        painter.setFont(text)
        soon = ends_soon(row.profile)
        words = self.tr("key ends soon") if soon else key_in_short(row)
        painter.setPen(self._theme.color("warning" if soon or row.place != "keyring" else "muted"))
        shown = QFontMetrics(text).elidedText(words, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, middle | Qt.AlignmentFlag.AlignRight, shown)

    # Qt's own names, overridden.

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one profile."""
        row = self._profiles.row_at(index)
        rect: QRect = option.rect
        flags: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if flags & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            token = "selection" if flags & QStyle.StateFlag.State_Selected else "hover"
            painter.fillRect(rect, self._theme.color(token))
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), self._theme.color("hairline_faint"))
        inner = rect.adjusted(_MARGIN, 9, -_MARGIN, -9)
        first = QRect(inner.x(), inner.y(), inner.width(), inner.height() // 2)
        taken = self._paint_badge(painter, first, row.profile.kind)
        self._paint_name(painter, first.adjusted(0, 0, -taken, 0), row)
        self._paint_facts(painter, inner.adjusted(0, inner.height() // 2, 0, 0), row)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002  Qt's
        """Return room for two lines."""
        return QSize(0, 2 * self._theme.row_height(26) + 12)
