"""The structure of JSON text in a file of any size: where values begin and end.

Nothing is parsed here. A value's end is found from brackets and quotes alone, so a value that is broken inside can
still be told from its neighbours, and only the value at hand is in memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from typing import Final, Protocol

from pushconsole.errors import InputError
from pushconsole.records.byte_streams import CutOff
from pushconsole.records.json_text import NotARecord, parse_value

LONGEST_VALUE: Final = 64_000_000
"""Characters of one value. A record may have 100 KB at the service; what is longer than this is a lost quote."""

_PIECE = 1 << 16  # small, so that no single match holds Python's lock for long
_LONGEST_MARK = 1 << 16
_SPACE = re.compile(r"[ \t\r\n]*+")
# WORKAROUND(https://github.com/python/cpython/issues/106052): before 3.11.5 a possessive group inside of a group finds
# no match where there is one, so these are written without; each step is decided by one character, so none goes back.
_TEXT = r'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"'
# Up to the next bracket, or a quote whose text does not end on its line (JSON has no raw line ends inside of texts).
_RUN = re.compile(rf'[^"\[\]{{}}]*(?:{_TEXT}[^"\[\]{{}}]*)*')
_STRING = re.compile(_TEXT)
_LIST_OF = re.compile(r"\[[ \t\r\n]*+([^ \t\r\n])")
_SCALAR = re.compile(r'[^,\[\]{}"\s]++')
_NEXT_RECORD = re.compile(r"\s*\{")


class Readable(Protocol):
    """Gives text piece by piece."""

    def read(self, size: int, /) -> str:
        """Return at most as many characters, and none at the end only."""


class Truncated(Exception):
    """A value has no end.

    Attributes:
        line: the line it begins in.
        text: what there is of it.
        reason: a whole sentence.

    """

    def __init__(self, line: int, text: str = "", *, too_long: bool = False) -> None:
        self.line = line
        self.text = text
        self.reason = (
            f"This is longer than {LONGEST_VALUE:,} characters; a quote or a bracket in it is not closed."
            if too_long
            else "The file ends here, before the JSON text is complete."
        )
        super().__init__(self.reason)


class JsonStream:
    """A window that slides over JSON text, at most over its first ``at_most`` characters.

    Attributes:
        line: the line of the character at hand, from 1.

    """

    def __init__(self, file: Readable, at_most: int | None = None) -> None:
        self._file = file
        self._left = at_most
        self._text = ""
        self._at = 0
        self._kept: int | None = None
        self._mark: int | None = None
        self._counted = 0
        self._begun = 1
        self.line = 1

    def _more(self) -> bool:
        """Read on, and let go of what nobody needs any more; return whether there was more."""
        if self._mark is not None and self._at - self._mark > _LONGEST_MARK:
            self._mark = None
        self._count_lines()
        cut = min(place for place in (self._at, self._kept, self._mark) if place is not None)
        # Growing with the window keeps a long value from being copied over and over.
        wanted = max(_PIECE, len(self._text) - cut)
        piece = self._file.read(wanted if self._left is None else min(wanted, self._left))
        self._left = None if self._left is None else self._left - len(piece)
        self._text = self._text[cut:] + piece
        self._at -= cut
        self._counted -= cut
        self._kept = None if self._kept is None else self._kept - cut
        self._mark = None if self._mark is None else self._mark - cut
        return bool(piece)

    def _count_lines(self) -> None:
        self.line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at

    def peek(self) -> str:
        """Pass white space and return the next character, or "" at the end of the file."""
        while True:
            match = _SPACE.match(self._text, self._at)
            assert match
            self._at = match.end()
            if self._at < len(self._text):
                self._count_lines()
                return self._text[self._at]
            if not self._more():
                self._count_lines()
                return ""

    def take(self) -> None:
        """Pass one character."""
        self._at += 1

    def mark(self) -> None:
        """Remember this place for `since_mark`."""
        self._mark = self._at

    def since_mark(self) -> str | None:
        """Return the text since the last mark, or None where it is too long to keep; forget the mark."""
        mark, self._mark = self._mark, None
        return None if mark is None else self._text[mark : self._at]

    def first_in_list(self) -> str:
        """Return the first character inside of the list at hand ("]": it is empty), or "" where no list is at hand."""
        if self._text[self._at] != "[":
            return ""
        while not (match := _LIST_OF.match(self._text, self._at)):
            if not self._more():
                return ""
        return match[1]

    def value(self) -> str:
        """Pass the value at hand and return its text.

        Raises:
            Truncated: the file ends first, or the value is longer than `LONGEST_VALUE`.

        """
        self._kept = self._at
        try:
            self._pass_value()
            return self._text[self._kept : self._at]
        finally:
            self._kept = None

    def skip_value(self) -> None:
        """Pass the value at hand, however long it is.

        Raises:
            Truncated: the file ends first.

        """
        self._pass_value()

    def rest(self, at_most: int) -> str:
        """Pass all that is left and return its beginning."""
        while len(self._text) - self._at < at_most and self._more():
            pass
        text = self._text[self._at : self._at + at_most]
        while self._file.read(_PIECE):
            pass
        self._at = len(self._text)
        return text

    def held(self, at_most: int) -> str:
        """Return the beginning of what was read and not passed."""
        return self._text[self._at if self._kept is None else self._kept :][:at_most]

    def _pass_value(self) -> None:
        self._begun = self.line
        if self._text[self._at] not in '{["':
            self._pass_scalar()
            return
        if self._text[self._at] == '"':
            self._pass_string()
            return
        open_brackets: list[str] = []
        while True:
            match = _RUN.match(self._text, self._at)
            assert match
            self._at = match.end()
            if self._at == len(self._text):
                self._need_more()
            elif self._text[self._at] == '"':
                if self._pass_broken_string():
                    return
            elif self._pass_bracket(open_brackets):
                return

    def _pass_bracket(self, open_brackets: list[str]) -> bool:
        """Pass a bracket and return whether the value ends with it (or before it, where it closes something else)."""
        bracket = self._text[self._at]
        if bracket in "{[":
            open_brackets.append(bracket)
            self._at += 1
            return False
        wanted = "{" if bracket == "}" else "["
        if wanted not in open_brackets:
            return True
        while open_brackets.pop() != wanted:
            pass
        self._at += 1
        return not open_brackets

    def _pass_broken_string(self) -> bool:
        """Pass a text that has no closing quote on its line; return whether the value should be taken to end there."""
        end = self._text.find("\n", self._at)
        while end < 0 or not self._text[end:].strip():
            self._need_more()
            match = _RUN.match(self._text, self._at)
            if match and match.end() > self._at:  # it was only cut by the window
                return False
            end = self._text.find("\n", self._at)
        self._at = end
        return _NEXT_RECORD.match(self._text, end) is not None

    def _pass_scalar(self) -> None:
        while True:
            match = _SCALAR.match(self._text, self._at)
            end = match.end() if match else self._at
            if end < len(self._text) or not self._more():
                break
        self._at = max(end, self._at + 1)

    def _pass_string(self) -> None:
        while True:
            match = _STRING.match(self._text, self._at)
            if match:
                self._at = match.end()
                return
            end = self._text.find("\n", self._at)
            if end >= 0:
                self._at = end
                return
            self._need_more()

    def _need_more(self) -> None:
        start = self._at if self._kept is None else self._kept
        too_long = len(self._text) - start > LONGEST_VALUE
        if too_long or not self._more():
            start = self._at if self._kept is None else self._kept
            text, self._at = self._text[start:], len(self._text)
            raise Truncated(self._begun, text, too_long=too_long)


def members(stream: JsonStream) -> Iterator[str]:
    """Yield the keys of the object at hand, the stream standing at each one's value, which the caller has to pass.

    Ends after the closing brace.

    Raises:
        Truncated: the file ends first.
        NotARecord: what should be a key is not.

    """
    stream.take()
    while (character := stream.peek()) != "}":
        if not character:
            raise Truncated(stream.line)
        if character == ",":
            stream.take()
            continue
        if character != '"':
            raise NotARecord(f"A key in quotes should stand where “{character}” stands.")
        key = parse_value(stream.value())
        if stream.peek() != ":":
            raise NotARecord("A key is not followed by a colon.")
        stream.take()
        if not stream.peek():
            raise Truncated(stream.line)
        assert isinstance(key, str)
        yield key
    stream.take()


ARRAY_NAMES: Final = ("records", "hits", "objects", "items", "data")
"""What exports call the attribute that holds the records."""


_DEEPEST_WRAPPER = 3  # data.search.hits: answers of services are not deeper


def array_candidates(stream: JsonStream) -> list[str]:
    """Return the paths of the lists of objects in the object at hand, as far as the stream goes.

    A list that is empty counts where its name says that it holds records. Lists in objects inside count where there
    is none at the top. An object with an objectID is a record itself, so it has none.
    """
    stream.peek()
    found: list[str] = []
    with suppress(Truncated, NotARecord, CutOff):
        _collect(stream, "", found)
    if "" in found:
        return []
    return [path for path in found if "." not in path] or found


def _collect(stream: JsonStream, prefix: str, found: list[str]) -> None:
    depth = prefix.count(".")
    for key in members(stream):
        if key == "objectID" and not prefix:
            found.append("")
        if holds_records(stream, key):
            found.append(prefix + key)
        if depth < _DEEPEST_WRAPPER - 1 and stream.peek() == "{":
            _collect(stream, f"{prefix}{key}.", found)
        else:
            stream.skip_value()


def holds_records(stream: JsonStream, key: str) -> bool:
    """Say whether the value at hand, of that key, is a list of objects."""
    first = stream.first_in_list()
    return first == "{" or (first == "]" and key.lower() in ARRAY_NAMES)


def choose_array(candidates: list[str], name: str) -> str | None:
    """Return the attribute that holds the records, or None where there is none.

    Raises:
        InputError: there are several.

    """
    named = [path for path in candidates if path.rpartition(".")[2].lower() in ARRAY_NAMES]
    likely = named or candidates
    if len(likely) > 1:
        listed = ", ".join(f"“{key}”" for key in likely)
        raise InputError(
            f"{name} holds several lists that could be the records: {listed}.",
            "Choose one of them (--wrapper on the command line).",
            file=name,
        )
    return likely[0] if likely else None


def is_whole_value(text: str) -> bool:
    """Say whether the text is one value by its brackets and quotes, broken inside or not."""
    stream = JsonStream(StringIO(text))
    if not stream.peek():
        return False
    try:
        stream.skip_value()
    except Truncated:
        return False
    return not stream.peek()


def holds_several_objects(line: str) -> bool:
    """Say whether an object is followed by another one on its line."""
    stream = JsonStream(StringIO(line))
    with suppress(Truncated):
        stream.peek()
        stream.skip_value()
        return stream.peek() == "{"
    return False


def objects_over_lines(text: str) -> bool:
    """Say whether the text is objects one after the other, all of them JSON, of which one goes on over a line's end."""
    stream, over = JsonStream(StringIO(text)), False
    with suppress(Truncated):  # where the text is cut off
        while stream.peek():
            value = stream.value()
            if not _is_object(value):
                return False
            over = over or "\n" in value
    return over


def _is_object(text: str) -> bool:
    with suppress(ValueError, RecursionError):
        return isinstance(json.loads(text, parse_int=float), dict)
    return False
