"""Drives a real window with real clicks and keys, on the loop it runs on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QWidget,
)

from pushconsole import locations
from pushconsole.desktop.application import Console
from pushconsole.desktop.import_dialog import ImportDialog
from pushconsole.desktop.question_dialog import QuestionDialog
from pushconsole.sandbox import RunningSandbox
from tests.look import look_of

_Found = TypeVar("_Found")
_Widget = TypeVar("_Widget", bound=QObject)


async def until(condition: Callable[[], _Found | None], *, within_s: float = 20) -> _Found:
    """Return what a condition gives as soon as it gives something true; the loop goes on meanwhile."""
    deadline = time.monotonic() + within_s
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{condition} did not come true within {within_s} s"
        await asyncio.sleep(0.005)
    return found


@asynccontextmanager
async def open_console(
    qapp: QApplication, file: Path | None = None, sandbox: RunningSandbox | None = None
) -> AsyncIterator[Driver]:
    """Open the window on a sandbox, by default the user's own, and close it the way a person does."""
    look = look_of(qapp)
    console = Console(look, lambda: Shared(sandbox)) if sandbox else Console(look)
    await console.start(file=file, on_sandbox=True)
    driver = Driver(console)
    try:
        await until(driver.has_tasks)
        if file is not None and file.suffix == ".csv" and file != locations.sample():
            await driver.accept_import()
        yield driver
    finally:
        await driver.close()


class Shared(RunningSandbox):
    """A sandbox that others use as well, so the window cannot end it."""

    def __init__(self, running: RunningSandbox) -> None:
        self.__dict__.update(vars(running))

    def stop(self) -> None:
        """Leave it running."""


