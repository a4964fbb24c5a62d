"""A person's job at the window, with real clicks and keys, on a real sandbox."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from pushconsole import locations
from pushconsole.desktop.confirm_index_dialog import ConfirmIndexDialog
from pushconsole.ingestion import Action
from pushconsole.sandbox import RunningSandbox
from tests.benchmarks import stalls
from tests.benchmarks.stalls import Stalls
from tests.end_to_end.window_driver import Driver, open_console, until
from tests.sandbox.caller import ARCHIVE, ARTICLES, Caller

_LONGEST_STALL_S = 0.050
_ROUNDS = 5
_HELD: list[dict[str, object]] = [{"objectID": "a", "name": "kept", "stock": 1}, {"objectID": "old", "name": "old"}]
_PUSHED: list[dict[str, object]] = [{"objectID": "a", "name": "new"}, {"objectID": "b", "name": "also new"}]
_AFTERWARDS: dict[Action, list[dict[str, object]] | None] = {
    Action.ADD_OBJECT: [{"objectID": "a", "name": "new"}, {"objectID": "b", "name": "also new"}, _HELD[1]],
    Action.UPDATE_OBJECT: [{"objectID": "a", "name": "new"}, {"objectID": "b", "name": "also new"}, _HELD[1]],
    Action.PARTIAL_UPDATE_OBJECT: [
        {"objectID": "a", "name": "new", "stock": 1},
        {"objectID": "b", "name": "also new"},
        _HELD[1],
    ],
    Action.PARTIAL_UPDATE_OBJECT_NO_CREATE: [{"objectID": "a", "name": "new", "stock": 1}, _HELD[1]],
    Action.DELETE_OBJECT: [_HELD[1]],
    Action.CLEAR: [],
    Action.DELETE: None,
}


@pytest.fixture
def products(tmp_path: Path) -> Path:
    """Write a small CSV file."""
    file = tmp_path / "products.csv"
    file.write_text("objectID,name,price,zip\nsku-1,Alpha Lamp,94.13,02134\nsku-2,Brass Light,10.00,\n", "utf-8")
    return file


def _caller(driver: Driver) -> Caller:
    running = driver.console.sandbox
    assert running is not None
    return Caller(running)


async def test_open_edit_choose_push_and_read_the_log(qapp: QApplication, products: Path) -> None:
    async with open_console(qapp) as driver:
        await driver.load(products)
        await driver.loaded(2)
        await driver.type_into_cell(0, "name", "Ängström 灯")
        await until(lambda: driver.shown(0, "name") == "Ängström 灯")
        await driver.seek_task(ARTICLES)
        await until(lambda: "articles" in driver.push_button.text())
        driver.choose_action("updateObject")
        await driver.push()
        assert "2 succeeded" in driver.log.replace("\u202f", " ")
        with _caller(driver) as caller:
            text = caller.text("sku-1", "articles")
            assert json.loads(text)["name"] == "Ängström 灯"
            assert '"price":94.13' in text
            assert json.loads(text)["zip"] == "02134"
            assert "zip" not in json.loads(caller.text("sku-2", "articles"))
        assert driver.shown(0, "name") == "Ängström 灯"
        assert driver.outcome(0) == "succeeded"
        assert driver.window.focusWidget() is driver.table


@pytest.mark.parametrize("watch", [False, True])
@pytest.mark.parametrize("action", list(Action))
async def test_every_action_leaves_the_index_as_its_sentence_says(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, tmp_path: Path, action: Action, watch: bool
) -> None:
    file = tmp_path / "pushed.json"
    file.write_text(json.dumps(_PUSHED), "utf-8")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(2)
        caller.push("updateObject", _HELD)
        driver.choose_action(action)
        if watch:
            driver.click(driver.watch)
        if action in {Action.CLEAR, Action.DELETE}:
            await _push_with_the_name_typed(driver)
        else:
            await driver.push()
        if _AFTERWARDS[action] is None:
            assert "products" not in caller.index_names()
        else:
            assert sorted(caller.hits(), key=lambda hit: str(hit["objectID"])) == _AFTERWARDS[action]


async def _push_with_the_name_typed(driver: Driver) -> None:
    await until(driver.push_button.isEnabled)
    driver.click(driver.push_button)
    dialog = await driver.dialog(ConfirmIndexDialog)
    confirm = next(b for b in dialog.findChildren(QPushButton) if b.property("role") == "destructive")
    field = dialog.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    driver.type(field, "product")
    assert not confirm.isEnabled()
    driver.type(field, "s")
    assert confirm.isEnabled()
    driver.click(confirm)
    await until(lambda: "Finished in" in driver.log and driver.push_button.isEnabled())


async def test_a_failed_batch_is_told_with_the_record_and_a_click_goes_there(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, products: Path
) -> None:
    async with open_console(qapp, products, sandbox) as driver:
        await driver.loaded(2)
        caller.settings(record_limit_bytes=50)
        await driver.push()
        assert "sku-1" in driver.log
        assert "too big" in driver.log
        assert driver.outcome(0) == "failed"


async def test_a_disabled_task_and_records_without_objectids_are_refused_before_the_push(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    file = tmp_path / "nameless.ndjson"
    file.write_text('{"name":"a"}\n{"objectID":"x","name":"b"}\n', "utf-8")
    async with open_console(qapp, file, sandbox) as driver:
        await until(lambda: driver.window.model.rowCount() == 2)
        await until(lambda: not driver.push_button.isEnabled() and "objectID" in driver.refusal)
        driver.choose_action("addObject")
        await until(driver.push_button.isEnabled)
        await driver.seek_task(ARCHIVE)
        await until(lambda: "disabled" in driver.refusal)


async def test_a_file_that_cannot_be_read_is_told_in_a_sentence_and_the_records_stay(
    qapp: QApplication, sandbox: RunningSandbox, products: Path, tmp_path: Path
) -> None:
    async with open_console(qapp, products, sandbox) as driver:
        await driver.loaded(2)
        broken = tmp_path / "broken.csv"
        broken.write_bytes(b"a,b\n1,\xff\xfe\x00\n")
        await driver.open(broken)
        await until(lambda: "broken.csv" in driver.banner)
        assert driver.window.model.rowCount() == 2
        await until(lambda: driver.shown(0, "name") == "Alpha Lamp")


async def test_an_outcome_is_shown_only_as_long_as_the_record_is_what_was_pushed(
    qapp: QApplication, sandbox: RunningSandbox, products: Path, tmp_path: Path
) -> None:
    async with open_console(qapp, products, sandbox) as driver:
        await driver.loaded(2)
        await driver.push()
        await driver.type_into_cell(0, "price", "1.50")
        await until(lambda: driver.outcome(0) == "")
        assert driver.outcome(1) == "succeeded"
        other = tmp_path / "other.json"
        other.write_text('[{"objectID":"x"},{"objectID":"y"}]', "utf-8")
        await driver.open(other)
        await driver.answer("Discard the edits")
        await until(lambda: driver.shown(1, "objectID") == "y")
        assert driver.outcome(1) == ""


async def test_undo_takes_an_edit_back(qapp: QApplication, sandbox: RunningSandbox, products: Path) -> None:
    async with open_console(qapp, products, sandbox) as driver:
        await driver.loaded(2)
        await driver.type_into_cell(1, "price", "11.50")
        await until(lambda: driver.shown(1, "price") == "11.50")
        await driver.undo()
        await until(lambda: driver.shown(1, "price") == "10.00")


async def test_closing_leaves_no_workspace_behind(qapp: QApplication, sandbox: RunningSandbox, products: Path) -> None:
    async with open_console(qapp, products, sandbox) as driver:
        await driver.loaded(2)
        assert list(locations.workspaces().iterdir())
    assert not list(locations.workspaces().iterdir())


async def test_closing_in_the_middle_of_loading_waits_for_nothing_and_leaves_nothing(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    file = tmp_path / "many.csv"
    file.write_text("objectID,name\n" + "".join(f"{n},Lamp {n}\n" for n in range(600_000)), "utf-8")
    async with open_console(qapp, file, sandbox) as driver:
        await until(lambda: driver.window.model.rowCount() > 0)
        assert driver.window.model.rowCount() < 600_000
    assert not list(locations.workspaces().iterdir())


async def test_cancel_stops_the_loading_and_keeps_what_was_read(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    file = tmp_path / "many.csv"
    file.write_text("objectID,name\n" + "".join(f"{n},Lamp {n}\n" for n in range(600_000)), "utf-8")
    async with open_console(qapp, file, sandbox) as driver:
        await until(lambda: driver.window.model.rowCount() > 0)
        driver.click(driver.find(QPushButton, "Cancel this work"))
        await until(lambda: "cancelled" in driver.banner)
        assert 0 < driver.window.model.rowCount() < 600_000


async def test_another_file_opened_meanwhile_takes_the_place_of_the_one_that_loads(
    qapp: QApplication, sandbox: RunningSandbox, products: Path, tmp_path: Path
) -> None:
    file = tmp_path / "many.csv"
    file.write_text("objectID,name\n" + "".join(f"{n},Lamp {n}\n" for n in range(600_000)), "utf-8")
    async with open_console(qapp, file, sandbox) as driver:
        await until(lambda: driver.window.model.rowCount() > 0)
        await driver.load(products)
        await driver.loaded(2)
        await until(lambda: driver.shown(0, "name") == "Alpha Lamp")
        await until(lambda: len(list(locations.workspaces().glob("*.sqlite"))) == 1)


async def test_the_window_answers_while_many_records_load_and_push(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    rounds: list[Stalls] = []
    while len(rounds) < _ROUNDS:  # a stall of ours is in every round, one of a busy machine is not
        rounds.append(await stalls.measure(qapp, tmp_path, 100_000, sandbox))
        if max(rounds[-1].loading_s, rounds[-1].pushing_s) < _LONGEST_STALL_S:
            return
    raise AssertionError(f"in every round the window stalled for longer than {_LONGEST_STALL_S} s: {rounds}")
