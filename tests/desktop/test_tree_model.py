"""The models of the panes keep Qt's rules."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from pushconsole.desktop.columns_model import ColumnsModel, Field
from pushconsole.desktop.columns_pane import ColumnsPane
from pushconsole.desktop.json_tree_model import JsonTreeModel
from pushconsole.desktop.theme import Theme
from pushconsole.records import Column, ColumnType
from tests.desktop.builders import COLUMNS


def test_a_tree_that_is_unfolded_keeps_qts_rules(theme: Theme, qtmodeltester: ModelTester) -> None:
    model = JsonTreeModel(theme)
    model.set_record('{"a":[1,[2,{}],null],"b":{"c":{"d":""}},"e":[]}')
    waiting = [QModelIndex()]
    while waiting:
        holder = waiting.pop()
        if model.canFetchMore(holder):
            model.fetchMore(holder)
        waiting += [model.index(row, 0, holder) for row in range(model.rowCount(holder))]
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    assert model.index_of(("a", 1, 0)).siblingAtColumn(1).data() == "2"


def test_a_long_list_comes_in_parts(theme: Theme) -> None:
    model = JsonTreeModel(theme)
    model.set_record(f'{{"a":[{",".join("1" for _ in range(1200))}]}}')
    model.fetchMore(QModelIndex())
    holder, counts = model.index(0, 0), []
    while model.canFetchMore(holder):
        model.fetchMore(holder)
        counts.append(model.rowCount(holder))
    assert counts == [500, 1000, 1200]


def test_the_columns_keep_qts_rules(theme: Theme, qtmodeltester: ModelTester) -> None:
    model = ColumnsModel(theme)
    model.set_columns(COLUMNS, 1000)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


def test_a_thousand_columns_are_looked_at_anew_only_where_something_about_them_is_otherwise(
    theme: Theme, qtbot: QtBot
) -> None:
    pane = ColumnsPane(theme)
    qtbot.addWidget(pane)
    pane.resize(900, 300)
    columns = [Column(f"attribute {number}", ColumnType.TEXT, 1) for number in range(1000)]
    pane.model.set_columns(columns, 1)
    pane.show()
    pane.grab()
    flags = pane.model.flags
    asked: list[int] = []

    def counted(index: QModelIndex) -> Qt.ItemFlag:
        asked.append(index.row())
        return flags(index)

    pane.model.flags = counted  # type: ignore[method-assign,assignment]
    with qtbot.assertNotEmitted(pane.model.outdated):
        pane.model.set_columns([replace(column, present=2) for column in columns], 2)
        pane.model.set_read_only(read_only=False)
    with qtbot.waitSignal(pane.model.outdated):
        pane.model.set_columns([replace(columns[0], type=ColumnType.MIXED), *columns[1:]], 3)
    pane.grab()
    assert pane.model.index(0, Field.TYPE).data() == "mixed"
    assert max(asked, default=0) < 50
