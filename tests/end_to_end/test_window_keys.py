"""What the window says of a key that may not do what is wanted, before anything leaves: each defect in a sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from pushconsole.desktop.application import Console
from pushconsole.desktop.comparison_dialog import ComparisonDialog
from pushconsole.desktop.confirm_index_dialog import ConfirmIndexDialog
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import written
from tests.end_to_end.window_driver import Driver, Shared, until
from tests.look import look_of
from tests.sandbox.caller import Caller, eventually

_PUSH = ["addObject", "deleteIndex", "editSettings"]
_ALL = [*_PUSH, "search", "browse", "listIndexes"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of one record."""
    return written(tmp_path / "one.ndjson", '{"objectID":"a"}\n')


def _key(caller: Caller, acl: list[str], **of: Any) -> str:
    made = caller.control("POST", "/sandbox/keys", {"acl": acl, **of})
    assert made.status_code == 200, made.text
    return str(made.json()["value"])


@asynccontextmanager
async def _opened(qapp: QApplication, sandbox: RunningSandbox, file: Path, **changed: str) -> AsyncIterator[Driver]:
    """Open the window on a sandbox with another key, or for another application."""
    aimed = Shared(sandbox)
    aimed.__dict__.update(changed)
    console = Console(look_of(qapp), lambda: aimed)
    driver = Driver(console)
    try:
        await console.start(file=file, on_sandbox=True)
        await driver.loaded_unaimed(1)
        yield driver
    finally:
        await driver.close()


async def _refused(driver: Driver, caller: Caller, sentence: str) -> None:
    """Wait until the sentence stands over the big button and in the log; nothing can be pushed, and nothing was."""
    await until(lambda: sentence in driver.refusal)
    await until(lambda: sentence in driver.log)
    assert not driver.push_button.isEnabled()
    assert not any(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))


@pytest.mark.parametrize("lacking", _PUSH)
async def test_a_permission_that_lacks_is_named(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, lacking: str
) -> None:
    key = _key(caller, [acl for acl in _PUSH if acl != lacking])
    async with _opened(qapp, sandbox, file, api_key=key) as driver:
        await _refused(driver, caller, f"The API key may not push: it lacks the permission {lacking}.")


@pytest.mark.parametrize("wrong", [{"api_key": "0" * 32}, {"app_id": "ANOTHERAPP"}], ids=str)
async def test_a_key_of_another_application_is_told(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, wrong: dict[str, str]
) -> None:
    async with _opened(qapp, sandbox, file, **wrong) as driver:
        application = wrong.get("app_id", "SANDBOX001")
        await _refused(driver, caller, f"The application {application} knows no such API key")


async def test_a_key_whose_time_is_over_is_told(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    key = _key(caller, _PUSH, validity=1)
    with Caller(sandbox, api_key=key) as limited:
        eventually(lambda: limited.http.get("/2/tasks").status_code == 403)
    async with _opened(qapp, sandbox, file, api_key=key) as driver:
        await _refused(driver, caller, "or its time is over")


async def test_a_key_for_other_indexes_pushes_to_those_and_to_no_other(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with _opened(qapp, sandbox, file, api_key=_key(caller, _PUSH, indexes=["art*"])) as driver:
        await until(driver.has_tasks)
        sentence = "The API key is for art* only, and the task pushes to products."
        await until(lambda: sentence in driver.refusal)
        assert not driver.push_button.isEnabled()
        await driver.seek_task("articles")
        await until(driver.push_button.isEnabled)
        assert sentence not in driver.refusal


async def test_a_key_that_may_not_read_itself_is_told_and_pushes(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    caller.fault({"status": 403, "message": "Method not allowed with this API key"}, path="/1/keys/")
    async with _opened(qapp, sandbox, file) as driver:
        await until(lambda: "What the API key may do could not be looked up" in driver.log)
        await until(driver.push_button.isEnabled)
        await driver.push()
        assert "1 succeeded" in driver.log


async def test_a_key_that_ends_soon_is_told(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with _opened(qapp, sandbox, file, api_key=_key(caller, _PUSH, validity=3 * 3600)) as driver:
        await until(lambda: "The API key is valid for 3 hours more" in driver.log)
        await until(driver.push_button.isEnabled)


async def test_a_permission_that_was_taken_away_meanwhile_is_seen_before_the_run(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with _opened(qapp, sandbox, file) as driver:
        await until(driver.push_button.isEnabled)
        caller.fault({"status": 403, "message": "Invalid Application-ID or API key"}, path="/1/keys/")
        driver.click(driver.push_button)
        await until(lambda: "knows no such API key" in driver.log)
        assert not any(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))


async def test_an_application_of_the_other_region_is_told(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path
) -> None:
    async with _opened(qapp, sandbox, file) as driver:
        await until(driver.push_button.isEnabled)
        caller.fault({"status": 403, "message": "Invalid Application-ID or API key"}, path="/2/tasks/")
        driver.click(driver.push_button)
        await until(lambda: "Most likely the application is in the other region" in driver.log)


@pytest.mark.parametrize("link", ["Compare with the index", "Compare all"])
async def test_a_key_that_may_not_look_into_the_index_is_told_and_pushes(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, link: str
) -> None:
    async with _opened(qapp, sandbox, file, api_key=_key(caller, _PUSH)) as driver:
        await until(driver.push_button.isEnabled)
        driver.click(driver.find(QPushButton, link))
        sentence = "may not compare records with those of the index: it lacks the permission search."
        if link == "Compare all":
            await until(lambda: sentence in driver.labels(driver.window.push_pane.index_card))
        else:
            dialog = await driver.dialog(ComparisonDialog)
            await until(lambda: sentence in driver.labels(dialog))
            dialog.accept()
            await driver.gone(ComparisonDialog)
        await driver.push()
        assert "1 succeeded" in driver.log


@pytest.mark.parametrize(
    ("lacking", "may_not"),
    [("browse", "back an index up before it is cleared or deleted"), ("listIndexes", "say how many records an index")],
)
async def test_a_key_that_may_not_back_up_clears_nothing(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, file: Path, lacking: str, may_not: str
) -> None:
    caller.push("updateObject", [{"objectID": "there"}])
    key = _key(caller, [acl for acl in _ALL if acl != lacking])
    async with _opened(qapp, sandbox, file, api_key=key) as driver:
        driver.choose_action("clear")
        await until(driver.push_button.isEnabled)
        driver.click(driver.push_button)
        if lacking == "browse":
            dialog = await driver.dialog(ConfirmIndexDialog)
            driver.type(driver.find(QLineEdit, "Index name", dialog), "products")
            driver.click(driver.find(QPushButton, "Clear all records of products", dialog))
        await until(lambda: f"The API key may not {may_not}" in driver.log)
        assert f"it lacks the permission {lacking}." in driver.log
        assert len(caller.hits()) == 1
