"""What a caller may change about the sandbox while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from .errors import Refusal

Seconds = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]
EventOutcome = Literal["failed", "critical", "null", "never"]


class Settings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The sandbox's limits and pace; the defaults are the documented limits of the service.

    Attributes:
        delay_s: seconds from the acceptance of a push to the moment its event exists.
        indexing_s: seconds an event stays `started`, at least.
        record_limit_bytes: largest record, in bytes of its JSON as it was sent (or merged).
        push_limit_bytes: largest body of a push.
        oversize: what a record over the limit brings: a failed event, or an immediate 400 in one of the two texts the
            indexing engine is known for; nameless: either of them without a word on which record it is.
        calls_per_minute: pushes in any 60 seconds; 0 is no limit.
        event_outcome: how every push ends; `real` lets the records decide.
        disable_after_failures: failed pushes in a row that disable their task; 0 is never.
        run_window_s: how long after its last push a run still takes the next push of its task.
        transformation_s: how long a transformation may take over one record.
        transformation_bytes: how much memory it may need.
        watch_limit_s: how long a push with `watch` waits for its end; the service documents three minutes.

    """

    delay_s: Seconds = 0.05
    indexing_s: Seconds = 0.0
    record_limit_bytes: Count = 100_000
    push_limit_bytes: Count = 5_000_000
    oversize: Literal["event", "event nameless", "400 engine", "400 newer", "400 nameless"] = "event"
    calls_per_minute: Count = 500
    event_outcome: Literal["real"] | EventOutcome = "real"
    disable_after_failures: Count = 5
    run_window_s: Seconds = 3600.0
    transformation_s: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    transformation_bytes: Annotated[int, msgspec.Meta(ge=1_000_000)] = 64_000_000
    watch_limit_s: Seconds = 180.0

    def patched(self, changes: Mapping[str, object]) -> Settings:
        """Return the settings with changes; raise a 400 that says which change cannot be made."""
        try:
            return msgspec.convert({**msgspec.structs.asdict(self), **changes}, Settings)
        except msgspec.ValidationError as error:
            raise Refusal(400, f"The settings cannot be changed: {error}.") from error
