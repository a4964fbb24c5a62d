"""`pushconsole profiles`."""

from __future__ import annotations

import asyncio
import dataclasses
import getpass
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Column, Table

from pushconsole import locations
from pushconsole.command_line.connection import Connection, client_of, profile_connection
from pushconsole.command_line.console import console, table
from pushconsole.command_line.exit_status import ExitStatus
from pushconsole.credentials import KeyStore, Profile, ProfileKind, ProfileStore, Secret
from pushconsole.errors import CredentialsError, InputError, KeyringError
from pushconsole.ingestion import (
    OPTIONAL_ACL,
    REQUIRED_ACL,
    IngestionClient,
    Key,
    KeyReport,
    check_key,
    find_region,
    list_targets,
)
from pushconsole.quantities import counted

application = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Applications to push to: their ID, region, kind and key."
)

NameArgument = Annotated[str, typer.Argument(help="The profile's name.")]


@application.command("list")
def list_profiles(
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of profiles as JSON.")] = False,
) -> None:
    """List the profiles; keys are never shown."""
    store = ProfileStore(locations.settings_file())
    profiles = store.all()
    if as_json:
        sys.stdout.write(msgspec.json.encode(profiles).decode() + "\n")
        return
    screen = console()
    screen.print(_table(profiles, store.default_name()) if profiles else "There is no profile yet.")
    screen.print(KeyStore().state().sentence)


@application.command()
def add(  # noqa: PLR0917  the options of a command
    name: NameArgument,
    application_id: Annotated[str, typer.Option(help="The application's ID, as Algolia's dashboard shows it.")],
    region: Annotated[
        str | None, typer.Option(help="us or eu, where the application's data is; without it both are asked.")
    ] = None,
    kind: Annotated[
        ProfileKind, typer.Option(help="production is coloured and asks once more; read-only cannot push.")
    ] = ProfileKind.TEST,
    ingestion_url: Annotated[str | None, typer.Option(help="Another address of the Ingestion API.")] = None,
    search_url: Annotated[str | None, typer.Option(help="Another address of the Search API.")] = None,
    proxy: Annotated[
        str | None, typer.Option(help="The address of a proxy, without name and password; without it the system's.")
    ] = None,
    ca_bundle: Annotated[
        Path | None, typer.Option(help="A PEM file with further certificate authorities.", metavar="FILE")
    ] = None,
    note: Annotated[str, typer.Option(help="What to remember about it.")] = "",
    calls_per_minute: Annotated[
        int, typer.Option(help="Pushes a minute at most; the service takes about 500 an application.", metavar="N")
    ] = Profile.calls_per_minute,
    concurrency: Annotated[int, typer.Option(help="Calls under way at once, up to 32.", metavar="N")] = (
        Profile.concurrency
    ),
) -> None:
    """Add a profile; its API key is asked for, or read from standard input, and goes to the system's keyring."""
    profile = Profile(
        name,
        application_id,
        region or "us",  # until it is found out below
        kind,
        ingestion_url,
        search_url,
        calls_per_minute,
        concurrency,
        proxy,
        None if ca_bundle is None else str(ca_bundle.absolute()),
        note,
    )
    store, keys = ProfileStore(locations.settings_file()), KeyStore()
    if not (state := keys.state()).usable:
        raise KeyringError(f"The profile {name} was not added: its key would be lost at once. {state.sentence}")
    key = _read_key()
    if region is None:
        found = asyncio.run(find_region(lambda one: client_of(dataclasses.replace(profile, region=one), key)))
        profile = dataclasses.replace(profile, region=found)
    store.add(profile)
    try:
        keys.set(profile, key)
    except BaseException:
        store.remove(name)
        raise
    sys.stdout.write(f"Added {name}. {keys.state().sentence}\n")


@application.command()
def remove(name: NameArgument) -> None:
    """Remove a profile and its key."""
    store = ProfileStore(locations.settings_file())
    KeyStore().delete(store.get(name))
    store.remove(name)
    sys.stdout.write(f"Removed {name} and its key.\n")


