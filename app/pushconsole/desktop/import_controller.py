"""Between a file that was chosen and its loading: looks at it, and lets a person say how it is read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from pushconsole.desktop.activity import SOON_S, Activity
from pushconsole.desktop.import_dialog import ImportDialog
from pushconsole.desktop.jobs import Jobs
from pushconsole.desktop.questions import accepted
from pushconsole.desktop.theme import Theme
from pushconsole.errors import InputError
from pushconsole.records import (
    Inspection,
    ReadOptions,
    Recipe,
    RecipeBook,
    columns_aside,
    drift,
    fitted,
    inspect,
    lists_in,
    recipe_for,
)
from pushconsole.runs import Level

_ANY_BYTES = "iso8859-1"


class ImportController:
    """Asks how a file is to be read, where there is something to ask."""

    def __init__(self, window: QWidget, theme: Theme, jobs: Jobs, activity: Activity, recipes: Path) -> None:
        self._window = window
        self._theme = theme
        self._jobs = jobs
        self._activity = activity
        self._recipes = RecipeBook(recipes)

    async def options_for(self, path: Path) -> ReadOptions | None:
        """Return how a file is to be read; None where the person wants it not to be.

        Raises:
            InputError: it cannot be read at all.

        """
        looking = asyncio.create_task(self._look_at(path))
        words = self._window.tr("Looking at {0}").format(path.name)  # a spreadsheet has to be unpacked for that
        try:
            with self._activity.work(words, looking.cancel, after_s=SOON_S):
                await asyncio.wait({looking})
        finally:
            looking.cancel()
        if looking.cancelled():
            self._activity.tell(Level.INFO, self._window.tr("Opening {0} was cancelled.").format(path.name))
            return None
        seen = looking.result()
        return await self._ask(path, seen) if _has_questions(seen.found) else seen.options

    async def _look_at(self, path: Path) -> _Seen:
        """Look at a file, and as a recipe for such files says, where there is one."""
        choices: tuple[str, ...] = ()
        options = ReadOptions()
        refusal: list[str] = []
        try:
            found = await asyncio.to_thread(inspect, path)
        except InputError as error:
            choices = await asyncio.to_thread(lists_in, path)
            if not choices and error.line is None:
                raise
            # A header that cannot be read is readable in an encoding that has all bytes, so that another can be chosen.
            options = ReadOptions(wrapper=choices[0]) if choices else ReadOptions(encoding=_ANY_BYTES)
            refusal = [] if choices else [error.sentence]
            found = await _inspected(path, options, choices)
        columns = found.source.columns
        recipe = await asyncio.to_thread(self._recipes.find, columns) if _has_questions(found) else None
        reading = _Reading(path, choices, recipe)
        if recipe is not None:
            options, found = await reading.as_the_recipe_says(found)
        return _Seen(reading, options, found, columns, refusal, recipe)

    async def _ask(self, path: Path, seen: _Seen) -> ReadOptions | None:
        dialog, reading, found = ImportDialog(self._theme, path.name, self._window), seen.reading, seen.found
        # A recipe for other columns stays as it is, so its name is not where these would be kept.
        dialog.set_options(seen.options, seen.recipe.name if seen.recipe and not reading.differences(found) else "")
        dialog.show_inspection(found, [*seen.refusal, *reading.differences(found)])
        dialog.options_changed.connect(
            lambda: self._jobs.start(_inspect_again(dialog, reading), instead_of="inspect", until=dialog.finished)
        )
        if not await accepted(dialog):
            return None
        options, name = dialog.options, dialog.recipe_name  # the dialog goes with the next turn of the event loop
        if name:
            found = await reading.inspected(options)
            await asyncio.to_thread(self._recipes.keep, recipe_for(name, found.source, options, seen.columns))
        return options


@dataclass(frozen=True)
class _Seen:
    """What a file was found to be before anything is asked.

    Attributes:
        reading: looks at it again.
        options, found: how it was read, and what it was found to be that way.
        columns: those it has by itself, by which recipes are known.
        refusal: why it could not be read as it is.
        recipe: for such files, or None.

    """

    reading: _Reading
    options: ReadOptions
    found: Inspection
    columns: Sequence[str]
    refusal: Sequence[str]
    recipe: Recipe | None


class _Reading:
    """A file that is looked at again and again, and what a recipe says about it."""

    def __init__(self, path: Path, choices: tuple[str, ...], recipe: Recipe | None) -> None:
        self._path = path
        self._choices = choices
        self._recipe = recipe
        self._refusal = ""

    async def inspected(self, options: ReadOptions) -> Inspection:
        """Look at the file with these options; lists that could be chosen stay known when one of them is."""
        return await _inspected(self._path, options, self._choices)

    async def as_the_recipe_says(self, found: Inspection) -> tuple[ReadOptions, Inspection]:
        """Look at the file with what the recipe says of columns that it has; as it was found where that cannot be."""
        assert self._recipe is not None
        options = self._recipe.options
        try:
            columns = (await self.inspected(columns_aside(options))).source.columns
            options = fitted(options, columns)
            return options, await self.inspected(options)
        except InputError as error:
            self._refusal = error.sentence
            return ReadOptions(), found

    def differences(self, found: Inspection) -> list[str]:
        """Return why the recipe does not fit the file, as plain sentences."""
        recipe = self._recipe
        differences = drift(recipe, found.source) if recipe else []
        if recipe is None or not (differences or self._refusal):
            return []
        name = f"The recipe “{recipe.name}”"
        if self._refusal:
            return [f"{name} cannot be used for this file. {self._refusal}"]
        return [f"{name} is for other columns and was used as far as it fits.", *differences]


async def _inspect_again(dialog: ImportDialog, reading: _Reading) -> None:
    """Look at the file with what the dialog says; show nothing of it where it says something else by then."""
    options = dialog.options
    telling = asyncio.get_running_loop().call_later(SOON_S, dialog.show_looking)
    try:
        found = await reading.inspected(options)
    except InputError as error:
        dialog.show_error(str(error))
        return
    finally:
        telling.cancel()
    if dialog.options == options:
        dialog.show_inspection(found, reading.differences(found))


async def _inspected(path: Path, options: ReadOptions, choices: tuple[str, ...]) -> Inspection:
    """Look at a file; the lists that could be chosen stay known when one of them is."""
    found = await asyncio.to_thread(inspect, path, options)
    return replace(found, source=replace(found.source, choices=choices)) if choices else found


def _has_questions(found: Inspection) -> bool:
    """Tell whether anything about a file is decided that its text does not say itself."""
    return found.source.is_table or len(found.source.choices) > 1 or not found.source.encoding_sure
