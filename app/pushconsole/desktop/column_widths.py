"""How wide the table's columns have to be."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QFontMetrics

from pushconsole.desktop.records_model import RecordsModel
from pushconsole.desktop.theme import Theme
from pushconsole.records import ColumnType

_NARROWEST, _WIDEST, _WIDEST_NESTED = 48, 224, 152
_AROUND = 26
_ROWS_MEASURED = 60
_CELLS_MEASURED = 3000  # a table of a thousand attributes is measured by its first rows alone


def fitting_widths(records: RecordsModel, theme: Theme) -> Iterator[int]:
    """Yield the pixels that each attribute's name and first values need, within bounds."""
    measured = min(_ROWS_MEASURED, _CELLS_MEASURED // max(1, len(records.columns)) or 1)
    rows = [records.painted(position) for position in range(min(measured, records.rowCount()))]
    metrics, mono = QFontMetrics(theme.font()), QFontMetrics(theme.mono_font())
    bold = QFontMetrics(theme.font(bold=True))
    for place, column in enumerate(records.columns):
        texts = [painted.cells[place][0] for painted in rows if painted and painted.cells is not None]
        longest = max(texts, key=len, default="")
        needed = max(metrics.horizontalAdvance(longest), mono.horizontalAdvance(longest))
        widest = _WIDEST_NESTED if column.type is ColumnType.NESTED else _WIDEST
        yield max(_NARROWEST, min(needed, widest), bold.horizontalAdvance(column.name)) + _AROUND
