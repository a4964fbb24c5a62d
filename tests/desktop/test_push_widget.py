"""The pane “Push to” and the foot, clicked and typed into."""

from __future__ import annotations

from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from pushconsole.desktop.push_pane import ActionChoice, PushPane
from pushconsole.desktop.run_bar import RunBar, RunFigures
from pushconsole.desktop.task_choices import TaskChoice
from pushconsole.desktop.theme import Theme

W = TypeVar("W", bound=QWidget)

_PRODUCTS = TaskChoice("11111111-1111-4111-8111-111111111111", "products-push", "products", "Last run 2 h ago.")
_ARTICLES = TaskChoice("22222222-2222-4222-8222-222222222222", "articles-push", "articles")
_ARCHIVE = TaskChoice("44444444-4444-4444-8444-444444444444", "archive-push", "archive", refusal="disabled")
_OTHER = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def pane(theme: Theme, qtbot: QtBot) -> PushPane:
    pane = PushPane(theme)
    qtbot.addWidget(pane)
    qtbot.addWidget(pane.tools)
    pane.set_tasks([_PRODUCTS, _ARTICLES, _ARCHIVE])
    pane.set_actions(
        [
            ActionChoice("updateObject", "Replace records", "Attributes that are not in this file are lost."),
            ActionChoice("clear", "Clear the index", "Deletes all records of the index.", destroys=True),
        ],
        "updateObject",
    )
    pane.resize(346, 560)
    pane.show()
    return pane


def _seek(pane: PushPane, text: str, qtbot: QtBot) -> None:
    field = pane.tasks
    field.setFocus()
    field.clear()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def _texts(widget: PushPane | RunBar) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def _one(widget: QWidget, kind: type[W]) -> W:
    found = widget.findChild(kind)
    assert isinstance(found, kind)
    return found


def _button(widget: PushPane | RunBar, text: str) -> QPushButton:
    return next(button for button in widget.findChildren(QPushButton) if button.text() == text)


@pytest.mark.parametrize("text", ["articles", "RTICLES-P", "22222222-2222", "22222222-2222-4222-8222-222222222222"])
def test_a_task_is_found_by_name_index_or_uuid(text: str, pane: PushPane, qtbot: QtBot) -> None:
    with qtbot.waitSignal(pane.task_chosen) as chosen:
        _seek(pane, text, qtbot)
    assert chosen.args == [_ARTICLES.key]
    assert pane.tasks.chosen == _ARTICLES.key


def test_a_pasted_uuid_of_no_list_is_taken(pane: PushPane, qtbot: QtBot) -> None:
    QApplication.clipboard().setText(_OTHER.upper())
    field = pane.tasks
    field.setFocus()
    field.selectAll()
    field.paste()
    with qtbot.waitSignal(pane.task_chosen) as chosen:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args == [_OTHER]
    assert pane.tasks.choice() is None


