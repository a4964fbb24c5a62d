"""Find and replace, with the matches shown before anything is changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pushconsole import quantities
from pushconsole.desktop.edit_dialog import name_whole, scope_box
from pushconsole.desktop.parts import button, label, named, set_look, unbounded
from pushconsole.records import Column, Matches, Replace

_SETTLE_MS = 300  # a person who types on gets one search, not one a letter
_LONGEST = 120
_RECORD = Qt.ItemDataRole.UserRole


class ReplaceDialog(QDialog):
    """Stays open beside the table.

    Signals:
        search_requested: look for what the fields say and answer with `show_matches` or `show_fault`.
        replace_requested: make the change.
        record_activated(record_id): a match was clicked.

    """

    search_requested = Signal()
    replace_requested = Signal()
    record_activated = Signal(int)

    def __init__(self, columns: Sequence[Column], selected: int, whole: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Find & replace"))
        self.resize(720, 460)
        self._build_fields(columns, selected, whole)
        self._build_matches()
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._soon.timeout.connect(self.search_requested)
        self._lay_out()
        self._find.setFocus()
        self._change()

    def command(self) -> Replace:
        """Return what the fields say."""
        return Replace(
            self._find.text(),
            self._replacement.text(),
            column=self._column.currentData(),
            regular=self._regular.isChecked(),
            match_case=self._case.isChecked(),
        )

    @property
    def only_selected(self) -> bool:
        """Whether only the selected records are meant."""
        return bool(self._scope.currentData())

    def set_whole(self, whole: int) -> None:
        """Say how many records there are to be searched, of which others may have been selected."""
        name_whole(self._scope, whole)

    def show_matches(self, found: Matches) -> None:
        """Show how many matches there are, and the first of them."""
        values = quantities.counted(found.values, self.tr("value"), self.tr("values"))
        records = quantities.counted(found.records, self.tr("record"), self.tr("records"))
        self._say(self.tr("{0} in {1}").format(values, records) if found.values else self.tr("No value holds this."))
        self._tree.addTopLevelItems([_item(found, number) for number in range(len(found.first))])
        if found.values > len(found.first):
            rest = QTreeWidgetItem([self.tr("and {0} more").format(quantities.number(found.values - len(found.first)))])
            rest.setFlags(Qt.ItemFlag.NoItemFlags)
            rest.setFirstColumnSpanned(True)
            self._tree.addTopLevelItem(rest)
        self._replace.setEnabled(found.values > 0)
        text = self.tr("&Replace in {0}").format(records) if found.values else self.tr("&Replace")
        self._replace.setText(text)

    def show_fault(self, sentence: str) -> None:
        """Say what is wrong with the fields."""
        self._say(sentence, tone="failed")

    def show_progress(self, sentence: str) -> None:
        """Say how far the search is."""
        self._figures.setText(sentence)

    def _say(self, sentence: str, *, tone: str = "muted") -> None:
        self._tree.clear()
        set_look(self._figures, "tone", tone)
        self._figures.setText(sentence)
        self._replace.setEnabled(False)
        self._replace.setText(self.tr("&Replace"))

    def _change(self) -> None:
        self._say(self.tr("Searching…") if self._find.text() else self.tr("Type what is to be found."))
        self._soon.start() if self._find.text() else self._soon.stop()

    def _build_fields(self, columns: Sequence[Column], selected: int, whole: int) -> None:
        self._find = named(unbounded(QLineEdit()), self.tr("Find"))
        self._replacement = named(unbounded(QLineEdit()), self.tr("Replace with"))
        self._column = named(QComboBox(), self.tr("In"))
        self._column.addItem(self.tr("All columns"), None)
        for column in columns:
            self._column.addItem(column.name, column.name)
        self._scope = named(scope_box(selected if selected > 1 else 0, whole), self.tr("For"))
        self._scope.setCurrentIndex(self._scope.count() - 1)
        self._case = QCheckBox(self.tr("&Match case"))
        self._regular = QCheckBox(self.tr("Regular e&xpression"))
        self._regular.setToolTip(self.tr(r"In the replacement, \1 stands for the first group"))
        for field in (self._find, self._replacement):
            field.textChanged.connect(self._change)
        for box in (self._case, self._regular):
            box.setAccessibleName(box.text().replace("&", ""))
            box.toggled.connect(self._change)
        for choice in (self._column, self._scope):
            choice.currentIndexChanged.connect(self._change)

    def _build_matches(self) -> None:
        self._figures = label("", "muted", wrap=True)
        self._tree = named(QTreeWidget(), self.tr("Matches"))
        self._tree.setHeaderLabels([self.tr("Line"), self.tr("Column"), self.tr("Now"), self.tr("Then")])
        self._tree.setRootIsDecorated(False)
        self._tree.setUniformRowHeights(True)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self._tree.header()
        for section in (2, 3):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)
        self._tree.itemClicked.connect(self._activate)
        self._tree.itemActivated.connect(self._activate)
        self._replace = button(self.tr("&Replace"), self.tr("Undo takes it back"), "primary")
        self._replace.clicked.connect(self.replace_requested)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for row, (text, field, other) in enumerate(
            (
                (self.tr("&Find"), self._find, self._case),
                (self.tr("Replace &with"), self._replacement, self._regular),
            )
        ):
            prompt = label(text)
            prompt.setBuddy(field)
            grid.addWidget(prompt, row, 0)
            grid.addWidget(field, row, 1)
            grid.addWidget(other, row, 2)
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self._column, 1)
        where.addWidget(self._scope, 1)
        grid.addWidget(label(self.tr("In")), 2, 0)
        grid.addLayout(where, 2, 1)
        grid.setColumnStretch(1, 1)
        close = button(self.tr("&Close"), self.tr("Changes nothing more (Esc)"))
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self._figures, 1)
        foot.addWidget(close)
        foot.addWidget(self._replace)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(12)
        layout.addLayout(grid)
        layout.addWidget(self._tree, 1)
        layout.addLayout(foot)

    def _activate(self, item: QTreeWidgetItem) -> None:
        record_id = item.data(0, _RECORD)
        if record_id is not None:
            self.record_activated.emit(int(record_id))


def _item(found: Matches, number: int) -> QTreeWidgetItem:
    match = found.first[number]
    line = quantities.number(match.line) if match.line else "new"
    item = QTreeWidgetItem([line, match.column, _short(match.before), _short(match.after)])
    item.setData(0, _RECORD, match.record_id)
    item.setToolTip(2, match.before[:2000])
    item.setToolTip(3, match.after[:2000])
    return item


def _short(text: str) -> str:
    return " ".join(text[:_LONGEST].splitlines())
