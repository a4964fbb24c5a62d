"""Recipes are kept, found again by a file's columns, and say how a file differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from pushconsole.errors import InputError
from pushconsole.records import (
    ColumnChoice,
    ColumnType,
    EmptyCell,
    ReadOptions,
    Recipe,
    RecipeBook,
    drift,
    export_rejected,
    fitted,
    read_recipe,
    recipe_for,
    write_recipe,
)
from tests.records.builders import loaded, texts

OPTIONS = ReadOptions(
    encoding="cp1252",
    delimiter=";",
    text_columns=frozenset({"plz"}),
    object_id="nr",
    columns={"preis": ColumnChoice(type=ColumnType.NUMBER, empty=EmptyCell.NULL, rename="price")},
    decimal_comma=True,
)
FILE = "nr;plz;preis\n1;01234;1,5\n2;05678;\n".encode("cp1252")


def test_a_recipe_reads_the_next_file_as_the_first(tmp_path: Path) -> None:
    with loaded(FILE, OPTIONS) as (workspace, report):
        recipe = recipe_for("Shop / Köln", report.source, OPTIONS)
        first = texts(workspace)
    book = RecipeBook(tmp_path / "recipes")
    book.keep(recipe)
    assert book.all() == [recipe]
    found = book.find(["preis", "nr", "plz"])
    assert found == recipe
    with loaded(FILE, recipe.options) as (workspace, report):
        assert (
            texts(workspace)
            == first
            == [
                '{"objectID":"1","plz":"01234","price":1.5}',
                '{"objectID":"2","plz":"05678","price":null}',
            ]
        )
        assert drift(recipe, report.source) == []
    book.remove(recipe.name)
    assert book.find(["preis", "nr", "plz"]) is None


def test_columns_that_drifted_are_listed() -> None:
    recipe = Recipe("r", ("a", "b"), ReadOptions())
    with loaded("b,c\n1,2\n") as (_, report):
        assert drift(recipe, report.source) == ["The column “a” is missing.", "The column “c” is new."]


def test_the_likest_recipe_is_found_and_says_what_fits(tmp_path: Path) -> None:
    book = RecipeBook(tmp_path)
    for columns in (("nr", "plz", "preis"), ("nr", "plz", "preis", "neu", "alt"), ("x", "y", "z")):
        book.keep(Recipe("-".join(columns), columns, OPTIONS))
    same, one_less, none = book.find(["preis", "nr", "plz"]), book.find(["nr", "preis"]), book.find(["nr", "a", "b"])
    assert same is not None
    assert one_less is not None
    assert (same.columns, one_less.columns, none) == (("nr", "plz", "preis"), ("nr", "plz", "preis"), None)
    assert fitted(OPTIONS, ["nr", "plz", "preis"]) == OPTIONS
    some = fitted(OPTIONS, ["plz"])
    assert (some.object_id, some.columns, some.text_columns) == (None, None, frozenset({"plz"}))
    assert (some.decimal_comma, some.encoding) == (True, "cp1252")


def test_a_recipe_is_found_by_what_is_seen_without_it(tmp_path: Path) -> None:
    options = ReadOptions(delimiter=";", skip_lines=1)
    with loaded("a,b\nc;d,e\n1;2\n", options) as (_, report):
        recipe = recipe_for("odd", report.source, options, ("a", "b"))
    RecipeBook(tmp_path).keep(recipe)
    assert recipe.columns == ("c", "d,e")
    assert RecipeBook(tmp_path).find(("a", "b")) == recipe


def test_what_is_no_recipe_is_a_sentence_and_is_passed_over_in_the_book(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"name":1}')
    (tmp_path / "old.json").write_text('{"name":"old","columns":[],"options":{},"version":9}')
    with pytest.raises(InputError, match="is no recipe"):
        read_recipe(tmp_path / "x.json")
    with pytest.raises(InputError, match="another version"):
        read_recipe(tmp_path / "old.json")
    with pytest.raises(InputError, match="cannot be read"):
        read_recipe(tmp_path / "gone.json")
    assert RecipeBook(tmp_path).all() == []


def test_a_recipe_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_recipe(Recipe("r", (), ReadOptions()), tmp_path / "file" / "r.json")


def test_rejected_rows_are_exported_to_be_mended_and_read_again() -> None:
    with loaded("objectID;n\na;1\nb;2;3\nc\n") as (workspace, _):
        file = export_rejected(workspace, workspace.path.parent / "rejected")
        assert file.name == "rejected.csv"
        assert file.read_text() == "objectID;n\nb;2;3\nc\n"
    with loaded('{"a":1}\n{"a":1,}\n{"a":2}\n') as (workspace, _):
        assert export_rejected(workspace, workspace.path.parent / "rejected").read_text() == '{"a":1,}\n'
