"""Records go back into files: all of them, or exactly those of some ranges, in the format they came in."""

from __future__ import annotations

import csv
import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TextIO

from pushconsole.errors import InputError
from pushconsole.records import selections
from pushconsole.records.cells import cell_of
from pushconsole.records.column_types import NUMBER
from pushconsole.records.json_text import compact, decoded_values, raw_values
from pushconsole.records.selections import Ranges
from pushconsole.records.sheet_exports import write_parquet, write_spreadsheet
from pushconsole.records.source_file import Format, SourceFile
from pushconsole.records.workspace import Workspace

SUPPORTED_ENDINGS: Final = {
    ".csv": Format.DELIMITED,
    ".tsv": Format.DELIMITED,
    ".json": Format.JSON_ARRAY,
    ".ndjson": Format.NDJSON,
    ".jsonl": Format.NDJSON,
}
"""What can be written so that it is read again as it was, by the ending of the file's name."""

COPY_ENDINGS: Final = (*SUPPORTED_ENDINGS, ".xlsx", ".parquet")
"""What can be written at all."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""OWASP, "CSV Injection": what spreadsheets take for a formula when they open a text."""

_ALL: Final = ((0, 2**63 - 1),)
_TOLD_EVERY: Final = 1000

OnProgress = Callable[[int], object]
"""Called with how many records are written."""


def unheeded(_written: int) -> None:
    """Take no notice of the progress."""


@dataclass(frozen=True)
class _Form:
    """How records are to be written.

    Attributes:
        format: the format; never JSON_OBJECT, which is a list with more around it.
        ending: the file name's ending that goes with it.
        encoding: the Python codec.
        delimiter: between cells.
        line_end: after a row of cells.
        names: the columns, in delimited text.
        titles: what they are called in the file.
        around: the text before, between and after the records of a list.
        defused: a text that a spreadsheet would take for a formula gets an apostrophe in front.

    """

    format: Format
    ending: str
    encoding: str = "utf-8"
    delimiter: str = ","
    line_end: str = "\n"
    names: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    around: tuple[str, str, str] = ("[\n", ",\n", "\n]\n")
    defused: bool = False


def export_records(
    workspace: Workspace,
    ranges: Ranges,
    destination: Path,
    *,
    name_hint: str | None = None,
    on_progress: OnProgress = unheeded,
) -> Path:
    """Write exactly the records of some id ranges in the format they came in, ready to be read again.

    A wrapping object's records become a plain list: what stood around them speaks of all of them.

    Args:
        workspace: the records.
        ranges: ids from and to, both included.
        destination: the file without its ending, or the folder it goes to where ``name_hint`` is given.
        name_hint: the file's name without its ending.
        on_progress: called now and then with how many are written. What it raises ends the work.

    Returns:
        The file that was written.

    Raises:
        InputError: it cannot be written; what stood there before still stands.

    """
    form = _source_form(workspace, wrapped=False)
    target = destination / name_hint if name_hint else destination
    target = target.with_name(target.name + form.ending)
    with room_beside(target) as room:
        _write(workspace, ranges, target, form, room, on_progress)
    return target


def save_copy(
    workspace: Workspace,
    destination: Path,
    *,
    ranges: Ranges | None = None,
    defused: bool = False,
    on_progress: OnProgress = unheeded,
) -> None:
    """Write records into a file, in the format its ending names, else in the one they came in.

    Args:
        workspace: the records.
        destination: the file.
        ranges: the ids of those that are written; all by default.
        defused: in delimited text, put an apostrophe before texts that a spreadsheet would take for formulas.
        on_progress: called now and then with how many are written. What it raises ends the work.

    Raises:
        InputError: it cannot be written; what stood there before still stands.

    """
    with room_beside(destination) as room:
        write_copy(workspace, destination, room, ranges=ranges, defused=defused, on_progress=on_progress)


def write_copy(
    workspace: Workspace,
    destination: Path,
    room: Path,
    *,
    ranges: Ranges | None,
    defused: bool,
    on_progress: OnProgress,
) -> None:
    """Do what `save_copy` does, with a folder beside the file for what is not finished, which others remove."""
    chosen = _ALL if ranges is None else ranges
    ending = destination.suffix.lower()
    if ending in {".xlsx", ".parquet"}:
        _write_sheet(workspace, chosen, destination, room, on_progress)
        return
    form = replace(_source_form(workspace, wrapped=True), defused=defused)
    wanted = SUPPORTED_ENDINGS.get(ending, form.format)
    if wanted is not form.format:
        form = _Form(wanted, ending, defused=defused)
    if wanted is Format.DELIMITED:
        if ending == ".tsv":
            form = replace(form, delimiter="\t")
        if not form.names:
            names = tuple(column.name for column in workspace.columns())
            form = replace(form, names=names, titles=names)
    _write(workspace, chosen, destination, form, room, on_progress)


def export_rejected(workspace: Workspace, destination: Path) -> Path:
    """Write the rejected rows as the file has them, below its header, ready to be mended and read again.

    Args:
        workspace: whose rows.
        destination: the file without its ending.

    Returns:
        The file that was written.

    Raises:
        InputError: it cannot be written; what stood there before still stands.

    """
    form = _source_form(workspace, wrapped=False)
    table = form.format is Format.DELIMITED
    target = destination.with_name(destination.name + (form.ending if table else ".txt"))
    with room_beside(target) as room, _replacing(target, "utf-8", room) as file:
        if table and form.titles:
            csv.writer(file, delimiter=form.delimiter, lineterminator=form.line_end).writerow(form.titles)
        file.writelines(row.text + form.line_end for row in workspace.rejected())
    return target


