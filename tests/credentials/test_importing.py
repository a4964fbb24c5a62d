"""Profiles from Algolia's own command line, the environment, a .env file and an exported file."""

from __future__ import annotations

import base64
import json
import traceback
from pathlib import Path

import pytest

from pushconsole import errors
from pushconsole.credentials import (
    Change,
    Found,
    KeyStore,
    Profile,
    ProfileStore,
    Secret,
    cli_folder,
    found_in_cli,
    found_in_dotenv,
    found_in_environment,
    found_in_export,
    proposals,
    take_over,
)
from tests.credentials.conftest import LEAKS_ITS_SOCKET
from tests.secret_service import SecretServiceSession

KEY, OTHER_KEY = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
SHOP, BLOG = "SHOPAPP001", "BLOGAPP002"

# As github.com/zalando/go-keyring writes an entry, which Algolia's CLI keeps its keys with.
PUT = """
import contextlib, secretstorage, sys
with contextlib.closing(secretstorage.dbus_init()) as bus:
    attributes = {"username": sys.argv[1], "service": "algolia-cli"}
    label = f"Password for '{sys.argv[1]}' on 'algolia-cli'"
    secretstorage.get_default_collection(bus).create_item(label, attributes, sys.argv[2].encode(), replace=True)
"""
DELETE = """
import contextlib, secretstorage
with contextlib.closing(secretstorage.dbus_init()) as bus:
    for item in secretstorage.search_items(bus, {"service": "algolia-cli"}):
        item.delete()
"""


