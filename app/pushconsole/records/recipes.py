"""Recipes: how files with certain columns are read, kept for the next one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import msgspec

from pushconsole.errors import InputError
from pushconsole.records.detection import detect
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
        seen: the columns' names as they are found without the options (with another delimiter, perhaps): what files
            of this shape are known by. Empty where that is the same.
        version: of this form.

    """

    name: str
    columns: tuple[str, ...]
    options: ReadOptions
    seen: tuple[str, ...] = ()
    version: int = _VERSION

    @property
    def known_by(self) -> tuple[str, ...]:
        """The columns that tell a file of this shape before it is read as the recipe says."""
        return self.seen or self.columns


def recipe_for(name: str, source: SourceFile, options: ReadOptions, seen: Sequence[str] = ()) -> Recipe:
    """Return a recipe for files like this one.

    Args:
        name: what a person calls it.
        source: the file as the options read it.
        options: how it is read.
        seen: its columns as they were found without the options.

    """
    return Recipe(name, source.columns, options, () if tuple(seen) == source.columns else tuple(seen))


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


def columns_aside(options: ReadOptions) -> ReadOptions:
    """Return what options say about a file as a whole, which can be said of any."""
    return replace(options, text_columns=frozenset(), columns=None, object_id=None)


def fitted(options: ReadOptions, columns: Sequence[str]) -> ReadOptions:
    """Return options without what they say about columns that a file does not have."""
    return replace(
        options,
        text_columns=options.text_columns & {*columns},
        columns={name: choice for name, choice in (options.columns or {}).items() if name in columns} or None,
        object_id=options.object_id if options.object_id in columns else None,
    )


def refuse_drift(recipe: Recipe, file: Path, name: str) -> None:
    """See that a file has the columns of a recipe, before it is read.

    Raises:
        InputError: it has others, or cannot be read.

    """
    differences = drift(recipe, detect(file, name, columns_aside(recipe.options)))
    if differences:
        listed = "\n".join(f"  {sentence}" for sentence in differences)
        raise InputError(
            f"{name} has other columns than the recipe “{recipe.name}”:\n{listed}\n",
            "Keep a recipe for the new columns.",
            file=name,
        )


_ALIKE = 0.5  # of all names in both: more are the same than not


def _likeness(some: set[str], others: set[str]) -> float:
    return len(some & others) / len(some | others) if some or others else 0.0


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
        """Return the recipe for a file with these columns as they are found, in whatever order.

        Where there is none, it is the one for the likest columns: most of its own and of the file's are the same.
        """
        there = {*columns}
        likest = max(self.all(), key=lambda recipe: _likeness({*recipe.known_by}, there), default=None)
        return likest if likest and _likeness({*likest.known_by}, there) > _ALIKE else None

    def _file(self, name: str) -> Path:
        return self._folder / f"{_FILE_CHARACTERS.sub('-', name)}.json"
