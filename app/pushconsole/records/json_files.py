"""JSON files become records: one a line, one list of them, or an object around the list."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import TextIOWrapper
from itertools import islice, repeat
from pathlib import Path
from typing import BinaryIO

from pushconsole.errors import InputError
from pushconsole.records.byte_streams import CutOff
from pushconsole.records.column_types import CellKind, Tally
from pushconsole.records.json_batches import BatchReader
from pushconsole.records.json_structure import (
    JsonStream,
    Truncated,
    choose_array,
    holds_records,
    members,
)
from pushconsole.records.json_text import NotARecord, object_id_column, parse_record
from pushconsole.records.reading import NewRecord, Portion, Rejected, TurnedToText, portion_of
from pushconsole.records.source_file import Format, SourceFile, opened_bytes
from pushconsole.records.text_encoding import KEEP, TextPieces, reason_of, visible

_SPACE = b" \t\r\n"
_AFTER_THE_END = "This stands after the end of the JSON text."
_LONGEST_REJECTED = 1_000_000  # characters kept of a row that is no record

_BYTES_TOGETHER = 1 << 17  # of lines read at once: some hundred records, which take about a millisecond
_LINES_A_LOOK = 16  # read between two looks at how many bytes they were: a line can be large

_Value = tuple[bytes, int] | Rejected
"""A text that should be a record, with its line, or what certainly is none."""


class JsonReader:
    """Reads a JSON file of any layout; see `RecordReader`."""

    def __init__(self, path: Path, source: SourceFile, *, wrapper_chosen: bool = False) -> None:
        self.rejected: list[Rejected] = []
        self.turned: list[TurnedToText] = []
        self._path = path
        self._source = source
        self._chosen = wrapper_chosen
        self._taken = False  # whether the list of records was read
        self._goes_on = False  # whether another list or object follows the first
        self._tally = Tally()
        self._file: BinaryIO | None = None
        self._read_bytes = 0
        self._layout: dict[str, str] = {}
        self._batches = BatchReader()

    def read_bytes(self) -> int:
        """Return how many bytes of the file were read until now."""
        if self._file is not None and not self._file.closed:
            self._read_bytes = self._file.tell()
        return self._read_bytes

    def layout(self) -> Mapping[str, str] | None:
        """Return the text before, between and after the records, or None where it is not worth keeping."""
        layout = self._layout
        # A comma too many or too few was rejected when it was read, so it is not to be written either.
        sound = layout.get("separator", ",").strip() == "," and layout.get("suffix", "").lstrip().startswith("]")
        return layout if sound and "prefix" in layout and not self._goes_on else None

    def notes(self) -> tuple[str, ...]:
        """Return nothing: all there is is a record, rejected, or around the records."""
        return ()

    def take_counts(self) -> dict[str, dict[CellKind, int]]:
        """Return the values counted by column and kind since the last call."""
        return self._tally.take()

    def portions(self) -> Iterator[Portion]:
        """Yield the records in file order, some at a time."""
        source = self._source
        with opened_bytes(self._path, source.name) as self._file:
            if source.format is not Format.NDJSON:
                yield from self._gathered(self._structured(JsonStream(TextPieces(self._file, source.encoding))))
            elif source.encoding in {"utf-8", "utf-8-sig"}:
                yield from self._lines(self._file)
            else:
                text = TextIOWrapper(self._file, source.encoding, errors=KEEP, newline="\n")
                yield from self._lines(line.encode("utf-8", "surrogatepass") for line in text)

    def _lines(self, lines: Iterable[bytes]) -> Iterator[Portion]:
        number, waiting, cut = 1, iter(lines), None
        while cut is None:
            together: list[bytes] = []
            try:
                _read_some(waiting, together)
            except CutOff as error:
                cut = error
            if not together:
                break
            texts = [*map(bytes.strip, together, repeat(_SPACE))]
            yield self._read(texts, range(number, number + len(texts)))
            number += len(texts)
        if cut is not None:
            self._reject(number, "", cut.reason)

    def _gathered(self, values: Iterable[_Value]) -> Iterator[Portion]:
        """Read values, each with its line, together; what is rejected keeps its place among them."""
        texts: list[bytes] = []
        lines: list[int] = []
        size = 0
        for value in values:
            if not isinstance(value, Rejected):
                texts.append(value[0])
                lines.append(value[1])
                size += len(value[0])
            if size > _BYTES_TOGETHER or isinstance(value, Rejected):
                yield self._read(texts, lines)
                texts, lines, size = [], [], 0
            if isinstance(value, Rejected):
                self.rejected.append(value)
        yield self._read(texts, lines)

    def _read(self, texts: list[bytes], lines: Sequence[int]) -> Portion:
        """Return the records with these texts, read at once where nothing is wrong with them."""
        if not texts or (batch := self._batches.read(texts)) is None:
            return portion_of([*self._one_by_one(texts, lines)])
        batch.count_values(self._tally)
        return Portion(batch.object_ids(texts), lines, texts)

    def _one_by_one(self, texts: list[bytes], lines: Sequence[int]) -> Iterator[NewRecord]:
        lines_are_records = self._source.format is Format.NDJSON
        for text, line in zip(texts, lines, strict=True):
            if lines_are_records and not text:
                continue
            record = self._record(text if line > 1 or not lines_are_records else text.removeprefix(BOM_UTF8), line)
            if record is not None:
                yield record

    def _record(self, text: bytes, line: int) -> NewRecord | None:
        try:
            values = parse_record(text, self._tally)
        except NotARecord as refusal:
            self._reject(line, text.decode(), refusal.reason)
            return None
        except UnicodeError:
            kept = _kept(text)
            self._reject(line, kept, reason_of(kept, self._source.encoding))
            return None
        object_id = values.get("objectID")
        if type(object_id) is not str:
            object_id = object_id_column(values, text)
        return object_id, line, text

    def _reject(self, line: int, text: str, reason: str) -> None:
        self.rejected.append(_rejected(line, text, reason))

    def _structured(self, stream: JsonStream) -> Iterator[_Value]:
        stream.mark()
        stream.peek()
        try:
            if self._source.format is Format.JSON_ARRAY:
                yield from self._elements(stream)
            elif self._source.wrapper is not None:
                yield from self._wrapped(stream, self._source.wrapper)
            yield from self._following(stream)
        except CutOff as cut:
            yield _rejected(stream.line, stream.held(_LONGEST_REJECTED), cut.reason)
            return
        except Truncated as cut:
            yield _rejected(cut.line, cut.text, cut.reason)
            return
        except NotARecord as refusal:
            yield _rejected(stream.line, stream.rest(_LONGEST_REJECTED), refusal.reason)
            return
        if stream.peek():
            yield _rejected(stream.line, stream.rest(_LONGEST_REJECTED), _AFTER_THE_END)
        elif (suffix := stream.since_mark()) is not None:
            self._layout["suffix"] = suffix

    def _following(self, stream: JsonStream) -> Iterator[_Value]:
        """Yield what stands one after the other: objects, lists of them, or objects around lists of them.

        What is none of these is a record that is none among objects, and the rest of the file behind a list.
        """
        objects = self._source.format is Format.JSON_OBJECT and self._source.wrapper is None
        while (character := stream.peek()) and (objects or character in "{["):
            self._goes_on, line = True, stream.line
            if character == "[":
                yield from self._elements(stream)
            elif character == "{" and self._source.wrapper is not None:
                yield from self._page(stream, self._source.wrapper)
            else:
                yield stream.value().encode("utf-8", "surrogatepass"), line

    def _page(self, stream: JsonStream, wrapper: str) -> Iterator[_Value]:
        """Yield the records of one more object around a list, such as the next page of a service's answer."""
        line, self._taken = stream.line, False
        stream.mark()
        yield from self._members(stream, "", wrapper, [])
        if not self._taken:
            reason = f"This object holds no list “{wrapper}” of records."
            yield _rejected(line, stream.since_mark() or "", reason)

    def _wrapped(self, stream: JsonStream, wrapper: str) -> Iterator[_Value]:
        found: list[str] = []
        yield from self._members(stream, "", wrapper, found)
        if not self._chosen:
            choose_array(found, self._source.name)
        elif wrapper not in found:
            raise InputError(
                f"{self._source.name} holds no list “{wrapper}” of records.",
                "Choose another one.",
                file=self._source.name,
            )

    def _members(self, stream: JsonStream, prefix: str, wrapper: str, found: list[str]) -> Iterator[_Value]:
        for key in members(stream):
            path = prefix + key
            if "." not in wrapper and holds_records(stream, key):
                # Also those beyond the beginning of the file, which the detection has not seen, and repeated ones.
                found.append(path)
            if path == wrapper and not self._taken and stream.first_in_list():
                self._taken = True
                found.extend([] if path in found else [path])
                yield from self._elements(stream)
                continue
            if wrapper.startswith(f"{path}.") and stream.peek() == "{":
                yield from self._members(stream, f"{path}.", wrapper, found)
                continue
            stream.skip_value()

    def _elements(self, stream: JsonStream) -> Iterator[_Value]:
        """Yield the records of the list at hand and pass it."""
        stream.take()
        number, comma = 0, True
        while (character := stream.peek()) != "]":
            line = stream.line
            if not character:
                raise Truncated(line)
            if character == ",":
                if comma:
                    yield b"", line
                stream.take()
                comma = True
                continue
            self._note_layout(stream, number)
            text = stream.value().encode("utf-8", "surrogatepass")
            stream.mark()
            yield text, line
            number, comma = number + 1, False
        if comma and number:
            yield b"", stream.line
        if not number:
            self._note_layout(stream, number)
            stream.mark()
        stream.take()

    def _note_layout(self, stream: JsonStream, number: int) -> None:
        """Keep what stands before the first record and between the first two, for files that shall look the same."""
        if number > 1:
            return
        text = stream.since_mark()
        if text is not None:
            self._layout["separator" if number else "prefix"] = text


def _read_some(lines: Iterator[bytes], read: list[bytes]) -> None:
    """Add some lines, none at the end only; those that were read before an error are added too."""
    size = 0
    while size < _BYTES_TOGETHER:
        known = len(read)
        read.extend(islice(lines, _LINES_A_LOOK))
        size += sum(map(len, read[known:]))
        if len(read) < known + _LINES_A_LOOK:
            return


def _rejected(line: int, text: str, reason: str) -> Rejected:
    return Rejected(line, visible(text[:_LONGEST_REJECTED]), reason)


def _kept(text: bytes) -> str:
    """Return bytes as text, those that are no text kept as halves of surrogate pairs."""
    try:
        return text.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return text.decode("utf-8", KEEP)
