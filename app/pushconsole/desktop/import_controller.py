"""Between a file that was chosen and its loading: looks at it, and lets a person say how it is read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from pushconsole.desktop.import_dialog import ImportDialog
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.questions import accepted
from pushconsole.desktop.theme import Theme
from pushconsole.errors import InputError
from pushconsole.records import Inspection, ReadOptions, RecipeBook, drift, inspect, lists_in, recipe_for


class ImportController:
    """Asks how a file is to be read, where there is something to ask."""

    def __init__(self, window: QWidget, theme: Theme, jobs: Jobs, recipes: Path) -> None:
        self._window = window
        self._theme = theme
        self._jobs = jobs
        self._recipes = RecipeBook(recipes)

    async def options_for(self, path: Path) -> ReadOptions | None:
        """Return how a file is to be read; None where the person wants it not to be.

        Raises:
            InputError: it cannot be read at all.

        """
        choices: tuple[str, ...] = ()
        options = ReadOptions()
        try:
            found = await asyncio.to_thread(inspect, path)
        except InputError:
            choices = await asyncio.to_thread(lists_in, path)
            if not choices:
                raise
            options = ReadOptions(wrapper=choices[0])
            found = await _inspected(path, options, choices)
        return await self._ask(path, found, options, choices) if _has_questions(found) else options

    async def _ask(
        self, path: Path, found: Inspection, options: ReadOptions, choices: tuple[str, ...]
    ) -> ReadOptions | None:
        dialog = ImportDialog(self._theme, path.name, self._window)
        recipe = await asyncio.to_thread(self._recipes.find, found.source.columns)
        differences = drift(recipe, found.source) if recipe else []
        if recipe is not None:
            options, found = recipe.options, await _inspected(path, recipe.options, choices)
        dialog.set_options(options, recipe.name if recipe else "")
        dialog.show_inspection(found, differences)
        dialog.options_changed.connect(
            lambda: self._jobs.start(_inspect_again(dialog, path, choices, differences), instead_of="inspect")
        )
        if not await accepted(dialog):
            return None
        options, name = dialog.options, dialog.recipe_name  # the dialog goes with the next turn of the event loop
        if name:
            await asyncio.to_thread(self._recipes.keep, recipe_for(name, found.source, options))
        return options


async def _inspect_again(
    dialog: ImportDialog, path: Path, choices: tuple[str, ...], differences: Sequence[str]
) -> None:
    try:
        dialog.show_inspection(await _inspected(path, dialog.options, choices), differences)
    except InputError as error:
        dialog.show_error(str(error))


async def _inspected(path: Path, options: ReadOptions, choices: tuple[str, ...]) -> Inspection:
    """Look at a file; the lists that could be chosen stay known when one of them is."""
    found = await asyncio.to_thread(inspect, path, options)
    return replace(found, source=replace(found.source, choices=choices)) if choices else found


def _has_questions(found: Inspection) -> bool:
    """Tell whether anything about a file is decided that its text does not say itself."""
    return found.source.is_table or len(found.source.choices) > 1 or not found.source.encoding_sure
