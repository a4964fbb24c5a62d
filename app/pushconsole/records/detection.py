"""What a file is: found from its content, never from its name."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from pushconsole.errors import InputError
from pushconsole.records.dialect import delimited_source
from pushconsole.records.json_structure import JsonStream, array_candidates, choose_array, is_whole_value
from pushconsole.records.source_file import Format, SourceFile, opened

HEAD_CHARACTERS: Final = 200_000
"""How much of any file is looked at before loading begins, so that the first rows are there at once."""

WRAPPER_CHARACTERS: Final = 4_000_000
"""How much of an object is searched for the list it wraps; what comes later is seen when it is read."""

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
    text = head.lstrip(" \t\r\n")
    lines = SourceFile(name, Format.NDJSON, encoding, None, (), None, size)
    if not text:
        raise InputError(f"{name} is empty.", "Choose a file with records.", file=name)
    if text.startswith("["):
        return replace(lines, format=Format.JSON_ARRAY)
    if text.startswith("{"):
        return lines if _is_lines(text) else _one_object(path, lines, several_lines="\n" in text.rstrip())
    if _mostly_objects(text):
        return lines
    return delimited_source(head, lines, whole=whole)


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


def _is_lines(text: str) -> bool:
    """Say whether text that begins with a brace has a record on each line."""
    first, _, others = text.partition("\n")
    second = others[:_FEW_LINES].lstrip(" \t\r\n")
    # Inside of an object no line begins with a brace: a key comes first.
    return bool(second) and (second.startswith("{") or is_whole_value(first))


def _one_object(path: Path, source: SourceFile, *, several_lines: bool) -> SourceFile:
    """Tell an object that wraps the records from a record that stands alone."""
    with opened(path, source.encoding, source.name) as file:
        wrapper = choose_array(array_candidates(JsonStream(file, WRAPPER_CHARACTERS)), source.name)
    if wrapper is None and not several_lines:
        return source
    return replace(source, format=Format.JSON_OBJECT, wrapper=wrapper)
