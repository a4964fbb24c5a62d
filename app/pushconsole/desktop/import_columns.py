"""The columns of a file that is about to be read: what was found in each, and what a person says about it."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from pushconsole import quantities
from pushconsole.desktop.parts import named
from pushconsole.records import ColumnChoice, ColumnFinding, ColumnType, EmptyCell

_Index = QModelIndex | QPersistentModelIndex


class Part(enum.IntEnum):
    """The columns of this table."""

    WRITTEN = 0
    ATTRIBUTE = 1
    TYPE = 2
    EMPTY = 3
    FOUND = 4


_TYPES: Mapping[str, ColumnType | None] = {
    "as found": None,
    "text": ColumnType.TEXT,
    "number": ColumnType.NUMBER,
    "boolean": ColumnType.BOOLEAN,
}
_EMPTIES: Mapping[str, EmptyCell | None] = {
    "as above": None,
    "leave out": EmptyCell.OMIT,
    "empty text": EmptyCell.EMPTY,
    "null": EmptyCell.NULL,
}
_CHOICES: Mapping[Part, Sequence[str]] = {Part.TYPE: tuple(_TYPES), Part.EMPTY: tuple(_EMPTIES)}


class ImportColumnsModel(QAbstractTableModel):
    """One row a column of the file; the tick at its name says whether it is read.

    Signals:
        choices_changed: something else is said about a column; `choices` has it.

    """

    choices_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._findings: Sequence[ColumnFinding] = ()
        self._choices: dict[str, ColumnChoice] = {}
        self._choosable = True

    @property
    def choices(self) -> dict[str, ColumnChoice]:
        """What is said about columns, by their names in the file; only of those something is said about."""
        return {name: choice for name, choice in self._choices.items() if choice != ColumnChoice()}

    def show(self, findings: Sequence[ColumnFinding], choices: Mapping[str, ColumnChoice], *, choosable: bool) -> None:
        """Show what was found; JSON says itself what its values are, so there is nothing to choose.

        Columns that were there already stay where they are: a person may be typing into one of them.
        """
        same = choosable == self._choosable and _names(findings) == _names(self._findings)
        if not same:
            self.beginResetModel()
        self._findings, self._choices, self._choosable = findings, dict(choices), choosable
        if not same:
            self.endResetModel()
        elif findings:
            self.dataChanged.emit(self.index(0, 0), self.index(len(findings) - 1, len(Part) - 1))

    def choice(self, row: int) -> ColumnChoice:
        """Return what is said about the column in a row."""
        return self._choices.get(self._findings[row].written) or ColumnChoice()

    def _set(self, row: int, choice: ColumnChoice) -> bool:
        if choice == self.choice(row):
            return False
        self._choices[self._findings[row].written] = choice
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(Part) - 1))
        self.choices_changed.emit()
        return True

    def _text(self, row: int, part: int) -> str:
        finding, choice = self._findings[row], self.choice(row)
        match part:
            case Part.WRITTEN:
                return finding.written
            case Part.ATTRIBUTE:
                return choice.rename or finding.name
            case Part.TYPE:
                return next(text for text, kind in _TYPES.items() if kind is choice.type)
            case Part.EMPTY:
                return next(text for text, empty in _EMPTIES.items() if empty is choice.empty)
            case _:
                return _found(finding)

    # Qt's own names, overridden.

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many columns the file has."""
        return 0 if parent.isValid() else len(self._findings)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many parts a row has."""
        return 0 if parent.isValid() else len(Part)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a text, or the tick that says whether a column is read."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(index.row(), index.column())
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == Part.WRITTEN and self._choosable:
            read = not self.choice(index.row()).leave_out
            return Qt.CheckState.Checked if read else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._text(index.row(), Part.FOUND)
        return None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what a person says about a column."""
        row, choice, text = index.row(), self.choice(index.row()), str(value)
        if role == Qt.ItemDataRole.CheckStateRole:
            return self._set(row, replace(choice, leave_out=value == Qt.CheckState.Unchecked.value))
        if role != Qt.ItemDataRole.EditRole:
            return False
        if index.column() == Part.ATTRIBUTE:
            same = text.strip() in {"", self._findings[row].written}
            return self._set(row, replace(choice, rename=None if same else text.strip()))
        if index.column() == Part.TYPE:
            return self._set(row, replace(choice, type=_TYPES[text]))
        return index.column() == Part.EMPTY and self._set(row, replace(choice, empty=_EMPTIES[text]))

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Return what can be done with a cell."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        if not self._choosable:
            return flags
        if index.column() == Part.WRITTEN:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags if index.column() == Part.FOUND else flags | Qt.ItemFlag.ItemIsEditable

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the parts' names."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if orientation is Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Column"), self.tr("Attribute"), self.tr("Type"), self.tr("Empty cells"), self.tr("Found"))[
            section
        ]


class _ChoiceDelegate(QStyledItemDelegate):
    """Edits a cell that has a few choices with a list of them, which opens at once."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """Make the list, or a field where anything can be written."""
        choices = _CHOICES.get(Part(index.column()))
        if choices is None:
            return super().createEditor(parent, option, index)
        editor = QComboBox(parent)
        editor.addItems(choices)
        editor.activated.connect(lambda: self._finish(editor))
        return editor

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """Begin with what is there; Qt asks again when the file was looked at anew, and what is being said stays."""
        if isinstance(editor, QComboBox):
            if not editor.view().isVisible():
                editor.setCurrentText(str(index.data()))
                editor.showPopup()
        elif not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        """Take what was chosen."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())
        else:
            super().setModelData(editor, model, index)

    def _finish(self, editor: QComboBox) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)


class ImportColumnsView(QTableView):
    """The table of columns; a click on a choice opens it."""

    def __init__(self, model: ImportColumnsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, self.tr("Columns of the file"))
        self.setModel(model)
        self.setItemDelegate(_ChoiceDelegate(self))
        self.setEditTriggers(
            QTableView.EditTrigger.CurrentChanged
            | QTableView.EditTrigger.SelectedClicked
            | QTableView.EditTrigger.EditKeyPressed
        )
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        for part, width in ((Part.WRITTEN, 150), (Part.ATTRIBUTE, 140), (Part.TYPE, 90), (Part.EMPTY, 105)):
            header.resizeSection(part, width)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)


def _names(findings: Sequence[ColumnFinding]) -> list[str]:
    return [finding.written for finding in findings]


_MANY = {ColumnType.NUMBER: "numbers", ColumnType.BOOLEAN: "true or false"}


def _found(finding: ColumnFinding) -> str:
    if finding.left_out:
        return "not read"
    seen = quantities.counted(finding.values, "value", "values")
    if finding.nearly is not None:
        odd, alike = finding.nearly.first_other, quantities.number(finding.nearly.values)
        kinds = _MANY[finding.nearly.type]
        return f"text: line {quantities.number(odd.line)} has “{odd.value}” · {alike} of {seen} are {kinds}"
    if finding.by_name and finding.values:
        return f"text, by its name · {seen}"
    if finding.first_disagreement is not None:
        odd = finding.first_disagreement
        return f"text: line {quantities.number(odd.line)} has “{odd.value}” · {seen}"
    return f"{finding.type.value} · {seen}" if finding.values else "no values so far"
