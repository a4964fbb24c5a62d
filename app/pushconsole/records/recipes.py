"""Recipes: how files with certain columns are read, kept for the next one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import msgspec

from pushconsole.errors import InputError
from pushconsole.records.read_options import ReadOptions
from pushconsole.records.several_files import column_differences
from pushconsole.records.source_file import SourceFile

_VERSION = 1
_FILE_CHARACTERS = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class Recipe:
    """How files of one shape are read.

    Attributes:
        name: what a person calls it.
        columns: the columns' names in those files, as shown; empty for JSON, which names its own.
        options: how they are read.
        version: of this form.

    """

    name: str
    columns: tuple[str, ...]
    options: ReadOptions
    version: int = _VERSION


def recipe_for(name: str, source: SourceFile, options: ReadOptions) -> Recipe:
    """Return a recipe for files like this one."""
    return Recipe(name, source.columns, options)


def read_recipe(file: Path) -> Recipe:
    """Read a recipe.

    Raises:
        InputError: it is missing, or no recipe.

    """
    try:
        recipe = msgspec.json.decode(file.read_bytes(), type=Recipe)
    except OSError as error:
        raise InputError(f"The recipe {file} cannot be read: {error.strerror or error}.", file=str(file)) from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise InputError(
            f"{file} is no recipe: {error}.", "Save it again from the import dialog.", file=str(file)
        ) from error
    if recipe.version != _VERSION:
        raise InputError(f"{file} is a recipe of another version of Push Console.", "Keep it anew.", file=str(file))
    return recipe


def write_recipe(recipe: Recipe, file: Path) -> None:
    """Write a recipe, whole or not at all.

    Raises:
        InputError: it cannot be written.

    """
    part = file.with_name(f".{file.name}.{uuid4().hex}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(msgspec.json.format(msgspec.json.encode(recipe, order="deterministic"), indent=2) + b"\n")
        part.replace(file)
    except OSError as error:
        raise InputError(f"The recipe {file} cannot be written: {error.strerror or error}.", file=str(file)) from error
    finally:
        with suppress(OSError):
            part.unlink()


def drift(recipe: Recipe, source: SourceFile) -> list[str]:
    """Return what differs between a file's columns and those of its recipe, as plain sentences."""
    return column_differences(recipe.columns, source.columns) if recipe.columns else []


class RecipeBook:
    """The recipes in a folder, a file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[Recipe]:
        """Return the recipes by name; a file that is none is passed over."""
        found = []
        for file in sorted(self._folder.glob("*.json")):
            try:
                found.append(read_recipe(file))
            except InputError:
                continue
        return sorted(found, key=lambda recipe: recipe.name.casefold())

    def keep(self, recipe: Recipe) -> None:
        """Keep a recipe, in place of one with the same name.

        Raises:
            InputError: it cannot be written.

        """
        write_recipe(recipe, self._file(recipe.name))

    def remove(self, name: str) -> None:
        """Remove a recipe, if it is there."""
        self._file(name).unlink(missing_ok=True)

    def find(self, columns: Sequence[str]) -> Recipe | None:
        """Return the recipe for a file with just these columns, in whatever order."""
        wanted = sorted(columns)
        return next((recipe for recipe in self.all() if wanted and sorted(recipe.columns) == wanted), None)

    def _file(self, name: str) -> Path:
        return self._folder / f"{_FILE_CHARACTERS.sub('-', name)}.json"
