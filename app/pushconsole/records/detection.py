"""What a file is: found from its content, never from its name."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from pushconsole.errors import InputError
from pushconsole.records.byte_streams import CutOff, compression_of, readable
from pushconsole.records.dialect import delimited_source
from pushconsole.records.json_structure import (
    JsonStream,
    array_candidates,
    choose_array,
    holds_several_objects,
    is_whole_value,
    objects_over_lines,
)
from pushconsole.records.parquet import is_parquet, parquet_source
from pushconsole.records.read_options import ReadOptions
from pushconsole.records.source_file import Format, SourceFile, opened_bytes
from pushconsole.records.spreadsheets import is_spreadsheet, spreadsheet_source
from pushconsole.records.text_encoding import KEEP, TextPieces, beginning, encoding_of, label

HEAD_CHARACTERS: Final = 200_000
"""How much of any file is looked at before loading begins, so that the first rows are there at once."""

WRAPPER_CHARACTERS: Final = 4_000_000
"""How much of an object is searched for the list it wraps; what comes later is seen when it is read."""

_LONGEST_HEADER = 1 << 24
"""Bytes that the first line of a table may have: that of a hundred thousand columns has some megabytes."""

_FEW_LINES = 20_000  # characters


def detect(path: Path, name: str, options: ReadOptions | None = None) -> SourceFile:
    """Find out what a file is; what the options say is not guessed.

    Args:
        path: the file.
        name: what to call it in sentences.
        options: what is known of it.

    Raises:
        InputError: it cannot be read, is empty, or several of its attributes could hold the records.

    """
    options = options or ReadOptions()
    with readable(name):
        compression, size = compression_of(path), path.stat().st_size
        if is_spreadsheet(path):
            return spreadsheet_source(path, name, options)
    if is_parquet(path):
        return parquet_source(path, name)
    found = encoding_of(path, name, options.encoding)
    head, whole = _head(path, found.name, name)
    text = head.lstrip(" \t\r\n")
    lines = SourceFile(
        name, Format.NDJSON, found.name, None, (), None, size, encoding_sure=found.sure, compression=compression
    )
    if not text:
        raise _empty(path, name)
    if "\0" in text[:_FEW_LINES] and not lines.encoding_sure:
        raise InputError(f"{name} is not text: it holds bytes that no text has.", "Choose another file.", file=name)
    if options.delimiter is None:
        if text.startswith("["):
            return replace(lines, format=Format.JSON_ARRAY)
        if text.startswith("{"):
            return _json_source(path, lines, text, options.wrapper)
        if _mostly_objects(text):
            return lines
    if not whole and "\n" not in head and "\r" not in head:
        head, whole = _head(path, found.name, name, _LONGEST_HEADER)
    return delimited_source(head, lines, options, whole=whole)


def _empty(path: Path, name: str) -> InputError:
    """Tell a file without text from one that is damaged before any text came."""
    with opened_bytes(path, name) as file:
        try:
            file.read(1)
        except CutOff as cut:
            return InputError(f"{name} holds no rows: {cut.reason}", "Get the file once more.", file=name)
    return InputError(f"{name} is empty.", "Choose a file with records.", file=name)


def _head(path: Path, encoding: str, name: str, at_most: int = HEAD_CHARACTERS) -> tuple[str, bool]:
    """Return the beginning of a file, and whether that is all of it."""
    with opened_bytes(path, name) as file:
        start = beginning(file, at_most)
    decoder = codecs.getincrementaldecoder(encoding)(KEEP)
    try:
        return decoder.decode(start), len(start) < at_most
    except UnicodeError as error:  # a mark that has to be there is not
        raise InputError(
            f"{name} is no {label(encoding)} text: {error}.", "Choose another encoding.", file=name
        ) from error


_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def _opens_list(line: str) -> bool:
    """Say whether a list begins in a line and does not end there."""
    bare = _STRING.sub("", line)
    return bare.count("[") > bare.count("]")


def _json_source(path: Path, lines: SourceFile, text: str, wrapper: str | None) -> SourceFile:
    if wrapper is not None:
        return replace(lines, format=Format.JSON_OBJECT, wrapper=wrapper)
    return lines if _is_lines(text) else _one_object(path, lines, text)


_OBJECT_LINE = re.compile(r"[ \t]*\{.*\}[ \t]*\r?")


def _mostly_objects(head: str) -> bool:
    """Say whether most lines are JSON objects: a broken first line does not make lines of JSON a table."""
    lines = [line for line in head[:_FEW_LINES].split("\n") if line.strip()]
    return sum(_OBJECT_LINE.fullmatch(line) is not None for line in lines) * 2 > len(lines)


def _is_lines(text: str) -> bool:
    """Say whether text that begins with a brace has a record on each line."""
    first, _, others = text.partition("\n")
    second = others[:_FEW_LINES].lstrip(" \t\r\n")
    if holds_several_objects(first):
        return False
    if _opens_list(first):
        return _mostly_objects(text)
    # Inside of an object no line begins with a brace: a key comes first.
    if not second or not (second.startswith("{") or is_whole_value(first)):
        return False
    return _mostly_objects(text) or not objects_over_lines(text)


def lists_in(path: Path, options: ReadOptions | None = None) -> tuple[str, ...]:
    """Return the paths of the lists in a JSON object that could be the records, for a person to choose one.

    Raises:
        InputError: the file cannot be read.

    """
    encoding = encoding_of(path, path.name, options.encoding if options else None).name
    return tuple(_lists(path, path.name, encoding)[0])


def _lists(path: Path, name: str, encoding: str) -> tuple[list[str], bool]:
    """Return the lists in the first object, and whether another object follows it."""
    with opened_bytes(path, name) as file:
        stream = JsonStream(TextPieces(file, encoding), WRAPPER_CHARACTERS)
        if stream.peek() != "{":
            return [], False
        return array_candidates(stream), stream.peek() == "{"


def _one_object(path: Path, source: SourceFile, text: str) -> SourceFile:
    """Tell an object that wraps the records from a record that stands alone, and from several in a row.

    Several in a row are records, as they are on lines: each may hold a list of its own, as orders hold items.
    """
    candidates, several = _lists(path, source.name, source.encoding)
    if several:
        return replace(source, format=Format.JSON_OBJECT)
    wrapper = choose_array(candidates, source.name)
    if wrapper is None and "\n" not in text.rstrip():
        return source
    return replace(source, format=Format.JSON_OBJECT, wrapper=wrapper, choices=tuple(candidates))
