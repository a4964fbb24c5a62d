"""`pushconsole profiles import` and `export`."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from pushconsole import locations
from pushconsole.command_line.connection import client_of
from pushconsole.command_line.console import console, table
from pushconsole.command_line.exit_status import Cancelled
from pushconsole.credentials import (
    Change,
    Found,
    KeyStore,
    Profile,
    ProfileStore,
    Proposal,
    cli_folder,
    found_in_cli,
    found_in_dotenv,
    found_in_environment,
    found_in_export,
    proposals,
    take_over,
)
from pushconsole.errors import CommandError, CredentialsError, KeyringError, UserFacingError
from pushconsole.ingestion import find_region
from pushconsole.own_environment import with_keys
from pushconsole.quantities import counted


def export_profiles(
    file: Annotated[Path, typer.Argument(help="The file to write, JSON.", metavar="FILE")],
) -> None:
    """Write the profiles to a file for a colleague or another machine; keys are never in it."""
    count = ProfileStore(locations.settings_file()).export_to(file)
    sys.stdout.write(f"Wrote {counted(count, 'profile', 'profiles')} to {file}; their keys are not in it.\n")


def import_profiles(
    file: Annotated[
        Path | None, typer.Argument(help="A file that `profiles export` wrote.", metavar="[FILE]", show_default=False)
    ] = None,
    from_cli: Annotated[
        bool, typer.Option("--from-cli", help="Import from Algolia's own command line: its files and its keychain.")
    ] = False,
    from_env: Annotated[
        bool,
        typer.Option("--from-env", help="Import ALGOLIA_APPLICATION_ID, ALGOLIA_API_KEY and ALGOLIA_REGION."),
    ] = False,
    from_dotenv: Annotated[
        Path | None, typer.Option(help="Import the same variables from a .env file.", metavar="FILE")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Only the one of this name, also where it would replace a key; may be given again."),
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="us or eu, for those whose region is not known; without it both are asked.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; without it, and without a terminal, only show.")] = (
        False
    ),
) -> None:
    """Show what another place knows of profiles, ask, and take it over. Keys go to the system's keyring only.

    A profile whose name is there already is not touched, unless --only names it.
    """
    store, keys = ProfileStore(locations.settings_file()), KeyStore()
    found = _found(file, from_dotenv, from_cli=from_cli, from_env=from_env)
    offered = proposals(found, store.all())
    chosen = _chosen(offered, only)
    _show(found, offered, chosen)
    if chosen and not yes and not _agreed(len(chosen)):
        return
    if any(proposal.candidate.key for proposal in chosen) and not (state := keys.state()).usable:
        raise KeyringError(f"Nothing was imported: the keys would be lost at once. {state.sentence}")
    failures = [failure for proposal in chosen if (failure := _taken_over(proposal, region, store, keys))]
    if failures:
        raise CredentialsError("\n".join(failures))


def _found(file: Path | None, dotenv: Path | None, *, from_cli: bool, from_env: bool) -> Found:
    if sum((file is not None, dotenv is not None, from_cli, from_env)) != 1:
        raise CommandError("One place to import from is needed.", "Give FILE, --from-cli, --from-env or --from-dotenv.")
    if file is not None:
        return found_in_export(file)
    if dotenv is not None:
        return found_in_dotenv(dotenv)
    return found_in_cli(cli_folder(os.environ)) if from_cli else found_in_environment(with_keys())


def _chosen(offered: list[Proposal], only: list[str] | None) -> list[Proposal]:
    if not only:
        return [proposal for proposal in offered if proposal.chosen]
    names = {proposal.candidate.name for proposal in offered}
    if missing := [name for name in only if name not in names]:
        raise CommandError(f"There is no {' and no '.join(f'“{name}”' for name in missing)} to import.")
    return [one for one in offered if one.candidate.name in only and one.change is not Change.NOTHING]


def _show(found: Found, offered: list[Proposal], chosen: list[Proposal]) -> None:
    screen = console()
    if offered:
        screen.print(_table(offered, chosen))
    for sentence in found.left_out:
        screen.print(sentence, soft_wrap=True)
    if not chosen:
        screen.print(f"In {found.place} there is nothing to import that is not there already.", soft_wrap=True)


def _table(offered: list[Proposal], chosen: list[Proposal]) -> Table:
    listed = table("", "Profile", "Application ID", "Region", "Key", "What becomes of it")
    for proposal in offered:
        found = proposal.candidate
        listed.add_row(
            "✓" if proposal in chosen else "",
            found.name,
            found.application_id,
            found.region or "not known",
            str(found.key) if found.key else "none",
            f"{proposal.sentence} {found.remark}".rstrip(),
        )
    return listed


def _agreed(count: int) -> bool:
    """Ask on a terminal; elsewhere nothing is done without --yes."""
    what = counted(count, "profile", "profiles")
    if not sys.stdin.isatty():
        sys.stdout.write(f"Nothing was imported yet. --yes takes over {what}.\n")
        return False
    if not typer.confirm(f"Take over {what} (✓)?"):
        raise Cancelled
    return True


def _taken_over(proposal: Proposal, region: str | None, store: ProfileStore, keys: KeyStore) -> str:
    """Take one over and say so; return why not where that fails, so that the others are not held up."""
    name = proposal.candidate.name
    try:
        profile = take_over(proposal, region or _region(proposal), store, keys)
    except UserFacingError as error:
        return f"{name} was not imported. {error}"
    if proposal.change is Change.NEW_KEY:
        sys.stdout.write(f"{name} has the new key.\n")
    elif proposal.candidate.key is None:
        sys.stdout.write(f"Added {profile.name}. `pushconsole profiles rotate {profile.name}` gives it its key.\n")
    else:
        sys.stdout.write(
            f"Added {profile.name}. `pushconsole profiles test {profile.name}` tells what its key may do.\n"
        )
    return ""


def _region(proposal: Proposal) -> str:
    found = proposal.candidate
    if found.region or proposal.change is not Change.ADD or found.settings is not None:
        return found.region
    if found.key is None:
        raise CredentialsError("Its region is not known, and without a key nobody can be asked.", "Give --region.")
    key, profile = found.key, Profile(proposal.name, found.application_id, "us")
    return asyncio.run(find_region(lambda one: client_of(dataclasses.replace(profile, region=one), key)))
