"""The dialog that makes objectIDs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from pushconsole.desktop.edit_dialog import EditDialog
from pushconsole.desktop.parts import NumberBox
from pushconsole.errors import InputError
from pushconsole.records import BulkCommand, Column, MakeObjectIds

_UUID, _COUNTER, _COLUMNS = "uuid", "counter", "columns"


class ObjectIdsDialog(EditDialog):
    """Asks how objectIDs are to be made: new unique ones, a counter, or from columns."""

    def __init__(self, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(
            parent.tr("Make objectIDs"),
            parent.tr("Records without an objectID get one; it names the record in the index from then on."),
            parent.tr("&Make them"),
            parent,
        )
        self._names = [known.name for known in columns]
        self._how = QComboBox()
        for text, key in (
            (self.tr("New unique ones (UUID)"), _UUID),
            (self.tr("A counter"), _COUNTER),
            (self.tr("From the values of columns"), _COLUMNS),
        ):
            self._how.addItem(text, key)
        self._prefix, self._from, self._separator = QLineEdit(), QLineEdit(), QLineEdit("-")
        self._start = NumberBox(0, 2**31 - 1)
        self._start.setValue(1)
        self._from.setPlaceholderText(self.tr("names with commas between them"))
        self._all = QCheckBox(self.tr("&Replace the objectIDs of all records"))
        self._all.toggled.connect(self.look)
        self.add_field(self.tr("&How"), self._how)
        self.add_field(self.tr("&Prefix"), self._prefix)
        self.add_field(self.tr("&Begin at"), self._start)
        self.add_field(self.tr("C&olumns"), self._from)
        self.add_field(self.tr("&Separator"), self._separator)
        self.add_field("", self._all)
        self._all.setAccessibleName(self.tr("All records"))
        self.look()
        self._how.setFocus()

    def command(self) -> BulkCommand:
        """Return what the fields make."""
        how = self._how.currentData()
        for field, visible in (
            (self._prefix, how == _COUNTER),
            (self._start, how == _COUNTER),
            (self._from, how == _COLUMNS),
            (self._separator, how == _COLUMNS),
        ):
            self.fields.setRowVisible(field, visible)
        everywhere = self._all.isChecked()
        if how == _COUNTER:
            return MakeObjectIds(counter=self._start.value(), prefix=self._prefix.text(), all_records=everywhere)
        if how == _COLUMNS:
            return MakeObjectIds(self._columns(), self._separator.text(), all_records=everywhere)
        return MakeObjectIds(all_records=everywhere)

    def _columns(self) -> tuple[str, ...]:
        names = [name.strip() for name in self._from.text().split(",") if name.strip()]
        unknown = next((name for name in names if name not in self._names), None)
        if unknown is not None:
            raise InputError(self.tr("There is no column {0}.").format(unknown))
        if not names:
            raise InputError(self.tr("Name the columns, such as brand, sku."))
        return tuple(names)
