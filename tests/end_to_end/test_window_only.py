"""Only the records with problems, or only those that failed, with real clicks."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QTreeWidget

from pushconsole.desktop.problems_pane import ProblemsPane
from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import Driver, open_console, until
from tests.sandbox.caller import Caller

_RECORDS = [
    {"objectID": "a", "name": "first"},
    {"objectID": "a", "name": "again"},
    {"objectID": "b", "name": "fine"},
    {"name": "nameless"},
    {"objectID": "c ", "name": "spaced"},
]


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    """Write records of which one has no problem."""
    file = tmp_path / "messy.json"
    file.write_text(json.dumps(_RECORDS), "utf-8")
    return file


async def _shows(driver: Driver, names: list[str]) -> None:
    await until(lambda: [driver.shown(row, "name") for row in range(driver.window.model.rowCount())] == names)


async def test_only_records_with_problems_are_seen_and_would_be_pushed(qapp: QApplication, messy: Path) -> None:
    async with open_console(qapp, messy) as driver:
        await driver.loaded(5)
        driver.window.commands.only_problems.trigger()
        await _shows(driver, ["first", "again", "nameless", "spaced"])
        assert driver.window.only_chip.text() == "Problems only"
        await until(lambda: "4 of 5 records" in driver.push_button.text().replace("\u202f", " "))
        driver.window.filter_field.applied.emit('name contains "s"')
        await _shows(driver, ["first", "nameless", "spaced"])
        driver.click(driver.window.only_chip)
        driver.window.filter_field.applied.emit("")
        await _shows(driver, ["first", "again", "fine", "nameless", "spaced"])
        assert not driver.window.only_chip.isVisible()


async def test_a_group_of_problems_shows_only_its_records(qapp: QApplication, messy: Path) -> None:
    async with open_console(qapp, messy) as driver:
        await driver.loaded(5)
        driver.window.raise_pane("problems")
        title = "Show only: The same objectID more than once"
        await until(lambda: driver.window.problems_pane.findChildren(QPushButton))
        driver.click(driver.find(QPushButton, title))
        await _shows(driver, ["first", "again"])
        await driver.type_into_cell(1, "objectID", "a2")
        await until(lambda: driver.shown(1, "objectID") == "a2")
        driver.window.commands.only_problems.trigger()
        await _shows(driver, ["nameless", "spaced"])


async def test_records_over_the_limit_of_the_profile_are_told_and_shown(qapp: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    sizes = {"small": 10, "large": 12_000, "larger": 30_000}
    file.write_text(json.dumps([{"objectID": name, "name": name, "t": "x" * size} for name, size in sizes.items()]))
    async with open_console(qapp, file) as driver:
        await driver.loaded(3)
        pane, targets = driver.window.problems_pane, driver.console._targets
        await until(lambda: "some plans of the service allow 10 KB" in _problem_texts(pane))
        assert targets.profile is not None
        targets.profile = dataclasses.replace(targets.profile, record_limit_bytes=20_000)
        targets.changed.emit()
        await until(lambda: "Line 1 (objectID “larger”) has about 30.0 KB; the profile's plan" in _problem_texts(pane))
        assert "large”" not in _problem_texts(pane)
        driver.window.raise_pane("problems")
        driver.click(driver.find(QPushButton, "Show only: Larger than the plan may allow"))
        await _shows(driver, ["larger"])


def _problem_texts(pane: ProblemsPane) -> str:
    tree = pane.findChild(QTreeWidget)
    assert tree is not None
    groups = [group for row in range(tree.topLevelItemCount()) if (group := tree.topLevelItem(row))]
    rows = [row for group in groups for at in range(group.childCount()) if (row := group.child(at))]
    return " ".join(row.text(0) for row in rows)


async def test_only_failed_records_are_seen_after_a_run(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, tmp_path: Path
) -> None:
    file = tmp_path / "two.json"
    file.write_text(json.dumps([{"objectID": "a", "name": "x"}, {"objectID": "b", "name": "y"}]), "utf-8")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(2)
        driver.window.commands.only_failed.trigger()
        await until(lambda: "No record of the last run failed" in driver.log)
        caller.fault({"event": "failed"}, path="/push$")
        await driver.push()
        assert "2 failed" in driver.log.replace("\u202f", " ")
        driver.window.commands.only_failed.trigger()
        await until(lambda: driver.window.only_chip.text() == "Failed only")
        await _shows(driver, ["x", "y"])


async def test_a_copy_may_have_only_what_the_filter_leaves(qapp: QApplication, messy: Path, tmp_path: Path) -> None:
    async with open_console(qapp, messy) as driver:
        await driver.loaded(5)
        driver.window.filter_field.applied.emit('name contains "n"')
        await _shows(driver, ["again", "fine", "nameless"])
        driver.window.commands.save_copy.trigger()
        await driver.answer("The 3 that the filter leaves")
        await driver.name_file(tmp_path / "some.ndjson")
        await until((tmp_path / "some.ndjson").exists)
        written = (tmp_path / "some.ndjson").read_text("utf-8").splitlines()
        assert [json.loads(line)["name"] for line in written] == ["again", "fine", "nameless"]
        await until(lambda: "Saved a copy of 3 records" in driver.log)
