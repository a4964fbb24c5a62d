"""A field for how large a record may be: the plans' limits to choose from, or another number of kilobytes."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QComboBox

from pushconsole import quantities
from pushconsole.desktop.parts import named

_PLANS = {10_000: "Build", 100_000: "others"}  # as the records' checks know them
_BYTES_A_KB = 1000


class RecordLimitBox(QComboBox):
    """Shows kilobytes, gives bytes."""

    def __init__(self) -> None:
        super().__init__()
        named(
            self, self.tr("Record up to"), self.tr("The largest record of the application's plan; larger are warned of")
        )
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for limit, plan in _PLANS.items():
            self.addItem(f"{quantities.size(limit)} ({plan})", limit)

    @property
    def bytes(self) -> int:
        """The limit; 0 where what was typed is none."""
        chosen = self.findText(self.currentText())
        if chosen >= 0:
            return int(self.itemData(chosen))
        typed = re.fullmatch(r"\s*([0-9]+(?:[.,][0-9]+)?)\s*(?:kB)?\s*", self.currentText(), re.IGNORECASE)
        return round(float(typed[1].replace(",", ".")) * _BYTES_A_KB) if typed else 0

    def set_bytes(self, limit: int) -> None:
        """Show a limit."""
        known = self.findData(limit)
        if known >= 0:
            self.setCurrentIndex(known)
        else:
            self.setEditText(f"{limit / _BYTES_A_KB:g} kB")
