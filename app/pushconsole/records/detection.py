"""What a file is: found from its content, never from its name."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from pushconsole.errors import InputError
from pushconsole.records.dialect import delimited_source
from pushconsole.records.json_structure import array_candidates, choose_array, is_whole_value
from pushconsole.records.source_file import Format, SourceFile, opened

HEAD_CHARACTERS: Final = 4_000_000
"""How much of a file is looked at before loading begins: enough for the top level of a wrapping object, little enough
for the first rows to be there at once."""

_FEW_LINES = 20_000  # characters


def detect(path: Path, name: str) -> SourceFile:
    """Find out what a file is.

    Args:
        path: the file.
        name: what to call it in sentences.

    Raises:
        InputError: it cannot be read, is empty, or several of its attributes could hold the records.

    """
    encoding = _encoding(path, name)
    with opened(path, encoding, name) as file:
        head = file.read(HEAD_CHARACTERS)
        whole = len(head) < HEAD_CHARACTERS
        size = path.stat().st_size
    if not head.strip():
        raise InputError(f"{name} is empty.", "Choose a file with records.", file=name)
    text = head.lstrip(" \t\r\n")
    if text.startswith("{"):
        return _of_objects(text, SourceFile(name, Format.NDJSON, encoding, None, (), None, size), whole=whole)
    if text.startswith("["):
        return SourceFile(name, Format.JSON_ARRAY, encoding, None, (), None, size)
    if _mostly_objects(head):
        return SourceFile(name, Format.NDJSON, encoding, None, (), None, size)
    return delimited_source(head, SourceFile(name, Format.DELIMITED, encoding, None, (), None, size), whole=whole)


def _encoding(path: Path, name: str) -> str:
    with opened(path, "latin-1", name) as file:
        mark = file.read(3).encode("latin-1")
    if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if mark == codecs.BOM_UTF8 else "utf-8"


_OBJECT_LINE = re.compile(r"[ \t]*\{.*\}[ \t]*\r?")


def _mostly_objects(head: str) -> bool:
    """Say whether most lines are JSON objects: a broken first line does not make lines of JSON a table."""
    lines = [line for line in head[:_FEW_LINES].split("\n") if line.strip()]
    return sum(_OBJECT_LINE.fullmatch(line) is not None for line in lines) * 2 > len(lines)


def _of_objects(text: str, source: SourceFile, *, whole: bool) -> SourceFile:
    """Tell lines of records from one object that wraps them; ``source`` says lines."""
    first, _, others = text.partition("\n")
    second = others.lstrip(" \t\r\n")
    # Inside of an object no line begins with a brace: a key comes first.
    if second and (second.startswith("{") or is_whole_value(first)):
        return source
    wrapper = choose_array(array_candidates(text), source.name)
    if wrapper is None and (not second or not whole):
        return source  # a single record on a single line
    return replace(source, format=Format.JSON_OBJECT, wrapper=wrapper)
