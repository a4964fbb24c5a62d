"""`pushconsole profiles` with a real Secret Service, and on a machine that has none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pushconsole.ingestion import OPTIONAL_ACL, REQUIRED_ACL
from pushconsole.locations import settings_file
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import Outcome, numbered_csv, run
from tests.sandbox.caller import PRODUCTS, Caller
from tests.secret_service import SecretServiceSession

pytestmark = pytest.mark.secret_service

NAME = "Shop — [été]"


def add(sandbox: RunningSandbox, *options: str, key: str | None = None) -> Outcome:
    """Add a profile for the sandbox, with its key on standard input."""
    where = ("--ingestion-url", sandbox.ingestion_url, "--search-url", sandbox.search_url)
    words = ("profiles", "add", NAME, "--application-id", sandbox.app_id, "--region", "us", *where, *options)
    return run(*words, stdin=f"{key or sandbox.api_key}\n".encode())


def names() -> list[str]:
    """Return the names of the profiles there are."""
    return [profile["name"] for profile in json.loads(run("profiles", "list", "--json").stdout)]


@pytest.mark.usefixtures("secret_service")
def test_a_profile_pushes_with_the_key_that_the_keyring_keeps(
    sandbox: RunningSandbox, caller: Caller, tmp_path: Path
) -> None:
    added = add(sandbox)
    assert (added.status, added.stderr) == (0, "")
    assert "kept in the system's keyring" in added.stdout
    assert sandbox.api_key not in settings_file().read_text(encoding="utf-8")
    file = numbered_csv(tmp_path / "records.csv", 3)
    done = run("push", file, "--task", PRODUCTS, "--action", "updateObject", "--profile", NAME, "--json")
    assert (done.status, done.stderr, done.numbers) == (0, "", (3, 0, 0, 0))
    assert len(caller.hits()) == 3


@pytest.mark.usefixtures("secret_service")
def test_a_profile_is_listed_tested_and_removed(sandbox: RunningSandbox) -> None:
    add(sandbox, "--kind", "production")
    shown = run("profiles", "list").stdout
    assert NAME in shown
    assert "production" in shown
    tested = run("profiles", "test", NAME)
    assert tested.status == 0
    assert tested.stdout.endswith("The key is valid and may push. SANDBOX001 has 4 tasks.\n")
    assert all(acl in tested.stdout for acl in (*REQUIRED_ACL, *OPTIONAL_ACL))
    assert PRODUCTS in run("tasks", "--profile", NAME).stdout
    assert run("profiles", "remove", NAME).status == 0
    assert names() == []
    assert run("profiles", "test", NAME).status == 3


def test_a_removed_profile_leaves_no_key_behind(sandbox: RunningSandbox, secret_service: SecretServiceSession) -> None:
    add(sandbox)
    run("profiles", "remove", NAME)
    look = "import keyring, sys; print(keyring.get_password('Push Console', sys.argv[1]))"
    assert secret_service.python(look, f"{NAME} ({sandbox.app_id})") == "None\n"


@pytest.mark.usefixtures("secret_service")
def test_a_key_that_may_not_push_is_told(sandbox: RunningSandbox, caller: Caller) -> None:
    limited = caller.control("POST", "/sandbox/keys", {"acl": ["addObject", "browse"]}).json()["value"]
    add(sandbox, key=limited)
    tested = run("profiles", "test", NAME)
    assert tested.status == 3
    assert "lacks the permission deleteIndex and editSettings" in tested.stderr
    run("profiles", "remove", NAME)


@pytest.mark.usefixtures("secret_service")
def test_a_read_only_profile_cannot_push(sandbox: RunningSandbox, caller: Caller, tmp_path: Path) -> None:
    add(sandbox, "--kind", "read-only")
    file = numbered_csv(tmp_path / "records.csv", 3)
    done = run("push", file, "--task", PRODUCTS, "--action", "updateObject", "--profile", NAME, "--json")
    assert (done.status, done.stdout) == (3, "")
    assert "read-only" in done.stderr
    assert caller.index_names() == []
    run("profiles", "remove", NAME)


@pytest.mark.usefixtures("secret_service")
@pytest.mark.parametrize("key", [" ", "zwei Wörter"])
def test_what_cannot_be_a_key_makes_no_profile(sandbox: RunningSandbox, key: str) -> None:
    added = add(sandbox, key=key)
    assert added.status == 3
    assert "API key" in added.stderr
    assert "Wörter" not in added.stderr
    assert names() == []


def test_without_a_keyring_no_profile_is_added(sandbox: RunningSandbox) -> None:
    added = add(sandbox)
    assert (added.status, added.stdout) == (3, "")
    assert "was not added" in added.stderr
    assert "Secret Service" in added.stderr
    assert not settings_file().exists()


def test_a_locked_keyring_leaves_no_half_made_profile(
    sandbox: RunningSandbox, secret_service: SecretServiceSession
) -> None:
    secret_service.lock()
    try:
        added = add(sandbox)
    finally:
        secret_service.kill_daemon()
    assert (added.status, added.stdout) == (3, "")
    assert "locked" in added.stderr
    assert names() == []


def test_a_profile_whose_key_is_gone_says_how_to_get_it_back(sandbox: RunningSandbox, tmp_path: Path) -> None:
    profile = {"name": NAME, "application_id": sandbox.app_id, "region": "us"}
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text(json.dumps({"profiles": [profile]}), encoding="utf-8")
    done = run("tasks", "--profile", NAME)
    assert (done.status, done.stdout) == (3, "")
    assert f"no API key for the profile {NAME}" in done.stderr
    assert "pushconsole profiles rotate" in done.stderr


def test_a_region_that_does_not_exist_is_a_wrong_command() -> None:
    added = run("profiles", "add", NAME, "--application-id", "ABCDEFGH12", "--region", "mars", stdin=b"key\n")
    assert (added.status, added.stdout) == (2, "")
    assert "mars" in added.stderr


@pytest.mark.usefixtures("secret_service")
def test_a_key_is_replaced_only_by_one_that_may_push(sandbox: RunningSandbox, caller: Caller) -> None:
    add(sandbox)
    limited = caller.control("POST", "/sandbox/keys", {"acl": ["addObject"]}).json()["value"]
    newer = caller.control("POST", "/sandbox/keys", {"acl": sorted(REQUIRED_ACL)}).json()["value"]
    for wrong, sentence in ((limited, "lacks the permission"), ("0" * 32, "knows no such API key")):
        refused = run("profiles", "rotate", NAME, stdin=wrong.encode())
        assert refused.status == 3
        assert sentence in refused.stderr
        assert "browse         yes" in run("profiles", "test", NAME).stdout, "the old key is still there"
    assert run("profiles", "rotate", NAME, stdin=newer.encode()).status == 0
    assert "browse         no" in run("profiles", "test", NAME).stdout
    run("profiles", "remove", NAME)


@pytest.mark.usefixtures("secret_service")
def test_profiles_travel_in_a_file_without_their_keys(sandbox: RunningSandbox, tmp_path: Path) -> None:
    add(sandbox)
    file = tmp_path / "profiles.json"
    assert run("profiles", "export", file).status == 0
    assert sandbox.api_key not in file.read_text(encoding="utf-8")
    assert "is there already" in run("profiles", "import", file).stdout
    listed = json.loads(run("profiles", "list", "--json").stdout)
    run("profiles", "remove", NAME)
    assert json.loads(run("profiles", "list", "--json").stdout) == []
    assert f"Added {NAME}" in run("profiles", "import", file).stdout
    assert json.loads(run("profiles", "list", "--json").stdout) == listed
    assert "There is no API key for the profile" in run("profiles", "test", NAME).stderr
    assert run("profiles", "import", tmp_path / "none.json").status == 2
    run("profiles", "remove", NAME)
