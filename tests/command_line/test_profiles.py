"""`pushconsole profiles` with a real Secret Service, and on a machine that has none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pushconsole.credentials import ProfileStore
from pushconsole.ingestion import OPTIONAL_ACL, REQUIRED_ACL
from pushconsole.locations import settings_file
from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import Outcome, numbered_csv, run, written
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


def test_without_a_keyring_nobody_is_told_that_a_key_was_removed(sandbox: RunningSandbox) -> None:
    profile = {"name": NAME, "application_id": sandbox.app_id, "region": "us"}
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text(json.dumps({"profiles": [profile]}), encoding="utf-8")
    removed = run("profiles", "remove", NAME)
    assert removed.status == 0
    assert "and its key" not in removed.stdout
    assert "Whether a keyring has its key is not known" in removed.stdout
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
    run("profiles", "edit", NAME, "--kind", "read-only")
    assert run("profiles", "rotate", NAME, stdin=limited.encode()).status == 0, "who only reads needs no right to write"
    assert run("profiles", "rotate", NAME, stdin=b"0" * 32).status == 3
    run("profiles", "remove", NAME)


@pytest.mark.usefixtures("secret_service")
def test_profiles_travel_in_a_file_without_their_keys(sandbox: RunningSandbox, tmp_path: Path) -> None:
    add(sandbox, "--record-limit", "20000", "--note", "ours")
    file = tmp_path / "profiles.json"
    assert run("profiles", "export", file).status == 0
    assert sandbox.api_key not in file.read_text(encoding="utf-8")
    assert "is there already" in run("profiles", "import", file).stdout
    (listed,) = json.loads(run("profiles", "list", "--json").stdout)
    run("profiles", "remove", NAME)
    assert names() == []
    shown = run("profiles", "import", file)
    assert (shown.status, names()) == (0, [])
    assert "--yes takes over 1 profile" in shown.stdout
    assert f"Added {NAME}" in run("profiles", "import", file, "--yes").stdout
    (imported,) = json.loads(run("profiles", "list", "--json").stdout)
    assert imported == listed | {"key_stored_at": None, "key_used_at": None, "key_expires_at": None}
    assert (imported["record_limit_bytes"], imported["note"]) == (20_000, "ours")
    assert "There is no API key for the profile" in run("profiles", "test", NAME).stderr
    assert run("profiles", "import", tmp_path / "none.json").status == 2
    run("profiles", "remove", NAME)


@pytest.mark.usefixtures("secret_service")
def test_a_key_that_may_not_push_is_warned_of_when_it_is_added(sandbox: RunningSandbox, caller: Caller) -> None:
    limited = caller.control("POST", "/sandbox/keys", {"acl": ["addObject"], "validity": 3600}).json()["value"]
    added = add(sandbox, key=limited)
    run("profiles", "remove", NAME)
    assert added.status == 0
    assert "a key with the ACL addObject, deleteIndex, editSettings" in added.stderr
    assert "is valid for" in added.stderr


@pytest.mark.usefixtures("secret_service")
def test_a_profile_is_edited_duplicated_moved_and_made_the_default(sandbox: RunningSandbox) -> None:
    add(sandbox)
    assert run("profiles", "duplicate", NAME, "Copy").status == 0
    assert run("profiles", "edit", "Copy", "--name", "Other", "--kind", "production", "--proxy", "").status == 0
    assert "1 of 2" in run("profiles", "move", "Other", "1").stdout
    assert names() == ["Other", NAME]
    assert run("profiles", "default", "Other").status == 0
    tested = run("profiles", "test", "Other")
    assert tested.status == 0, "its key went along"
    assert "Ingestion API (127.0.0.1): answered in" in tested.stdout
    assert run("profiles", "duplicate", NAME, "Other").status == 3
    assert run("profiles", "edit", "Other").status == 2
    assert run("profiles", "edit", "Other", "--record-limit", "0").status == 2
    listed = run("profiles", "list").stdout
    assert "in the keyring" in listed
    (other, _) = json.loads(run("profiles", "list", "--json").stdout)
    assert (other["kind"], other["ingestion_url"]) == ("production", sandbox.ingestion_url)
    assert other["key_used_at"] >= other["key_stored_at"]
    moved = run("profiles", "edit", "Other", "--application-id", "OTHERAPP12")
    assert "profiles rotate Other" in moved.stdout
    assert "no API key" in run("tasks", "--profile", "Other").stderr, "the key was the other application's"
    for name in ("Other", NAME):
        assert run("profiles", "remove", name).status == 0


@pytest.mark.usefixtures("secret_service")
def test_a_record_is_large_where_the_profile_says_so(sandbox: RunningSandbox, tmp_path: Path) -> None:
    add(sandbox, "--record-limit", "500")
    file = written(tmp_path / "records.ndjson", json.dumps({"objectID": "a", "text": "x" * 600}))
    order = ("push", file, "--task", PRODUCTS, "--action", "updateObject", "--profile", NAME, "--dry-run")
    assert "has about 0.6 KB" in run(*order).stdout
    run("profiles", "edit", NAME, "--record-limit", "20000")
    assert "has about" not in run(*order).stdout
    run("profiles", "remove", NAME)


@pytest.fixture
def algolia_cli(home: Path, sandbox: RunningSandbox) -> Path:
    """Write the profiles of Algolia's CLI: one of the sandbox, one whose name is taken."""
    file = home / "config" / "algolia" / "config.toml"
    file.parent.mkdir(parents=True)
    text = f"""
        [shop]
        application_id = "{sandbox.app_id}"
        api_key = "{sandbox.api_key}"
        [taken]
        application_id = "OTHERAPP12"
        admin_api_key = "another-key-of-nobody"
        [odd]
        application_id = "odd"
        api_key = "another-key-of-nobody"
    """
    return written(file, text)


