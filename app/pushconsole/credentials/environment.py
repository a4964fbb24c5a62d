"""Credentials from environment variables, for orchestrators; read only when the user asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pushconsole import errors
from pushconsole.credentials.profiles import check_application_id, check_region
from pushconsole.credentials.secret import Secret

_NAMES = ("ALGOLIA_APPLICATION_ID", "ALGOLIA_API_KEY", "ALGOLIA_REGION")


@dataclass(frozen=True)
class Credentials:
    """What a call needs to be let in.

    Attributes:
        application_id: ten upper-case letters and digits.
        api_key: the key, masked.
        region: `us` or `eu`.

    """

    application_id: str
    api_key: Secret
    region: str


def environment_credentials(environ: Mapping[str, str]) -> Credentials:
    """Return the credentials in ALGOLIA_APPLICATION_ID, ALGOLIA_API_KEY and ALGOLIA_REGION.

    Raises:
        errors.CredentialsError: some are missing or empty (the sentence names them all), or the key is no key.
        errors.ConfigurationError: the application ID or the region cannot be right.

    """
    missing = [name for name in _NAMES if not environ.get(name, "").strip()]
    if missing:
        raise errors.CredentialsError(
            f"The environment lacks {' and '.join(missing)}.",
            f"Set {', '.join(_NAMES)}, or use a profile.",
        )
    application_id, region = environ[_NAMES[0]].strip(), environ[_NAMES[2]].strip()
    check_application_id(application_id)
    check_region(region)
    return Credentials(application_id, Secret(environ[_NAMES[1]]), region)
