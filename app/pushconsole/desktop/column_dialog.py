"""The dialog for what can be done with a whole column."""

from __future__ import annotations

import enum
from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from pushconsole.desktop.edit_dialog import EditDialog, columns_box
from pushconsole.errors import InputError
from pushconsole.records import (
    AddColumn,
    BulkCommand,
    ChangeType,
    Column,
    JoinColumns,
    RemoveColumn,
    RenameColumn,
    SplitColumn,
    Trim,
    ValueType,
)


class Deed(enum.Enum):
    """What is to be done."""

    RENAME = "Rename"
    TYPE = "Change its type"
    SPLIT = "Split its texts"
    JOIN = "Join it with others"
    TRIM = "Trim spaces around its texts"
    REMOVE = "Remove it"
    ADD = "Add a new column"


class ColumnDialog(EditDialog):
    """Asks which column, what to do with it, and what that needs to know; only those fields are shown."""

    def __init__(self, columns: Sequence[Column], column: str, deed: Deed, parent: QWidget) -> None:
        super().__init__(
            parent.tr("Column"),
            parent.tr("Changes this column in all records; every other value keeps its characters."),
            parent.tr("&Apply"),
            parent,
        )
        self._names = [known.name for known in columns]
        self._column = columns_box(self._names, column)
        self._deed = QComboBox()
        for known in Deed:
            self._deed.addItem(self.tr(known.value), known)
        self._type = QComboBox()
        for kind in ValueType:
            self._type.addItem(kind.value.capitalize(), kind)
        self._name, self._separator, self._into, self._others = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self._comma = QCheckBox(self.tr("Numbers are written with a decimal &comma (1.234,50)"))
        self._comma.toggled.connect(self.look)
        self._into.setPlaceholderText(self.tr("first name, last name; leave it empty for a list"))
        self._others.setPlaceholderText(self.tr("names with commas between them"))
        self.add_field(self.tr("Colu&mn"), self._column)
        self.add_field(self.tr("&What to do"), self._deed)
        self.add_field(self.tr("New &name"), self._name)
        self.add_field(self.tr("&Type"), self._type)
        self.add_field("", self._comma)
        self._comma.setAccessibleName(self.tr("Decimal comma"))
        self.add_field(self.tr("And the columns"), self._others)
        self.add_field(self.tr("&Separator"), self._separator)
        self.add_field(self.tr("&Into columns"), self._into)
        self._deed.setCurrentIndex(list(Deed).index(deed))
        self.look()
        needed = {Deed.TYPE: self._type, Deed.SPLIT: self._separator, Deed.JOIN: self._others}
        needed.get(deed, self._deed if deed in {Deed.TRIM, Deed.REMOVE} else self._name).setFocus()

    def command(self) -> BulkCommand:
        """Return what the fields make."""
        deed, column = self._deed.currentData(), self._column.currentText()
        self._show_fields(deed)
        if not column and deed is not Deed.ADD:
            raise InputError(self.tr("There is no column yet."))
        match deed:
            case Deed.RENAME:
                return RenameColumn(column, self._new_name(column))
            case Deed.TYPE:
                return ChangeType(column, self._type.currentData(), self._comma.isChecked())
            case Deed.SPLIT:
                return SplitColumn(column, self._given_separator(), tuple(_listed(self._into)) or None)
            case Deed.JOIN:
                return JoinColumns((column, *self._known_others(column)), self._separator.text(), self._name_given())
            case Deed.ADD:
                return AddColumn(self._new_name(""))
            case _:
                return Trim(column) if deed is Deed.TRIM else RemoveColumn(column)

    def _show_fields(self, deed: Deed) -> None:
        shown = {
            self._column: deed is not Deed.ADD,
            self._name: deed in {Deed.RENAME, Deed.JOIN, Deed.ADD},
            self._type: deed is Deed.TYPE,
            self._comma: deed is Deed.TYPE and self._type.currentData() is ValueType.NUMBER,
            self._others: deed is Deed.JOIN,
            self._separator: deed in {Deed.SPLIT, Deed.JOIN},
            self._into: deed is Deed.SPLIT,
        }
        for field, visible in shown.items():
            self.fields.setRowVisible(field, visible)

    def _name_given(self) -> str:
        if not (name := self._name.text().strip()):
            raise InputError(self.tr("Type the column’s new name."))
        return name

    def _new_name(self, column: str) -> str:
        name = self._name_given()
        if name in self._names and name != column:
            raise InputError(self.tr("There is a column {0} already.").format(name))
        return name

    def _given_separator(self) -> str:
        if not (separator := self._separator.text()):
            raise InputError(self.tr("Type what stands between the parts, such as a comma."))
        return separator

    def _known_others(self, column: str) -> list[str]:
        others = _listed(self._others)
        unknown = next((name for name in others if name not in self._names), None)
        if unknown is not None:
            raise InputError(self.tr("There is no column {0}.").format(unknown))
        if not others or column in others:
            raise InputError(self.tr("Name the other columns to join it with."))
        return others


def _listed(field: QLineEdit) -> list[str]:
    return [name.strip() for name in field.text().split(",") if name.strip()]
