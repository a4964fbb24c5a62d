"""The API client: requests, messages, limits. The only place that knows HTTP."""

from importlib import import_module
from typing import TYPE_CHECKING

from pushconsole.ingestion.aiming import aim, found_or_why
from pushconsole.ingestion.failures import Failure, NamedRecord, failure_from_event, failure_from_text
from pushconsole.ingestion.key_check import OPTIONAL_ACL, REQUIRED_ACL, KeyReport, check_key
from pushconsole.ingestion.messages import FINAL_STATUSES, Action, Event, EventStatus, Key, PushAnswer, Transformation
from pushconsole.ingestion.push_body import MAX_BODY_BYTES, body_overhead_bytes, push_body
from pushconsole.ingestion.targets import (
    Target,
    TargetPage,
    alteration_of,
    by_name,
    find_target,
    find_target_of_index,
    list_targets,
    target_pages,
    transformations_of,
)

if TYPE_CHECKING:
    from pushconsole.ingestion.boundary import ApiKey
    from pushconsole.ingestion.client import IngestionClient
    from pushconsole.ingestion.regions import find_region
    from pushconsole.ingestion.remote_files import FetchProgress, fetch, is_remote, remote_name

__all__ = [
    "FINAL_STATUSES",
    "MAX_BODY_BYTES",
    "OPTIONAL_ACL",
    "REQUIRED_ACL",
    "Action",
    "ApiKey",
    "Event",
    "EventStatus",
    "Failure",
    "FetchProgress",
    "IngestionClient",
    "Key",
    "KeyReport",
    "NamedRecord",
    "PushAnswer",
    "Target",
    "TargetPage",
    "Transformation",
    "aim",
    "alteration_of",
    "body_overhead_bytes",
    "by_name",
    "check_key",
    "failure_from_event",
    "failure_from_text",
    "fetch",
    "find_region",
    "find_target",
    "find_target_of_index",
    "found_or_why",
    "is_remote",
    "list_targets",
    "push_body",
    "remote_name",
    "target_pages",
    "transformations_of",
]

_LATE = {
    **dict.fromkeys(("FetchProgress", "fetch", "is_remote", "remote_name"), "remote_files"),
    "ApiKey": "boundary",
    "IngestionClient": "client",
    "find_region": "regions",
}


def __getattr__(name: str) -> object:
    """Import what needs httpx when it is first asked for: that takes longer than a window may take to appear."""
    if name not in _LATE:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
