"""Which encoding a file's text is in, and bytes that are no text in it: kept visible, never replaced."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Final

import charset_normalizer

from pushconsole.errors import InputError
from pushconsole.records.byte_streams import CutOff, compression_of, open_bytes, readable

KEEP: Final = "pushconsole.keep"
"""Decodes a byte that is no text to U+DC00 + byte: half a surrogate pair, which no text can hold, so it is found."""

_KEPT = re.compile("[\udc00-\udcff]")


def _keep(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(KEEP, _keep)

HEAD_BYTES: Final = 1 << 18
_SAMPLE_BYTES: Final = 1 << 16
_SAMPLES: Final = 12
"""Places of a file that are looked at beside its beginning: a first é may stand far down."""

_JUDGED_BYTES: Final = 1 << 15  # what charset-normalizer reads in some milliseconds

LEGACY: Final = (
    *("cp1252", "cp932", "cp1251", "gb18030", "big5", "cp949", "euc_jp", "cp1250", "cp1253", "cp1254", "cp1255"),
    *("cp1256", "cp1257", "mac_roman", "koi8_r", "cp850"),
)
"""Encodings before Unicode, in the order in which they win where the text fits several equally well."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_WITH_MARK = {
    "utf-8": ("utf-8-sig",),
    "utf-16-le": ("utf-16",),
    "utf-16-be": ("utf-16",),
    "utf-32-le": ("utf-32",),
    "utf-32-be": ("utf-32",),
}
"""What reads the same text, and passes the mark before it."""


@dataclass(frozen=True)
class FoundEncoding:
    """An encoding, and whether nothing else is likely."""

    name: str
    sure: bool = True


def visible(text: str) -> str:
    r"""Return a text with bytes that are no text written as \\x and two digits."""
    return _KEPT.sub(lambda byte: f"\\x{ord(byte[0]) - 0xDC00:02x}", text)


def is_text(text: str) -> bool:
    """Say whether every byte of it was text."""
    return text.isascii() or not _KEPT.search(text)


def reason_of(text: str, encoding: str) -> str:
    """Say which bytes of a row are no text, as a whole sentence."""
    found = _KEPT.findall(text)[:8]
    shown = " ".join(f"{ord(byte) - 0xDC00:02x}" for byte in found)
    what = "the byte" if len(found) == 1 else "the bytes"
    return f"The row holds {what} {shown}, which {'is' if len(found) == 1 else 'are'} no {label(encoding)} text."


def label(encoding: str) -> str:
    """Return what people call an encoding."""
    return {"utf-8-sig": "UTF-8", "cp932": "Shift-JIS"}.get(encoding, encoding.upper())


def known_encoding(name: str) -> str:
    """Return the codec of that name.

    Raises:
        InputError: there is none for text.

    """
    try:
        codec = codecs.lookup(name)
    except LookupError:
        codec = None
    if codec is None or not getattr(codec, "_is_text_encoding", True) or not _keeps(codec):
        raise InputError(f"There is no encoding “{name}”.", "Common ones are utf-8, cp1252, shift_jis and utf-16.")
    return {"utf_8_sig": "utf-8-sig"}.get(codec.name, codec.name)


def _keeps(codec: codecs.CodecInfo) -> bool:
    """Say whether a codec lets bytes that are no text be kept; those for host names, and the like, do not."""
    try:
        codecs.getincrementaldecoder(codec.name)(KEEP).decode(b"\xff\xfe\xff", final=True)
    except (LookupError, UnicodeError):
        return False
    return True


def encoding_of(path: Path, name: str, said: str | None) -> FoundEncoding:
    """Return how a file's text is encoded: as it was said, or as it is found.

    A mark at its beginning is no part of the text, also where the encoding was named without it: spreadsheets write
    one before UTF-8, and whoever chooses “utf-8” does not know.

    Raises:
        InputError: it cannot be read, or there is no such encoding.

    """
    if not said:
        return find_encoding(path, name)
    encoding = known_encoding(said)
    with readable(name), open_bytes(path) as file:
        start = beginning(file, len(codecs.BOM_UTF32))
    marked = next((codec for mark, codec in _MARKS if start.startswith(mark)), None)
    return FoundEncoding(marked if marked and marked in _WITH_MARK.get(encoding, ()) else encoding)


