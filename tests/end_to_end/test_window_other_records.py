"""What becomes of what was known and done, when other records take the place of those that are open."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from pushconsole.records import LoadReport, load_in_background
from tests.end_to_end.window_driver import open_console, until

_GROWN = 100_000


@pytest.fixture
def troubled(tmp_path: Path) -> Path:
    """Write records with problems."""
    file = tmp_path / "troubled.ndjson"
    file.write_text('{"objectID":"d","n":1}\n{"objectID":"d","n":2}\n{"n":3}\n{"objectID":" s ","n":4}\n', "utf-8")
    return file


class _SlowLoading:
    """Lets the process that reads a file begin, or its report come, only when `go_on` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on, self.at_the_end = threading.Event(), False
        monkeypatch.setattr("pushconsole.desktop.records_controller.load_in_background", self._slow)

    def _slow(self, *of: object, **named: object) -> LoadReport:
        if not self.at_the_end:
            self.go_on.wait(10)
        report = load_in_background(*of, **named)  # type: ignore[arg-type]
        self.go_on.wait(10)
        return report


def _large(tmp_path: Path) -> Path:
    file = tmp_path / "large.ndjson"
    file.write_text("".join(f'{{"objectID":"k{n}","n":{n}}}\n' for n in range(_GROWN)), "utf-8")
    return file


async def test_problems_of_other_records_are_not_shown_while_a_file_is_read(
    qapp: QApplication, troubled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_console(qapp, troubled) as driver:
        await driver.loaded(4)
        await until(lambda: driver.outcome(2) == "problem" and "problems" in driver.refusal)
        slow = _SlowLoading(monkeypatch)
        slow.at_the_end = True
        driver.console._records.open([_large(tmp_path)])
        await until(lambda: driver.window.model.rowCount() > 0 and driver.shown(2, "objectID") == "k2")
        assert [driver.outcome(row) for row in range(3)] == ["", "", ""]
        assert driver.window._docks["problems"].windowTitle() == "Problems"
        assert "problems" not in driver.refusal
        slow.go_on.set()
        await driver.loaded(_GROWN)


async def test_an_edit_made_while_a_file_is_coming_is_kept(
    qapp: QApplication, troubled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_console(qapp, troubled) as driver:
        await driver.loaded(4)
        slow = _SlowLoading(monkeypatch)
        driver.console._records.open([_large(tmp_path)])
        await until(lambda: "Reading large.ndjson" in driver.labels(driver.window.run_bar))
        await driver.type_into_cell(0, "n", "77")
        await until(lambda: driver.shown(0, "n") == "77")
        slow.go_on.set()
        await driver.loaded(_GROWN)
        assert [(left.name, left.edits) for left in driver.console._folder.left()] == [("troubled.ndjson", 1)]
        assert "troubled.ndjson was edited while others were on their way." in driver.banner


async def test_nothing_can_be_typed_that_would_be_refused_while_a_file_is_read(
    qapp: QApplication, troubled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_console(qapp, troubled) as driver:
        await driver.loaded(4)
        slow = _SlowLoading(monkeypatch)
        slow.at_the_end = True
        driver.console._records.open([_large(tmp_path)])
        await until(lambda: driver.window.model.rowCount() > 0 and driver.shown(2, "objectID") == "k2")
        ways = (driver.window.commands.add_record, driver.window.commands.edits.set_value)
        assert not any(way.isEnabled() for way in ways)
        assert not driver.cell(0, "n").flags() & Qt.ItemFlag.ItemIsEditable
        slow.go_on.set()
        await driver.loaded(_GROWN)
        assert all(way.isEnabled() for way in ways)
        await driver.type_into_cell(0, "n", "77")
        await until(lambda: driver.shown(0, "n") == "77")


async def test_what_was_typed_into_the_record_pane_never_goes_to_a_record_of_another_file(
    qapp: QApplication, troubled: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.ndjson"
    other.write_text('{"objectID":"x","n":1}\n', "utf-8")
    async with open_console(qapp, troubled) as driver:
        await driver.loaded(4)
        driver.window.raise_pane("record")
        text = driver.find(QPlainTextEdit, "Record as JSON")
        await until(lambda: '"d"' in text.toPlainText())
        text.setPlainText('{"objectID":"typed"}')
        driver.console._records.open([other])
        await driver.answer("Keep for next time")
        await driver.loaded(1)
        await until(lambda: '"x"' in text.toPlainText())
        driver.window.commands.add_record.trigger()  # an edit after those that were asked for
        await driver.loaded_unaimed(2)
        workspace = driver.console._records.workspace
        assert workspace is not None
        assert workspace.text(1) == '{"objectID":"x","n":1}'
        assert [(left.name, left.edits) for left in driver.console._folder.left()] == [("troubled.ndjson", 1)]
