"""Between a file that was chosen and its loading: looks at it, and lets a person say how it is read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from pushconsole.desktop.import_dialog import ImportDialog
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.questions import accepted
from pushconsole.desktop.theme import Theme
from pushconsole.errors import InputError
from pushconsole.records import Format, Inspection, ReadOptions, RecipeBook, drift, inspect, recipe_for


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
        try:
            found = await asyncio.to_thread(inspect, path)
        except InputError as error:
            if not error.choices:
                raise
            found = await asyncio.to_thread(inspect, path, ReadOptions(wrapper=error.choices[0]))
        if not _has_questions(found):
            return ReadOptions()
        return await self._ask(path, found)

    async def _ask(self, path: Path, found: Inspection) -> ReadOptions | None:
        dialog = ImportDialog(self._theme, path.name, self._window)
        recipe = await asyncio.to_thread(self._recipes.find, found.source.columns)
        differences: Sequence[str] = ()
        if recipe is not None:
            dialog.set_options(recipe.options, recipe.name)
            differences = drift(recipe, found.source)
            found = await asyncio.to_thread(inspect, path, recipe.options)
        dialog.show_inspection(found, differences)
        dialog.options_changed.connect(
            lambda: self._jobs.start(self._inspect_again(dialog, path, differences), instead_of="inspect")
        )
        if not await accepted(dialog):
            return None
        if dialog.recipe_name:
            kept = recipe_for(dialog.recipe_name, found.source, dialog.options)
            await asyncio.to_thread(self._recipes.keep, kept)
        return dialog.options

    async def _inspect_again(self, dialog: ImportDialog, path: Path, differences: Sequence[str]) -> None:
        try:
            dialog.show_inspection(await asyncio.to_thread(inspect, path, dialog.options), differences)
        except InputError as error:
            dialog.show_error(str(error))


def _has_questions(found: Inspection) -> bool:
    """Tell whether anything about a file is decided that its text does not say itself."""
    return found.source.is_table or len(found.source.choices) > 1 or not found.source.encoding_sure
