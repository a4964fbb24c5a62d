"""The places profiles are imported from: Algolia's own command line, the environment, a .env file, an exported file.

Each holds keys in the open, so no message here quotes a line of a file, and no error keeps what it came from.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pushconsole import errors
from pushconsole.credentials.importing import Candidate, Found
from pushconsole.credentials.keys import entry_of_another_program
from pushconsole.credentials.profile_store import ProfileStore
from pushconsole.credentials.profiles import check_application_id, check_name, check_region
from pushconsole.credentials.secret import Secret

# Algolia's CLI, github.com/algolia/cli: pkg/config/config.go and state.go say where and how it keeps its profiles,
# pkg/keychain/app_secrets.go how its keys.
_CLI_SERVICE = "algolia-cli"
_CLI_USER = "app:{0}"
_BASE64, _HEX = "go-keyring-base64:", "go-keyring-encoded:"  # what its keyring library puts before entries on macOS
_ADMIN = "This is an admin API key, which may do everything to the application: a narrower one would do."
_APPLICATION_IDS = ("ALGOLIA_APPLICATION_ID", "ALGOLIA_APP_ID")
_KEYS = ("ALGOLIA_API_KEY", "ALGOLIA_ADMIN_API_KEY")
_LINE = re.compile(r"\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*")
_COMMENT = re.compile(r"\s#.*")
_LARGEST_FILE = 1_000_000


def cli_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of Algolia's CLI, the same on every platform; it may not be there."""
    return Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "algolia"


def found_in_cli(folder: Path) -> Found:
    """Return the profiles of Algolia's CLI, with keys from its files or its keychain entries.

    Its newer versions keep applications in ``state.toml`` and their keys in the keychain; what an older one wrote to
    ``config.toml`` stays there and counts for the applications that the newer one does not know.

    Raises:
        errors.InputError: there are no such files, or one cannot be read.

    """
    old, new = _toml(folder / "config.toml"), _toml(folder / "state.toml")
    if old is None and new is None:
        raise errors.InputError(
            f"Algolia's command line has no profiles here: there is no config.toml and no state.toml in {folder}."
        )
    return _found(f"Algolia's command line ({folder})", _of_cli(_tables(old), _tables((new or {}).get("applications"))))


def _of_cli(old: Mapping[str, Any], applications: Mapping[str, Any]) -> Iterator[Candidate | str]:
    for application_id, table in applications.items():
        key, why = _cli_key(application_id)
        if not key:  # one that was not taken into the keychain
            key = next((text for one in old.values() if (text := _key_of(one, application_id))), "")
        yield _candidate(_text(table, "alias"), application_id, "", key, "" if key else why)
    for name, table in old.items():
        application_id = _text(table, "application_id")
        if application_id not in applications:
            plain, admin = _text(table, "api_key"), _text(table, "admin_api_key")
            yield _candidate(name, application_id, "", plain or admin, "" if plain or not admin else _ADMIN)


def found_in_environment(environ: Mapping[str, str], place: str = "the environment") -> Found:
    """Return the profile that these variables describe.

    Raises:
        errors.CredentialsError: they name no application.

    """
    application_id = next((environ[name].strip() for name in _APPLICATION_IDS if environ.get(name, "").strip()), "")
    if not application_id:
        raise errors.CredentialsError(f"In {place} there is no {' and no '.join(_APPLICATION_IDS)}.")
    variable = next((name for name in _KEYS if environ.get(name, "").strip()), "")
    region, remark = environ.get("ALGOLIA_REGION", "").strip(), _ADMIN if variable == _KEYS[1] else ""
    return _found(place, [_candidate("", application_id, region, environ.get(variable, ""), remark)])


def found_in_dotenv(file: Path) -> Found:
    """Return the profile that a .env file describes, by the same names; nothing else of it is looked at.

    Raises:
        errors.InputError: it cannot be read.
        errors.CredentialsError: it names no application.

    """
    return found_in_environment(dict(_assignments(_read(file))), str(file))


