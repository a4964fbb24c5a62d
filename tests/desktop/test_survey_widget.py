"""The list of compared records, and the card that counts them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from pushconsole.desktop.index_card import IndexCard
from pushconsole.desktop.pages import ROWS_A_PAGE
from pushconsole.desktop.survey_model import SurveyModel


def test_the_model_keeps_qts_rules_and_asks_for_names_page_by_page(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    model = SurveyModel()
    asked: list[tuple[int, int]] = []
    model.page_wanted.connect(lambda first, count: asked.append((first, count)))
    model.set_count(ROWS_A_PAGE * 3)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    last = model.index(ROWS_A_PAGE * 3 - 1)
    assert last.data() == "…"
    qtbot.waitUntil(lambda: (ROWS_A_PAGE * 2, ROWS_A_PAGE) in asked)
    model.put(ROWS_A_PAGE * 2, [f"record {n}" for n in range(ROWS_A_PAGE)])
    assert last.data() == f"record {ROWS_A_PAGE - 1}"
    assert last.data(Qt.ItemDataRole.ToolTipRole) == last.data()
    model.set_count(0)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    assert model.rowCount() == 0


@pytest.fixture
def card(qapp: QApplication, qtbot: QtBot) -> IndexCard:
    """Give a card that is shown."""
    made = IndexCard()
    qtbot.addWidget(made)
    return made


def _seen(card: IndexCard) -> set[str]:
    parts: list[QLabel | QPushButton | QCheckBox] = []
    for kind in (QLabel, QPushButton, QCheckBox):
        parts += card.findChildren(kind)
    return {part.text().replace("&", "") for part in parts if part.isVisible()}


def test_the_card_shows_what_there_is_and_nothing_else(card: IndexCard) -> None:
    assert not card.isVisible()
    card.show_progress(1, 4, "Comparing: 1 of 4")
    assert _seen(card) == {"Comparing: 1 of 4", "Cancel"}
    card.show_counts("Compared at 12:00", "4 unchanged", leaving_out="&Leave out 4", note="A note.")
    assert _seen(card) == {"Compared at 12:00", "4 unchanged", "A note.", "Leave out 4", "Differences…"}
    card.show_outdated("No longer true.")
    assert _seen(card) == {"No longer true.", "Compare again"}
    card.show_failure("It failed.")
    assert _seen(card) == {"It failed.", "Compare again"}
    card.show_nothing()
    assert not card.isVisible()


def test_what_is_no_longer_offered_is_no_longer_ticked(card: IndexCard) -> None:
    told: list[bool] = []
    card.leaving_out_toggled.connect(told.append)
    card.show_counts("Compared", "4 unchanged", leaving_out="Leave out 4")
    (box,) = card.findChildren(QCheckBox)
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert card.leaves_out
    card.show_outdated("No longer true.")
    assert not card.leaves_out
    assert told == [True, False]
