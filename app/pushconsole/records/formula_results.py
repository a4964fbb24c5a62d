"""Cells of an XLSX file that have a formula and no result: python-calamine gives them, and errors, as empty ones.

What a cell shows stands in the sheet's XML (ECMA-376 part 1, 18.3.1.4):
``<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>``.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

_PIECE = 1 << 20
_LONGEST_CELL: Final = 1 << 17  # bytes of a cell's XML: a formula has at most 8,192 characters
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*[^>/])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]*)</(?:\w+:)?v>")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class FormulaResults:
    """What formulas of a sheet came to, where that is no value.

    Attributes:
        errors: what is shown, by row and column from 0.
        missing: the names of cells whose result was not saved, such as B2.

    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def formula_results(path: Path, sheet: str) -> FormulaResults:
    """Look at the formulas of a sheet; nothing is found in files of other kinds."""
    found = FormulaResults()
    with (
        suppress(zipfile.BadZipFile, KeyError, ElementTree.ParseError),
        zipfile.ZipFile(path) as archive,
        archive.open(_part_of(archive, sheet)) as part,
    ):
        rest = b""
        while piece := part.read(_PIECE):
            text = rest + piece
            end = _look(text, found)
            rest = text[max(end, len(text) - _LONGEST_CELL) :]
    return found


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part that holds a sheet."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  expat bounds what entities make
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  as above
    wanted = next(
        (node.get(_RELATION) for node in book.iter() if node.get("name") == sheet and node.get(_RELATION)), ""
    )
    target = next((node.get("Target", "") for node in relations if node.get("Id") == wanted), "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _look(text: bytes, found: FormulaResults) -> int:
    """Note what is in these cells; return where the last of them ends."""
    end = 0
    for cell in _cells(text):
        end = cell.end()
        attributes, inner = cell[1], cell[2]
        place, value = _PLACE.search(attributes), _VALUE.search(inner)
        shown = value[1].decode("utf-8", "replace") if value else ""
        if place is None:
            continue
        if b't="e"' in attributes:
            found.errors[int(place[2]) - 1, _column(place[1])] = shown or "#ERROR"
        elif not shown and b't="str"' not in attributes and _FORMULA.search(inner):
            found.missing.append((place[1] + place[2]).decode())
    return end


def _cells(text: bytes) -> Iterator[re.Match[bytes]]:
    """Yield cells, of those pieces alone that have a formula or an error, which most have not."""
    if b't="e"' in text or _FORMULA.search(text):
        yield from _CELL.finditer(text)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
