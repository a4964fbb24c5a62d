"""Small records and windows for the tests of widgets."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from pushconsole.desktop.records_model import RecordsModel
from pushconsole.records import Cell, CellKind, Column, ColumnType, Row

COLUMNS = [
    Column("objectID", ColumnType.TEXT, 1000),
    Column("name", ColumnType.TEXT, 1000),
    Column("price", ColumnType.NUMBER, 1000),
    Column("zip", ColumnType.TEXT, 1000),
]


def row(position: int) -> Row:
    """Return the record at a position: every seventh has a null, every fifth no price."""
    cells = {
        "objectID": Cell(CellKind.TEXT, f"sku-{position}"),
        "name": Cell(CellKind.TEXT, f"Lamp {position}"),
        "price": Cell(CellKind.NUMBER, f"{position}.50"),
        "zip": Cell(CellKind.NULL, "null") if position % 7 == 0 else Cell(CellKind.TEXT, f"0{position:04}"),
    }
    if position % 5 == 0:
        del cells["price"]
    return Row(position + 100, f"sku-{position}", position + 2, cells)


def feed(model: RecordsModel) -> None:
    """Answer every page the model wants, a turn of the loop later, as a worker would."""

    def answer(first: int, count: int) -> None:
        rows = [row(position) for position in range(first, min(first + count, model.rowCount()))]
        QTimer.singleShot(0, lambda: model.set_page(first, rows))

    model.page_wanted.connect(answer)


def longest_turn_s(application: QApplication, done: Callable[[], bool], limit_s: float = 20) -> float:
    """Turn the event loop until `done`; return the longest turn in seconds of this thread's own work."""
    longest, end = 0.0, time.monotonic() + limit_s
    while not done():
        assert time.monotonic() < end, "it did not come to an end"
        begin = time.thread_time()
        application.processEvents()
        longest = max(longest, time.thread_time() - begin)
    return longest
