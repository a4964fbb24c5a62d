"""Loads one file or several into a workspace: finds out what they are, reads them, and sees whether they changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pushconsole.errors import InputError
from pushconsole.records.column_plans import column_plans
from pushconsole.records.database import Database
from pushconsole.records.detection import detect
from pushconsole.records.loading import Loading
from pushconsole.records.readers import reader_of
from pushconsole.records.reading import LoadProgress, LoadReport, ReadOptions, RecordReader
from pushconsole.records.several_files import SeveralReader
from pushconsole.records.source_file import SourceFile
from pushconsole.records.tables import path_of


def load_files(
    database: Database,
    files: Sequence[Path],
    options: ReadOptions,
    name: str | None,
    hooks: tuple[Callable[[LoadProgress], None] | None, Callable[[], bool], Callable[[int], None]],
) -> LoadReport:
    """Read files into an empty workspace; see `Workspace.load`.

    Args:
        database: the workspace's.
        files: one, or several of one kind.
        options: how they become records.
        name: what to call a file in sentences, if not by its own name.
        hooks: told of progress, asked whether to stop, told the last record's id.

    Raises:
        InputError: there is no file, one as a whole cannot be read, or they do not go together.

    """
    if not files:
        raise InputError("There is no file to open.", "Choose one or more.")
    sources = [detect(file, name or file.name, options) for file in files]
    before = [_state(file) for file in files]
    reader: RecordReader
    if len(files) == 1:
        source, marks = sources[0], None
        reader = reader_of(files[0], source, options)
    else:
        reader = several = SeveralReader(list(zip(files, sources, strict=True)), options)
        source, marks = _together(sources), several.marks
    source = _as_read(source, options)
    on_progress, cancelled, on_commit = hooks
    report = Loading(
        database, reader, source, on_progress=on_progress, cancelled=cancelled, on_commit=on_commit, marks=marks
    ).run()
    changed = [file for file, state in zip(sources, zip(files, before, strict=True), strict=True) if _changed(*state)]
    return replace(report, notes=(*report.notes, *(_CHANGED.format(name=file.name) for file in changed)))


_CHANGED = "{name} was changed while it was read, so what was loaded may be a mixture; open it again."


def _state(file: Path) -> tuple[int, int]:
    state = file.stat()
    return state.st_size, state.st_mtime_ns


def _changed(file: Path, before: tuple[int, int]) -> bool:
    try:
        return _state(file) != before
    except OSError:
        return True


def _as_read(source: SourceFile, options: ReadOptions) -> SourceFile:
    """Return a table's source with the attributes that its columns become."""
    if not source.is_table:
        return source
    plans = column_plans(source, options)
    names = tuple(dict.fromkeys(str(path_of(plan.name)[0]) if options.split else plan.name for plan in plans))
    if names == source.header:
        return source
    return replace(source, header=names, written_header=names, file_header=source.header)


def _together(sources: Sequence[SourceFile]) -> SourceFile:
    first = sources[0]
    return replace(
        first,
        name=f"{first.name} and {len(sources) - 1} more",
        size_bytes=sum(source.size_bytes for source in sources),
    )
