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


async def files_to_open(parent: QWidget, title: str, filters: str) -> list[Path]:
    """Let the person choose files that exist; none where they backed out."""
    dialog = QFileDialog(parent, title, "", filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return await _chosen(dialog)


async def file_to_save(parent: QWidget, title: str, suggestion: str, filters: str) -> Path | None:
    """Let the person choose where to write; the dialog asks before a file is replaced."""
    dialog = QFileDialog(parent, title, suggestion, filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(suggestion)
    return next(iter(await _chosen(dialog)), None)


async def _chosen(dialog: QFileDialog) -> list[Path]:
    chosen = await accepted(dialog)
    return [Path(file) for file in dialog.selectedFiles()] if chosen else []
