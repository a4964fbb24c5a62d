"""Going through the problems one by one, with real clicks and keys."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTreeWidget, QTreeWidgetItem

from tests.end_to_end.window_driver import open_console, until


def _group(tree: QTreeWidget, title: str) -> QTreeWidgetItem:
    return next(iter(tree.findItems(title, Qt.MatchFlag.MatchStartsWith)))


async def test_what_was_unfolded_and_where_one_was_stays_after_an_edit(qapp: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "troubled.ndjson"
    spaced = "".join(f'{{"objectID":" s{n} ","n":{n}}}\n' for n in range(40))
    file.write_text(f'{{"objectID":"d","n":1}}\n{{"objectID":"d","n":2}}\n{{"n":3}}\n{spaced}', "utf-8")
    async with open_console(qapp, file) as driver:
        await driver.loaded(43)
        driver.window.raise_pane("problems")
        tree = driver.window.problems_pane.findChild(QTreeWidget)
        assert isinstance(tree, QTreeWidget)
        await until(lambda: tree.topLevelItemCount() == 3)
        _group(tree, "No objectID").setExpanded(False)
        group = _group(tree, "White space")
        group.setExpanded(True)
        problem, below = group.child(30), group.child(31)
        assert problem is not None
        assert below is not None
        tree.scrollToItem(problem)
        place = tree.visualItemRect(problem).center()
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
        await until(lambda: driver.window.records.current_position() == 33)
        told, scrolled = below.text(0), tree.verticalScrollBar().value()
        assert scrolled > 0
        await driver.type_into_cell(33, "objectID", "s30")
        await until(lambda: _group(tree, "White space").text(0).endswith("39"))
        assert not _group(tree, "No objectID").isExpanded()
        assert _group(tree, "White space").isExpanded()
        assert abs(tree.verticalScrollBar().value() - scrolled) <= 1
        current = tree.currentItem()
        assert current is not None
        assert current.text(0) == told  # what has come to stand where the mended one was


async def test_the_keyboard_stays_with_the_problems_when_a_button_among_them_is_pressed(
    qapp: QApplication, tmp_path: Path
) -> None:
    file = tmp_path / "troubled.ndjson"
    file.write_text('{"objectID":"d","n":1}\n{"objectID":"d","n":2}\n{"n":3}\n', "utf-8")
    async with open_console(qapp, file) as driver:
        await driver.loaded(3)
        driver.window.raise_pane("problems")
        tree = driver.window.problems_pane.findChild(QTreeWidget)
        assert isinstance(tree, QTreeWidget)
        await until(lambda: tree.topLevelItemCount() == 2 and tree.isVisible())
        mend = driver.find(QPushButton, "Make objectIDs for all", tree)
        mend.setFocus()
        QTest.keyClick(mend, Qt.Key.Key_Space)
        await until(lambda: tree.topLevelItemCount() == 1)
        assert driver.window.focusWidget() is tree
        group = tree.topLevelItem(0)
        assert group is not None
        assert group.isExpanded()
