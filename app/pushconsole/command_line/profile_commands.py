"""`pushconsole profiles`."""

from __future__ import annotations

import asyncio
import dataclasses
import getpass
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Column, Table

from pushconsole import locations
from pushconsole.command_line.connection import Connection, client_of, profile_connection, remember_look
from pushconsole.command_line.console import console, table
from pushconsole.command_line.exit_status import ExitStatus
from pushconsole.command_line.profile_editing import default, duplicate, edit, move
from pushconsole.command_line.profile_import import export_profiles, import_profiles
from pushconsole.command_line.profile_options import NameArgument, RecordLimitOption
from pushconsole.credentials import (
    KeyPlace,
    KeyStore,
    Profile,
    ProfileKind,
    ProfileStore,
    Secret,
    add_profile,
    remove_profile,
)
from pushconsole.errors import CredentialsError, KeyringError
from pushconsole.ingestion import (
    IngestionClient,
    KeyReport,
    KeyStanding,
    check_connection,
    check_key,
    expiry_in_words,
    find_region,
    key_facts,
    list_targets,
    to_ask_for,
)

application = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Applications to push to: their ID, region, kind and key."
)

application.command()(edit)
application.command()(duplicate)
application.command()(move)
application.command()(default)
application.command("export")(export_profiles)
application.command("import")(import_profiles)


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
    keys = KeyStore()
    try:
        places, broken = keys.places(profiles), ""
    except KeyringError as error:
        places, broken = dict.fromkeys((profile.name for profile in profiles), KeyPlace.UNKNOWN), str(error)
    screen.print(_table(profiles, store.default_name(), places) if profiles else "There is no profile yet.")
    screen.print(broken or keys.state().sentence)


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
    record_limit: RecordLimitOption = None,
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
        record_limit_bytes=Profile.record_limit_bytes if record_limit is None else record_limit,
    )
    store, keys = ProfileStore(locations.settings_file()), KeyStore()
    if not (state := keys.state()).usable:
        raise KeyringError(f"The profile {name} was not added: its key would be lost at once. {state.sentence}")
    key = _read_key()
    if region is None:
        found = asyncio.run(find_region(lambda one: client_of(dataclasses.replace(profile, region=one), key)))
        profile = dataclasses.replace(profile, region=found)
    add_profile(store, keys, profile, key)
    report = asyncio.run(_looked_at(client_of(profile, key)))
    store.remember_expiry(name, report.expires_at)
    _warn(report)
    sys.stdout.write(f"Added {name}. {keys.state().sentence}\n")


@application.command()
def remove(name: NameArgument) -> None:
    """Remove a profile and its key."""
    keys = KeyStore()
    remove_profile(ProfileStore(locations.settings_file()), keys, name)
    if (state := keys.state()).usable:
        sys.stdout.write(f"Removed {name} and its key.\n")
    else:
        sys.stdout.write(f"Removed {name}. Whether a keyring has its key is not known. {state.sentence}\n")


@application.command()
def rotate(name: NameArgument) -> None:
    """Put a new key in the place of a profile's, once the service has said that it may push."""
    store, keys = ProfileStore(locations.settings_file()), KeyStore()
    profile = store.get(name)
    key = _read_key()
    report = asyncio.run(_looked_at(client_of(profile, key)))
    if report.refusal or profile.kind is not ProfileKind.READ_ONLY:  # who only reads needs no right to write
        report.check()
    if report.key is None:
        raise CredentialsError(f"The new key could not be tried, so the old one stays. {report.unread}")
    keys.set(profile, key)
    store.remember_stored(name)
    store.remember_expiry(name, report.expires_at)
    sys.stdout.write(f"{name} has the new key. {keys.state().sentence}\n")


def _read_key() -> Secret:
    return Secret(getpass.getpass("API key: ") if sys.stdin.isatty() else sys.stdin.readline().strip())


async def _looked_at(client: IngestionClient) -> KeyReport:
    async with client:
        return await check_key(client)


def _warn(report: KeyReport) -> None:
    """Say of a key that was just stored what will be in its way; storing it was right all the same."""
    for sentence in (report.refusal, to_ask_for(report), *report.warnings()):
        if sentence:
            sys.stderr.write(f"{sentence}\n")


@application.command("test")
def test_profile(name: NameArgument) -> None:
    """Ask the service whether it can be reached with a profile, and whether its key is valid and may push."""
    connection = profile_connection(ProfileStore(locations.settings_file()).get(name))
    raise typer.Exit(asyncio.run(_tested(connection)))


async def _tested(connection: Connection) -> int:
    """Print how the hosts answer and what the key may do, and return whether that is enough."""
    async with connection.client as client:
        profile = connection.profile
        found = await check_connection(client, profile.key_expires_at if profile is not None else None)
        screen = console()
        for host in found.hosts:
            answer = host.fault or f"answered in {host.in_words}"
            screen.print(f"{host.api} ({host.host}): {answer}", soft_wrap=True)
        if found.clock:
            screen.print(found.clock, soft_wrap=True)
        if not found.key.refusal:
            screen.print(_permissions(found.key, profile.region if profile is not None else ""))
        found.key.check()
        if profile is not None:
            await asyncio.to_thread(remember_look, profile, found.key)
        targets = await list_targets(client)
    for warning in found.key.warnings():
        screen.print(warning, soft_wrap=True)
    valid = "may push" if found.key.key is not None else "answers"
    sys.stdout.write(f"The key is valid and {valid}. {client.application_id} has {len(targets)} tasks.\n")
    return ExitStatus.SUCCEEDED


_STANDINGS = {KeyStanding.THERE: "yes", KeyStanding.WARNING: "soon over", KeyStanding.UNKNOWN: "not known"}


def _permissions(report: KeyReport, region: str) -> Table:
    listed = table("Permission", "There", "What it is for")
    for fact in key_facts(report, region):
        listed.add_row(fact.name, _STANDINGS.get(fact.standing, "no"), fact.words)
    return listed


_PLACES = {
    KeyPlace.KEYRING: "in the keyring",
    KeyPlace.SESSION: "until the end",
    KeyPlace.NOWHERE: "none",
    KeyPlace.UNKNOWN: "locked",
}


def _table(profiles: list[Profile], default_name: str | None, places: dict[str, KeyPlace]) -> Table:
    headings = ("Application ID", "Region", "Kind", "Key", "Stored", "Last used", "Valid", "Default")
    listed = table(Column("Profile", overflow="fold"), *headings)
    for profile in profiles:
        ends = expiry_in_words(profile.key_expires_at)[0] if profile.key_expires_at is not None else ""
        listed.add_row(
            profile.name,
            profile.application_id,
            profile.region,
            profile.kind.value,
            _PLACES[places[profile.name]],
            _day(profile.key_stored_at),
            _day(profile.key_used_at),
            ends,
            "✓" if profile.name == default_name else "",
        )
    return listed


def _day(moment: float | None) -> str:
    return "" if moment is None else f"{datetime.fromtimestamp(moment).astimezone():%Y-%m-%d}"