def found_in_export(file: Path) -> Found:
    """Return the profiles of a file that Push Console wrote; keys are never in it.

    Raises:
        errors.InputError: there is no such file.
        errors.ConfigurationError: it is no file of profiles.

    """
    if not file.is_file():
        raise errors.InputError(f"There is no file {file}.", "`pushconsole profiles export FILE` writes one.")
    profiles = ProfileStore(file).all()
    found = (Candidate(one.name, one.application_id, one.region, settings=one) for one in profiles)
    return Found(str(file), tuple(found))


def _found(place: str, parts: Iterable[Candidate | str]) -> Found:
    """Tell candidates from the sentences about those that cannot be one."""
    every = list(parts)
    left_out = tuple(part for part in every if isinstance(part, str))
    return Found(place, tuple(part for part in every if isinstance(part, Candidate)), left_out)


def _candidate(name: str, application_id: str, region: str, key: str, remark: str) -> Candidate | str:
    """Return a candidate, or the sentence that says why it cannot be one."""
    try:
        check_application_id(application_id)
        if region:
            check_region(region)
    except errors.ConfigurationError as error:
        return f"{f'“{name}”' if name else 'What is there'} is left out: {error.sentence}"
    secret, fault = None, ""
    if key.strip():
        try:
            secret = Secret(key)
        except errors.CredentialsError as error:
            fault = error.sentence
    remarks = " ".join(part for part in (fault, remark) if part)
    return Candidate(_usable_name(name, application_id), application_id, region, secret, remarks)


def _usable_name(name: str, application_id: str) -> str:
    try:
        check_name(name)
    except errors.ConfigurationError:
        return application_id
    return name


def _cli_key(application_id: str) -> tuple[str, str]:
    """Return the key in the keychain entry of Algolia's CLI, and why there is none."""
    try:
        entry = entry_of_another_program(_CLI_SERVICE, _CLI_USER.format(application_id))
    except errors.KeyringError as error:
        return "", error.sentence
    if entry is None:
        return "", "Its key is not in the keyring of this machine."
    try:
        secrets = json.loads(_decoded(entry))
    except (ValueError, binascii.Error):
        secrets = None
    key = secrets.get("api_key") if isinstance(secrets, dict) else None
    return (key, "") if isinstance(key, str) and key else ("", "Its entry in the keyring holds no key.")


def _decoded(entry: str) -> str:
    if entry.startswith(_BASE64):
        return base64.b64decode(entry.removeprefix(_BASE64)).decode()
    return bytes.fromhex(entry.removeprefix(_HEX)).decode() if entry.startswith(_HEX) else entry


def _key_of(table: Mapping[str, Any], application_id: str) -> str:
    return _text(table, "api_key") if _text(table, "application_id") == application_id else ""


def _toml(file: Path) -> dict[str, Any] | None:
    """Return what a file says, None where there is none."""
    if not file.is_file():
        return None
    text = _read(file)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at .*\)", str(error))  # the rest may quote the file
    raise errors.InputError(f"{file} cannot be read: it is not TOML {where[0] if where else ''}".rstrip() + ".")


def _tables(value: Any) -> dict[str, dict[str, Any]]:
    return {name: table for name, table in value.items() if isinstance(table, dict)} if isinstance(value, dict) else {}


def _text(table: Mapping[str, Any], name: str) -> str:
    value = table.get(name)
    return value.strip() if isinstance(value, str) else ""


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise errors.InputError(f"{file} is too large to be what is looked for.")
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        why = error.strerror or type(error).__name__
    except UnicodeDecodeError as error:
        why = f"byte {error.start} is not UTF-8"
    raise errors.InputError(f"{file} cannot be read: {why}.")


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values of a .env file; quotes around a value, and a remark after it, do not belong to it."""
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        name, value = match.groups()
        quote = value[:1]
        if quote in {'"', "'"} and (end := value.find(quote, 1)) > 0:
            yield name, value[1:end]
        else:
            yield name, _COMMENT.sub("", f" {value}").strip()