@pytest.mark.usefixtures("secret_service", "algolia_cli")
def test_profiles_come_from_algolias_command_line(sandbox: RunningSandbox) -> None:
    run("profiles", "add", "taken", "--application-id", "TAKENAPP01", "--region", "us", stdin=b"k" * 32)
    shown = run("profiles", "import", "--from-cli", "--region", "us")
    assert (shown.status, names()) == (0, ["taken"])
    for part in ("shop", "taken (2)", "the name is taken", "admin API key", "“odd” is left out", "--yes takes over 2"):
        assert part in shown.stdout
    assert sandbox.api_key not in shown.stdout
    done = run("profiles", "import", "--from-cli", "--region", "us", "--only", "shop", "--yes")
    assert (done.status, done.stderr) == (0, "")
    assert names() == ["taken", "shop"]
    where = ("--ingestion-url", sandbox.ingestion_url, "--search-url", sandbox.search_url)
    assert run("profiles", "edit", "shop", *where).status == 0
    assert run("profiles", "test", "shop").status == 0
    again = run("profiles", "import", "--from-cli", "--only", "shop", "--yes")
    assert "shop has the new key" in again.stdout
    assert run("profiles", "import", "--from-cli", "--only", "nobody").status == 2
    for name in names():
        run("profiles", "remove", name)


@pytest.mark.usefixtures("secret_service")
def test_a_profile_comes_from_the_environment_or_a_dotenv_file(sandbox: RunningSandbox, tmp_path: Path) -> None:
    environ = {"ALGOLIA_APPLICATION_ID": sandbox.app_id, "ALGOLIA_API_KEY": sandbox.api_key, "ALGOLIA_REGION": "eu"}
    done = run("profiles", "import", "--from-env", "--yes", environ=environ)
    assert (done.status, names()) == (0, [sandbox.app_id])
    run("profiles", "remove", sandbox.app_id)
    file = written(tmp_path / ".env", "".join(f"{name}={value}\n" for name, value in environ.items()))
    done = run("profiles", "import", "--from-dotenv", file, "--yes")
    assert (done.status, names()) == (0, [sandbox.app_id])
    assert ProfileStore(settings_file()).get(sandbox.app_id).region == "eu"
    run("profiles", "remove", sandbox.app_id)
    assert run("profiles", "import").status == 2
    assert run("profiles", "import", file, "--from-cli").status == 2


def test_without_a_keyring_no_key_is_imported(sandbox: RunningSandbox, algolia_cli: Path) -> None:
    done = run("profiles", "import", "--from-cli", "--region", "us", "--yes")
    assert done.status == 3
    assert "Nothing was imported" in done.stderr
    assert names() == []
