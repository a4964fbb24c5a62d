"""Rows as spreadsheets copy and paste them; many are made in a process of their own, so that the window goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from pushconsole.errors import Cancelled
from pushconsole.records import selections
from pushconsole.records.exports import OnProgress, cell_texts, told_of, unheeded
from pushconsole.records.processes import FEW, Channel, KilledInTime, in_process
from pushconsole.records.selections import Ranges
from pushconsole.records.workspace import Workspace

_PATIENCE_S = 0.8  # "cancel answers within 1 s"
_QUOTED = re.compile(r'[\t\r\n]|^"')


def copied_rows(workspace: Workspace, ranges: Ranges, names: Sequence[str], on_progress: OnProgress = unheeded) -> str:
    """Return records as lines of cells with tabs between them, below a line of the columns' names.

    A cell with a tab or a line end in it stands in quotes, as spreadsheets put it and `block_of` reads it.
    """
    lines = ["\t".join(map(_cell, names))]
    with workspace.database.reading() as connection:
        texts = told_of(selections.texts(connection, ranges), on_progress)
        lines.extend("\t".join(map(_cell, cell_texts(text, names))) for text in texts)
    return "\n".join(lines)


def copied_rows_in_background(
    workspace: Workspace,
    ranges: Ranges,
    names: Sequence[str],
    *,
    on_progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> str:
    """Do what `copied_rows` does, without stopping other threads; blocks until it has ended.

    Raises:
        Cancelled: ``cancelled`` said so.

    """
    if sum(last - first + 1 for first, last in ranges) <= FEW:
        return copied_rows(workspace, ranges, names)
    try:
        text = in_process(
            _copy, workspace.path, ranges, tuple(names),
            on_progress=on_progress, cancelled=cancelled, patience_s=_PATIENCE_S,
        )  # fmt: skip
    except KilledInTime as error:
        raise Cancelled from error
    if text is None:
        raise Cancelled
    return text


def _copy(channel: Channel, path: Path, ranges: Ranges, names: tuple[str, ...]) -> str | None:
    workspace = Workspace.open(path)
    try:
        return copied_rows(workspace, ranges, names, channel.tell_unless_cancelled)
    except Cancelled:
        return None
    finally:
        workspace.close()


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
