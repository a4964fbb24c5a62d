"""The task field and its list, clicked and typed into."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QListView, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from pushconsole.desktop.task_choices import Section, TaskChoice
from pushconsole.desktop.task_list_model import TaskListModel
from pushconsole.desktop.task_picker import TaskPicker
from pushconsole.desktop.theme import Scheme, Theme

_SHOP = TaskChoice("s" * 8, "Shop export", "products", facts="last run 2 h ago, succeeded", outcome="succeeded")
_BLOG = TaskChoice("b" * 8, "Blog", "articles", warning="4 pushes in a row failed: the next failure turns it off")
_OFF = TaskChoice("o" * 8, "Archive", "archive", refusal="disabled")
_FEED = TaskChoice("f" * 8, "BigQuery", "feed", refusal="its source is of type bigquery, not push", takes_pushes=False)
_ALL = [_SHOP, _BLOG, _OFF, _FEED]


@pytest.fixture
def picker(theme: Theme, qtbot: QtBot) -> TaskPicker:
    made = TaskPicker(theme)
    qtbot.addWidget(made)
    made.resize(280, 30)
    made.set_choices(_ALL)
    made.set_chosen(_SHOP.key)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    return made


def _list(picker: TaskPicker) -> QListView:
    found = picker.popup.findChild(QListView)
    assert isinstance(found, QListView)
    return found


def _shown(picker: TaskPicker) -> list[str]:
    return [picker.model.choice(row).key for row in range(picker.model.rowCount())]


def _click(picker: TaskPicker, key: str, *, star: bool = False) -> None:
    shown = _list(picker)
    rect = shown.visualRect(picker.model.index(picker.model.row_of(key)))
    place = QPoint(rect.right() - 18, rect.bottom() - 16) if star else QPoint(rect.left() + 60, rect.bottom() - 16)
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_click_opens_the_list_and_a_click_there_chooses(picker: TaskPicker, qtbot: QtBot) -> None:
    QTest.mouseClick(picker, Qt.MouseButton.LeftButton)
    assert picker.popup.isVisible()
    with qtbot.waitSignal(picker.task_chosen) as chosen:
        _click(picker, _BLOG.key)
    assert chosen.args == [_BLOG.key]
    assert (picker.text(), picker.popup.isVisible()) == (_BLOG.title, False)


def test_the_keyboard_leads_through_the_list(picker: TaskPicker, qtbot: QtBot) -> None:
    QTest.keyClick(picker, Qt.Key.Key_Down)
    assert picker.popup.current == _SHOP.key, "it opens at the chosen one"
    QTest.keyClick(picker, Qt.Key.Key_Down)
    QTest.keyClick(picker, Qt.Key.Key_PageDown)
    assert picker.popup.current == _OFF.key, "a disabled task can be aimed at, to be enabled"
    QTest.keyClick(picker, Qt.Key.Key_Up)
    with qtbot.waitSignal(picker.task_chosen) as chosen:
        QTest.keyClick(picker, Qt.Key.Key_Return)
    assert chosen.args == [_BLOG.key]
    assert not picker.popup.isVisible()


def test_words_leave_what_fits_and_the_only_fit_is_at_hand(picker: TaskPicker, qtbot: QtBot) -> None:
    picker.selectAll()
    QTest.keyClicks(picker, "r")
    assert _shown(picker) == [_SHOP.key, _BLOG.key, _OFF.key]
    assert picker.popup.current == "", "none of several is taken for meant"
    picker.selectAll()
    QTest.keyClicks(picker, "rticles")
    assert (_shown(picker), picker.popup.current) == ([_BLOG.key], _BLOG.key)
    with qtbot.waitSignal(picker.task_chosen) as chosen:
        QTest.keyClick(picker, Qt.Key.Key_Return)
    assert chosen.args == [_BLOG.key]


def test_escape_takes_back_what_was_typed(picker: TaskPicker, qtbot: QtBot) -> None:
    picker.selectAll()
    QTest.keyClicks(picker, "arti")
    with qtbot.assertNotEmitted(picker.task_chosen), qtbot.assertNotEmitted(picker.sought_in_vain):
        QTest.keyClick(picker, Qt.Key.Key_Escape)
    assert (picker.text(), picker.popup.isVisible(), picker.chosen) == (_SHOP.title, False, _SHOP.key)


def test_what_fits_nothing_says_so(picker: TaskPicker) -> None:
    picker.selectAll()
    QTest.keyClicks(picker, "xyz")
    texts = [shown.text() for shown in picker.popup.findChildren(QLabel) if shown.isVisible()]
    assert "No task fits." in texts
    assert not _list(picker).isVisible()


def test_a_star_is_turned_by_the_mouse_and_chooses_nothing(picker: TaskPicker, qtbot: QtBot) -> None:
    QTest.mouseClick(picker, Qt.MouseButton.LeftButton)
    with qtbot.assertNotEmitted(picker.task_chosen), qtbot.waitSignal(picker.star_toggled) as starred:
        _click(picker, _BLOG.key, star=True)
    assert starred.args == [_BLOG.key]
    assert picker.popup.isVisible()


def test_a_star_is_turned_by_the_keyboard(picker: TaskPicker, qtbot: QtBot) -> None:
    with qtbot.waitSignal(picker.star_toggled) as starred:
        QTest.keyClick(picker, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert starred.args == [_SHOP.key], "the chosen one, where the list is closed"
    QTest.keyClick(picker, Qt.Key.Key_Down)
    QTest.keyClick(picker, Qt.Key.Key_Down)
    with qtbot.waitSignal(picker.star_toggled) as starred:
        QTest.keyClick(picker, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert starred.args == [_BLOG.key]


def test_tasks_that_take_no_push_are_shown_when_asked_for_and_cannot_be_chosen(
    picker: TaskPicker, qtbot: QtBot
) -> None:
    QTest.mouseClick(picker, Qt.MouseButton.LeftButton)
    assert _FEED.key not in _shown(picker)
    box = picker.popup.findChild(QCheckBox)
    assert isinstance(box, QCheckBox)
    assert "1 task that take no push" in box.text()
    box.setChecked(True)
    assert _FEED.key in _shown(picker)
    row = picker.model.index(picker.model.row_of(_FEED.key))
    assert not row.flags() & Qt.ItemFlag.ItemIsEnabled
    assert "its source is of type bigquery, not push" in str(row.data())
    with qtbot.assertNotEmitted(picker.task_chosen):
        _click(picker, _FEED.key)
    for _ in range(9):
        QTest.keyClick(picker, Qt.Key.Key_Down)
    assert picker.popup.current == _OFF.key, "the keyboard steps over it"


def test_an_index_can_be_named_instead(picker: TaskPicker, qtbot: QtBot) -> None:
    QTest.mouseClick(picker, Qt.MouseButton.LeftButton)
    named = next(b for b in picker.popup.findChildren(QPushButton) if b.text() == "Push to an index by name…")
    with qtbot.waitSignal(picker.by_name_requested):
        QTest.mouseClick(named, Qt.MouseButton.LeftButton)
    assert not picker.popup.isVisible()


def test_what_is_on_screen_is_told(picker: TaskPicker, qtbot: QtBot) -> None:
    many = [TaskChoice(f"key {n}", f"Task {n:03}", f"index_{n}") for n in range(500)]
    picker.set_choices(many)
    with qtbot.waitSignal(picker.seen) as seen:
        QTest.keyClick(picker, Qt.Key.Key_F4)
    assert seen.args is not None
    keys = seen.args[0]
    assert keys == [choice.key for choice in many[: len(keys)]]
    assert 3 < len(keys) < 20


def test_a_list_that_changes_keeps_the_place_of_the_keyboard(picker: TaskPicker) -> None:
    QTest.keyClick(picker, Qt.Key.Key_Down)
    QTest.keyClick(picker, Qt.Key.Key_Down)
    assert picker.popup.current == _BLOG.key
    picker.set_choices([_OFF, _SHOP, TaskChoice("n" * 8, "New", "new"), _BLOG])
    assert picker.popup.current == _BLOG.key
    resets: list[None] = []
    picker.model.modelReset.connect(lambda: resets.append(None))
    picker.set_choices([_OFF, _SHOP, TaskChoice("n" * 8, "New", "new"), dataclasses.replace(_BLOG, facts="last run")])
    assert not resets, "what is only told anew moves nothing"


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_rows_are_painted_in_both_themes(picker: TaskPicker, theme: Theme, scheme: Scheme) -> None:
    theme.choose(scheme)
    picker.set_choices([dataclasses.replace(_SHOP, section=Section.FAVOURITE), _BLOG, _OFF])
    QTest.keyClick(picker, Qt.Key.Key_F4)
    picture = picker.popup.grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    for token in ("accent", "warning", "succeeded"):
        assert theme.color(token).name() in colours


def test_screen_readers_hear_what_a_row_tells(picker: TaskPicker) -> None:
    row = picker.model.index(picker.model.row_of(_SHOP.key))
    assert row.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "last run 2 h ago, succeeded"
    assert picker.accessibleName() == "Task"


def test_the_model_keeps_qts_rules(qtmodeltester: ModelTester) -> None:
    model = TaskListModel()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.set_choices(_ALL)
    model.show_all(on=True)
    model.seek("a")
    model.seek("")
    assert model.rowCount() == len(_ALL)
