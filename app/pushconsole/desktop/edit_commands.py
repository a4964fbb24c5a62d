"""The actions that change many values or records at once."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction


class _Make(Protocol):
    def __call__(self, text: str, icon: str, shortcut: str, tip: str = "") -> QAction: ...


class EditCommands:
    """Actions; they decide nothing.

    Attributes:
        copy_cell, paste_cells, fill_down, set_value, replace: what is done with cells, in the Edit menu's order.
        rename, change_type, split, join, trim, remove, add: what is done with a column, in the Records menu's order.
        duplicate: copies the selected records.
        choose_object_ids, keep_first, keep_last: what is done about objectIDs.

    """

    def __init__(self, make: _Make) -> None:
        self._make = make
        self._make_cells()
        self._make_columns()
        self._make_records()

    @property
    def of_cells(self) -> list[QAction | None]:
        """The Edit menu's part, with None between groups."""
        return [self.copy_cell, self.paste_cells, None, self.fill_down, self.set_value, self.replace]

    @property
    def of_columns(self) -> list[QAction | None]:
        """The Records menu's part on columns."""
        return [self.add, self.rename, self.change_type, self.split, self.join, self.trim, self.remove]

    @property
    def of_object_ids(self) -> list[QAction | None]:
        """The Records menu's part on objectIDs."""
        return [self.choose_object_ids, self.keep_first, self.keep_last]

    @property
    def editing(self) -> list[QAction]:
        """All that change records."""
        everything = (*self.of_cells, *self.of_columns, *self.of_object_ids, self.duplicate)
        return [action for action in everything if action is not None and action is not self.copy_cell]

    def _make_cells(self) -> None:
        make = self._make
        self.copy_cell = make(
            _tr("C&opy the cell"), "", "Ctrl+Alt+C", _tr("Copies the value of the current cell, as it is shown")
        )
        self.paste_cells = make(
            _tr("&Paste cells"), "paste", "Ctrl+V", _tr("Puts copied cells over the table from the current cell on")
        )
        self.fill_down = make(
            _tr("Fill &down"), "", "Ctrl+D", _tr("Gives all selected rows the first one’s value in the current column")
        )
        self.set_value = make(
            _tr("Set a &value…"), "edit", "Ctrl+E", _tr("Gives the selected or all records the same value")
        )
        self.replace = make(
            _tr("&Find and replace…"), "find", "Ctrl+H", _tr("Shows every match before anything is changed")
        )
        self.replace.setIconText(_tr("Find && replace"))

    def _make_columns(self) -> None:
        make = self._make
        self.add = make(_tr("Add a co&lumn…"), "", "", _tr("Makes an attribute that no record has yet"))
        self.rename = make(_tr("&Rename the column…"), "", "", _tr("Its values and its place stay"))
        self.change_type = make(_tr("Change its &type…"), "", "", _tr("Text, number, true or false, or JSON"))
        self.split = make(_tr("&Split the column…"), "", "", _tr("Into a list or into several columns"))
        self.join = make(_tr("&Join columns…"), "", "", _tr("Puts the values of several columns into one text"))
        self.trim = make(_tr("Tri&m spaces in the column"), "", "", _tr("Takes away white space around its texts"))
        self.remove = make(_tr("Remo&ve the column"), "", "", _tr("Takes the attribute out of every record"))

    def _make_records(self) -> None:
        make = self._make
        self.duplicate = make(
            _tr("D&uplicate the selected records"),
            "copy",
            "Ctrl+Shift+D",
            _tr("Adds copies at the end, without objectIDs, so that none replaces its original"),
        )
        self.choose_object_ids = make(
            _tr("Make &objectIDs…"), "key", "", _tr("From columns, by a counter, or new unique ones")
        )
        self.keep_first = make(
            _tr("Keep the &first of duplicates"), "", "", _tr("Deletes the later records that share an objectID")
        )
        self.keep_last = make(
            _tr("&Keep the last of duplicates"), "", "", _tr("Deletes the earlier records that share an objectID")
        )


def _tr(text: str) -> str:
    return QCoreApplication.translate("EditCommands", text)
