"""A key that cannot push is told so in a sentence of its own, before anything leaves."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from pushconsole.credentials import ProfileStore
from pushconsole.locations import settings_file
from pushconsole.sandbox import RunningSandbox
from tests.command_line.fixtures import shell
from tests.command_line.shell import Outcome, Shell, numbered_csv, run
from tests.sandbox.caller import ARTICLES, PRODUCTS, Caller, eventually

__all__ = ["shell"]

_PUSH = ["addObject", "deleteIndex", "editSettings"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of three records."""
    return numbered_csv(tmp_path / "records.csv", 3)


def _key(caller: Caller, acl: list[str], **of: Any) -> dict[str, str]:
    made = caller.control("POST", "/sandbox/keys", {"acl": acl, **of})
    assert made.status_code == 200, made.text
    return {"ALGOLIA_API_KEY": made.json()["value"]}


def _nothing_left(caller: Caller, done: Outcome, sentence: str) -> None:
    assert done.status == 3, done.stderr
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not any(call["path"].endswith("/push") for call in caller.get("/sandbox/calls"))


@pytest.mark.parametrize("lacking", _PUSH)
def test_a_permission_that_lacks_is_named(shell: Shell, caller: Caller, file: Path, lacking: str) -> None:
    environ = _key(caller, [acl for acl in _PUSH if acl != lacking])
    done = shell.push(file, environ=environ)
    _nothing_left(caller, done, f"The API key may not push: it lacks the permission {lacking}.")
    assert "Ask an administrator of SANDBOX001 for a key with the ACL addObject, deleteIndex" in done.stderr


@pytest.mark.parametrize("environ", [{"ALGOLIA_API_KEY": "0" * 32}, {"ALGOLIA_APPLICATION_ID": "ANOTHERAPP"}], ids=str)
def test_a_key_of_another_application_is_told(
    shell: Shell, caller: Caller, file: Path, environ: dict[str, str]
) -> None:
    done = shell.push(file, environ=environ)
    application = environ.get("ALGOLIA_APPLICATION_ID", "SANDBOX001")
    _nothing_left(caller, done, f"The application {application} knows no such API key")


@pytest.mark.parametrize("indexes", [["dev_*"], ["articles", "*_products"]], ids=str)
def test_a_key_for_other_indexes_is_told(shell: Shell, caller: Caller, file: Path, indexes: list[str]) -> None:
    done = shell.push(file, environ=_key(caller, _PUSH, indexes=indexes))
    sentence = f"The API key is for {' and '.join(indexes)} only, and the task pushes to products."
    _nothing_left(caller, done, sentence)


@pytest.mark.parametrize("indexes", [[], ["products"], ["prod*"], ["*ucts"], ["*"]], ids=str)
def test_a_key_for_the_index_pushes(shell: Shell, caller: Caller, file: Path, indexes: list[str]) -> None:
    done = shell.push(file, environ=_key(caller, _PUSH, indexes=indexes))
    assert (done.status, done.stderr) == (0, "")


def test_a_key_that_ends_soon_pushes_with_a_warning(shell: Shell, caller: Caller, file: Path) -> None:
    done = shell.push(file, environ=_key(caller, _PUSH, validity=3 * 3600))
    assert done.status == 0
    assert "The API key is valid for 3 hours more" in done.stderr


@pytest.mark.parametrize(
    "effect", [{"status": 403, "message": "Method not allowed with this API key"}, {"status": 500}, {"body": "html"}]
)
def test_a_key_that_may_not_read_itself_pushes_all_the_same(
    shell: Shell, caller: Caller, file: Path, effect: dict[str, object]
) -> None:
    caller.fault(effect, path="/1/keys/")
    done = shell.push(file)
    assert (done.status, done.numbers) == (0, (3, 0, 0, 0))
    assert "could not be looked up" in done.stderr


@pytest.mark.secret_service
@pytest.mark.usefixtures("secret_service")
def test_a_key_whose_time_is_over_is_told_with_its_moment(sandbox: RunningSandbox, caller: Caller, file: Path) -> None:
    key = _key(caller, _PUSH, validity=3)["ALGOLIA_API_KEY"]
    where = ("--ingestion-url", sandbox.ingestion_url, "--search-url", sandbox.search_url)
    words = ("--application-id", sandbox.app_id, "--region", "us", *where)
    assert run("profiles", "add", "Shop", *words, stdin=key.encode()).status == 0
    push = ("push", file, "--task", PRODUCTS, "--action", "updateObject", "--profile", "Shop", "--json")
    until = ProfileStore(settings_file()).get("Shop").key_expires_at
    assert until is not None
    eventually(lambda: time.time() > until + 1)
    caller.control("DELETE", "/sandbox/calls")
    _nothing_left(caller, run(*push), "The API key's time was over on 20")
    _nothing_left(caller, run(*push), "The API key's time was over on 20")  # a refusal makes nobody forget when


def test_a_run_is_not_resumed_with_a_key_that_may_not_push(shell: Shell, caller: Caller, file: Path) -> None:
    caller.fault({"status": 403, "message": "no more"}, path="/push$")
    assert shell.push(file).status == 3
    caller.control("DELETE", "/sandbox/faults")
    caller.control("DELETE", "/sandbox/calls")
    run_id = json.loads(run("runs", "list", "--json").stdout)["run_id"]
    environ = {**shell.environ, **_key(caller, ["addObject"])}
    done = run("runs", "retry-failed", run_id, *shell.target, environ=environ)
    _nothing_left(caller, done, "it lacks the permission deleteIndex and editSettings")


def test_an_application_of_the_other_region_is_told(shell: Shell, caller: Caller, file: Path) -> None:
    caller.fault({"status": 403, "message": "Invalid Application-ID or API key"}, path="/2/tasks")
    done = shell.push(file)
    _nothing_left(caller, done, "SANDBOX001 knows the API key, and it may push, but the Ingestion API of this region")
    assert "Most likely the application is in the other region" in done.stderr


@pytest.mark.parametrize(
    ("acl", "sentence"),
    [
        (["search"], "it lacks the permission addObject and deleteIndex and editSettings"),
        (None, "knows no such API key"),
    ],
    ids=str,
)
def test_a_key_that_may_not_try_is_told_why(
    shell: Shell, caller: Caller, file: Path, acl: list[str] | None, sentence: str
) -> None:
    key = {"ALGOLIA_API_KEY": "0" * 32} if acl is None else _key(caller, acl)
    done = run("try", file, "--task", ARTICLES, *shell.target, environ={**shell.environ, **key})
    _nothing_left(caller, done, sentence)
    assert "other region" not in done.stderr


def test_a_key_for_other_indexes_may_try(shell: Shell, caller: Caller, file: Path) -> None:
    key = _key(caller, _PUSH, indexes=["dev_*"])
    assert run("try", file, "--task", ARTICLES, *shell.target, environ={**shell.environ, **key}).status == 0
