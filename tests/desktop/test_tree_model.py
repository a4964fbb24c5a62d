"""The models of the panes keep Qt's rules."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from pytestqt.modeltest import ModelTester

from pushconsole.desktop.columns_model import ColumnsModel
from pushconsole.desktop.json_tree_model import JsonTreeModel
from pushconsole.desktop.theme import Theme
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