def _source_form(workspace: Workspace, *, wrapped: bool) -> _Form:
    """Return the form the records came in."""
    source = workspace.source
    if source is None:
        return _Form(Format.JSON_ARRAY, ".json")
    if source.is_table:
        return _delimited_form(workspace, source)
    if source.format in {Format.NDJSON, Format.PARQUET}:
        return _Form(Format.NDJSON, ".ndjson", source.copy_encoding)
    form = _Form(Format.JSON_ARRAY, ".json", source.copy_encoding)
    layout = workspace.layout()
    if layout is None or (source.format is Format.JSON_OBJECT and not wrapped):
        return form
    prefix, suffix = layout["prefix"], layout["suffix"]
    indent = prefix[len(prefix.rstrip()) :]
    return replace(form, around=(prefix, layout.get("separator", "," + indent), suffix))


def _delimited_form(workspace: Workspace, source: SourceFile) -> _Form:
    names = tuple(column.name for column in workspace.columns())
    written = dict(zip(source.header, source.written_header, strict=True))
    delimiter = source.delimiter or ","
    return _Form(
        Format.DELIMITED,
        ".tsv" if delimiter == "\t" else ".csv",
        source.copy_encoding,
        delimiter,
        source.line_end,
        names,
        tuple(written.get(name, name) for name in names) if source.has_header else (),
    )


def _write(
    workspace: Workspace,
    ranges: Ranges,
    target: Path,
    form: _Form,
    room: Path,
    on_progress: OnProgress,
) -> None:
    with workspace.database.reading() as connection, _replacing(target, form.encoding, room) as file:
        texts = told_of(selections.texts(connection, ranges), on_progress)
        if form.format is Format.DELIMITED:
            _write_cells(file, texts, form)
        elif form.format is Format.NDJSON:
            file.writelines(_one_line(text) + "\n" for text in texts)
        else:
            _write_list(file, texts, form)


def _write_sheet(workspace: Workspace, ranges: Ranges, target: Path, room: Path, on_progress: OnProgress) -> None:
    """Write a spreadsheet or Parquet file, which takes the target's place when it is whole."""
    part = room / target.name
    with _told(target):
        if target.suffix.lower() == ".parquet":
            lines = room / "records.ndjson"
            _write(workspace, ranges, lines, _Form(Format.NDJSON, ".ndjson"), room, on_progress)
            write_parquet(part, lines, lambda: on_progress(workspace.count()))
        else:
            with workspace.database.reading() as connection:
                names = tuple(column.name for column in workspace.columns())
                texts = told_of(selections.texts(connection, ranges), on_progress)
                write_spreadsheet(part, names, texts, room)
        part.replace(target)


def told_of(texts: Iterator[str], on_progress: OnProgress) -> Iterator[str]:
    """Pass texts on, and tell how many there were."""
    for number, text in enumerate(texts):
        if number % _TOLD_EVERY == 0:
            on_progress(number)
        yield text


def _one_line(text: str) -> str:
    return compact(text) if "\n" in text or "\r" in text else text


def _write_list(file: TextIO, texts: Iterator[str], form: _Form) -> None:
    prefix, separator, suffix = form.around
    file.write(prefix)
    for number, text in enumerate(texts):
        file.write(separator + text if number else text)
    file.write(suffix)


def _write_cells(file: TextIO, texts: Iterator[str], form: _Form) -> None:
    # The writer quotes a line feed or carriage return only if its own line end has it, so it gets both; the file's
    # own line end takes their place.
    writer = csv.writer(_LineEnds(file, form.line_end), delimiter=form.delimiter, lineterminator="\r\n")
    if form.titles:
        writer.writerow(form.titles)
    for text in texts:
        cells = cell_texts(text, form.names)
        writer.writerow([_defused(cell) for cell in cells] if form.defused else cells)


def cell_texts(text: str, names: Sequence[str]) -> list[str]:
    """Return what a record's cells are in delimited text."""
    values, raw = decoded_values(text), raw_values(text)
    cells = []
    for name in names:
        value = values.get(name)
        if isinstance(value, str):
            cells.append(value)
        else:
            cells.append("" if value is None else cell_of(bytes(raw[name]).decode()).text)
    return cells


def _defused(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) and not NUMBER.fullmatch(cell) else cell


class _LineEnds:
    """Takes rows that end in a carriage return and a line feed, and writes them with another line end."""

    def __init__(self, file: TextIO, line_end: str) -> None:
        self._file = file
        self._line_end = line_end

    def write(self, row: str) -> int:
        return self._file.write(row.removesuffix("\r\n") + self._line_end)


@contextmanager
def room_beside(target: Path) -> Iterator[Path]:
    """Make a folder in which a file is written that then takes the target's place, and remove it in the end."""
    with _told(target), TemporaryDirectory(prefix=".push-console-", dir=target.parent) as room:
        yield Path(room)


@contextmanager
def _replacing(target: Path, encoding: str, room: Path) -> Iterator[TextIO]:
    """Open a file in a room beside the target that takes its place when all is written, and only then."""
    part = room / "part"
    with _told(target):
        with part.open("x", encoding=encoding, newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """Say in a sentence why a file cannot be written."""
    try:
        yield
    except OSError as error:
        what = "the disk is full" if error.errno == errno.ENOSPC else error.strerror or str(error)
        raise InputError(f"{target} cannot be written: {what}.", "Choose another place.", file=str(target)) from error
