"""What a person can do about a run at the window: pause, resume, retry, look, export, forget, decide."""

from __future__ import annotations

import asyncio
import functools
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
from pushconsole.runs import BatchLimits, Ledger, Pace, TaskLock, plan_records
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import Shell, numbered_csv, start, written
from tests.end_to_end.window_driver import Driver, open_console, until
from tests.runs.builders import AT_ONCE
from tests.runs.builders import PRODUCTS as TARGET
from tests.sandbox.caller import PRODUCTS, Caller, eventually

_COUNT = 80


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of 80 records."""
    return numbered_csv(tmp_path / "records.csv", _COUNT)


@pytest.fixture(autouse=True)
def small_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a call have no more than ten of these records, so that a small file makes several."""
    planned = functools.partial(plan_records, limits=BatchLimits(max_records=10))
    monkeypatch.setattr("pushconsole.desktop.run_controller.plan_records", planned)


def _pushes(caller: Caller) -> int:
    return sum(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))


def _button(driver: Driver, text: str) -> QPushButton:
    return driver.find(QPushButton, text)


async def _do(driver: Driver, text: str) -> None:
    """Click a button of the Runs pane."""
    driver.window.raise_pane("runs")
    await until(lambda: any(b.text().replace("&", "") == text and b.isEnabled() for b in _visible(driver)))
    driver.click(_button(driver, text))


def _visible(driver: Driver) -> list[QPushButton]:
    return [b for b in driver.window.findChildren(QPushButton) if b.isVisible()]


async def _ended(driver: Driver, runs: int = 1) -> None:
    await until(lambda: driver.log.count("Finished in") >= runs and driver.push_button.isEnabled())


async def test_a_paused_run_holds_and_goes_on(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"delay_s": 0.3}, path="/push$")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(_COUNT)
        driver.click(driver.push_button)
        await until(lambda: any(b.accessibleName() == "Pause the run" and b.isEnabled() for b in _visible(driver)))
        driver.click(_button(driver, "Pause the run"))
        await until(lambda: "Paused" in driver.labels(driver.window.run_bar))
        held = await asyncio.to_thread(_pushes, caller)
        await asyncio.sleep(1.0)  # what was under way has long been answered
        assert await asyncio.to_thread(_pushes, caller) == held < _COUNT / 10
        assert "Finished in" not in driver.log
        driver.click(_button(driver, "Continue the run"))
        await _ended(driver)
        assert len(caller.hits()) == _COUNT


async def test_a_cancelled_run_is_resumed_from_the_runs_pane(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"delay_s": 0.5}, path="/push$")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(_COUNT)
        driver.choose_action("deleteObject")
        await _cancelled_midway(driver, caller)
        assert _count(driver, "unsent") + _count(driver, "in doubt") > 0
        caller.control("DELETE", "/sandbox/faults")
        await _do(driver, "Resume")
        await _ended(driver, 2)
        assert _count(driver, "succeeded") == _COUNT


async def _cancelled_midway(driver: Driver, caller: Caller) -> None:
    driver.click(driver.push_button)
    await until(lambda: _pushes(caller) > 0)
    driver.click(_button(driver, "Cancel the run"))
    await _ended(driver)


def _count(driver: Driver, word: str) -> int:
    shown = driver.labels(driver.window.run_bar).replace("\u202f", "")
    number = shown.split(f" {word}")[0].split()[-1]
    return int(number)


async def test_what_failed_is_shown_and_retried(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, tmp_path: Path
) -> None:
    caller.settings(record_limit_bytes=100, oversize="400 engine")
    long = "x" * 200
    file = written(tmp_path / "records.csv", f"objectID,name\na,short\nb,{long}\nc,short\n")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(3)
        await driver.push()
        await _do(driver, "Show failed")
        await until(lambda: driver.window.model.rowCount() == 1 and driver.shown(0, "objectID") == "b")
        caller.settings(record_limit_bytes=10_000)
        await _do(driver, "Retry failed")
        await _ended(driver, 2)
        assert sorted(hit["objectID"] for hit in caller.hits()) == ["a", "b", "c"]