@pytest.mark.parametrize("text", ["push", "nothing like it", "archive"])
def test_words_that_fit_no_task_or_several_choose_none_and_say_so(text: str, pane: PushPane, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(pane.task_chosen):
        _seek(pane, text, qtbot)
    assert f"“{text}” is not exactly one task" in _texts(pane)


def test_the_chosen_task_survives_a_new_list(pane: PushPane, qtbot: QtBot) -> None:
    pane.set_task(_PRODUCTS.key)
    with qtbot.assertNotEmitted(pane.task_chosen):
        pane.set_tasks([_ARTICLES, _PRODUCTS])
    assert pane.tasks.chosen == _PRODUCTS.key
    assert pane.tasks.text() == _PRODUCTS.title
    assert _PRODUCTS.detail in _texts(pane)


def test_refreshing_is_asked_for_and_not_twice_while_it_goes_on(pane: PushPane, qtbot: QtBot) -> None:
    refresh = next(b for b in pane.findChildren(QToolButton) if b.accessibleName() == "Refresh the tasks")
    with qtbot.waitSignal(pane.refresh_requested):
        QTest.mouseClick(refresh, Qt.MouseButton.LeftButton)
    pane.set_loading("Fetching the tasks…")
    assert "Fetching the tasks…" not in _texts(pane), "what is done in a moment moves nothing"
    qtbot.waitUntil(lambda: "Fetching the tasks…" in _texts(pane))
    with qtbot.assertNotEmitted(pane.refresh_requested):
        QTest.mouseClick(refresh, Qt.MouseButton.LeftButton)


def test_the_sentence_of_an_action_stands_under_it(pane: PushPane, qtbot: QtBot) -> None:
    assert "Attributes that are not in this file are lost." in _texts(pane)
    actions = _one(pane, QComboBox)
    with qtbot.waitSignal(pane.action_chosen) as chosen:
        QTest.keyClick(actions, Qt.Key.Key_Down)
    assert chosen.args == ["clear"]
    assert "Deletes all records of the index." in _texts(pane)


def test_watch_is_told(pane: PushPane, qtbot: QtBot) -> None:
    with qtbot.waitSignal(pane.watch_toggled):
        QTest.keyClick(_one(pane, QCheckBox), Qt.Key.Key_Space)
    assert pane.watch


def test_the_button_says_what_it_does_and_why_it_cannot(pane: PushPane, qtbot: QtBot) -> None:
    pane.set_push("Push 12 records to products", refusal="Choose a task first.")
    push = _button(pane, "Push 12 records to products")
    assert not push.isEnabled()
    assert "Choose a task first." in _texts(pane)
    pane.set_push("Push 12 records to products")
    with qtbot.waitSignal(pane.push_requested):
        QTest.mouseClick(push, Qt.MouseButton.LeftButton)


def test_the_button_turns_red_for_what_destroys(pane: PushPane, theme: Theme) -> None:
    pane.set_push("Clear the index products…", destructive=True)
    image = _button(pane, "Clear the index products…").grab().toImage()
    assert image.pixelColor(10, image.height() // 2) == theme.color("failed")


def test_choices_hold_still_while_a_run_is_open(pane: PushPane) -> None:
    pane.set_busy(True)
    assert not pane.tasks.isEnabled()
    pane.set_busy(False)
    assert pane.tasks.isEnabled()


def test_problems_lead_to_their_list(pane: PushPane, qtbot: QtBot) -> None:
    pane.set_problems("3 problems.")
    assert "3 problems." in _texts(pane)
    with qtbot.waitSignal(pane.problems_requested):
        QTest.mouseClick(_button(pane, "Show"), Qt.MouseButton.LeftButton)
    pane.set_problems("")
    assert "3 problems." not in _texts(pane)


def test_the_summary_shows_dashes_until_numbers_are_known(pane: PushPane) -> None:
    assert _texts(pane).count("–") == 3
    pane.summary.set_figures(1_000_000, 1, 431_000_000)
    assert "1\u202f000\u202f000" in _texts(pane)
    assert "431 MB" in _texts(pane)
    assert pane.summary.accessibleName() == "1\u202f000\u202f000 records, 1 call, 431 MB to send"


@pytest.fixture
def room(qtbot: QtBot) -> QWidget:
    """Hold the foot: as a window of its own it would never be narrower than its parts."""
    room = QWidget()
    qtbot.addWidget(room)
    room.resize(1400, 50)
    return room


@pytest.fixture
def bar(theme: Theme, room: QWidget) -> RunBar:
    bar = RunBar(theme, room)
    bar.resize(1400, 50)
    room.show()
    return bar


def test_the_foot_shows_the_four_numbers_of_a_run(bar: RunBar) -> None:
    bar.show_running(RunFigures(134_568, 1, 2, 865_429, 41_812, 21))
    shown = _texts(bar)
    for text in ("134\u202f568 succeeded", "1 failed", "2 in doubt", "865\u202f429 unsent", "13 %", "0:21 left"):
        assert text in shown
    assert "41\u202f800 records/s" in shown


def test_the_foot_cancels(bar: RunBar, qtbot: QtBot) -> None:
    bar.show_running(RunFigures(0, 0, 0, 5))
    cancel = _button(bar, "Ca&ncel")
    with qtbot.waitSignal(bar.cancel_requested):
        QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    bar.set_cancel_enabled(False)
    with qtbot.assertNotEmitted(bar.cancel_requested):
        QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)


def test_the_foot_pauses_and_continues(bar: RunBar, qtbot: QtBot) -> None:
    bar.show_running(RunFigures(0, 0, 0, 5))
    bar.set_paused(False, enabled=True)
    with qtbot.waitSignal(bar.pause_requested):
        QTest.mouseClick(_button(bar, "Pa&use"), Qt.MouseButton.LeftButton)
    bar.set_paused(True, enabled=True)
    with qtbot.waitSignal(bar.pause_requested):
        QTest.mouseClick(_button(bar, "C&ontinue"), Qt.MouseButton.LeftButton)
    bar.show_finished(RunFigures(5, 0, 0, 0), "Finished.")
    assert not _button(bar, "C&ontinue").isVisible()


def test_the_foot_comes_back_to_the_last_result_after_other_work(bar: RunBar) -> None:
    assert "No run yet" in _texts(bar)
    bar.show_finished(RunFigures(5, 0, 0, 0), "Finished after 0:02.")
    bar.show_working("Loading products.csv", 3, 10)
    assert "Finished" not in _texts(bar)
    bar.show_hint("")
    assert "Finished after 0:02." in _texts(bar)
    assert "5 succeeded" in _texts(bar)


def test_a_narrow_foot_keeps_every_number(bar: RunBar) -> None:
    bar.resize(430, 50)
    bar.show_running(RunFigures(134_568, 1, 2, 865_429, 41_812, 21))
    shown = _texts(bar)
    assert "41\u202f800" not in shown
    assert {"134\u202f568", "1", "2", "865\u202f429 unsent"} <= set(shown.splitlines())


def test_unknown_size_shows_as_busy(bar: RunBar) -> None:
    bar.show_working("Loading", 0, 0)
    progress = _one(bar, QProgressBar)
    assert progress.maximum() == 0
    bar.show_running(RunFigures(1, 0, 0, 1))
    assert (progress.value(), progress.maximum()) == (500, 1000)


def test_a_button_that_says_something_else_by_the_time_it_is_released_does_nothing(
    pane: PushPane, qtbot: QtBot
) -> None:
    pane.set_push("Clear the index products", destructive=True)
    button = _button(pane, "Clear the index products")
    with qtbot.assertNotEmitted(pane.push_requested):
        QTest.mousePress(button, Qt.MouseButton.LeftButton)
        pane.set_push("Clear the index events", destructive=True)
        QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(pane.push_requested):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
