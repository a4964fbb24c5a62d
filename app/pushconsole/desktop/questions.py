"""Questions to the person, awaited without a nested event loop.

`QDialog.exec` inside a coroutine loses the wake-ups of other tasks, so a dialog is opened and its end awaited.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from pushconsole.desktop.question_dialog import Answer, QuestionDialog


async def accepted(dialog: QDialog) -> bool:
    """Open a dialog; return whether it was accepted."""
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def end(result: int) -> None:
        if not ended.done():
            ended.set_result(result)

    dialog.finished.connect(end)
    dialog.open()
    try:
        return await ended == QDialog.DialogCode.Accepted
    finally:
        dialog.close()
        dialog.deleteLater()


async def asked(parent: QWidget, question: str, detail: str, answers: Sequence[Answer]) -> str:
    """Ask; return the key of the chosen answer, or an empty text where the person backed out."""
    dialog = QuestionDialog(question, detail, answers, parent)
    await accepted(dialog)
    return dialog.answer


async def ask_about_edits(parent: QWidget, name: str) -> str:
    """Ask what becomes of edits that are in no file: discard, keep or save; empty where the person backed out."""
    return await asked(
        parent,
        parent.tr("{0} has edits that are not saved.").format(name),
        parent.tr("They can wait here until the next start, or go into a copy of the file."),
        [
            Answer("discard", parent.tr("Discard the edits"), parent.tr("The file stays as it was"), destructive=True),
            Answer("save", parent.tr("Save a copy…"), parent.tr("Asks for a file and writes all records to it")),
            Answer("keep", parent.tr("Keep for next time"), parent.tr("The next start offers them, undo included")),
        ],
    )


async def files_to_open(parent: QWidget, title: str, filters: str) -> list[Path]:
    """Let the person choose files that exist; none where they backed out."""
    dialog = QFileDialog(parent, title, "", filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return await _chosen(dialog)


async def file_to_save(parent: QWidget, title: str, suggestion: str, filters: str) -> Path | None:
    """Let the person choose where to write; the dialog asks before a file is replaced."""
    path, _ = await _saved_as(parent, title, suggestion, filters)
    return path


async def folder_to_fill(parent: QWidget, title: str) -> Path | None:
    """Let the person choose a folder for several files; None where they backed out."""
    dialog = QFileDialog(parent, title, "")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    files = await _chosen(dialog)
    return files[0] if files else None


async def ask_where_to_copy(parent: QWidget, name: str) -> tuple[Path | None, bool]:
    """Let the person choose where a copy of records goes, by default beside what they came from.

    Returns:
        The file, and whether texts that look like formulas are to be defused.

    """
    known = Path(name)
    suggestion = parent.tr("{0} (copy){1}").format(known.stem, known.suffix or ".ndjson")
    defused = parent.tr("CSV for a spreadsheet, formulas defused (*.csv)")
    filters = [
        parent.tr("Records (*.csv *.tsv *.json *.ndjson *.jsonl)"),
        parent.tr("Spreadsheet (*.xlsx)"),
        defused,
        parent.tr("Parquet (*.parquet)"),
    ]
    path, chosen = await _saved_as(parent, parent.tr("Save a copy"), suggestion, ";;".join(filters))
    return path, chosen == defused


async def _saved_as(parent: QWidget, title: str, suggestion: str, filters: str) -> tuple[Path | None, str]:
    dialog = QFileDialog(parent, title, suggestion, filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(suggestion)
    files = await _chosen(dialog)
    return (files[0] if files else None), dialog.selectedNameFilter()


async def _chosen(dialog: QFileDialog) -> list[Path]:
    chosen = await accepted(dialog)
    return [Path(file) for file in dialog.selectedFiles()] if chosen else []