async def test_a_run_is_exported_and_forgotten(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, tmp_path: Path
) -> None:
    caller.fault({"status": 400, "message": "nothing of this"}, path="/push$")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "failed.csv").write_text("somebody else's")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(_COUNT)
        await driver.push()
        await _do(driver, "Export…")
        await _choose_folder(driver, folder)
        await until(lambda: "report.json, report.html to" in driver.log)
        (run,) = (path for path in folder.iterdir() if path.is_dir())
        assert run.name.startswith("records to products ")
        assert json.loads((run / "report.json").read_text(encoding="utf-8"))["finished"]["records"] == _COUNT
        assert (folder / "failed.csv").read_text() == "somebody else's"
        await _do(driver, "Forget…")
        await driver.answer("Forget it")
        await until(lambda: "No runs yet" in driver.labels(driver.window.runs_pane))


async def test_a_run_that_succeeded_whole_has_its_report_even_when_its_records_are_gone(
    qapp: QApplication, sandbox: RunningSandbox, file: Path, tmp_path: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(_COUNT)
        await driver.push()
        other = tmp_path / "other.json"
        other.write_text('[{"objectID":"a"}]', "utf-8")
        driver.window.files_dropped.emit([other])
        await driver.loaded(1)
        await _do(driver, "Export…")
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
        await driver.loaded(_COUNT)
        await driver.push()
        caller.control("DELETE", "/sandbox/faults")
        caller.control("DELETE", "/sandbox/calls")
        caller.fault({"delay_s": 5}, path="/push$")
        with closing(Ledger(locations.ledger_file())) as ledger:
            (run,) = ledger.runs()
        process = start("runs", "resume", run.run_id, *shell.target, environ=shell.environ)
        await asyncio.to_thread(eventually, lambda: _pushes(caller) > 0)
        await _do(driver, "Forget…")
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
            await _ended(driver, 2)
        assert _count(driver, "succeeded") == succeeded
        assert {hit["stock"] for hit in caller.hits()} == {stock}


async def test_a_run_that_a_crash_interrupted_is_offered_and_finished(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.settings(calls_per_minute=0)
    caller.fault({"delay_s": 0.5}, path="/push$")
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(_COUNT)
        await _cancelled_midway(driver, caller)
    caller.control("DELETE", "/sandbox/faults")
    _as_a_crash_leaves_it()
    async with open_console(qapp, None, sandbox) as driver:
        await until(driver.window.offer.isVisible)
        assert "was interrupted" in driver.labels(driver.window.offer)
        driver.click(driver.find(QPushButton, "Resume the run"))
        await _ended(driver)
        assert _count(driver, "unsent") == 0
        assert len(caller.hits()) == _COUNT


def _as_a_crash_leaves_it() -> None:
    """Open the run again in the ledger: nobody was there to close its account."""
    with closing(sqlite3.connect(locations.ledger_file())) as connection, connection:
        connection.execute("UPDATE runs SET state='open', finished_at=NULL")
        connection.execute("UPDATE batches SET state='planned' WHERE state='unsent'")


@pytest.mark.parametrize("wanted", [True, False], ids=["with a backup", "without"])
async def test_the_index_is_backed_up_before_it_is_cleared(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, wanted: bool
) -> None:
    caller.push("updateObject", [{"objectID": "a"}, {"objectID": "b"}])
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(_COUNT)
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
        await _ended(driver)
        assert caller.hits() == []
        assert [file.name[:9] for file in locations.backups().glob("*.zst")] == (["products-"] if wanted else [])
        assert ("Backed up 2 records to" in driver.log) is wanted


async def _cleared(driver: Driver) -> None:
    """Clear the index, with its name typed, and wait for the end of the run."""
    driver.choose_action("clear")
    await until(driver.push_button.isEnabled)
    driver.click(driver.push_button)
    await _confirmed(driver)
    await _ended(driver)


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
        await driver.loaded(_COUNT)
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
        await driver.loaded(_COUNT)
        await _cleared(driver)
        assert "the call for the whole index is in doubt" in driver.log
        caller.control("DELETE", "/sandbox/faults")
        caller.push("updateObject", [{"objectID": "a"}, {"objectID": "b"}])
        await _do(driver, "Resume")
        await _confirmed(driver)
        await _ended(driver, 2)
        assert caller.hits() == []
        assert "Backed up 2 records to" in driver.log
        assert len(list(locations.backups().glob("*.zst"))) == 1


async def test_a_run_that_cannot_begin_leaves_the_foot_at_rest(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(_COUNT)
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
        await driver.loaded(_COUNT)
        driver.click(driver.push_button)
        await until(lambda: _pushes(caller) > 0)
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
        await driver.loaded(_COUNT)
        caller.http.put(f"/2/tasks/{PRODUCTS}/disable").raise_for_status()
        driver.click(driver.push_button)
        await until(lambda: "was disabled meanwhile" in driver.banner)
        assert _pushes(caller) == 0


def _killed_on_the_command_line(sandbox: RunningSandbox, caller: Caller, file: Path) -> None:
    """Push from a process of its own, and kill it while its second batch is under way."""
    shell = Shell(sandbox)
    caller.fault({"delay_s": 60}, path="/push$", nth=2)
    options = ("--max-batch-records", "10", "--concurrency", "1", "--settle", "0")
    process = start(*shell.arguments(file, *options), environ=shell.environ)
    try:
        eventually(lambda: _pushes(caller) >= 1 and _succeeded() == 10)
    finally:
        process.kill()
        process.communicate()
    caller.control("DELETE", "/sandbox/faults")


def _succeeded() -> int:
    with closing(Ledger(locations.ledger_file())) as ledger:
        return sum(run.succeeded for run in ledger.runs())


async def test_a_run_that_was_killed_on_the_command_line_is_offered_and_finished_here(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunController, "pace", lambda *_, **__: Pace(settling_s=0.3))
    _killed_on_the_command_line(sandbox, caller, file)
    async with open_console(qapp, None, sandbox) as driver:
        await until(driver.window.offer.isVisible)
        assert "The run of records.csv to products" in driver.labels(driver.window.offer)
        driver.click(driver.find(QPushButton, "Resume the run"))
        await _ended(driver)
        assert _count(driver, "succeeded") == _COUNT
        assert len(caller.hits()) == _COUNT
        assert list(locations.run_records().glob("*/*")) == [], "they are the window's now"
        await until(lambda: driver.window.model.rowCount() == _COUNT)
    assert list(locations.workspaces().glob("*.sqlite")) == [], "nobody needs them any more"


async def test_what_failed_on_the_command_line_is_shown_and_retried_here(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, tmp_path: Path
) -> None:
    caller.settings(record_limit_bytes=100, oversize="400 engine")
    file = written(tmp_path / "records.csv", f"objectID,name\na,short\nb,{'x' * 200}\nc,short\n")
    await asyncio.to_thread(Shell(sandbox).push, file)
    caller.settings(record_limit_bytes=10_000)
    async with open_console(qapp, None, sandbox) as driver:
        driver.window.show_records()
        await _do(driver, "Show failed")
        await until(lambda: driver.window.model.rowCount() == 1 and driver.shown(0, "objectID") == "b")
        await _do(driver, "Retry failed")
        await _ended(driver)
        assert sorted(hit["objectID"] for hit in caller.hits()) == ["a", "b", "c"]


async def test_a_run_that_goes_on_on_the_command_line_is_left_alone(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    shell = Shell(sandbox)
    caller.fault({"delay_s": 60}, path="/push$", nth=1)
    process = start(*shell.arguments(file), environ=shell.environ)
    try:
        async with open_console(qapp, None, sandbox) as driver:
            await until(lambda: _pushes(caller) == 1)
            with closing(Ledger(locations.ledger_file())) as ledger:
                (run,) = ledger.runs()
            driver.console._past_runs.do("resume", run.run_id)
            await until(lambda: "Another run pushes to the task Shop export now (process" in driver.banner)
            assert driver.window.offer.isHidden()
            assert len(list(locations.run_records().glob("*/*.sqlite"))) == 1
    finally:
        process.kill()
        process.communicate()


async def test_to_forget_an_interrupted_run_lets_its_records_be_edited_again(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunController, "pace", lambda *_, **__: Pace(settling_s=0.3))
    _killed_on_the_command_line(sandbox, caller, file)
    async with open_console(qapp, None, sandbox) as driver:
        await until(driver.window.offer.isVisible)
        caller.fault({"status": 403}, path="/push$")
        driver.click(driver.find(QPushButton, "Resume the run"))
        await driver.answer("Leave in doubt")
        _as_a_crash_leaves_it()
        workspace = driver.console._records.workspace
        assert workspace is not None
        workspace.freeze("These records are being pushed.")
        await _do(driver, "Forget…")
        await driver.answer("Forget it")
        await until(lambda: "No runs yet" in driver.labels(driver.window.runs_pane))
        await driver.type_into_cell(0, "stock", "5")
        await until(lambda: driver.shown(0, "stock") == "5")


async def test_a_run_whose_pushes_fail_one_after_the_other_pauses_and_goes_on_when_told_to(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunController, "pace", lambda *_, **__: Pace(concurrency=1, following=1))
    caller.fault({"delay_s": 0.3}, path="/push$", nth=2)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(_COUNT)
        driver.click(driver.push_button)
        await until(lambda: "succeeded" in driver.log)
        caller.control("DELETE", "/sandbox/faults")
        caller.fault({"event": "failed", "message": "the destination is away"}, path="/push$")
        await until(lambda: "mend the cause and continue, or cancel it. 4 pushes in a row failed" in driver.banner)
        assert "The last one said: the destination is away" in driver.banner
        assert "Paused" in driver.labels(driver.window.run_bar)
        held = await asyncio.to_thread(_pushes, caller)
        caller.control("DELETE", "/sandbox/faults")
        await asyncio.sleep(0.5)
        assert await asyncio.to_thread(_pushes, caller) == held
        assert caller.get(f"/2/tasks/{PRODUCTS}")["enabled"]
        driver.click(_button(driver, "Continue the run"))
        assert driver.banner == ""
        await _ended(driver)
        assert _count(driver, "unsent") == 0
        assert len(caller.hits()) == _count(driver, "succeeded") > _COUNT / 2


def _foot_says(driver: Driver, words: str) -> bool:
    return words in driver.labels(driver.window.run_bar)


async def test_the_foot_counts_down_how_long_the_services_limit_holds(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"status": 429, "headers": {"retry-after": "3"}}, path="/push$", nth=1)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(_COUNT)
        driver.click(driver.push_button)
        for left in ("0:03", "0:02", "0:01"):
            await until(functools.partial(_foot_says, driver, f"Call limit · {left}"))
        await _ended(driver)
        assert driver.log.count("Slowing down") == 1
        assert _count(driver, "succeeded") == _COUNT


async def test_quitting_during_the_backup_clears_nothing(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.push("updateObject", [{"objectID": "a"}, {"objectID": "b"}])
    caller.fault({"delay_s": 1.0}, path="/browse$", nth=1)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(_COUNT)
        driver.choose_action("clear")
        await until(driver.push_button.isEnabled)
        driver.click(driver.push_button)
        dialog = await driver.dialog(ConfirmIndexDialog)
        driver.type(driver.find(QLineEdit, "Index name", dialog), "products")
        driver.click(next(b for b in dialog.findChildren(QPushButton) if b.property("role") == "destructive"))
        await until(lambda: "Backing up products" in driver.labels(driver.window.run_bar))
    assert len(caller.hits()) == 2
    assert _pushes(caller) == 1, "the one that this test made"


async def test_no_other_records_take_the_place_of_those_that_are_being_pushed(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, tmp_path: Path
) -> None:
    caller.fault({"delay_s": 0.5}, path="/push$")
    other = numbered_csv(tmp_path / "other.csv", 3)
    async with open_console(qapp, file, sandbox) as driver:
        await driver.loaded(_COUNT)
        driver.click(driver.push_button)
        await until(lambda: _pushes(caller) > 0)
        do = driver.window.commands
        assert not any(way.isEnabled() for way in (do.open, do.open_location, do.open_pasted, do.open_sample))
        assert not do.add_profile.isEnabled(), "a new profile would take the connection from the run"
        driver.window.files_dropped.emit([other])
        await until(lambda: "are being pushed" in driver.banner)
        await _ended(driver)
        assert _count(driver, "succeeded") == _COUNT == driver.window.model.rowCount()
        assert do.open_pasted.isEnabled()
        assert do.add_profile.isEnabled()
