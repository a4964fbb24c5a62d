"""How fast a run of the command line goes: as the options say, else as the profile does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

import typer

from pushconsole.command_line.connection import Connection
from pushconsole.credentials import ProfileKind
from pushconsole.runs import CANARY_RECORDS, Pace

ConcurrencyOption: TypeAlias = Annotated[
    int | None,
    typer.Option(help="Calls under way at once, up to 32; without it as the profile says.", min=1, max=32, metavar="N"),
]
CallsOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--calls-per-minute", help="Pushes a minute at most; without it as the profile says.", min=1, metavar="N"
    ),
]
SettleOption: TypeAlias = Annotated[
    float,
    typer.Option(help="Seconds to look for the event of a push whose answer never came.", min=0, metavar="SECONDS"),
]
CanaryOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        help="Records that go first, alone, until their verdict is known: 10 where the profile is of production, "
        "else 0.",
        min=0,
        metavar="N",
    ),
]


@dataclass(frozen=True)
class Wishes:
    """What the options say about the pace; None where they say nothing."""

    concurrency: int | None = None
    calls_per_minute: int | None = None
    settling_s: float = Pace.settling_s
    canary: int | None = None

    def pace(self, connection: Connection) -> Pace:
        """Return the pace of a run, from the options and the profile."""
        usual_canary = CANARY_RECORDS if connection.kind is ProfileKind.PRODUCTION else 0
        return Pace(
            concurrency=connection.concurrency if self.concurrency is None else self.concurrency,
            calls_per_minute=connection.calls_per_minute if self.calls_per_minute is None else self.calls_per_minute,
            settling_s=self.settling_s,
            canary=usual_canary if self.canary is None else self.canary,
        )
