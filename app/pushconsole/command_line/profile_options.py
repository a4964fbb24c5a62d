"""Arguments and options that several commands of profiles have."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

NameArgument: TypeAlias = Annotated[str, typer.Argument(help="The profile's name.", metavar="NAME")]
NewNameArgument: TypeAlias = Annotated[str, typer.Argument(help="The new profile's name.", metavar="NEW")]
RecordLimitOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--record-limit",
        help="How many bytes a record may have by the application's plan: 10000 for Build, up to 100000 for others.",
        metavar="BYTES",
    ),
]
