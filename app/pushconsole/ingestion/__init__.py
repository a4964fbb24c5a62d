"""The API client: requests, messages, limits. The only place that knows HTTP."""

from importlib import import_module
from typing import TYPE_CHECKING

from pushconsole.ingestion.aiming import aim, aim_again, found_or_why
from pushconsole.ingestion.connection_check import ConnectionReport, HostReport, check_connection
from pushconsole.ingestion.failures import Failure, NamedRecord, failure_from_event, failure_from_text
from pushconsole.ingestion.key_check import OPTIONAL_ACL, REQUIRED_ACL, KeyReport, check_key
from pushconsole.ingestion.key_facts import KeyFact, KeyStanding, expiry_in_words, key_facts, to_ask_for
from pushconsole.ingestion.messages import (
    FINAL_STATUSES,
    Action,
    Event,
    EventPage,
    EventStatus,
    Key,
    PushAnswer,
    Run,
    Transformation,
)
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
    targets_of_index,
    transformations_of,
)
from pushconsole.ingestion.task_details import TaskDetails, code_of, details_of
from pushconsole.ingestion.task_runs import (
    EVENTS_SHOWN,
    FAILURES_THAT_DISABLE,
    RUNS_SHOWN,
    Standing,
    events_of,
    moment_of,
    runs_of,
    standing_of,
)

if TYPE_CHECKING:
    from pushconsole.ingestion.boundary import ApiKey
    from pushconsole.ingestion.client import IngestionClient
    from pushconsole.ingestion.regions import find_region
    from pushconsole.ingestion.remote_files import FetchProgress, fetch, is_remote, remote_name

__all__ = [
    "EVENTS_SHOWN",
    "FAILURES_THAT_DISABLE",
    "FINAL_STATUSES",
    "MAX_BODY_BYTES",
    "OPTIONAL_ACL",
    "REQUIRED_ACL",
    "RUNS_SHOWN",
    "Action",
    "ApiKey",
    "ConnectionReport",
    "Event",
    "EventPage",
    "EventStatus",
    "Failure",
    "FetchProgress",
    "HostReport",
    "IngestionClient",
    "Key",
    "KeyFact",
    "KeyReport",
    "KeyStanding",
    "NamedRecord",
    "PushAnswer",
    "Run",
    "Standing",
    "Target",
    "TargetPage",
    "TaskDetails",
    "Transformation",
    "aim",
    "aim_again",
    "alteration_of",
    "body_overhead_bytes",
    "by_name",
    "check_connection",
    "check_key",
    "code_of",
    "details_of",
    "events_of",
    "expiry_in_words",
    "failure_from_event",
    "failure_from_text",
    "fetch",
    "find_region",
    "find_target",
    "find_target_of_index",
    "found_or_why",
    "is_remote",
    "key_facts",
    "list_targets",
    "moment_of",
    "push_body",
    "remote_name",
    "runs_of",
    "standing_of",
    "target_pages",
    "targets_of_index",
    "to_ask_for",
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
