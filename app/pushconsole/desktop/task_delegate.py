"""Paints a task of the list: how it went, its name and index, what it passes, and the star of a favourite."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from pushconsole.desktop.task_choices import Section, TaskChoice
from pushconsole.desktop.task_list_model import TaskListModel
from pushconsole.desktop.theme import Theme

_Index = QModelIndex | QPersistentModelIndex
_MARGIN, _GAP, _LINE_GAP, _PAD = 10, 10, 2, 7
_MARKS = {"succeeded": ("check", "succeeded"), "failed": ("cross", "failed")}
_ONE_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class TaskDelegate(QStyledItemDelegate):
    """Two lines a task; over the first of a section, what the section is."""

    def __init__(self, model: TaskListModel, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        theme.changed.connect(self._take_look)
        self._take_look()

    def star_rect(self, row: int, rect: QRect) -> QRect:
        """Return where the star of a row is clicked."""
        body = self._body(row, rect)
        edge = self._icon + 2 * _MARGIN
        return QRect(body.right() - edge, body.top(), edge, body.height())

    def _take_look(self) -> None:
        self._fonts = {name: self._theme.font(size, bold=bold) for name, (size, bold) in _FONTS.items()}
        self._heights = {name: QFontMetrics(font).height() for name, font in self._fonts.items()}
        self._icon = self._theme.icon_size

    def _body(self, row: int, rect: QRect) -> QRect:
        """Return the part of a row under its section's name."""
        return rect.adjusted(0, self._section_height if self._model.begins_section(row) else 0, 0, 0)

    @property
    def _section_height(self) -> int:
        return self._heights["section"] + 10

    @property
    def _body_height(self) -> int:
        return self._heights["title"] + self._heights["facts"] + _LINE_GAP + 2 * _PAD

    def _section_name(self, section: Section) -> str:
        words = {
            Section.FAVOURITE: self.tr("Favourites"),
            Section.USED: self.tr("Last used"),
            Section.OTHER: self.tr("Other tasks"),
        }
        return words[section]

    def _paint_icon(self, painter: QPainter, rect: QRect, icon: str, token: str) -> None:
        pixmap = self._theme.icons.pixmap(icon, token, self._icon, max(1.0, painter.deviceTransform().m11()))
        painter.drawPixmap(rect.x(), rect.y() + (rect.height() - self._icon) // 2, pixmap)

    def _paint_text(self, painter: QPainter, rect: QRect, text: str, font: str, token: str) -> None:
        painter.setFont(self._fonts[font])
        painter.setPen(self._theme.color(token))
        shown = QFontMetrics(self._fonts[font]).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, _ONE_LINE, shown)

    def _paint_lines(self, painter: QPainter, body: QRect, choice: TaskChoice) -> None:
        left = body.left() + _MARGIN + self._icon + _GAP
        width = body.width() - (left - body.left()) - self._icon - 2 * _MARGIN
        title = QRect(left, body.top() + _PAD, width, self._heights["title"])
        facts = QRect(left, title.bottom() + 1 + _LINE_GAP, width, self._heights["facts"])
        self._paint_text(painter, title, choice.title, "title", "muted" if choice.refusal else "text")
        told = [part for part in (choice.warning or choice.refusal, choice.facts) if part]
        self._paint_text(painter, facts, " · ".join(told), "facts", "warning" if choice.warning else "muted")

    def _mark(self, choice: TaskChoice) -> tuple[str, str] | None:
        if choice.warning:
            return "warning", "warning"
        if choice.refusal:
            return "minus", "muted"
        return _MARKS.get(choice.outcome)

    # Qt's own names, overridden.

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return two lines' height, and a third's where a section begins."""
        above = self._section_height if self._model.begins_section(index.row()) else 0
        return QSize(option.rect.width(), above + self._body_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one task."""
        row, rect = index.row(), QRect(option.rect)
        choice, body = self._model.choice(row), self._body(row, rect)
        state: QStyle.StateFlag = option.state
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected or over:
            painter.setBrush(self._theme.color("accent_soft" if state & QStyle.StateFlag.State_Selected else "hover"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(body, 4, 4)
        if body.top() > rect.top():
            heading = rect.adjusted(_MARGIN, 4, 0, body.top() - rect.bottom() - 1)
            self._paint_text(painter, heading, self._section_name(choice.section), "section", "muted")
        if (mark := self._mark(choice)) is not None:
            self._paint_icon(painter, body.adjusted(_MARGIN, 0, 0, 0), *mark)
        self._paint_lines(painter, body, choice)
        if choice.favourite or over or state & QStyle.StateFlag.State_Selected:
            star = self.star_rect(row, rect).adjusted(_MARGIN, 0, 0, 0)
            self._paint_icon(painter, star, *(("star-filled", "accent") if choice.favourite else ("star", "muted")))
        painter.restore()


_FONTS: dict[str, tuple[str, bool]] = {"title": ("", False), "facts": ("small", False), "section": ("small", True)}