def find_encoding(path: Path, name: str) -> FoundEncoding:
    """Find out how a file's text is encoded, from its beginning and a few other places.

    Raises:
        InputError: it cannot be read.

    """
    with readable(name):
        samples = _samples(path)
    head = samples[0]
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return FoundEncoding(encoding)
    wide = _without_mark(head[:4096])
    if wide:
        return FoundEncoding(wide, sure=False)
    return _narrow(b"\n".join(samples))


def _samples(path: Path) -> list[bytes]:
    """Return the beginning, and lines from places all over a file that is not compressed."""
    with open_bytes(path) as file:
        samples = [_whole_lines(beginning(file, HEAD_BYTES), first=True)]
        size = path.stat().st_size
        if size <= HEAD_BYTES or compression_of(path):
            return samples
        for number in range(_SAMPLES):
            file.seek(HEAD_BYTES + (size - HEAD_BYTES) * number // _SAMPLES)
            samples.append(_whole_lines(file.read(_SAMPLE_BYTES), first=False))
    return samples


def beginning(file: BufferedReader, at_most: int) -> bytes:
    """Return the first bytes of a file, up to where it is cut off."""
    pieces, left = [], at_most
    with suppress(CutOff):
        while left and (piece := file.read1(left)):
            pieces.append(piece)
            left -= len(piece)
    return b"".join(pieces)


def _whole_lines(sample: bytes, *, first: bool) -> bytes:
    """Cut a sample where lines end, so that no character is cut in two."""
    start = 0 if first else sample.find(b"\n") + 1
    end = sample.rfind(b"\n") + 1
    return sample[start:end] if end > start and len(sample) >= _SAMPLE_BYTES else sample[start:]


_NUL_SHARE = 0.3  # of the bytes on one side: text in Latin letters has nearly all of them


def _without_mark(head: bytes) -> str | None:
    """Tell UTF-16 without a mark by its NUL bytes, which stand all on one side."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) / 2 * _NUL_SHARE or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _narrow(sample: bytes) -> FoundEncoding:
    if sample.isascii():
        return FoundEncoding("utf-8")
    text = sample.decode("utf-8", KEEP)
    broken = len(_KEPT.findall(text))
    if not broken:
        return FoundEncoding("utf-8")
    # What is good UTF-8 by accident is rare: in cp1252 it reads like “Ã©”.
    if sum(not character.isascii() for character in text) >= 2 * broken:
        return FoundEncoding("utf-8", sure=False)
    return FoundEncoding(_legacy(sample), sure=False)


def _legacy(sample: bytes) -> str:
    """Return the likeliest encoding of text that is not Unicode.

    Cells are not sentences, so more disorder is allowed than charset-normalizer's own 0.2.
    """
    lines = dict.fromkeys(line for line in sample.splitlines() if not line.isascii())
    found = charset_normalizer.from_bytes(b"\n".join(lines)[:_JUDGED_BYTES], cp_isolation=[*LEGACY], threshold=0.5)
    likely = min((_rank(match) for match in found), default=None)
    return LEGACY[likely[2]] if likely else LEGACY[0]


def _rank(match: charset_normalizer.CharsetMatch) -> tuple[float, float, int]:
    """Order by how little the text looks broken, then by how much it looks like a language, then by how common."""
    text = str(match)
    # Half-width katakana are what other Asian encodings look like when they are taken for Shift-JIS.
    odd = sum("\uff61" <= character <= "\uff9f" for character in text) / (len(text) or 1)
    # Encodings that read these bytes alike are one match.
    place = min(LEGACY.index(name) for name in match.could_be_from_charset if name in LEGACY)
    return round(match.chaos + odd, 1), -round(match.coherence, 1), place


class TextPieces:
    """Text in the pieces in which its bytes come, all of them before an error."""

    def __init__(self, file: BufferedReader, encoding: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)(KEEP)

    def read(self, size: int) -> str:
        """Return at most as many characters, and none at the end only.

        Raises:
            CutOff: the file is cut off here.

        """
        while True:
            piece = self._file.read1(size)
            text = self._decoder.decode(piece, not piece)
            if text or not piece:
                return text