@application.command()
def rotate(name: NameArgument) -> None:
    """Put a new key in the place of a profile's, once the service has said that it may push."""
    store, keys = ProfileStore(locations.settings_file()), KeyStore()
    profile = store.get(name)
    key = _read_key()
    report = asyncio.run(_looked_at(client_of(profile, key)))
    report.check()
    if report.key is None:
        raise CredentialsError(f"The new key could not be tried, so the old one stays. {report.unread}")
    keys.set(profile, key)
    store.remember_expiry(name, report.expires_at)
    sys.stdout.write(f"{name} has the new key. {keys.state().sentence}\n")


@application.command("export")
def export_profiles(
    file: Annotated[Path, typer.Argument(help="The file to write, JSON.", metavar="FILE")],
) -> None:
    """Write the profiles to a file for a colleague or another machine; keys are never in it."""
    profiles = ProfileStore(locations.settings_file()).exported()
    try:
        file.write_bytes(msgspec.json.format(msgspec.json.encode({"profiles": profiles})) + b"\n")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.") from error
    sys.stdout.write(f"Wrote {counted(len(profiles), 'profile', 'profiles')} to {file}; their keys are not in it.\n")


@application.command("import")
def import_profiles(
    file: Annotated[Path, typer.Argument(help="A file that `profiles export` wrote.", metavar="FILE")],
) -> None:
    """Add the profiles of a file; those whose name is there already are left as they are."""
    store = ProfileStore(locations.settings_file())
    known = {profile.name for profile in store.all()}
    for profile in ProfileStore(file).all() if file.is_file() else _missing(file):
        if profile.name in known:
            sys.stdout.write(f"{profile.name} is there already, and was left as it is.\n")
        else:
            store.add(profile)
            sys.stdout.write(f"Added {profile.name}. `pushconsole profiles rotate {profile.name}` gives it its key.\n")


def _missing(file: Path) -> list[Profile]:
    raise InputError(f"There is no file {file}.", "`pushconsole profiles export FILE` writes one.")


def _read_key() -> Secret:
    return Secret(getpass.getpass("API key: ") if sys.stdin.isatty() else sys.stdin.readline().strip())


async def _looked_at(client: IngestionClient) -> KeyReport:
    async with client:
        return await check_key(client)


@application.command("test")
def test_profile(name: NameArgument) -> None:
    """Ask the service whether a profile's key is valid and may push."""
    connection = profile_connection(ProfileStore(locations.settings_file()).get(name))
    raise typer.Exit(asyncio.run(_tested(connection)))


async def _tested(connection: Connection) -> int:
    """Print what the key may do, and return whether that is enough."""
    async with connection.client as client:
        profile = connection.profile
        report = await check_key(client, profile.key_expires_at if profile is not None else None)
        report.check()
        if profile is not None and report.key is not None:
            store = ProfileStore(locations.settings_file())
            await asyncio.to_thread(store.remember_expiry, profile.name, report.expires_at)
        targets = await list_targets(client)
    screen = console()
    if report.key is not None:
        screen.print(_permissions(report.key))
    for warning in report.warnings():
        screen.print(warning, soft_wrap=True)
    valid = "may push" if report.key is not None else "answers"
    sys.stdout.write(f"The key is valid and {valid}. {client.application_id} has {len(targets)} tasks.\n")
    return ExitStatus.SUCCEEDED


def _permissions(key: Key) -> Table:
    listed = table("Permission", "There", "What it is for")
    for acl in REQUIRED_ACL:
        listed.add_row(acl, "yes" if acl in key.acl else "no", "to push, and to follow a push")
    for acl, use in OPTIONAL_ACL.items():
        listed.add_row(acl, "yes" if acl in key.acl else "no", f"to {use}")
    listed.add_row("indexes", ", ".join(key.indexes) or "all", "which it may push to")
    return listed


def _table(profiles: list[Profile], default: str | None) -> Table:
    listed = table(Column("Profile", overflow="fold"), "Application ID", "Region", "Kind", "Default")
    for profile in profiles:
        mark = "✓" if profile.name == default else ""
        listed.add_row(profile.name, profile.application_id, profile.region, profile.kind.value, mark)
    return listed
