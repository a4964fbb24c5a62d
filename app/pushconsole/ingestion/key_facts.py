"""What is there of a key and what lacks, line by line, for a table that a person reads."""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass
from datetime import datetime

from pushconsole.ingestion.key_check import OPTIONAL_ACL, REQUIRED_ACL, KeyReport

_DAY_S = 24 * 3600
_SOON_DAYS = 14
_SHORT_DAYS = 2


class KeyStanding(enum.StrEnum):
    """How one line of the table stands."""

    THERE = "there"
    LACKING = "lacking"
    SPARE = "spare"
    """It lacks, and a push does not need it."""
    WARNING = "warning"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class KeyFact:
    """One line.

    Attributes:
        name: of a permission, as the service has it, or of what else is told.
        standing: how it stands.
        words: what it is for, or how it is.

    """

    name: str
    standing: KeyStanding
    words: str


def key_facts(report: KeyReport, region: str = "") -> list[KeyFact]:
    """Return the lines: every permission that is of use here, the indexes, how long the key is valid, the region."""
    where = [KeyFact("region", KeyStanding.THERE, region)] if region else []
    if report.refusal:
        return [KeyFact("key", KeyStanding.LACKING, report.refusal), *where]
    key = report.key
    if key is None:
        uses = [(acl, "to push, and to follow a push") for acl in REQUIRED_ACL]
        uses += [(acl, f"to {use}") for acl, use in OPTIONAL_ACL.items()]
        return [*(KeyFact(acl, KeyStanding.UNKNOWN, words) for acl, words in uses), *where]
    needed = [
        KeyFact(acl, KeyStanding.THERE if acl in key.acl else KeyStanding.LACKING, "to push, and to follow a push")
        for acl in REQUIRED_ACL
    ]
    of_use = [
        KeyFact(acl, KeyStanding.THERE if acl in key.acl else KeyStanding.SPARE, f"to {use}")
        for acl, use in OPTIONAL_ACL.items()
    ]
    indexes = KeyFact("indexes", KeyStanding.THERE, ", ".join(key.indexes) or "all")
    return [*needed, *of_use, indexes, _validity(report.expires_at), *where]


def to_ask_for(report: KeyReport) -> str:
    """Return in a sentence what an administrator is to be asked for; nothing where the key will do."""
    if report.refusal:
        return report.remedy
    if not report.lacking:
        return ""
    wanted = ", ".join(REQUIRED_ACL)
    return f"Ask an administrator of {report.application_id} for a key with the ACL {wanted}."


def expiry_in_words(expires_at: float) -> tuple[str, bool]:
    """Return when a key's time is over, in words, and whether that is soon enough to be warned of."""
    left_days = (expires_at - time.time()) / _DAY_S
    day = f"{datetime.fromtimestamp(expires_at).astimezone():%Y-%m-%d %H:%M}"
    if left_days <= 0:
        return f"over since {day}", True
    if left_days < _SHORT_DAYS:
        return f"until {day}, {max(1, round(left_days * 24))} hours more", True
    return f"until {day}, {int(left_days)} days more", left_days < _SOON_DAYS


def _validity(expires_at: float | None) -> KeyFact:
    if expires_at is None:
        return KeyFact("validity", KeyStanding.THERE, "without end")
    words, soon = expiry_in_words(expires_at)
    return KeyFact("validity", KeyStanding.WARNING if soon else KeyStanding.THERE, words)
