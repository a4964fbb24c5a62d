"""Dialogs, lists and the bar over the table, clicked and typed into."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from pushconsole.desktop.banner import Banner
from pushconsole.desktop.confirm_index_dialog import ConfirmIndexDialog
from pushconsole.desktop.problems_pane import ProblemGroup, ProblemRow, ProblemsPane
from pushconsole.desktop.profile_chooser import ProfileChoice, ProfileChooser
from pushconsole.desktop.profile_dialog import ProfileDialog, ProfileDraft
from pushconsole.desktop.record_pane import RecordPane
from pushconsole.desktop.run_bar import RunFigures
from pushconsole.desktop.runs_pane import RunRow, RunsPane
from pushconsole.desktop.theme import Scheme, Theme
from pushconsole.records import ProblemKind
from pushconsole.runs import Throughput


def _button(widget: QWidget, text: str) -> QPushButton:
    return next(button for button in widget.findChildren(QPushButton) if button.text().replace("&", "") == text)


def _field(widget: QWidget, name: str) -> QLineEdit:
    return next(field for field in widget.findChildren(QLineEdit) if field.accessibleName() == name)


def _texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def confirm(theme: Theme, qtbot: QtBot) -> ConfirmIndexDialog:
    dialog = ConfirmIndexDialog(
        theme,
        title="Delete the index products?",
        sentence="It holds 12 records.",
        index="products",
        verb="Delete it",
        backup="&Back up the 12 records first",
    )
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.mark.parametrize("typed", ["", "product", "Products", "products ", "productss"])
def test_nothing_but_the_whole_name_opens_the_red_button(typed: str, confirm: ConfirmIndexDialog, qtbot: QtBot) -> None:
    QTest.keyClicks(_field(confirm, "Index name"), typed)
    assert not _button(confirm, "Delete it").isEnabled()


def test_the_whole_name_opens_the_red_button(confirm: ConfirmIndexDialog, qtbot: QtBot) -> None:
    QTest.keyClicks(_field(confirm, "Index name"), "products")
    with qtbot.waitSignal(confirm.accepted):
        QTest.mouseClick(_button(confirm, "Delete it"), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_escape_and_enter_change_nothing(key: Qt.Key, confirm: ConfirmIndexDialog, qtbot: QtBot) -> None:
    field = _field(confirm, "Index name")
    QTest.keyClicks(field, "products")
    with qtbot.assertNotEmitted(confirm.accepted), qtbot.waitSignal(confirm.rejected):
        QTest.keyClick(field, key)


@pytest.fixture
def profile(theme: Theme, qtbot: QtBot) -> ProfileDialog:
    dialog = ProfileDialog(theme)
    dialog.show_keyring("The key is kept in the system's keyring.")
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_a_profile_is_submitted_as_it_was_typed(profile: ProfileDialog, qtbot: QtBot) -> None:
    QTest.keyClicks(_field(profile, "Name"), " Acme ")
    QTest.keyClicks(_field(profile, "Application ID"), "B1G2GM9NG0")
    QTest.keyClicks(_field(profile, "API key"), "not-a-secret")
    with qtbot.waitSignal(profile.submitted) as told:
        QTest.keyClick(_field(profile, "API key"), Qt.Key.Key_Return)
    assert told.args == [ProfileDraft("Acme", "B1G2GM9NG0", "us", "test", "not-a-secret")]
    assert "not-a-secret" not in repr(told.args)
    assert profile.isVisible()


def test_the_key_is_not_shown_while_it_is_typed(profile: ProfileDialog) -> None:
    key = _field(profile, "API key")
    key.setText("not-a-secret")
    assert "not-a-secret" not in key.displayText()
    assert "keyring" in _texts(profile)


def test_what_is_wrong_is_said_and_the_cursor_put_there(profile: ProfileDialog, qtbot: QtBot) -> None:
    QTest.mouseClick(_button(profile, "Save the profile"), Qt.MouseButton.LeftButton)
    profile.show_error("“” is not an application ID.", "application_id")
    assert "is not an application ID" in _texts(profile)
    assert profile.focusWidget() is _field(profile, "Application ID")
    assert _button(profile, "Save the profile").isEnabled()


def test_an_application_id_is_written_in_capitals_and_counted(profile: ProfileDialog) -> None:
    field = _field(profile, "Application ID")
    QTest.keyClicks(field, "b1g2 gm9")
    assert field.text() == "B1G2GM9"
    assert "7 of 10 letters and digits" in _texts(profile)
    QTest.keyClicks(field, "ng0")
    assert "of 10" not in _texts(profile)
    QTest.keyClicks(field, "1")
    assert "ten letters and digits, and nothing else" in _texts(profile)


def test_the_service_is_asked_about_once_nothing_was_typed_for_a_moment(profile: ProfileDialog, qtbot: QtBot) -> None:
    drafts: list[ProfileDraft] = []
    profile.check_wanted.connect(drafts.append)
    QTest.keyClicks(_field(profile, "Name"), "Acme")
    QTest.keyClicks(_field(profile, "Application ID"), "B1G2GM9NG0")
    with qtbot.waitSignal(profile.check_wanted):
        QTest.keyClicks(_field(profile, "API key"), "not-a-secret")
    assert drafts == [ProfileDraft("Acme", "B1G2GM9NG0", "us", "test", "not-a-secret")]


@pytest.mark.parametrize(
    ("typed", "limit"),
    [("25 kB", 25_000), ("12.5", 12_500), ("much", 0), ("", 0)],
    ids=["kB", "a number", "words", "nothing"],
)
def test_a_record_may_be_as_large_as_is_typed(profile: ProfileDialog, typed: str, limit: int) -> None:
    QTest.mouseClick(_button(profile, "Advanced"), Qt.MouseButton.LeftButton)
    box = next(box for box in profile.findChildren(QComboBox) if box.accessibleName() == "Record up to")
    line = box.lineEdit()
    assert line is not None
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, typed)
    assert profile.draft.record_limit_bytes == limit


def test_addresses_are_out_of_the_way_until_they_matter(profile: ProfileDialog, qtbot: QtBot) -> None:
    address = _field(profile, "Address of the Ingestion API")
    assert not address.isVisible()
    QTest.mouseClick(_button(profile, "Advanced"), Qt.MouseButton.LeftButton)
    assert address.isVisible()


def test_editing_begins_with_the_profile_and_without_its_key(profile: ProfileDialog, qtbot: QtBot) -> None:
    draft = ProfileDraft("Local", "SANDBOX001", "eu", "sandbox", "", "http://127.0.0.1:9", "")
    profile.edit(draft)
    assert _field(profile, "Address of the Ingestion API").isVisible()
    with qtbot.waitSignal(profile.submitted) as told:
        QTest.mouseClick(_button(profile, "Save the profile"), Qt.MouseButton.LeftButton)
    assert told.args == [draft]


@pytest.fixture
def chooser(theme: Theme, qtbot: QtBot) -> ProfileChooser:
    chooser = ProfileChooser(theme)
    qtbot.addWidget(chooser)
    profiles = [
        ProfileChoice("Acme", "B1G2GM9NG0", "us", "production"),
        ProfileChoice("R&D", "B1G2GM9NG1", "eu", "test"),
    ]
    chooser.set_profiles(profiles, "Acme")
    chooser.show()
    return chooser


def _trigger(chooser: ProfileChooser, begins: str) -> None:
    menu = chooser.findChild(QMenu)
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text().startswith(begins)).trigger()


def test_the_chooser_shows_kind_and_profile(chooser: ProfileChooser) -> None:
    button = chooser.findChild(QToolButton)
    assert isinstance(button, QToolButton)
    assert _texts(chooser) == "Production"
    assert button.text() == "Acme · B1G2GM9NG0 · us"
    chooser.set_profiles([], None)
    assert button.text() == "No profile"
    assert _texts(chooser) == ""


def test_the_choosers_menu_tells_what_is_wanted(chooser: ProfileChooser, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chooser.profile_chosen) as chosen:
        _trigger(chooser, "R&&D")
    with qtbot.waitSignal(chooser.add_requested):
        _trigger(chooser, "&Add")
    with qtbot.waitSignal(chooser.edit_requested) as edited:
        _trigger(chooser, "&Edit “Acme”")
    with qtbot.waitSignal(chooser.delete_requested) as deleted:
        _trigger(chooser, "&Delete")
    assert [chosen.args, edited.args, deleted.args] == [["R&D"], ["Acme"], ["Acme"]]


def _rows(pane: QWidget) -> QTreeWidget:
    tree = pane.findChild(QTreeWidget)
    assert isinstance(tree, QTreeWidget)
    return tree


def test_a_problem_leads_to_its_record(theme: Theme, qtbot: QtBot) -> None:
    pane = ProblemsPane(theme)
    qtbot.addWidget(pane)
    qtbot.addWidget(pane.tools)
    pane.resize(600, 200)
    pane.show()
    assert "Not checked yet" in _texts(pane)
    row = ProblemRow("Line 640 has none.", 7)
    kind = ProblemKind.MISSING_OBJECT_ID
    pane.show_groups([ProblemGroup(kind, "Without an objectID", 1200, is_error=True, rows=(row,))])
    tree = _rows(pane)
    group = tree.topLevelItem(0)
    assert group is not None
    first, rest = group.child(0), group.child(1)
    assert first is not None
    assert rest is not None
    assert group.text(0) == "Without an objectID  ·  1\u202f200"
    assert rest.text(0) == "and 1\u202f199 more"
    with qtbot.waitSignal(pane.record_activated) as told:
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(first).center())
    assert told.args == [7]
    pane.show_none("objectIDs and sizes of 12 records were checked.")
    assert "objectIDs and sizes of 12 records were checked." in _texts(pane)
    with qtbot.waitSignal(pane.check_requested):
        QTest.mouseClick(pane.tools, Qt.MouseButton.LeftButton)


def test_a_record_is_shown_coloured_and_copied(theme: Theme, qtbot: QtBot) -> None:
    pane = RecordPane(theme)
    qtbot.addWidget(pane)
    qtbot.addWidget(pane.tools)
    pane.show()
    assert "No record selected" in _texts(pane)
    pane.show_record(7, '{\n  "price": 12.5,\n  "brand": null\n}')
    text = pane.findChild(QPlainTextEdit)
    assert isinstance(text, QPlainTextEdit)
    colours = [part.format.foreground().color() for part in text.document().findBlockByNumber(1).layout().formats()]
    assert colours == [theme.color("accent"), theme.color("warning")]
    assert not pane.modified
    pane.tools.show()
    QTest.mouseClick(_button(pane.tools, "Copy JSON"), Qt.MouseButton.LeftButton)
    assert '"price": 12.5' in QGuiApplication.clipboard().text()
    pane.show_nothing()
    assert not pane.tools.isEnabled()


def test_an_edited_record_is_handed_on_by_the_button_or_when_another_is_shown(theme: Theme, qtbot: QtBot) -> None:
    pane = RecordPane(theme)
    qtbot.addWidget(pane)
    qtbot.addWidget(pane.tools)
    pane.show()
    pane.tools.show()
    pane.show_record(7, "{}")
    text = pane.findChild(QPlainTextEdit)
    assert isinstance(text, QPlainTextEdit)
    text.setPlainText('{"a": 1}')
    with qtbot.waitSignal(pane.apply_requested) as applied:
        QTest.mouseClick(_button(pane.tools, "Apply"), Qt.MouseButton.LeftButton)
    assert applied.args == [7, '{"a": 1}']
    pane.show_record(7, "{}")
    assert text.toPlainText() == '{"a": 1}'
    text.setPlainText('{"a": 2}')
    with qtbot.waitSignal(pane.apply_requested) as applied:
        pane.show_record(8, '{"b": 2}')
    assert applied.args == [7, '{"a": 2}']
    assert text.toPlainText() == '{"b": 2}'
    text.setPlainText("{")
    assert pane.refuse(8, "{", "It ends too early.", 1)
    assert "It ends too early." in _texts(pane)
    QTest.mouseClick(_button(pane.tools, "Revert"), Qt.MouseButton.LeftButton)
    assert text.toPlainText() == '{"b": 2}'
    assert "It ends too early." not in _texts(pane)
    text.setPlainText("{}")
    pane.set_read_only(True)
    assert not _button(pane.tools, "Apply").isEnabled()


def test_what_could_not_be_applied_stands_there_again_when_its_record_is_shown_again(
    theme: Theme, qtbot: QtBot
) -> None:
    pane = RecordPane(theme)
    qtbot.addWidget(pane)
    text = pane.findChild(QPlainTextEdit)
    assert isinstance(text, QPlainTextEdit)
    pane.show()
    pane.show_record(7, "{}")
    text.setPlainText("{")
    pane.show_record(8, "{}")
    assert not pane.refuse(7, "{", "It ends too early.", 1)
    assert "It ends too early." not in _texts(pane)
    pane.show_record(7, "{}")
    assert text.toPlainText() == "{"
    assert "It ends too early." in _texts(pane)
    text.setPlainText('{"a": 1}')
    pane.set_read_only(True)
    pane.show_record(8, "{}")
    pane.show_record(7, "{}")
    assert text.toPlainText() == '{"a": 1}'
    assert "a run had the records" in _texts(pane)
    pane.start_over()
    pane.show_record(7, "{}")
    assert text.toPlainText() == "{}"


def test_runs_are_listed_with_their_numbers(theme: Theme, qtbot: QtBot) -> None:
    pane = RunsPane(theme)
    qtbot.addWidget(pane)
    pane.show()
    assert "No runs yet" in _texts(pane)
    started = datetime(2026, 11, 23, 12, 1, 19, tzinfo=UTC)
    figures = RunFigures(1000, 1, 0, 5)
    pane.set_runs([RunRow("41", started, "products", "updateObject", figures, "cancelled")])
    item = _rows(pane).topLevelItem(0)
    assert item is not None
    shown = [item.text(column) for column in range(9)]
    assert shown == ["2026-11-23 12:01:19", "products", "updateObject", "1\u202f000", "1", "0", "5", "cancelled", ""]


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_a_runs_line_has_the_course_of_its_speed_and_the_average(theme: Theme, qtbot: QtBot, scheme: Scheme) -> None:
    theme.choose(scheme)
    pane = RunsPane(theme)
    qtbot.addWidget(pane)
    pane.resize(1100, 200)
    pane.show()
    row = RunRow("41", datetime.now(UTC), "products", "updateObject", RunFigures(1000, 0, 0, 0), "complete")
    pane.set_runs([dataclasses.replace(row, speed=Throughput(41_800.0, (0.0, 60_000.0, 20_000.0)))])
    rows = _rows(pane)
    item = rows.topLevelItem(0)
    assert item is not None
    assert item.text(8) == "41\u202f800"
    assert "60\u202f000 records/s at most" in item.toolTip(8)
    place = rows.visualItemRect(item)
    place.setLeft(rows.columnViewportPosition(8))
    image = rows.viewport().grab(place).toImage()
    line = theme.color("accent").rgb()
    where = [(x, y) for x in range(100) for y in range(image.height()) if image.pixel(x, y) == line]
    assert where, "the line is drawn"
    assert min(where, key=lambda at: at[1])[0] in range(40, 60), "it is highest in its middle"


def test_the_bar_says_something_and_is_put_away(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner(theme)
    qtbot.addWidget(banner)
    assert not banner.isVisible()
    banner.say("4 rows were not loaded.", actions=[("Show the rows", "Goes there"), ("Leave them", "Does nothing")])
    assert "4 rows were not loaded." in _texts(banner)
    with qtbot.waitSignal(banner.action_requested, check_params_cb=lambda words: words == "Show the rows"):
        QTest.mouseClick(_button(banner, "Show the rows"), Qt.MouseButton.LeftButton)
    banner.say("All were loaded.")
    assert not any(part.isVisible() for part in banner.findChildren(QPushButton))
    close = banner.findChild(QToolButton)
    assert isinstance(close, QToolButton)
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()


def test_icons_follow_the_theme(theme: Theme) -> None:
    icon = theme.icons.icon("check")
    light = icon.pixmap(16, 16).toImage()
    theme.choose(Scheme.DARK)
    dark = icon.pixmap(16, 16).toImage()
    assert light != dark
    assert light.size() == dark.size()
