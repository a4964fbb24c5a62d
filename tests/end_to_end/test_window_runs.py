"""What a person can do about a run at the window: resume, retry, look, export, forget, back up, decide."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QFileDialog, QLineEdit, QProgressBar, QPushButton, QTreeWidget

from pushconsole import locations
from pushconsole.desktop.confirm_index_dialog import ConfirmIndexDialog
from pushconsole.desktop.question_dialog import QuestionDialog
from pushconsole.desktop.run_controller import RunController
from pushconsole.runs import Ledger, Pace, TaskLock
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import Shell, start, written
from tests.end_to_end.run_steps import COUNT, as_a_crash_leaves_it, button, count, do, ended, pushes
from tests.end_to_end.window_driver import Driver, open_console, until
from tests.runs.builders import AT_ONCE
from tests.runs.builders import PRODUCTS as TARGET
from tests.sandbox.caller import PRODUCTS, Caller, eventually

pytestmark = pytest.mark.usefixtures("small_calls")


async def test_a_cancelled_run_is_resumed_from_the_runs_pane(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"delay_s": 0.5}, path="/push$")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        driver.choose_action("deleteObject")
        await _cancelled_midway(driver, caller)
        assert count(driver, "unsent") + count(driver, "in doubt") > 0
        caller.control("DELETE", "/sandbox/faults")
        await do(driver, "Resume")
        await ended(driver, 2)
        assert count(driver, "succeeded") == COUNT


async def _cancelled_midway(driver: Driver, caller: Caller) -> None:
    driver.click(driver.push_button)
    await until(lambda: pushes(caller) > 0)
    driver.click(button(driver, "Cancel the run"))
    await ended(driver)


async def test_what_failed_is_shown_and_retried(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, tmp_path: Path
) -> None:
    caller.settings(record_limit_bytes=100, oversize="400 engine")
    long = "x" * 200
    file = written(tmp_path / "records.csv", f"objectID,name\na,short\nb,{long}\nc,short\n")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        await driver.push()
        await do(driver, "Show failed")
        await until(lambda: driver.window.model.rowCount() == 1 and driver.shown(0, "objectID") == "b")
        caller.settings(record_limit_bytes=10_000)
        await do(driver, "Retry failed")
        await ended(driver, 2)
        assert sorted(hit["objectID"] for hit in caller.hits()) == ["a", "b", "c"]


async def test_a_run_is_exported_and_forgotten(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, tmp_path: Path
) -> None:
    caller.fault({"status": 400, "message": "nothing of this"}, path="/push$")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "failed.csv").write_text("somebody else's")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        await driver.push()
        await do(driver, "Export…")
        await _choose_folder(driver, folder)
        await until(lambda: "report.json, report.html to" in driver.log)
        (run,) = (path for path in folder.iterdir() if path.is_dir())
        assert run.name.startswith("records to products ")
        assert json.loads((run / "report.json").read_text(encoding="utf-8"))["finished"]["records"] == COUNT
        assert (folder / "failed.csv").read_text() == "somebody else's"
        await do(driver, "Forget…")
        await driver.answer("Forget it")
        await until(lambda: "No runs yet" in driver.labels(driver.window.runs_pane))


async def test_a_run_that_succeeded_whole_has_its_report_even_when_its_records_are_gone(
    qapp: QApplication, sandbox: RunningSandbox, file: Path, tmp_path: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        await driver.push()
        other = tmp_path / "other.json"
        other.write_text('[{"objectID":"a"}]', "utf-8")
        driver.window.files_dropped.emit([other])
        await driver.loaded(1)
        await do(driver, "Export…")
        await _choose_folder(driver, tmp_path)
        await until(lambda: "Wrote report.json, report.html to" in driver.log)
        assert driver.shown(0, "objectID") == "a", "the records on screen stay"


async def _choose_folder(driver: Driver, folder: Path) -> None:
    dialog = await driver.dialog(QFileDialog)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(field, QLineEdit)
    field.setText(str(folder))
    driver.click(next(b for b in dialog.findChildren(QPushButton) if "Choose" in b.text() or "Open" in b.text()))


async def test_a_run_that_another_process_has_taken_up_is_not_forgotten(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    shell = Shell(sandbox)
    caller.fault({"status": 403}, path="/push$")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        await driver.push()
        caller.control("DELETE", "/sandbox/faults")
        caller.control("DELETE", "/sandbox/calls")
        caller.fault({"delay_s": 5}, path="/push$")
        with closing(Ledger(locations.ledger_file())) as ledger:
            (run,) = ledger.runs()
        process = start("runs", "resume", run.run_id, *shell.target, environ=shell.environ)
        await asyncio.to_thread(eventually, lambda: pushes(caller) > 0)
        await do(driver, "Forget…")
        await driver.answer("Forget it")
        await until(lambda: "is under way" in driver.banner)
        await asyncio.to_thread(process.communicate, timeout=60)
        with closing(Ledger(locations.ledger_file())) as ledger:
            assert [(known.run_id, known.unsent) for known in ledger.runs()] == [(run.run_id, 0)]


_COUNTING = "".join(
    json.dumps({"objectID": f"id-{n}", "stock": {"_operation": "Increment", "value": 1}}) + "\n" for n in range(10)
)


@pytest.mark.parametrize(
    ("words", "succeeded", "stock"), [("Send again", 10, 2), ("Count as sent", 10, 1), ("Leave in doubt", 0, 1)]
)
async def test_what_nobody_can_find_out_is_for_the_person_to_decide(
    qapp: QApplication,
    sandbox: RunningSandbox,
    caller: Caller,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    succeeded: int,
    stock: int,
) -> None:
    monkeypatch.setattr(RunController, "pace", lambda *_, **__: Pace(settling_s=0.2, resending=AT_ONCE))
    caller.fault({"close": "after_applying"}, path="/push$", nth=1)
    caller.fault({"status": 500}, path="/1/runs$")
    file = written(tmp_path / "records.ndjson", _COUNTING)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(10)
        driver.choose_action("partialUpdateObject")
        await driver.push()
        question = await driver.dialog(QuestionDialog)
        assert "10 records are in doubt" in driver.labels(question)
        assert "Records 1 to 10, sent at" in driver.labels(question)
        await driver.answer(words)
        if words == "Send again":
            await until(lambda: {hit["stock"] for hit in caller.hits()} == {2})
        if succeeded:
            await ended(driver, 2)
        assert count(driver, "succeeded") == succeeded
        assert {hit["stock"] for hit in caller.hits()} == {stock}


async def test_a_run_that_a_crash_interrupted_is_offered_and_finished(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.settings(calls_per_minute=0)
    caller.fault({"delay_s": 0.5}, path="/push$")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        await _cancelled_midway(driver, caller)
    caller.control("DELETE", "/sandbox/faults")
    as_a_crash_leaves_it()
    async with open_console(qapp, None, sandbox) as driver:
        await until(driver.window.offer.isVisible)
        assert "was interrupted" in driver.labels(driver.window.offer)
        driver.click(driver.find(QPushButton, "Resume the run"))
        await ended(driver)
        assert count(driver, "unsent") == 0
        assert len(caller.hits()) == COUNT


@pytest.mark.parametrize("wanted", [True, False], ids=["with a backup", "without"])
async def test_the_index_is_backed_up_before_it_is_cleared(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, wanted: bool
) -> None:
    caller.push("updateObject", [{"objectID": "a"}, {"objectID": "b"}])
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        driver.choose_action("clear")
        await until(driver.push_button.isEnabled)
        driver.click(driver.push_button)
        dialog = await driver.dialog(ConfirmIndexDialog)
        box = dialog.findChild(QCheckBox)
        assert isinstance(box, QCheckBox)
        assert box.text() == "&Back up the 2 records first"
        assert box.isChecked()
        if not wanted:
            driver.tick(dialog, "Back up the 2 records first")
        driver.type(driver.find(QLineEdit, "Index name", dialog), "products")
        driver.click(next(b for b in dialog.findChildren(QPushButton) if b.property("role") == "destructive"))
        await ended(driver)
        assert caller.hits() == []
        assert [file.name[:9] for file in locations.backups().glob("*.zst")] == (["products-"] if wanted else [])
        assert ("Backed up 2 records to" in driver.log) is wanted


async def _cleared(driver: Driver) -> None:
    """Clear the index, with its name typed, and wait for the end of the run."""
    driver.choose_action("clear")
    await until(driver.push_button.isEnabled)
    driver.click(driver.push_button)
    await _confirmed(driver)
    await ended(driver)


async def _confirmed(driver: Driver) -> None:
    dialog = await driver.dialog(ConfirmIndexDialog)
    driver.type(driver.find(QLineEdit, "Index name", dialog), "products")
    driver.click(next(b for b in dialog.findChildren(QPushButton) if b.property("role") == "destructive"))


async def test_an_index_that_was_not_cleared_is_no_success(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.push("updateObject", [{"objectID": "a"}])
    caller.fault({"event": "failed"}, path="/push$")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        await _cleared(driver)
        assert "the call for the whole index failed" in driver.labels(driver.window.run_bar)
        bar = driver.window.run_bar.findChild(QProgressBar)
        assert bar is not None
        assert bar.property("tone") == "failed"
        runs = driver.window.runs_pane.findChild(QTreeWidget)
        assert runs is not None
        await until(lambda: [item.text(7) for item in map(runs.topLevelItem, range(1)) if item] == ["finished"])


async def test_the_index_is_backed_up_before_a_clear_in_doubt_is_resumed(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunController, "pace", lambda *_, **__: Pace(settling_s=0.2, resending=AT_ONCE))
    caller.fault({"close": "after_reading"}, path="/push$")
    caller.fault({"status": 500}, path="/1/runs$")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        await _cleared(driver)
        assert "the call for the whole index is in doubt" in driver.log
        caller.control("DELETE", "/sandbox/faults")
        caller.push("updateObject", [{"objectID": "a"}, {"objectID": "b"}])
        await do(driver, "Resume")
        await _confirmed(driver)
        await ended(driver, 2)
        assert caller.hits() == []
        assert "Backed up 2 records to" in driver.log
        assert len(list(locations.backups().glob("*.zst"))) == 1


async def test_a_run_that_cannot_begin_leaves_the_foot_at_rest(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        at_rest = driver.labels(driver.window.run_bar)
        with closing(Ledger(locations.ledger_file())) as ledger:
            lock = TaskLock(ledger.tasks, sandbox.app_id, TARGET)
        driver.click(driver.push_button)
        await until(lambda: "Another run pushes to the task" in driver.banner)
        await until(driver.push_button.isEnabled)
        lock.end()
        assert driver.labels(driver.window.run_bar) == at_rest
        assert not [b.text() for b in driver.window.run_bar.findChildren(QPushButton) if b.isVisible()]


async def test_a_run_that_the_ledger_breaks_off_is_said_and_the_window_closes(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"delay_s": 0.5}, path="/push$")
    async with asyncio.timeout(60), open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        driver.click(driver.push_button)
        await until(lambda: pushes(caller) > 0)
        _rename_in_ledger("batches", "lost")
        await until(lambda: "Nothing more is sent" in driver.banner)
        await until(driver.push_button.isEnabled)
        assert "The run was broken off" in driver.labels(driver.window.run_bar)
    _rename_in_ledger("lost", "batches")


def _rename_in_ledger(table: str, to: str) -> None:
    with closing(sqlite3.connect(locations.ledger_file())) as connection, connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO {to}")


async def test_a_task_that_was_turned_off_meanwhile_is_not_pushed_to(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        caller.http.put(f"/2/tasks/{PRODUCTS}/disable").raise_for_status()
        driver.click(driver.push_button)
        await until(lambda: "was disabled meanwhile" in driver.banner)
        assert pushes(caller) == 0


async def test_quitting_during_the_backup_clears_nothing(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.push("updateObject", [{"objectID": "a"}, {"objectID": "b"}])
    caller.fault({"delay_s": 1.0}, path="/browse$", nth=1)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(COUNT)
        driver.choose_action("clear")
        await until(driver.push_button.isEnabled)
        driver.click(driver.push_button)
        dialog = await driver.dialog(ConfirmIndexDialog)
        driver.type(driver.find(QLineEdit, "Index name", dialog), "products")
        driver.click(next(b for b in dialog.findChildren(QPushButton) if b.property("role") == "destructive"))
        await until(lambda: "Backing up products" in driver.labels(driver.window.run_bar))
    assert len(caller.hits()) == 2
    assert pushes(caller) == 1, "the one that this test made"
