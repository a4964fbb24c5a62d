"""Title, button and every question before something is done name profile, application and index."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from pushconsole import locations
from pushconsole.credentials import KeyStore, Profile, ProfileKind, ProfileStore, Secret, add_profile
from pushconsole.desktop.application import Console
from pushconsole.desktop.confirm_index_dialog import ConfirmIndexDialog
from pushconsole.desktop.question_dialog import QuestionDialog
from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import Driver, until
from tests.look import look_of
from tests.sandbox.caller import Caller
from tests.secret_service import SecretServiceSession

pytestmark = pytest.mark.secret_service


async def test_where_records_go_is_named_wherever_it_matters(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, secret_service: SecretServiceSession, tmp_path: Path
) -> None:
    profile = Profile(
        "Shop", sandbox.app_id, "us", ProfileKind.PRODUCTION, sandbox.ingestion_url, sandbox.search_url
    )  # fmt: skip
    store, keys = ProfileStore(locations.settings_file()), KeyStore()
    add_profile(store, keys, profile, Secret(sandbox.api_key))
    store.set_default("Shop")
    rich, poor = tmp_path / "rich.json", tmp_path / "poor.json"
    rich.write_text('[{"objectID":"a","price":1}]', encoding="utf-8")
    poor.write_text('[{"objectID":"a"}]', encoding="utf-8")

    def names_all(text: str) -> bool:
        return all(name in text for name in ("Shop", sandbox.app_id, "products"))

    console = Console(look_of(qapp))
    await console.start(file=rich, on_sandbox=False)
    driver = Driver(console)
    try:
        await until(driver.has_tasks)
        await driver.seek_task("products")
        await driver.loaded(1)
        await until(lambda: names_all(driver.push_button.text()))
        await until(lambda: names_all(driver.window.windowTitle()))
        await until(driver.push_button.isEnabled)
        driver.click(driver.push_button)
        assert names_all(driver.labels(await driver.dialog(QuestionDialog)))
        await driver.answer("Push 1 record to products")
        await until(lambda: "Finished in" in driver.log)
        await driver.open(poor)
        await until(lambda: "poor.json" in driver.window.windowTitle() and driver.push_button.isEnabled())
        driver.click(driver.push_button)
        await driver.answer("Push 1 record to products")
        lost = await driver.dialog(QuestionDialog)
        await until(lambda: "price" in driver.labels(lost))
        assert names_all(driver.labels(lost))
        await driver.answer("Cancel")
        await until(driver.push_button.isEnabled)
        driver.choose_action("clear")
        await until(driver.push_button.isEnabled)
        driver.click(driver.push_button)
        confirm = await driver.dialog(ConfirmIndexDialog)
        assert names_all(driver.labels(confirm))
        confirm.reject()
        await driver.gone(ConfirmIndexDialog)
        await until(driver.push_button.isEnabled)
        assert [hit["objectID"] for hit in caller.hits()] == ["a"]
    finally:
        await driver.close()
        keys.delete(profile)


async def test_a_run_that_is_open_is_named_when_the_window_is_to_be_closed(
    qapp: QApplication, sandbox: RunningSandbox, caller: Caller, secret_service: SecretServiceSession, tmp_path: Path
) -> None:
    profile = Profile("Shop", sandbox.app_id, "us", ingestion_url=sandbox.ingestion_url, search_url=sandbox.search_url)
    store, keys = ProfileStore(locations.settings_file()), KeyStore()
    add_profile(store, keys, profile, Secret(sandbox.api_key))
    store.set_default("Shop")
    file = tmp_path / "a.json"
    file.write_text('[{"objectID":"a"}]', encoding="utf-8")
    caller.fault({"delay_s": 10}, path="/push$")
    console = Console(look_of(qapp))
    await console.start(file=file, on_sandbox=False)
    driver = Driver(console)
    await until(driver.has_tasks)
    await driver.seek_task("products")
    await driver.loaded(1)
    await until(driver.push_button.isEnabled)
    driver.click(driver.push_button)
    await until(lambda: [call for call in caller.get("/sandbox/calls") if call["path"].endswith("/push")])
    driver.window.close()
    question = await driver.dialog(QuestionDialog)
    assert f"A run to products (Shop, application {sandbox.app_id}) is open." in driver.labels(question)
    await driver.answer("Cancel the run and quit")
    await driver.close()
    keys.delete(profile)
