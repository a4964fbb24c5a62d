"""What a profile may be, and how the settings file keeps it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pushconsole import errors
from pushconsole.credentials import Profile, ProfileKind, ProfileStore

_LOCK = ".settings.json.lock"  # empty, and never taken away: who waits for it would lock what is not there any more


def a_profile(name: str = "Shop", **fields: Any) -> Profile:
    return Profile(**{"name": name, "application_id": "ABCDEFGH12", "region": "us"} | fields)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "made" / "on demand" / "settings.json"


@pytest.fixture
def store(file: Path) -> ProfileStore:
    return ProfileStore(file)


@pytest.mark.parametrize("region", ["de", "US", "", "us "])
def test_a_region_without_a_host_is_refused(region: str) -> None:
    with pytest.raises(errors.ConfigurationError, match="region"):
        a_profile(region=region)


@pytest.mark.parametrize("application_id", ["", "ABCDEFGH1", "ABCDEFGH123", "abcdefgh12", "ABCDEFGH1É", "ABCDEFGH12\n"])
def test_a_malformed_application_id_is_refused(application_id: str) -> None:
    with pytest.raises(errors.ConfigurationError, match="application ID"):
        a_profile(application_id=application_id)


def test_the_sandbox_has_a_right_application_id() -> None:
    assert a_profile(application_id="SANDBOX001", kind=ProfileKind.SANDBOX).application_id == "SANDBOX001"


@pytest.mark.parametrize("name", ["", " Shop", "Shop\n", "a\x07b", "x" * 101, "\ud800"])
def test_a_name_that_cannot_be_shown_on_a_line_is_refused(name: str) -> None:
    with pytest.raises(errors.ConfigurationError, match="name"):
        a_profile(name)


@pytest.mark.parametrize(
    "proxy", ["proxy.example:3128", "http://[", "http://[::1", "http://proxy.example:x", "http://"]
)
def test_what_is_no_address_of_a_proxy_is_refused(proxy: str) -> None:
    with pytest.raises(errors.ConfigurationError, match="is not the address of a proxy"):
        Profile("Shop", "ABCDEFGH12", "us", proxy=proxy)


@pytest.mark.parametrize("proxy", ["http://me:hunter2@proxy.example:3128", "me:hunter2@proxy.example:3128"])
def test_the_password_of_a_proxy_is_refused_and_not_told(proxy: str) -> None:
    with pytest.raises(errors.ConfigurationError, match="must not hold a name and a password") as told:
        Profile("Shop", "ABCDEFGH12", "us", proxy=proxy)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    "url", ["https://proxy.example/algolia", "http://127.0.0.1:8080", "http://[::1]:8080/", "http://localhost"]
)
@pytest.mark.parametrize("field", ["ingestion_url", "search_url"])
def test_https_anywhere_and_http_to_this_machine_are_right(field: str, url: str) -> None:
    assert getattr(a_profile(**{field: url}), field) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://data.us.algolia.com",
        "http://10.0.0.1",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "http://127.0.0.1@data.example",
        "ftp://127.0.0.1",
        "https://",
        "https://user:word@host",
        "https://host/?key=1",
        "https://host:99999",
        "http://[::1",
        "data.us.algolia.com",
        "",
    ],
)
@pytest.mark.parametrize("field", ["ingestion_url", "search_url"])
def test_another_address_is_refused(field: str, url: str) -> None:
    with pytest.raises(errors.ConfigurationError):
        a_profile(**{field: url})


def test_without_a_file_there_are_no_profiles(store: ProfileStore, file: Path) -> None:
    assert store.all() == []
    assert store.default_name() is None
    assert not file.exists()


def test_profiles_come_back_as_they_were_added(store: ProfileStore, file: Path) -> None:
    profiles = [a_profile("Été 漢字", region="eu", kind=kind) for kind in ProfileKind]
    profiles = [a_profile(f"{p.name} {p.kind}", region="eu", kind=p.kind, search_url="https://x") for p in profiles]
    for profile in profiles:
        store.add(profile)
    assert ProfileStore(file).all() == profiles
    assert store.get(profiles[1].name) == profiles[1]


def test_a_name_is_taken_once(store: ProfileStore) -> None:
    store.add(a_profile("One"))
    store.add(a_profile("Two"))
    with pytest.raises(errors.CredentialsError, match="already a profile called “One”"):
        store.add(a_profile("One"))
    with pytest.raises(errors.CredentialsError, match="already a profile called “One”"):
        store.replace("Two", a_profile("One"))
    assert [profile.name for profile in store.all()] == ["One", "Two"]


def test_an_unknown_name_is_answered_with_the_known_ones(store: ProfileStore) -> None:
    with pytest.raises(errors.CredentialsError, match="profiles add"):
        store.get("Shop")
    store.add(a_profile("One"))
    for call in (store.get, store.remove, store.set_default, lambda name: store.replace(name, a_profile(name))):
        with pytest.raises(errors.CredentialsError, match=r"no profile called “Shop”.*are: One"):
            call("Shop")


def test_the_default_follows_a_rename_and_goes_with_its_profile(store: ProfileStore) -> None:
    store.add(a_profile("One"))
    store.add(a_profile("Two"))
    store.set_default("Two")
    store.replace("Two", a_profile("Three", kind=ProfileKind.PRODUCTION))
    assert store.default_name() == "Three"
    assert store.get("Three").kind is ProfileKind.PRODUCTION
    store.remove("Three")
    assert store.default_name() is None
    assert [profile.name for profile in store.all()] == ["One"]


def test_what_others_wrote_into_the_file_is_kept(store: ProfileStore, file: Path) -> None:
    store.add(a_profile("One", search_url="https://x"))
    settings = json.loads(file.read_text(encoding="utf-8"))
    settings["window"] = {"width": 900, "naïve": [None, 1.5]}
    settings["profiles"][0]["colour"] = "teal"
    file.write_text(json.dumps(settings), encoding="utf-8-sig")
    store.add(a_profile("Two"))
    store.replace("One", a_profile("Uno"))
    store.set_default("Two")
    after = json.loads(file.read_text(encoding="utf-8"))
    assert after["window"] == settings["window"]
    assert after["profiles"][0]["colour"] == "teal"
    assert "search_url" not in after["profiles"][0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1, column 1 is not JSON"),
        (b'{"profiles": [\n oops]}', "line 2, column 2 is not JSON"),
        (b"\xff\xfe{}", "byte 0 is not UTF-8"),
        (b"[]", "does not hold a JSON object"),
        (b'{"profiles": {}}', "“profiles” is not a list"),
        (b'{"profiles": [1]}', "profile 1 is not a JSON object"),
        (b'{"profiles": [{"name": "a"}]}', "profile 1 has no application_id and no region"),
        (b'{"profiles": [{"name": "a", "application_id": 1, "region": "us"}]}', "“application_id” of profile 1"),
        (b'{"profiles": [{"name": "a", "application_id": "ABCDEFGH12", "region": "de"}]}', "“de” is not a region"),
        (
            b'{"profiles": [{"name": "a", "application_id": "ABCDEFGH12", "region": "us", "kind": "x"}]}',
            "the kinds are sandbox, test, production, read-only",
        ),
        (
            b'{"profiles": ['
            + b",".join([b'{"name": "a", "application_id": "ABCDEFGH12", "region": "us"}'] * 2)
            + b"]}",
            "two profiles are called “a”",
        ),
    ],
)
def test_a_broken_file_is_named_and_left_alone(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(content)
    store = ProfileStore(file)
    for call in (store.all, lambda: store.add(a_profile())):
        with pytest.raises(errors.ConfigurationError) as raised:
            call()
        assert said in raised.value.sentence
        assert str(file) in raised.value.sentence
    assert file.read_bytes() == content
    assert {one.name for one in tmp_path.iterdir()} - {_LOCK} == {file.name}


def test_the_file_is_for_its_owner_only_and_nothing_is_left_beside_it(store: ProfileStore, file: Path) -> None:
    store.add(a_profile("One"))
    file.chmod(0o644)
    store.add(a_profile("Two"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert {one.name for one in file.parent.iterdir()} == {file.name, _LOCK}


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    link, target = tmp_path / "settings.json", tmp_path / "elsewhere.json"
    target.write_text("{}", encoding="utf-8")
    link.symlink_to(target)
    ProfileStore(link).add(a_profile())
    assert link.is_symlink()
    assert len(ProfileStore(target).all()) == 1


def test_a_file_that_cannot_be_replaced_is_told_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    ProfileStore(file).add(a_profile("One"))
    before = file.read_bytes()
    settings = json.loads(before) | {"broken": "\ud800"}  # JSON can write half a surrogate pair, UTF-8 cannot
    file.write_text(json.dumps(settings), encoding="utf-8")
    before = file.read_bytes()
    with pytest.raises(errors.ConfigurationError, match=r"settings\.json could not be written"):
        ProfileStore(file).add(a_profile("Two"))
    assert file.read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == [_LOCK, "settings.json"]  # noqa: PTH208  names, not paths


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(errors.ConfigurationError):
        ProfileStore(tmp_path / "file" / "settings.json").add(a_profile())


def test_profiles_keep_the_order_that_a_person_gave_them(store: ProfileStore, file: Path) -> None:
    for name in "abcd":
        store.add(a_profile(name))
    store.reorder(["d", "b", "gone"])
    assert [profile.name for profile in store.all()] == ["d", "b", "a", "c"]
    assert [profile.name for profile in ProfileStore(file).all()] == ["d", "b", "a", "c"]


def test_the_moments_of_a_key_are_kept_and_not_exported(store: ProfileStore) -> None:
    store.add(a_profile(record_limit_bytes=100_000))
    store.remember_stored("Shop")
    store.remember_use("Shop")
    store.remember_use("gone")
    (profile,) = store.all()
    assert profile.key_stored_at is not None
    assert profile.key_used_at is not None
    assert profile.key_used_at >= profile.key_stored_at
    (exported,) = store.exported()
    assert exported == {"name": "Shop", "application_id": "ABCDEFGH12", "region": "us", "kind": "test"} | {
        "record_limit_bytes": 100_000
    }
    store.remember_stored("Shop")
    assert store.all()[0].key_used_at is None


@pytest.mark.parametrize("size", [0, 5_000_001])
def test_a_record_larger_than_a_call_is_no_limit(size: int) -> None:
    with pytest.raises(errors.ConfigurationError, match="size of a record"):
        a_profile(record_limit_bytes=size)


def test_processes_that_write_at_once_lose_none_of_each_others_profiles(store: ProfileStore, file: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from pushconsole.credentials import Profile, ProfileStore\n"
        "store = ProfileStore(Path(sys.argv[1]))\n"
        "for number in range(25): store.add(Profile(f'{sys.argv[2]}{number}', 'ABCDEFGH12', 'us'))\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, str(file), name]) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert {one.name for one in store.all()} == {f"{name}{number}" for name in "abc" for number in range(25)}


def test_what_is_only_remembered_of_a_key_holds_nothing_up_where_it_cannot_be_written(
    store: ProfileStore, file: Path
) -> None:
    store.add(a_profile("One"))
    (file.parent / _LOCK).unlink()
    (file.parent / _LOCK).mkdir()
    with pytest.raises(errors.ConfigurationError, match="could not be written"):
        store.set_default("One")
    store.remember_use("One")
    store.remember_expiry("One", 1e9)
    assert store.get("One").key_used_at is None