class Driver:
    """A person in front of the window."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.window = console.window

    def has_tasks(self) -> bool:
        """Tell whether the tasks have been fetched."""
        return bool(self.window.push_pane.tasks.choices)

    def find(self, kind: type[_Widget], name: str, parent: QWidget | None = None) -> _Widget:
        """Return the visible widget with this accessible name or text."""
        for widget in (parent or self.window).findChildren(kind):
            assert isinstance(widget, QWidget)
            text = widget.text() if isinstance(widget, QPushButton) else ""
            if widget.isVisible() and name in {widget.accessibleName(), text.replace("&", "")}:
                return widget
        raise AssertionError(f"no visible {kind.__name__} named {name}")

    def click(self, widget: QWidget) -> None:
        """Click the middle of a widget."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    async def open(self, path: Path) -> None:
        """Open a file through the menu's shortcut and the dialog."""
        self.window.activateWindow()  # what a window manager does when a dialog has gone
        await until(self.window.isActiveWindow)
        QTest.keyClick(self.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
        await self.name_file(path)

    async def name_file(self, path: Path) -> None:
        """Type a file's name into the dialog that asks for one."""
        dialog = await self.dialog(QFileDialog)
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(field, QLineEdit)
        await until(dialog.isActiveWindow)  # keys are for what is in front
        field.clear()
        QTest.keyClicks(field, str(path))
        await until(lambda: field.text() == str(path))
        QTest.keyClick(field, Qt.Key.Key_Return)
        await self.gone(QFileDialog)

    async def load(self, path: Path) -> None:
        """Open a file and load it as it was found to be."""
        await self.open(path)
        await self.accept_import()

    async def accept_import(self) -> None:
        """Load a file the way the import dialog says, with its big button."""
        dialog = await self.dialog(ImportDialog)
        self.click(self.find(QPushButton, "Load", dialog))
        await self.gone(ImportDialog)

    async def dialog(self, kind: type[QDialog]) -> QDialog:
        """Wait for a dialog."""
        return await until(lambda: next((d for d in self.window.findChildren(kind) if d.isVisible()), None))

    async def gone(self, kind: type[QDialog]) -> None:
        """Wait until no dialog of a kind is open."""
        await until(lambda: not any(dialog.isVisible() for dialog in self.window.findChildren(kind)))

    async def answer(self, text: str) -> None:
        """Answer a question with the button that says so."""
        self.click(self.find(QPushButton, text, await self.dialog(QuestionDialog)))
        await self.gone(QuestionDialog)

    async def loaded(self, records: int) -> None:
        """Wait until so many records are shown and what a push would do is known."""
        button = self.push_button
        number = f"{records:,}".replace(",", "\u202f")
        await until(
            lambda: self.window.model.rowCount() == records and number in button.text().splitlines()[0], within_s=60
        )

    async def loaded_unaimed(self, records: int) -> None:
        """Wait until so many records are shown, whether or not there is a task to push them to."""
        await until(lambda: self.window.model.rowCount() == records)

    @property
    def table(self) -> QTableView:
        """The table."""
        return self.window.records

    @property
    def push_button(self) -> QPushButton:
        """The big button."""
        return next(b for b in self.window.push_pane.findChildren(QPushButton) if b.property("role") in _BIG)

    def cell(self, row: int, column: str) -> QModelIndex:
        """Return a cell by its position and its column's heading."""
        names = [known.name for known in self.window.model.columns]
        return self.window.model.index(row, names.index(column) + 1)

    def shown(self, row: int, column: str) -> str:
        """Return what a cell shows; nothing where there is no such column yet."""
        known = any(shown.name == column for shown in self.window.model.columns)
        return str(self.cell(row, column).data()) if known else ""

    def outcome(self, row: int) -> str:
        """Return what is shown of a record's fate."""
        return str(self.window.model.index(row, 0).data())

    async def type_into_cell(self, row: int, column: str, text: str) -> None:
        """Double-click a cell, replace what it holds, press Enter."""
        await until(lambda: self.shown(row, column) != "…")
        await until(lambda: self.cell(row, column).flags() & Qt.ItemFlag.ItemIsEditable)  # not while a file is read
        index = self.cell(row, column)
        self.table.scrollTo(index)
        place = self.table.visualRect(index).center()
        QTest.mouseClick(self.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(self.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        editor = await until(lambda: self.table.viewport().findChild(QLineEdit))
        editor.selectAll()
        QTest.keyClick(editor, Qt.Key.Key_Delete)
        self.type(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)

    def choose(self, combo: QComboBox, wanted: str) -> None:
        """Walk a combo box by keyboard until its text holds what is wanted."""
        combo.setFocus()
        QTest.keyClick(combo, Qt.Key.Key_Home)
        for _ in range(combo.count()):
            if wanted in combo.currentText():
                return
            QTest.keyClick(combo, Qt.Key.Key_Down)
        raise AssertionError(f"{wanted} is not among {[combo.itemText(n) for n in range(combo.count())]}")

    def choose_action(self, wire_name: str) -> None:
        """Choose an action by keyboard."""
        self.choose(self.find(QComboBox, "Action"), f"({wire_name})")

    async def seek_task(self, text: str) -> None:
        """Type into the task field and press Enter."""
        field = self.window.push_pane.tasks
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    async def push(self, *, within_s: float = 60) -> None:
        """Press the big button and wait for the run's last line in the log."""
        before = self.log.count("Finished in")
        await until(self.push_button.isEnabled)
        self.click(self.push_button)
        await until(lambda: self.log.count("Finished in") > before and self.push_button.isEnabled(), within_s=within_s)

    def type(self, field: QLineEdit, text: str) -> None:
        """Type into a field; what no key has is pasted, as a person would (QTest aborts on it)."""
        if text.isascii():
            QTest.keyClicks(field, text)
        else:
            QApplication.clipboard().setText(text)
            QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def labels(self, widget: QWidget) -> str:
        """Return what a widget says: all its visible labels."""
        return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())

    async def undo(self) -> None:
        """Press Ctrl+Z."""
        self.window.activateWindow()
        await until(self.window.isActiveWindow)
        QTest.keyClick(self.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    @property
    def watch(self) -> QCheckBox:
        """The box that makes each call wait for indexing."""
        boxes = self.window.push_pane.findChildren(QCheckBox)
        return next(box for box in boxes if "(watch)" in box.text())

    def tick(self, parent: QWidget, text: str) -> None:
        """Click a box by its text."""
        box = next(b for b in parent.findChildren(QCheckBox) if b.text().replace("&", "") == text)
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))

    @property
    def refusal(self) -> str:
        """What stands over the big button."""
        return self.labels(self.window.push_pane)

    @property
    def banner(self) -> str:
        """What stands over the table."""
        return self.labels(self.window.banner)

    @property
    def log(self) -> str:
        """What the log pane shows."""
        return self.window.log_pane.shown_text()

    async def close(self) -> None:
        """Close the window; edits that are in no file are discarded."""
        self.window.close()
        closing = asyncio.create_task(self.console.closed.wait())
        while not closing.done():
            for question in self.window.findChildren(QuestionDialog):
                if question.isVisible():
                    buttons = question.findChildren(QPushButton)
                    self.click(next(b for b in buttons if b.property("role") == "destructive"))
            await asyncio.sleep(0.01)
        self.window.deleteLater()


_BIG = {"primary", "destructive"}


class StallMeter:
    """Measures how long the GUI thread does not come to its events: the longest gap between ticks of a timer."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def __enter__(self) -> StallMeter:
        self._last = time.perf_counter()
        self._timer.start(1)
        return self

    def __exit__(self, *_: object) -> None:
        self._tick()
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest_s = max(self.longest_s, now - self._last)
        self._last = now
