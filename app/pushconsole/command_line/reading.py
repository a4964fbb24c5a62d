"""How the commands read a file: where it comes from, what is said about it, and where its records stay meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, TextIO

import typer

from pushconsole import quantities
from pushconsole.command_line.exit_status import Cancelled
from pushconsole.command_line.temporary import temporary_folder
from pushconsole.errors import CommandError
from pushconsole.ingestion import FetchProgress, fetch, is_remote, remote_name
from pushconsole.records import (
    EmptyCell,
    LoadProgress,
    LoadReport,
    ReadOptions,
    Recipe,
    Workspace,
    read_recipe,
    refuse_drift,
)

RecipeOption = Annotated[
    Path | None, typer.Option(help="Read as a recipe says, which the import dialog keeps.", metavar="FILE")
]
TextColumnsOption = Annotated[
    str, typer.Option(help="Columns of a CSV whose cells are text whatever they look like.", metavar="NAME,…")
]
AllTextOption = Annotated[bool, typer.Option("--all-text", help="Take every cell of a CSV for text.")]
EmptyOption = Annotated[
    EmptyCell | None,
    typer.Option(
        help="What an empty cell of a CSV means: no attribute, an empty text, or null.", metavar="omit|empty|null"
    ),
]
EncodingOption = Annotated[
    str | None, typer.Option(help="The text's encoding, if it is not found right.", metavar="NAME")
]
DelimiterOption = Annotated[
    str | None, typer.Option(help="What stands between cells, if it is not found right.", metavar="CHARACTER")
]
SheetOption = Annotated[
    str | None, typer.Option(help="The sheet of a spreadsheet; the first one without it.", metavar="NAME")
]
WrapperOption = Annotated[
    str | None,
    typer.Option(help="Where in a JSON object the records are, like data.items.", metavar="PATH"),
]

STANDARD_INPUT = "standard input"


@dataclass(frozen=True)
class Reading:
    """How a file is read.

    Attributes:
        options: what is said about it.
        recipe: where that comes from, or None.

    """

    options: ReadOptions = field(default_factory=ReadOptions)
    recipe: Recipe | None = None


def reading(
    *,
    recipe: RecipeOption = None,
    text_columns: TextColumnsOption = "",
    all_text: AllTextOption = False,
    empty: EmptyOption = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    sheet: SheetOption = None,
    wrapper: WrapperOption = None,
) -> Reading:
    """Return what the options say that commands share; each of them wins over the recipe.

    Raises:
        InputError: the recipe cannot be read.

    """
    kept = read_recipe(recipe) if recipe else None
    options = kept.options if kept else ReadOptions()
    names = frozenset(filter(None, text_columns.split(",")))
    return Reading(
        replace(
            options,
            text_columns=options.text_columns | names,
            all_text=options.all_text or all_text,
            empty=empty or options.empty,
            encoding=encoding or options.encoding,
            delimiter=delimiter or options.delimiter,
            sheet=sheet or options.sheet,
            wrapper=wrapper or options.wrapper,
        ),
        kept,
    )


@contextlib.contextmanager
def input_file(file: str) -> Iterator[Path]:
    """Give a path for the file. What is elsewhere, or can be read only once, is written to a temporary file first.

    That happens before anything else and in the main thread, where Ctrl+C ends the wait for it.

    Raises:
        InputError: it is elsewhere, and cannot be fetched.

    """
    if is_remote(file):
        with temporary_folder() as folder:
            path = folder / remote_name(file)
            asyncio.run(fetch(file, path, _tell_fetching(sys.stderr)))
            yield path
        return
    if file != "-":
        yield Path(file)
        return
    with temporary_folder() as folder:
        path = folder / "input"
        with path.open("wb") as spool:
            shutil.copyfileobj(sys.stdin.buffer, spool)
        yield path


def _tell_fetching(stream: TextIO) -> Callable[[FetchProgress], None]:
    """Return what shows on a terminal how much of a file has come."""

    def tell(so_far: FetchProgress) -> None:
        whole = f" of {quantities.size(so_far.size_bytes)}" if so_far.size_bytes else ""
        end = "\n" if so_far.read_bytes == so_far.size_bytes else ""
        stream.write(f"\rFetched {quantities.size(so_far.read_bytes)}{whole}{end}")
        stream.flush()

    return tell if stream.isatty() else lambda _: None


@contextlib.contextmanager
def temporary_workspace() -> Iterator[Workspace]:
    """Make a workspace for as long as the context lasts."""
    with temporary_folder() as folder:
        workspace = Workspace.create(folder / "workspace.sqlite")
        try:
            yield workspace
        finally:
            workspace.close()


def load(
    workspace: Workspace,
    file: Path,
    how: Reading,
    *,
    is_standard_input: bool,
    on_progress: Callable[[LoadProgress], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> LoadReport:
    """Read a file into the workspace.

    Raises:
        InputError: it cannot be read, or its columns are not those of the recipe.
        CommandError: options for columns, and the file has none.
        Cancelled: it was asked for.

    """
    name = STANDARD_INPUT if is_standard_input else None
    if how.recipe is not None:
        refuse_drift(how.recipe, file, name or file.name)
    report = workspace.load(file, how.options, on_progress=on_progress, cancelled=cancelled, name=name)
    if report.cancelled:
        raise Cancelled
    if how.options.text_columns and not report.source.is_table:
        raise CommandError(f"{report.source.name} has no columns of cells.", "Leave --text-columns out.")
    return report
