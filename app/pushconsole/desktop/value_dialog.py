"""The dialog that gives many records the same value."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from pushconsole.desktop.edit_dialog import EditDialog, columns_box, scope_box
from pushconsole.desktop.parts import unbounded
from pushconsole.errors import InputError
from pushconsole.records import BulkCommand, Column, ColumnType, SetValue, ValueType, value_as

_NULL, _ABSENT = "null", "absent"


class ValueDialog(EditDialog):
    """Asks for a column, a value, what kind of value it is, and for which records."""

    def __init__(self, columns: Sequence[Column], column: str, selected: int, whole: int, parent: QWidget) -> None:
        super().__init__(
            parent.tr("Set a value"),
            parent.tr("The chosen records get this value in this column; all their other values stay as they are."),
            parent.tr("&Set"),
            parent,
        )
        self._types = {known.name: known.type for known in columns}
        self._column = columns_box([known.name for known in columns], column)
        self._value = unbounded(QLineEdit())
        self._kind = QComboBox()
        for text, kind in (
            (self.tr("As the column’s other values"), None),
            (self.tr("Text"), ValueType.TEXT),
            (self.tr("Number"), ValueType.NUMBER),
            (self.tr("True or false"), ValueType.BOOLEAN),
            (self.tr("List or object, as JSON"), ValueType.NESTED),
            (self.tr("null"), _NULL),
            (self.tr("No value: take the attribute away"), _ABSENT),
        ):
            self._kind.addItem(text, kind)
        self._scope = scope_box(selected, whole)
        self.add_field(self.tr("C&olumn"), self._column)
        self.add_field(self.tr("&Value"), self._value)
        self.add_field(self.tr("&Kind"), self._kind)
        self.add_field(self.tr("&For"), self._scope)
        self._value.setFocus()
        self.look()

    @property
    def only_selected(self) -> bool:
        """Whether only the selected records are meant."""
        return bool(self._scope.currentData())

    def command(self) -> BulkCommand:
        """Return what the fields make."""
        column, kind = self._column.currentText(), self._kind.currentData()
        self._value.setEnabled(kind not in {_NULL, _ABSENT})
        if not column:
            raise InputError(self.tr("Choose a column; where there is none yet, add one first."))
        if kind in {_NULL, _ABSENT}:
            return SetValue(column, "null" if kind == _NULL else None)
        return SetValue(column, value_as(self._value.text(), kind, self._types.get(column, ColumnType.TEXT)))
