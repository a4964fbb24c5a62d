"""A task's page and the colours of its code, filled by hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit, QPushButton, QTreeWidget, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from pushconsole.desktop.javascript_highlighter import JavaScriptHighlighter
from pushconsole.desktop.task_page import Code, Happening, Heading, TaskPage
from pushconsole.desktop.theme import Theme

_HEADING = Heading("Blog  →  blog", "11111111-1111-4111-8111-111111111111", "Takes pushes", "test")
_RUN = Happening("run 1", "2026-11-26 14:00:00", "tip", "succeeded", "check", "succeeded", "")
_OTHER = Happening("run 2", "2026-11-25 14:00:00", "tip", "failed", "cross", "failed", "too big")


def _event(number: int) -> Happening:
    return Happening(f"event {number}", "14:00:00", "tip", "succeeded", "check", "succeeded", f"{number} records")


@pytest.fixture
def page(theme: Theme, qtbot: QtBot) -> TaskPage:
    made = TaskPage(theme, _HEADING)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def _labels(page: TaskPage) -> str:
    return "\n".join(shown.text() for shown in page.findChildren(QLabel) if shown.isVisible())


def _tree(page: TaskPage) -> QTreeWidget:
    found = page.findChild(QTreeWidget)
    assert isinstance(found, QTreeWidget)
    return found


def _run(page: TaskPage, number: int = 0) -> QTreeWidgetItem:
    item = _tree(page).topLevelItem(number)
    assert item is not None
    return item


def _below(item: QTreeWidgetItem) -> list[str]:
    children = [item.child(row) for row in range(item.childCount())]
    return [child.text(2) or child.text(0) for child in children if child is not None]


def test_each_part_says_that_it_is_awaited_or_why_it_is_not_there(page: TaskPage) -> None:
    page.say_of_runs("Fetching the runs…")
    page.say_of_code("Cannot be fetched.", failed=True)
    said = _labels(page)
    assert "Fetching the runs…" in said
    assert "Cannot be fetched." in said
    page.show_runs([])
    page.show_codes([])
    assert "No run in 30 days" in _labels(page)
    assert "No transformation" in _labels(page)


def test_the_heading_and_the_facts_are_replaced(page: TaskPage, qtbot: QtBot) -> None:
    page.show_facts([("Source", "Blog, type push", False), ("Owner", "7f9e", True)])
    page.show_heading(Heading("Blog  →  blog", "id", "Disabled", "production", "4 pushes in a row failed."))
    page.show_facts([("Source", "Other, type push", False)])
    qtbot.waitUntil(lambda: "Other, type push" in _labels(page))
    said = _labels(page)
    assert "4 pushes in a row failed." in said
    assert "Disabled" in said
    assert "Blog, type push" not in said


def test_events_are_asked_for_when_a_run_is_opened_and_page_by_page(page: TaskPage, qtbot: QtBot) -> None:
    page.show_runs([_RUN, _OTHER])
    with qtbot.waitSignal(page.events_wanted) as wanted:
        _run(page).setExpanded(True)
    assert wanted.args == ["run 1", 1]
    assert _below(_run(page)) == ["Fetching the events…"]
    page.show_events("run 1", [_event(1), _event(2)], more=1, page=1)
    assert _below(_run(page)) == ["1 records", "2 records", "Show 1 more"]
    more = _run(page).child(2)
    assert more is not None
    with qtbot.waitSignal(page.events_wanted) as wanted:
        QTest.mouseClick(
            _tree(page).viewport(), Qt.MouseButton.LeftButton, pos=_tree(page).visualItemRect(more).center()
        )
    assert wanted.args == ["run 1", 2]
    page.show_events("run 1", [_event(3)], more=0, page=2)
    assert _below(_run(page)) == ["1 records", "2 records", "3 records"]
    with qtbot.assertNotEmitted(page.events_wanted):
        _run(page).setExpanded(False)
        _run(page).setExpanded(True)


def test_events_that_cannot_be_fetched_are_asked_for_again_by_the_keyboard(page: TaskPage, qtbot: QtBot) -> None:
    page.show_runs([_RUN])
    _run(page).setExpanded(True)
    page.show_events_missing("run 1", "The service answered 500.", page=1)
    assert _below(_run(page)) == ["The service answered 500. Press Enter here to try again."]
    _tree(page).setFocus()
    note = _run(page).child(0)
    assert note is not None
    _tree(page).setCurrentItem(note)
    with qtbot.waitSignal(page.events_wanted) as wanted:
        QTest.keyClick(_tree(page), Qt.Key.Key_Return)
    assert wanted.args == ["run 1", 1]


def test_one_of_several_transformations_is_chosen(page: TaskPage) -> None:
    page.show_codes([Code("First", "Does it.", "function a() {}"), Code("Second", "", "function b() {}")])
    shown = page.findChild(QPlainTextEdit)
    choice = page.findChild(QComboBox)
    assert isinstance(shown, QPlainTextEdit)
    assert isinstance(choice, QComboBox)
    assert (shown.toPlainText(), shown.isReadOnly(), choice.isVisible()) == ("function a() {}", True, True)
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Down)
    assert shown.toPlainText() == "function b() {}"
    page.show_codes([Code("First", "Does it.", "function a() {}")])
    assert not choice.isVisible()
    assert "Transformation “First”" in _labels(page)


def test_what_is_under_way_can_be_stopped(page: TaskPage, qtbot: QtBot) -> None:
    buttons = {made.text().replace("&", ""): made for made in page.findChildren(QPushButton)}
    page.set_progress("Fetching…", busy=True)
    assert not buttons["Refresh"].isEnabled()
    with qtbot.waitSignal(page.stop_requested):
        QTest.mouseClick(buttons["Stop"], Qt.MouseButton.LeftButton)
    page.set_progress("As of 14:00:00", busy=False)
    assert not buttons["Stop"].isVisible()
    with qtbot.waitSignal(page.refresh_requested):
        QTest.mouseClick(buttons["Refresh"], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.copy_requested):
        QTest.mouseClick(buttons["Copy the taskID"], Qt.MouseButton.LeftButton)


_CODE = """\
const low = 'a', n = 12.5; // a 'remark'
/* over
 two lines */ let x = 4 / 2 / 1;
const t = `from ${low}
to "there"`; if (t === null) call(/a[/]b'/g, "q");
"""


def _coloured(theme: Theme, code: str) -> dict[str, str]:
    """Return the characters of each colour's token, in their order."""
    document = QTextDocument(code)
    JavaScriptHighlighter(document, theme)
    tokens = {theme.color(token).name(): token for token in ("muted", "succeeded", "warning", "failed", "accent")}
    found = dict.fromkeys(tokens.values(), "")
    block = document.firstBlock()
    while block.isValid():
        for span in block.layout().formats():
            token = tokens[span.format.foreground().color().name()]
            found[token] += block.text()[span.start : span.start + span.length] + " "
        block = block.next()
    return found


def test_code_is_coloured_by_what_it_is(theme: Theme) -> None:
    found = _coloured(theme, _CODE)
    assert found["muted"] == "// a 'remark' /* over  two lines */ "
    assert found["succeeded"] == '\'a\' `from ${low} to "there"` /a[/]b\'/g "q" '
    assert found["warning"] == "12.5 4 2 1 "
    assert found["failed"] == "null "
    assert found["accent"] == "const let const if call "
