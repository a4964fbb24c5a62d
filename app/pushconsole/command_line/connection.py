"""Which application a command talks to, from its options."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import typer

from pushconsole import locations
from pushconsole.credentials import KeyStore, Profile, ProfileKind, ProfileStore, Secret, environment_credentials
from pushconsole.errors import CommandError, CredentialsError, TargetError
from pushconsole.ingestion import IngestionClient, KeyReport, Target, aim
from pushconsole.own_environment import with_keys

ProfileOption: TypeAlias = Annotated[
    str | None, typer.Option("--profile", help="A profile by name; without one the default profile.")
]
CredentialsOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--credentials",
        metavar="env",
        help="env: take ALGOLIA_APPLICATION_ID, ALGOLIA_API_KEY and ALGOLIA_REGION from the environment, "
        "which is read for nothing else.",
    ),
]
SandboxOption: TypeAlias = Annotated[
    bool, typer.Option("--sandbox", help="Use a local sandbox; it keeps its indexes until you empty it.")
]
IngestionUrlOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--ingestion-url", help="Another address of the Ingestion API; http:// on this machine only."),
]
SearchUrlOption: TypeAlias = Annotated[
    str | None, typer.Option("--search-url", help="Another address of the Search API; http:// on this machine only.")
]


@dataclass(frozen=True)
class Choice:
    """What the options say about where to connect; commands share them as they stand here."""

    profile: ProfileOption = None
    credentials: CredentialsOption = None
    sandbox: SandboxOption = False
    ingestion_url: IngestionUrlOption = None
    search_url: SearchUrlOption = None


@dataclass(frozen=True)
class Connection:
    """A client, and what its profile asks for.

    Attributes:
        client: for the application.
        kind: what the application is there for.
        calls_per_minute: how many pushes may leave a minute, at most.
        concurrency: how many pushes are under way at once.
        record_limit_bytes: how large a record may be by the application's plan.
        profile: whose they are; None for the sandbox and for credentials of the environment.

    """

    client: IngestionClient
    kind: ProfileKind = ProfileKind.TEST
    calls_per_minute: int = Profile.calls_per_minute
    concurrency: int = Profile.concurrency
    record_limit_bytes: int = Profile.record_limit_bytes
    profile: Profile | None = None

    @property
    def read_only(self) -> bool:
        """Whether the profile forbids pushing."""
        return self.kind is ProfileKind.READ_ONLY


async def aimed(connection: Connection, finding: Coroutine[Any, Any, Target]) -> tuple[Target, KeyReport]:
    """Wait for a task and look, at the same time, whether the key may push to it.

    Raises:
        CredentialsError: it may not.
        TargetError: there is no such task.
        ServiceError, ConnectionFailed: the task cannot be looked up.

    """
    client, profile = connection.client, connection.profile
    known = profile.key_expires_at if profile is not None else None
    found, key = await aim(client, finding, known)
    if profile is not None:
        await asyncio.to_thread(remember_look, profile, key)
    return found, key


def remember_look(profile: Profile, report: KeyReport) -> None:
    """Keep that a profile's key was let in just now, and when its time is over, where that is known."""
    store = ProfileStore(locations.settings_file())
    store.remember_use(profile.name)
    if report.key is not None:
        store.remember_expiry(profile.name, report.expires_at)


@contextlib.contextmanager
def connected(choice: Choice) -> Iterator[Connection]:
    """Make a client for the chosen application; the caller closes it.

    Raises:
        CommandError: two choices that exclude each other.
        CredentialsError: no such profile, or no key for it.
        ConfigurationError: a region or an address that cannot be used.

    """
    if sum((choice.profile is not None, choice.credentials is not None, choice.sandbox)) > 1:
        raise CommandError("--profile, --credentials and --sandbox exclude each other.", "Give one of them.")
    if choice.sandbox and (choice.ingestion_url or choice.search_url):
        raise CommandError("--sandbox has addresses of its own.", "Leave out --ingestion-url and --search-url.")
    if choice.sandbox:
        with _sandbox() as connection:
            yield connection
    elif choice.credentials is not None:
        yield _from_environment(choice)
    else:
        yield _from_profile(choice)


@contextlib.contextmanager
def _sandbox() -> Iterator[Connection]:
    from pushconsole import sandbox  # noqa: PLC0415  a web server is needed here only

    try:
        launched = sandbox.launch(data=locations.sandbox_data())
    except sandbox.SandboxNotStarted as error:
        raise TargetError(str(error)) from error
    with launched as running:
        client = IngestionClient(
            application_id=running.app_id,
            api_key=Secret(running.api_key),
            region="us",
            ingestion_url=running.ingestion_url,
            search_url=running.search_url,
        )
        yield Connection(client, ProfileKind.SANDBOX)


def _from_environment(choice: Choice) -> Connection:
    if choice.credentials != "env":
        raise CommandError(f"--credentials takes env, not “{choice.credentials}”.")
    found = environment_credentials(with_keys())
    client = IngestionClient(
        application_id=found.application_id,
        api_key=found.api_key,
        region=found.region,
        ingestion_url=choice.ingestion_url,
        search_url=choice.search_url,
    )
    return Connection(client)


def _from_profile(choice: Choice) -> Connection:
    store = ProfileStore(locations.settings_file())
    return profile_connection(_chosen(store, choice.profile), choice)


def _chosen(store: ProfileStore, name: str | None) -> Profile:
    name = name or store.default_name()
    if name is None:
        raise CredentialsError(
            "There is no profile yet.",
            "Add one with `pushconsole profiles add`, or use --sandbox or --credentials env.",
        )
    return store.get(name)


def profile_connection(profile: Profile, choice: Choice = Choice()) -> Connection:
    """Make a client for a profile with its key from the keyring.

    Raises:
        CredentialsError: the keyring has no key for it.

    """
    keys = KeyStore()
    key = keys.get(profile)
    if key is None:
        raise CredentialsError(
            f"There is no API key for the profile {profile.name}. {keys.state().sentence}",
            f"`pushconsole profiles rotate {profile.name}` gives it one.",
        )
    client = client_of(profile, key, choice)
    return Connection(
        client,
        profile.kind,
        profile.calls_per_minute,
        profile.concurrency,
        profile.record_limit_bytes,
        profile,
    )


def client_of(profile: Profile, key: Secret, choice: Choice = Choice()) -> IngestionClient:
    """Make a client for a profile with a key."""
    return IngestionClient(
        application_id=profile.application_id,
        api_key=key,
        region=profile.region,
        ingestion_url=choice.ingestion_url or profile.ingestion_url,
        search_url=choice.search_url or profile.search_url,
        proxy=profile.proxy,
        ca_bundle=profile.ca_bundle,
    )