def written(folder: Path, **files: str) -> Path:
    """Write the CLI's files, state and config, and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def seen(found: Found) -> list[tuple[str, str, str | None]]:
    return [(one.name, one.application_id, one.key.reveal() if one.key else None) for one in found.candidates]


@pytest.fixture
def store(tmp_path: Path) -> ProfileStore:
    return ProfileStore(tmp_path / "settings.json")


def test_its_folder_is_the_same_on_every_platform(home: Path) -> None:
    assert cli_folder({}) == home / ".config" / "algolia"
    assert cli_folder({"XDG_CONFIG_HOME": "/elsewhere"}) == Path("/elsewhere/algolia")


@pytest.mark.usefixtures("no_session")
def test_an_older_cli_keeps_its_keys_in_its_file(tmp_path: Path) -> None:
    config = f"""
        [shop]
        application_id = "{SHOP}"
        api_key = "{KEY}"
        default = true
        search_hosts = ["a.example"]
        [blog]
        application_id = "{BLOG}"
        admin_api_key = "{OTHER_KEY}"
        [keyless]
        application_id = "KEYLESS003"
        [broken]
        application_id = "short"
        api_key = "{KEY}"
    """
    found = found_in_cli(written(tmp_path / "algolia", config=config))
    assert seen(found) == [("shop", SHOP, KEY), ("blog", BLOG, OTHER_KEY), ("keyless", "KEYLESS003", None)]
    assert [bool(one.remark) for one in found.candidates] == [False, True, False]
    assert "admin API key" in found.candidates[1].remark
    assert found.left_out == (
        "“broken” is left out: “short” is not an application ID: that has ten upper-case letters and digits.",
    )
    assert KEY not in repr(found)


@pytest.mark.secret_service
def test_a_newer_cli_keeps_them_in_the_keychain(tmp_path: Path, secret_service: SecretServiceSession) -> None:
    state = f"""
        current_application_id = "{SHOP}"
        [applications.{SHOP}]
        alias = "shop"
        [applications.{BLOG}]
        alias = ""
        [applications.KEYLESS003]
        alias = "moved here from another machine"
    """
    config = f"""
        [old]
        application_id = "{SHOP}"
        api_key = "an-older-key-of-the-same-application"
        [only]
        application_id = "OLDAPP0004"
        api_key = "{OTHER_KEY}"
    """
    secret_service.python(PUT, f"app:{SHOP}", json.dumps({"api_key": KEY, "crawler_api_key": "another"}))
    encoded = base64.b64encode(json.dumps({"api_key": OTHER_KEY}).encode()).decode()
    secret_service.python(PUT, f"app:{BLOG}", f"go-keyring-base64:{encoded}")  # as on macOS
    try:
        found = found_in_cli(written(tmp_path / "algolia", state=state, config=config))
    finally:
        secret_service.python(DELETE)
    assert seen(found) == [
        ("shop", SHOP, KEY),
        (BLOG, BLOG, OTHER_KEY),
        ("moved here from another machine", "KEYLESS003", None),
        ("only", "OLDAPP0004", OTHER_KEY),
    ]
    assert found.candidates[2].remark == "Its key is not in the keyring of this machine."


@pytest.mark.secret_service
@pytest.mark.parametrize("entry", ["not JSON", "[]", '{"api_key": 3}', "go-keyring-base64:%", "go-keyring-encoded:zz"])
def test_an_entry_that_cannot_be_read_is_told(tmp_path: Path, secret_service: SecretServiceSession, entry: str) -> None:
    secret_service.python(PUT, f"app:{SHOP}", entry)
    try:
        found = found_in_cli(written(tmp_path, state=f'[applications.{SHOP}]\nalias = "shop"\n'))
    finally:
        secret_service.python(DELETE)
    assert seen(found) == [("shop", SHOP, None)]
    assert found.candidates[0].remark == "Its entry in the keyring holds no key."


@pytest.mark.parametrize("text", [f'[shop]\napi_key = "{KEY}"\n{KEY}\n', f"api_key = {KEY}", f'["{KEY}'])
def test_a_file_that_cannot_be_read_is_named_and_nothing_of_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(errors.InputError, match=r"config\.toml cannot be read: it is not TOML") as raised:
        found_in_cli(written(tmp_path, config=text))
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    assert KEY not in "".join(traceback.format_exception(raised.value))


def test_without_its_files_there_is_nothing_to_import(tmp_path: Path) -> None:
    with pytest.raises(errors.InputError, match=r"no config\.toml and no state\.toml"):
        found_in_cli(tmp_path)


@pytest.mark.parametrize(
    ("environ", "remark"),
    [
        ({"ALGOLIA_APPLICATION_ID": SHOP, "ALGOLIA_API_KEY": KEY, "ALGOLIA_ADMIN_API_KEY": OTHER_KEY}, ""),
        ({"ALGOLIA_APP_ID": f" {SHOP} ", "ALGOLIA_ADMIN_API_KEY": f"{KEY}\n"}, "admin API key"),
    ],
)
def test_variables_describe_a_profile(environ: dict[str, str], remark: str) -> None:
    found = found_in_environment(environ | {"ALGOLIA_REGION": "eu"})
    assert seen(found) == [(SHOP, SHOP, KEY)]
    assert found.candidates[0].region == "eu"
    assert remark in found.candidates[0].remark


def test_variables_that_name_no_application_are_none() -> None:
    with pytest.raises(errors.CredentialsError, match="no ALGOLIA_APPLICATION_ID"):
        found_in_environment({"ALGOLIA_API_KEY": KEY})


def test_variables_that_cannot_be_right_are_left_out_and_said() -> None:
    found = found_in_environment({"ALGOLIA_APPLICATION_ID": SHOP, "ALGOLIA_REGION": "mars"})
    assert (found.candidates, len(found.left_out)) == ((), 1)
    assert "mars" in found.left_out[0]
    (odd,) = found_in_environment({"ALGOLIA_APPLICATION_ID": SHOP, "ALGOLIA_API_KEY": f"{KEY} x"}).candidates
    assert odd.key is None
    assert "cannot be right" in odd.remark


def test_a_dotenv_file_is_read_as_shells_read_it(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "\ufeff# ALGOLIA_APPLICATION_ID=NOTTHISONE\n"
        "DATABASE_URL=postgres://user:password@host/db\n"
        f'export ALGOLIA_APPLICATION_ID = "{SHOP}" # the shop\n'
        f"ALGOLIA_API_KEY='{KEY}'\r\n"
        "ALGOLIA_REGION=eu   # since 2020\n"
        "no assignment\n",
        encoding="utf-8",
    )
    found = found_in_dotenv(file)
    assert seen(found) == [(SHOP, SHOP, KEY)]
    assert found.candidates[0].region == "eu"
    assert found.place == str(file)


def test_a_dotenv_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(errors.InputError, match="No such file"):
        found_in_dotenv(tmp_path / ".env")
    (tmp_path / ".env").write_bytes(b"ALGOLIA_API_KEY=\xff")
    with pytest.raises(errors.InputError, match="byte 16 is not UTF-8"):
        found_in_dotenv(tmp_path / ".env")


def test_what_is_here_already_is_held_against_what_was_found(tmp_path: Path) -> None:
    config = "".join(
        f'[{name}]\napplication_id = "{application_id}"\napi_key = "{KEY}"\n'
        for name, application_id in (("shop", SHOP), ("blog", BLOG), ("copy", SHOP), ("fresh", "FRESHAPP03"))
    )
    known = [Profile("shop", SHOP, "us"), Profile("blog", "OTHERAPP12", "eu"), Profile("blog (2)", "OTHERAPP12", "eu")]
    made = proposals(found_in_cli(written(tmp_path, config=config)), known)
    assert [(one.change, one.name, one.chosen) for one in made] == [
        (Change.NEW_KEY, "shop", False),
        (Change.ADD, "blog (3)", True),
        (Change.ADD, "copy", False),
        (Change.ADD, "fresh", True),
    ]
    assert "the name is taken" in made[1].sentence
    assert "there already, as “shop”" in made[2].sentence
    assert KEY not in repr(made)


@pytest.mark.secret_service
@pytest.mark.usefixtures("secret_service")
def test_what_is_taken_over_has_its_key_in_the_keyring_alone(tmp_path: Path, store: ProfileStore) -> None:
    config = f'[shop]\napplication_id = "{SHOP}"\napi_key = "{KEY}"\n'
    keys, folder = KeyStore(), written(tmp_path / "algolia", config=config)
    (proposal,) = proposals(found_in_cli(folder), [])
    profile = take_over(proposal, "eu", store, keys)
    try:
        assert keys.get(profile) == Secret(KEY)
        (kept,) = store.all()
        assert (kept.name, kept.region, kept.key_stored_at is not None) == ("shop", "eu", True)
        assert KEY not in (tmp_path / "settings.json").read_text(encoding="utf-8")
        (again,) = proposals(found_in_cli(written(folder, config=config.replace(KEY, OTHER_KEY))), store.all())
        take_over(again, "", store, keys)
        assert keys.get(profile) == Secret(OTHER_KEY)
        assert len(store.all()) == 1
    finally:
        keys.delete(profile)


@LEAKS_ITS_SOCKET
@pytest.mark.secret_service
@pytest.mark.usefixtures("sockets_collected")
def test_a_keyring_that_refuses_leaves_nothing_half_imported(
    store: ProfileStore, secret_service: SecretServiceSession
) -> None:
    (proposal,) = proposals(found_in_environment({"ALGOLIA_APP_ID": SHOP, "ALGOLIA_API_KEY": KEY}), [])
    secret_service.lock()
    try:
        with pytest.raises(errors.KeyKeptForNow):
            take_over(proposal, "us", store, keys := KeyStore())
        assert store.all() == []
        assert keys.state().usable
    finally:
        secret_service.kill_daemon()


def test_an_exported_file_brings_its_settings_and_no_key(store: ProfileStore, tmp_path: Path) -> None:
    there = Profile("shop", SHOP, "eu", calls_per_minute=60, record_limit_bytes=100_000, key_stored_at=1.0)
    ProfileStore(tmp_path / "there.json").add(there)
    exported = tmp_path / "exported.json"
    exported.write_text(json.dumps({"profiles": ProfileStore(tmp_path / "there.json").exported()}), encoding="utf-8")
    (proposal,) = proposals(found_in_export(exported), [])
    take_over(proposal, "", store, KeyStore())
    assert store.all() == [Profile("shop", SHOP, "eu", calls_per_minute=60, record_limit_bytes=100_000)]
    (again,) = proposals(found_in_export(exported), store.all())
    assert again.change is Change.NOTHING
    with pytest.raises(errors.CredentialsError, match="nothing to import"):
        take_over(again, "", store, KeyStore())
