"""The table, clicked and typed into."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from pushconsole.desktop.pages import ROWS_A_PAGE
from pushconsole.desktop.records_model import RecordsModel, RowState
from pushconsole.desktop.records_view import RecordsView
from pushconsole.desktop.theme import Theme
from pushconsole.records import Column, ColumnType, Row
from tests.desktop.builders import COLUMNS, feed, longest_turn_s, row


@pytest.fixture
def model() -> RecordsModel:
    model = RecordsModel()
    feed(model)
    return model


@pytest.fixture
def view(model: RecordsModel, theme: Theme, qtbot: QtBot) -> RecordsView:
    view = RecordsView(model, theme)
    qtbot.addWidget(view)
    view.resize(900, 500)
    model.set_shape(1000, COLUMNS)
    view.show()
    qtbot.waitUntil(lambda: model.record_at(0) is not None)
    return view


def _click(view: RecordsView, position: int, column: int, *, twice: bool = False) -> None:
    where = view.visualRect(view.model().index(position, column)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    if twice:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)


def _editor(view: RecordsView) -> QLineEdit:
    editor = view.viewport().findChild(QLineEdit, "cellEditor")
    assert editor is not None
    return editor


def _shown(model: RecordsModel, position: int) -> list[str]:
    return [str(model.index(position, column).data()) for column in range(1, model.columnCount())]


def test_the_model_keeps_qts_rules(model: RecordsModel, qtmodeltester: ModelTester) -> None:
    model.set_shape(450, COLUMNS)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.set_page(0, [row(position) for position in range(ROWS_A_PAGE)])
    model.set_shape(500, [*COLUMNS, Column("brand", ColumnType.TEXT, 1)])
    model.set_shape(480, [*COLUMNS, Column("brand", ColumnType.TEXT, 1)])
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


def test_a_page_that_is_missing_shows_dots_and_is_asked_for_once(qtbot: QtBot) -> None:
    model = RecordsModel()
    model.set_shape(1000, COLUMNS)
    asked: list[tuple[int, int]] = []
    model.page_wanted.connect(lambda first, count: asked.append((first, count)))
    assert [str(model.index(position, 1).data()) for position in (0, 1, 199)] == ["…"] * 3
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [(0, ROWS_A_PAGE)]


def test_far_jumps_ask_for_the_last_places_first_and_forget_the_others(qtbot: QtBot) -> None:
    model = RecordsModel()
    model.set_shape(1_000_000, COLUMNS)
    asked: list[int] = []
    model.page_wanted.connect(lambda first, _count: asked.append(first // ROWS_A_PAGE))
    for page in range(0, 4000, 10):
        model.painted(page * ROWS_A_PAGE)
    qtbot.waitUntil(lambda: len(asked) == 3)
    assert asked == [3990, 3980, 3970]
    for page in (3990, 3980, 3970, *range(3960, 3930, -10)):
        model.set_page(page * ROWS_A_PAGE, [row(1)])
    assert asked[3:] == [3960, 3950, 3940]


def test_a_page_that_could_not_be_read_is_asked_for_again_when_it_is_looked_at(qtbot: QtBot) -> None:
    model = RecordsModel()
    model.set_shape(100, COLUMNS)
    asked: list[int] = []
    model.page_wanted.connect(lambda first, _count: asked.append(first))
    model.painted(0)
    qtbot.waitUntil(lambda: asked == [0])
    model.page_failed(0)
    model.painted(0)
    qtbot.waitUntil(lambda: asked == [0, 0])


def test_absent_null_and_values_are_told_apart(view: RecordsView, model: RecordsModel) -> None:
    assert _shown(model, 1) == ["sku-1", "Lamp 1", "1.50", "00001"]
    assert _shown(model, 35) == ["sku-35", "Lamp 35", "absent", "null"]


def test_a_new_page_replaces_the_outdated_one_which_stays_until_then(qtbot: QtBot) -> None:
    model = RecordsModel()
    model.set_shape(1, COLUMNS)
    model.set_page(0, [row(1)])
    model.invalidate()
    assert _shown(model, 0)[1] == "Lamp 1"
    model.set_page(0, [row(2)])
    assert _shown(model, 0)[1] == "Lamp 2"


def test_an_edited_record_is_shown_at_once_and_a_page_asked_for_before_it_is_asked_for_again(qtbot: QtBot) -> None:
    model = RecordsModel()
    model.set_shape(ROWS_A_PAGE, COLUMNS)
    asked: list[int] = []
    model.page_wanted.connect(lambda first, _count: asked.append(first))
    model.painted(0)
    qtbot.waitUntil(lambda: asked == [0])
    model.set_page(0, [row(1), row(2)])
    model.invalidate()
    model.painted(0)
    qtbot.waitUntil(lambda: asked == [0, 0])
    edited = dataclasses.replace(row(3), record_id=row(2).record_id)
    model.replace_rows([edited])
    assert _shown(model, 1)[1] == "Lamp 3"
    model.set_page(0, [row(1), row(2)])  # read before the edit
    model.painted(0)
    qtbot.waitUntil(lambda: asked == [0, 0, 0])
    model.set_page(0, [row(1), edited])
    model.painted(0)
    assert _shown(model, 1)[1] == "Lamp 3"


def test_an_edited_record_is_shown_though_an_outdated_page_has_it_elsewhere() -> None:
    model = RecordsModel()
    model.set_shape(2 * ROWS_A_PAGE, COLUMNS)
    model.set_page(0, [row(1)])
    model.invalidate()
    model.set_page(ROWS_A_PAGE, [row(1)])  # sorted meanwhile
    model.replace_rows([dataclasses.replace(row(3), record_id=row(1).record_id)])
    assert _shown(model, ROWS_A_PAGE)[1] == "Lamp 3"


def test_growing_while_loading_keeps_place_and_selection(view: RecordsView, model: RecordsModel) -> None:
    view.go_to(500)
    model.set_shape(5000, [*COLUMNS, Column("brand", ColumnType.TEXT, 3)])
    assert view.current_position() == 500
    assert view.selected_ranges() == [(500, 500)]
    assert model.columnCount() == len(COLUMNS) + 2


def test_removing_records_keeps_the_place(view: RecordsView, model: RecordsModel) -> None:
    view.go_to(500)
    model.set_shape(990, COLUMNS)
    assert view.current_position() == 500


def test_a_double_click_edits_and_enter_asks_for_the_edit_and_goes_down(
    view: RecordsView, model: RecordsModel, qtbot: QtBot
) -> None:
    _click(view, 2, 2, twice=True)
    editor = _editor(view)
    assert editor.text() == "Lamp 2"
    editor.setText("")
    editor.insert("Äpfel 漢")
    with qtbot.waitSignal(model.edit_requested) as asked:
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert asked.args == [102, "name", "Äpfel 漢"]
    assert (view.currentIndex().row(), view.currentIndex().column()) == (3, 2)


def test_typing_begins_an_edit_and_escape_drops_it(view: RecordsView, model: RecordsModel, qtbot: QtBot) -> None:
    _click(view, 1, 2)
    QTest.keyClick(view, Qt.Key.Key_X)
    with qtbot.assertNotEmitted(model.edit_requested):
        QTest.keyClick(_editor(view), Qt.Key.Key_Escape)


def test_an_edit_that_changes_nothing_asks_for_nothing(view: RecordsView, model: RecordsModel, qtbot: QtBot) -> None:
    _click(view, 1, 2, twice=True)
    with qtbot.assertNotEmitted(model.edit_requested):
        QTest.keyClick(_editor(view), Qt.Key.Key_Return)


def test_tab_goes_right_and_enter_goes_down(view: RecordsView, qtbot: QtBot) -> None:
    _click(view, 1, 2)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert view.currentIndex().column() == 3
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert view.currentIndex().row() == 2


def test_nothing_can_be_edited_while_a_run_is_open(view: RecordsView, model: RecordsModel, qtbot: QtBot) -> None:
    model.set_read_only(True)
    _click(view, 1, 2, twice=True)
    assert view.viewport().findChild(QLineEdit, "cellEditor") is None
    with qtbot.assertNotEmitted(model.edit_requested):
        model.request_edit(2, "name", "x")


def test_what_is_being_typed_stays_when_the_page_comes_anew(
    view: RecordsView, model: RecordsModel, qtbot: QtBot
) -> None:
    _click(view, 1, 2, twice=True)
    QTest.keyClicks(_editor(view), "new")
    model.set_problems(lambda _record_id: None)
    model.set_page(0, [row(position) for position in range(100, 100 + ROWS_A_PAGE)])
    assert _editor(view).text() == "new"
    with qtbot.waitSignal(model.edit_requested) as asked:
        QTest.keyClick(_editor(view), Qt.Key.Key_Return)
    assert asked.args == [row(1).record_id, "name", "new"], "another record stands there now"


def test_copy_names_rows_that_are_not_here(view: RecordsView, qtbot: QtBot) -> None:
    view.selectAll()
    with qtbot.waitSignal(view.copy_requested) as asked:
        QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [[(0, 999)]]


def test_two_selected_rows_are_two_ranges(view: RecordsView, model: RecordsModel) -> None:
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    view.clearSelection()
    for position in (7, 3):
        view.selectionModel().select(model.index(position, 1), flags)
    assert view.selected_ranges() == [(3, 3), (7, 7)]


def test_a_selected_row_tells_its_record(view: RecordsView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.record_selected) as told:
        _click(view, 4, 1)
    assert told.args == [104]
    assert view.current_cell() == (104, "objectID")


def test_states_and_problems_are_told_in_words_too(view: RecordsView, model: RecordsModel) -> None:
    model.set_states({101: RowState.FAILED}.get)
    model.set_problems({102: "The objectID sku-2 stands on lines 4 and 9."}.get)
    assert model.index(1, 0).data() == "failed"
    assert model.index(2, 0).data() == "problem"
    assert "lines 4 and 9" in str(model.index(2, 1).data(Qt.ItemDataRole.ToolTipRole))


def test_states_that_change_repaint_their_column_and_others_nothing(view: RecordsView, model: RecordsModel) -> None:
    _shown(model, 1)
    changed: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: changed.append((first.column(), last.column())))
    model.set_states({101: RowState.SUCCEEDED}.get)
    assert changed == [(0, 0)]
    assert str(model.index(1, 0).data()) == "succeeded"
    model.set_states({101: RowState.SUCCEEDED}.get)
    model.set_states({999: RowState.SUCCEEDED}.get)
    assert changed == [(0, 0)] * 2
    assert str(model.index(1, 0).data()) == ""
    model.set_problems({101: "Too large."}.get)
    model.set_states({102: RowState.FAILED}.get)
    assert str(model.index(1, 0).data()) == "problem"


def test_columns_that_fill_are_painted_anew_only_where_their_type_changes(
    view: RecordsView, model: RecordsModel
) -> None:
    _shown(model, 0)
    painted: list[int] = []
    headed: list[int] = []
    model.dataChanged.connect(lambda first, _: painted.append(first.row()))
    model.headerDataChanged.connect(lambda _, first, __: headed.append(first))
    fuller = [dataclasses.replace(column, present=column.present + 1) for column in COLUMNS]
    model.set_shape(1000, fuller)
    assert (painted, headed) == ([], [1])
    model.set_shape(1000, [dataclasses.replace(fuller[0], type=ColumnType.MIXED), *fuller[1:]])
    assert (painted, headed) == ([0], [1, 1])


def test_a_missing_object_id_is_painted_on_the_warning_colour(theme: Theme, qtbot: QtBot) -> None:
    model = RecordsModel()
    view = RecordsView(model, theme)
    qtbot.addWidget(view)
    view.resize(600, 200)
    model.set_shape(1, COLUMNS)
    good = row(1)
    model.set_page(0, [Row(good.record_id, None, good.line, {"name": good.cells["name"]})])
    view.show()
    corner = view.visualRect(model.index(0, 1)).bottomRight() - QPoint(3, 3)
    painted = view.viewport().grab().toImage().pixelColor(corner)
    assert painted == QColor(theme.color("warning_soft"))
    assert _shown(model, 0)[0] == "missing"


def test_a_row_is_headed_by_its_line_in_the_file(view: RecordsView, model: RecordsModel) -> None:
    assert model.headerData(10, Qt.Orientation.Vertical) == "12"
    assert model.headerData(0, Qt.Orientation.Horizontal) == ""
    assert model.headerData(3, Qt.Orientation.Horizontal) == "price"


def test_widths_and_order_of_columns_can_be_kept(view: RecordsView) -> None:
    view.setColumnWidth(2, 333)
    view.horizontalHeader().moveSection(4, 2)
    kept = view.layout_state()
    view.setColumnWidth(2, 90)
    view.horizontalHeader().moveSection(2, 4)
    assert view.restore_layout(kept)
    assert (view.columnWidth(2), view.horizontalHeader().visualIndex(4)) == (333, 2)


def test_selecting_a_million_rows_does_not_stop_the_window(theme: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    model = RecordsModel()
    view = RecordsView(model, theme)
    qtbot.addWidget(view)
    feed(model)
    model.set_shape(1_000_000, COLUMNS)
    view.show()
    qtbot.waitUntil(lambda: model.record_at(0) is not None)
    view.selectAll()
    turns = iter(range(30))
    assert longest_turn_s(qapp, lambda: next(turns, None) is None) < 0.5
    assert view.selected_ranges() == [(0, 999_999)]


def test_of_a_thousand_attributes_only_those_on_screen_are_worked_out(theme: Theme, qtbot: QtBot) -> None:
    model = RecordsModel()
    feed(model)
    wide = RecordsView(model, theme)
    qtbot.addWidget(wide)
    wide.resize(900, 500)
    model.set_shape(200, [*COLUMNS, *(Column(f"extra {n}", ColumnType.TEXT, 1) for n in range(1000))])
    wide.show()
    qtbot.waitUntil(lambda: model.record_at(0) is not None)
    wide.verticalScrollBar().setValue(50 * wide.rowHeight(0))
    wide.grab()
    painted = model.painted(55)
    assert painted is not None
    assert painted.cells is not None
    assert 0 < len(painted.cells) < 50
