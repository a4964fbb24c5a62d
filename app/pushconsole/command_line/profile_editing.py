"""`pushconsole profiles edit`, `duplicate`, `move` and `default`."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pushconsole import locations
from pushconsole.command_line.profile_options import (
    NameArgument,
    NewNameArgument,
    RecordLimitOption,
)
from pushconsole.credentials import (
    KeyStore,
    ProfileKind,
    ProfileStore,
    duplicate_profile,
    replace_profile,
)
from pushconsole.errors import CommandError


def edit(  # noqa: PLR0917  the options of a command
    name: NameArgument,
    new_name: Annotated[str | None, typer.Option("--name", help="Another name; its key goes along.")] = None,
    application_id: Annotated[
        str | None, typer.Option(help="Another application; give it its key with `profiles rotate` then.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="us or eu.")] = None,
    kind: Annotated[ProfileKind | None, typer.Option(help="What the application is there for.")] = None,
    ingestion_url: Annotated[
        str | None, typer.Option(help="Another address of the Ingestion API; '' for its own.")
    ] = None,
    search_url: Annotated[str | None, typer.Option(help="Another address of the Search API; '' for its own.")] = None,
    proxy: Annotated[str | None, typer.Option(help="The address of a proxy; '' for the system's.")] = None,
    ca_bundle: Annotated[
        str | None, typer.Option(help="A PEM file with further authorities; '' for none.", metavar="FILE")
    ] = None,
    note: Annotated[str | None, typer.Option(help="What to remember about it.")] = None,
    calls_per_minute: Annotated[int | None, typer.Option(help="Pushes a minute at most.", metavar="N")] = None,
    concurrency: Annotated[int | None, typer.Option(help="Calls under way at once.", metavar="N")] = None,
    record_limit: RecordLimitOption = None,
) -> None:
    """Change what is named of a profile; all else, its key too, stays."""
    store = ProfileStore(locations.settings_file())
    before = store.get(name)
    texts = {"name": new_name, "application_id": application_id, "region": region, "note": note}
    choices: dict[str, Any] = {key: value for key, value in texts.items() if value is not None}
    for key, value in {"ingestion_url": ingestion_url, "search_url": search_url, "proxy": proxy}.items():
        choices |= {} if value is None else {key: value or None}
    if ca_bundle is not None:
        choices["ca_bundle"] = str(Path(ca_bundle).absolute()) if ca_bundle else None
    numbers = {"calls_per_minute": calls_per_minute, "concurrency": concurrency, "record_limit_bytes": record_limit}
    choices |= {key: value for key, value in ({"kind": kind} | numbers).items() if value is not None}
    if not choices:
        raise CommandError("Nothing is to be changed.", "`pushconsole profiles edit --help` lists what can be.")
    after = dataclasses.replace(before, **choices)
    if after.application_id == before.application_id:
        replace_profile(store, KeyStore(), before, after, None)
        sys.stdout.write(f"Changed {after.name}.\n")
    else:  # its key was for the other application, and is not sent to this one
        store.replace(name, dataclasses.replace(after, key_stored_at=None, key_used_at=None, key_expires_at=None))
        KeyStore().delete(before)
        sys.stdout.write(f"Changed {after.name}. `pushconsole profiles rotate {after.name}` gives it its key.\n")


def duplicate(name: NameArgument, new_name: NewNameArgument) -> None:
    """Add a profile like another, with the same key, under another name."""
    has_key = duplicate_profile(ProfileStore(locations.settings_file()), KeyStore(), name, new_name)
    key = "with its key" if has_key else f"which has no key: `pushconsole profiles rotate {new_name}` gives it one"
    sys.stdout.write(f"Added {new_name} like {name}, {key}.\n")


def move(
    name: NameArgument,
    place: Annotated[int, typer.Argument(help="Its new place in the list, from 1.", metavar="PLACE", min=1)],
) -> None:
    """Put a profile to another place in the list; the window follows."""
    store = ProfileStore(locations.settings_file())
    store.get(name)
    others = [profile.name for profile in store.all() if profile.name != name]
    others.insert(place - 1, name)
    store.reorder(others)
    sys.stdout.write(f"{name} is number {others.index(name) + 1} of {len(others)}.\n")


def default(name: NameArgument) -> None:
    """Choose the profile that is used where none is named."""
    ProfileStore(locations.settings_file()).set_default(name)
    sys.stdout.write(f"{name} is the default profile.\n")
