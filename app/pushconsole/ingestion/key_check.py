"""What an API key may do, and what it lacks for a push, found out before anything is sent."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pushconsole.errors import CredentialsError, PermissionRefused, UserFacingError
from pushconsole.ingestion.messages import Key

if TYPE_CHECKING:
    from pushconsole.ingestion.client import IngestionClient

REQUIRED_ACL: Final = ("addObject", "deleteIndex", "editSettings")
"""What a key must be allowed for every endpoint of the Ingestion API that is used here (its OpenAPI description)."""
OPTIONAL_ACL: Final = {
    "browse": "back an index up before it is cleared or deleted",
    "listIndexes": "say how many records an index holds",
    "search": "compare records with those of the index",
    "settings": "see whether the index hides attributes from its readers, which then cannot be compared",
}
"""What else a key may be allowed, and what that is for (Search API)."""
_SOON_S = 24 * 3600
_WARNED_S = 14 * _SOON_S
_HOUR_S = 3600


@dataclass(frozen=True)
class KeyReport:
    """What was found out about a key.

    Attributes:
        application_id: for which it was tried.
        key: what it may do; None where that could not be read.
        refusal: why nothing can be pushed with it; empty where something can.
        remedy: what to do about that.
        unread: why it could not be read although it may be right; empty otherwise.

    """

    application_id: str
    key: Key | None = None
    refusal: str = ""
    remedy: str = ""
    unread: str = ""

    @property
    def lacking(self) -> tuple[str, ...]:
        """The permissions that a push needs and the key has not."""
        return tuple(acl for acl in REQUIRED_ACL if self.key is not None and acl not in self.key.acl)

    @property
    def expires_at(self) -> float | None:
        """When its time is over, in seconds since 1970; None where it has no end, or nobody knows."""
        return time.time() + self.key.validity if self.key is not None and self.key.validity else None

    def covers(self, index: str) -> bool:
        """Return whether the key is for an index, as far as it says; ``*`` in its patterns stands for anything."""
        patterns = self.key.indexes if self.key is not None else ()
        return not patterns or any(_fits(pattern, index) for pattern in patterns)

    def check(self, index: str | None = None) -> None:
        """Let a push to an index pass, or to any where none is named, or say why not.

        Raises:
            CredentialsError: with this key it can only be refused.

        """
        if self.refusal:
            raise CredentialsError(self.refusal, self.remedy)
        if self.lacking:
            raise CredentialsError(
                f"The API key may not push: it lacks the permission {' and '.join(self.lacking)}.",
                f"Ask an administrator of {self.application_id} for a key with the ACL {', '.join(REQUIRED_ACL)}.",
            )
        if index is not None:
            self._check_index(index)

    def check_look(self, acl: str, index: str) -> None:
        """Let what one of `OPTIONAL_ACL` is for pass for an index, or say why not.

        Raises:
            CredentialsError: with this key it can only be refused.

        """
        if self.refusal:
            raise CredentialsError(self.refusal, self.remedy)
        if self.key is not None and acl not in self.key.acl:
            raise CredentialsError(
                f"The API key may not {OPTIONAL_ACL[acl]}: it lacks the permission {acl}.",
                f"Ask an administrator of {self.application_id} for a key with the ACL {acl}, or go on without.",
            )
        self._check_index(index)

    def _check_index(self, index: str) -> None:
        if not self.covers(index) and self.key is not None:
            raise CredentialsError(
                f"The API key is for {' and '.join(self.key.indexes)} only, and the task pushes to {index}.",
                f"Choose a task of such an index, or ask an administrator of {self.application_id} for a key "
                f"for {index}.",
            )

    def warnings(self) -> list[str]:
        """Return what a person may want to know although a push can begin."""
        if self.unread:
            return [f"What the API key may do could not be looked up, so the push shows it. {self.unread}"]
        if self.key is not None and 0 < self.key.validity < _SOON_S:
            hours = self.key.validity / _HOUR_S
            left = f"{hours:.0f} hours" if hours >= 2 else f"{self.key.validity // 60 + 1} minutes"  # noqa: PLR2004
            return [f"The API key is valid for {left} more; a run that takes longer stops there."]
        if self.key is not None and 0 < self.key.validity < _WARNED_S:
            days = self.key.validity // _SOON_S
            left = "1 day" if days == 1 else f"{days} days"
            new = f"ask an administrator of {self.application_id} for a new one in time"
            return [f"The API key is valid for {left} more; {new}."]
        return []


async def check_key(client: IngestionClient, known_expiry: float | None = None) -> KeyReport:
    """Ask the service what the client's key may do. It never raises: what cannot be found out is in the report.

    Args:
        client: with the key.
        known_expiry: when the key's time is over as it was known before, in seconds since 1970. The service knows an
            expired key no more, and says of it what it says of a wrong one.

    """
    application = client.application_id
    try:
        return KeyReport(application, await client.key())
    except PermissionRefused as error:
        if "invalid" not in error.message.casefold():  # it is a key, but one that may not read itself
            return KeyReport(application, unread=error.sentence)
        if known_expiry is not None and known_expiry <= time.time():
            ended = f"{datetime.fromtimestamp(known_expiry).astimezone():%Y-%m-%d %H:%M}"
            return KeyReport(
                application,
                refusal=f"The API key's time was over on {ended}.",
                remedy=f"Ask an administrator of {application} for a new key.",
            )
        return KeyReport(
            application,
            refusal=f"The application {application} knows no such API key: it is another application's, was deleted, "
            "or its time is over.",
            remedy="Compare application ID and key with the API keys page of the Algolia dashboard.",
        )
    except UserFacingError as error:
        return KeyReport(application, unread=error.sentence)


def _fits(pattern: str, index: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), index, re.DOTALL) is not None
