"""The attributes of a record before and after, side by side; what differs is coloured."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pushconsole.desktop.parts import label, named
from pushconsole.desktop.theme import Theme

_BEFORE, _AFTER = 1, 2
_WHOLE_PX = 112


@dataclass(frozen=True)
class Comparison:
    """One record before and after.

    Attributes:
        name: the record for people.
        outcome: what became of it, in a word.
        icon, tone: how the outcome looks.
        before: its attributes as JSON texts, or None where there was no record.
        after: those of each record it becomes.
        differing: for each of these, the names of the attributes that are not what they were.
        error: why there is none, or nothing.
        note: what else is to be said of it.

    """

    name: str
    outcome: str
    icon: str
    tone: str
    before: dict[str, str] | None
    after: tuple[dict[str, str], ...]
    differing: tuple[frozenset[str], ...] = ()
    error: str = ""
    note: str = ""


class AttributeDifferences(QWidget):
    """Shows one comparison at a time."""

    def __init__(self, theme: Theme, *, before: str, after: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._error = named(label("", "failed", wrap=True), self.tr("Error"))
        self._note = label("", "muted", wrap=True)
        self._attributes = named(QTreeWidget(), self.tr("Attributes before and after"))
        self._attributes.setRootIsDecorated(False)
        self._attributes.setHeaderLabels([self.tr("Attribute"), before, after])
        self._attributes.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._attributes.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._attributes.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self._attributes.setColumnWidth(0, 150)
        self._attributes.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._error)
        layout.addWidget(self._attributes, 1)
        layout.addWidget(self._build_whole())
        layout.addWidget(self._note)
        self._attributes.currentItemChanged.connect(lambda item, _: self._show_whole(item))
        self.show_nothing()

    def show_nothing(self, error: str = "") -> None:
        """Show no attributes, but perhaps why."""
        self._attributes.clear()
        self._show_whole(None)
        self._say(error, "")

    def show_comparison(self, chosen: Comparison) -> None:
        """Show a record."""
        self.show_nothing(chosen.error)
        self._say(chosen.error, chosen.note)
        for number, after in enumerate(chosen.after or ({},)):
            if len(chosen.after) > 1:
                self._add_heading(self.tr("Record {0} of {1}").format(number + 1, len(chosen.after)))
            before = chosen.before or {}
            differing = chosen.differing[number] if chosen.differing else before.keys() ^ after.keys()
            for name in dict.fromkeys([*before, *after]):
                self._add(name, before.get(name), after.get(name), differs=name in differing)

    def _build_whole(self) -> QWidget:
        """Return room for both values of the chosen attribute, whole."""
        self._whole = QWidget()
        row = QHBoxLayout(self._whole)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(8)
        self._values: list[QPlainTextEdit] = []
        for name in (self.tr("Value before"), self.tr("Value after")):
            text = named(QPlainTextEdit(), name, self.tr("The value of the chosen attribute, whole"))
            text.setReadOnly(True)
            text.setFont(self._theme.mono_font())
            text.setFixedHeight(_WHOLE_PX)
            self._values.append(text)
            row.addWidget(text)
        return self._whole

    def _show_whole(self, item: QTreeWidgetItem | None) -> None:
        values = [item.text(column) for column in (_BEFORE, _AFTER)] if item is not None else []
        self._whole.setVisible(any(values))
        for text, value in zip(self._values, values, strict=False):
            text.setPlainText(msgspec.json.format(value, indent=2) if value else "")

    def _say(self, error: str, note: str) -> None:
        for part, text in ((self._error, error), (self._note, note)):
            part.setText(text)
            part.setVisible(bool(text))

    def _add_heading(self, text: str) -> None:
        item = QTreeWidgetItem([text])
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        self._attributes.addTopLevelItem(item)

    def _add(self, name: str, old: str | None, new: str | None, *, differs: bool) -> None:
        """Add a line; colour what was removed, added or changed, and fade what stays."""
        item = QTreeWidgetItem([name, old or "", new or ""])
        for column in (_BEFORE, _AFTER):
            item.setFont(column, self._theme.mono_font())
            item.setToolTip(column, item.text(column))
        item.setTextAlignment(0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if differs:
            item.setForeground(_BEFORE, self._brush("failed"))
            item.setForeground(_AFTER, self._brush("succeeded"))
            sign = "+" if old is None else "−" if new is None else "~"
            item.setText(0, f"{sign} {name}")
        else:
            for column in range(3):
                item.setForeground(column, self._brush("muted"))
        self._attributes.addTopLevelItem(item)

    def _brush(self, token: str) -> QBrush:
        return QBrush(self._theme.color(token))
