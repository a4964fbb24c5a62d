"""What becomes of texts that look like another type than their column: asks once a column."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QObject

from pushconsole.desktop.question_dialog import Answer
from pushconsole.desktop.questions import asked
from pushconsole.desktop.records_controller import RecordsController
from pushconsole.desktop.window import MainWindow
from pushconsole.errors import InputError
from pushconsole.records import (
    Change,
    ColumnType,
    Oddity,
    Workspace,
    first_oddity,
    meant,
    oddity_of,
    typed_value,
)

_Block = tuple[tuple[str, ...], ...]
_MEANT, _TEXT = "meant", "text"


class TypedText(QObject):
    """Takes what is typed into cells or pasted over them."""

    def __init__(self, window: MainWindow, records: RecordsController) -> None:
        super().__init__(window)
        self._window = window
        self._records = records
        self._answers: dict[tuple[Workspace, str], str] = {}

    async def take(self, record_id: int, column: str, text: str) -> None:
        """Put a typed text into a cell."""
        if (workspace := self._records.workspace) is None:
            return
        odd = await self._records.threads.read(lambda: oddity_of(workspace, record_id, column, text))
        if odd is not None:
            answer = await self._answer(workspace, odd)
            if not answer or workspace is not self._records.workspace:
                return
            text = odd.meant if answer == _MEANT and odd.meant is not None else text
        await self._records.make(lambda workspace: _typed(workspace, record_id, column, text))

    async def fitting(self, columns: Sequence[str], block: _Block) -> _Block | None:
        """Return a pasted block with numbers as JSON writes them where the person wants it so; None: not at all."""
        workspace = self._records.workspace
        if workspace is None:
            return None
        types = {column.name: column.type for column in self._window.model.columns}
        while True:
            odd = await asyncio.to_thread(first_oddity, columns, block, types)
            if odd is None:
                return block
            answer = await self._answer(workspace, odd)
            if not answer or workspace is not self._records.workspace:
                return None
            if answer == _MEANT:
                block = _as_meant(block, columns.index(odd.column), odd.type)
            types[odd.column] = ColumnType.MIXED  # what is no number now stays a text, and is not asked about again

    async def _answer(self, workspace: Workspace, odd: Oddity) -> str:
        """Return what to do with such texts in a column; empty: nothing at all."""
        key = (workspace, odd.column)
        known = self._answers.get(key)
        if known == _TEXT or (known == _MEANT and odd.meant is not None):
            return known
        answer = await self._ask(odd)
        if answer:
            self._answers = {known: kept for known, kept in self._answers.items() if known[0] is workspace}
            self._answers[key] = answer
        return answer

    async def _ask(self, odd: Oddity) -> str:
        boolean = odd.type is ColumnType.BOOLEAN
        kind = self.tr("true or false") if boolean else self.tr("numbers")
        mixed = self.tr("The column then holds {0}, and texts").format(kind)
        answers = [Answer(_TEXT, self.tr("Keep it as text"), mixed)]
        detail = self.tr("The other values of {0} are {1}. The answer holds for this column from now on.")
        if odd.meant is not None:
            use = self.tr("Use {0}") if boolean else self.tr("Use the number {0}")
            answers.append(Answer(_MEANT, use.format(odd.meant), self.tr("As JSON writes it")))
        question = (
            self.tr("“{0}” is neither true nor false.")
            if boolean
            else self.tr("“{0}” is not a number as JSON writes it.")
        )
        return await asked(self._window, question.format(odd.text[:60]), detail.format(odd.column, kind), answers)


def _typed(workspace: Workspace, record_id: int, column: str, text: str) -> Change:
    cell = workspace.row(record_id).cells.get(column)
    kinds = {known.name: known.type for known in workspace.columns()}
    if column not in kinds:
        raise InputError(f"There is no column {column}.", attribute=column)
    return workspace.set_value(record_id, column, typed_value(text, cell, kinds[column]))


def _as_meant(block: _Block, place: int, expected: ColumnType) -> _Block:
    return tuple(
        (*row[:place], meant(row[place], expected) or row[place], *row[place + 1 :]) if len(row) > place else row
        for row in block
    )
