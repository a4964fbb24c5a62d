"""Hostile files: a sentence with the line, the good rows loaded, and nothing else."""

from __future__ import annotations

import gzip
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from pushconsole.errors import InputError
from pushconsole.records import LoadProgress, ReadOptions, Workspace
from tests.records.builders import loaded, texts

LONG = "x" * 1_000_000


@dataclass(frozen=True)
class Case:
    """A file, how many records are in it, and the lines of the rows that are none with a part of the reason."""

    content: bytes
    good: int
    bad: tuple[tuple[int, str], ...] = ()
    options: ReadOptions | None = None


def table(text: str, good: int, *bad: tuple[int, str]) -> Case:
    return Case(text.encode(), good, bad)


def line(text: str | bytes, reason: str | None = None) -> Case:
    """Make NDJSON with one strange line, the second, between two good ones."""
    middle = text if isinstance(text, bytes) else text.encode()
    content = b'{"objectID":"1"}\n' + middle + b'\n{"objectID":"\xc3\xa9"}\n{"objectID":"\xc3\xa9\xc3\xa9"}\n'
    return Case(content, 3 if reason else 4, ((2, reason),) if reason else ())


def archive(content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        packed.writestr("x.csv", content)
    return out.getvalue()


PLAIN = b"objectID,b\n" + b"".join(b"k%d,%d\n" % (n, n * n) for n in range(9000))

CASES: dict[str, Case] = {
    "too few cells": table("objectID,b\na,1\nb\nc,3\n", 2, (3, "1 cell where the header has 2")),
    "too many cells": table("objectID,b\na,1\nb,2,3\nc,3\n", 2, (3, "3 cells where the header has 2")),
    "only ragged rows": table("objectID,b\na\nb\n", 0, (2, "1 cell"), (3, "1 cell")),
    "NUL in a cell": table("objectID,b\na,\0\nb,2\n", 2),
    "NUL in the header": table("objectID,b\0\na,1\n", 1),
    "a cell of 1 MB": table(f"objectID,b\na,{LONG}\nb,2\n", 2),
    "a quoted cell of 1 MB with line ends": table(f'objectID,b\na,"{"x" * 1000 * 1000}"\nb,2\n', 2),
    "10,000 columns": table(",".join(f"c{n}" for n in range(10_000)) + "\n" + ",".join("1" * 10_000) + "\n", 1),
    "10,000 columns, one short": table(
        ",".join(f"c{n}" for n in range(10_000)) + "\n" + ",".join("1" * 9_999) + "\n", 0, (2, "9999 cells")
    ),
    "a quote that never closes": table('objectID,b\na,1\n"b,2\nc,3\n', 1, (3, "never closed, so the 2 lines")),
    "a quote that never closes in a row of the right width": table('objectID,b\na,1\nb,"2\nc,3\n', 1, (3, "2 lines")),
    "a file that was cut inside of a quoted cell": table('objectID,b\na,1\nb,"half a', 1, (3, "never closed.")),
    "a compressed file that was cut before": Case(gzip.compress(b'objectID,b\na,1\nb,"half a'), 1, ((3, "never"),)),
    "UTF-16 that was cut inside of a quoted cell": Case(
        'objectID,b\na,1\nb,"half é'.encode("utf-16"), 1, ((3, "never closed."),)
    ),
    "a quote inside of a cell": table('objectID,b\na,x"y\nb,2\n', 2),
    "text after a closing quote": table('objectID,b\na,"x"y\nb,2\n', 2),
    "line ends of three kinds": table("objectID,b\r\na,1\rb,2\nc,3\r\n", 3),
    "blank lines": table("\n\nobjectID,b\n\na,1\n\n\nb,2\n\n", 2),
    "no last line end": table("objectID,b\na,1\nb,2", 2),
    "a quote in the header that never closes": table('objectID,"b\na,1\nb,2\n', 2),
    "a header of 100,000 columns": table(
        ",".join(f"c{n}" for n in range(100_000)) + "\n" + ",".join("1" * 100_000) + "\n1\n", 1, (3, "1 cell")
    ),
    "the same header thrice": table("a,a,a\n1,2,3\n", 1),
    "an empty header": table("objectID,,\na,1,2\n", 1),
    "a header of quotes and control characters": table('"a""b","\t\\","\n"\n1,2,3\n', 1),
    "numbers beyond all bounds": table(f"objectID,n\na,1e99999\nb,{'9' * 5000}\n", 2),
    "numbers that are none": table("objectID,n\na,NaN\nb,Infinity\nc,0x10\nd,1_000\ne,٣\n", 5),
    "formulas": table("objectID,f\na,=1+1\nb,@SUM(A1)\nc,+1\n", 3),
    "only delimiters in a row": table("objectID,b\n,\na,1\n", 2),
    "a byte that is no text": Case(PLAIN + b"x,\xc3\xa9\nx,\xff\n", 9001, ((9003, "byte ff, which is no UTF-8"),)),
    "a cut character at the end": Case(PLAIN + b"x,\xc3\xa9\nx,\xc3", 9001, ((9003, "byte c3, which is no UTF-8"),)),
    "a surrogate in UTF-8": Case(PLAIN + b"x,\xc3\xa9\xc3\xa9\xc3\xa9\nx,\xed\xa0\x80\n", 9001, ((9003, "ed a0 80"),)),
    "an overlong character": Case(PLAIN + b"x,\xc3\xa9\xc3\xa9\nx,\xc0\xaf\n", 9001, ((9003, "c0 af"),)),
    "UTF-16 with half a pair": Case(
        "objectID,b\na,1\nb,".encode("utf-16") + b"\x3d\xd8" + "\nc,3\n".encode("utf-16-le"), 2, ((3, "3d d8"),)
    ),
    "UTF-16 of an odd length": Case("objectID,b\na,1\nb,2".encode("utf-16") + b"\x00", 1, ((3, "byte 00"),)),
    "a mark in the middle": table("objectID,b\na,\ufeff1\nb,2\n", 2),
    "letters from right to left": table("objectID,b\na,\u202eevil\nb,\u200b\n", 2),
    "NaN": line('{"a":NaN}', "NaN is not a JSON number"),
    "-Infinity": line('{"a":-Infinity}', "-Infinity is not a JSON number"),
    "a key twice": line('{"a":1,"a":2}', "“a” stands more than once"),
    "a key twice deep inside": line('{"a":[{"b":1,"b":2}]}', "“b” stands more than once"),
    "a key twice by its escape": line('{"a":1,"\\u0061":2}', "“a” stands more than once"),
    "half a surrogate pair": line('{"a":"\\ud800"}', "surrogate"),
    "the other half": line('{"a":"\\udfff"}', "surrogate"),
    "half a pair in a key": line('{"\\ud800":1}', "surrogate"),
    "a list": line("[1,2]", "this is a list"),
    "a number": line("12", "this is a number"),
    "a text": line('"x"', "this is a text"),
    "null": line("null", "this is null"),
    "true": line("true", "this is true or false"),
    "100,000 levels": line('{"a":' + "[" * 100_000 + "]" * 100_000 + "}", "levels deep"),
    "100,000 levels that never close": line('{"a":' + '{"a":' * 100_000, "levels deep"),
    "201 levels": line('{"a":' + "[" * 201 + "]" * 201 + "}", "levels deep"),
    "a comma too many": line('{"a":1,}', "not JSON"),
    "a comma too few": line('{"a":1 "b":2}', "not JSON"),
    "single quotes": line("{'a':1}", "not JSON"),
    "a comment": line('{"a":1} // one', "not JSON"),
    "a leading zero": line('{"a":01}', "not JSON"),
    "a plus sign": line('{"a":+1}', "not JSON"),
    "a raw tab in a text": line('{"a":"\t"}', "not JSON"),
    "a NUL byte": line('{"a":"\0"}', "not JSON"),
    "an unknown escape": line('{"a":"\\x"}', "not JSON"),
    "a record that ends too early": line('{"a":', "ends too early"),
    "bytes that are no text": line(b'{"a":"\xff"}', "byte ff, which is no UTF-8"),
    "a JSON text of 1 MB": line(f'{{"a":"{LONG}"}}'),
    "a key of 1 MB": line(f'{{"{LONG}":1}}'),
    "an empty key": line('{"":1}'),
    "an objectID that is a list": line('{"objectID":[1]}'),
    "10,000 attributes": line("{" + ",".join(f'"a{n}":{n}' for n in range(10_000)) + "}"),
    "a list that is cut": table('[{"a":1},\n{"a":2},\n{"a":', 2, (3, "file ends here")),
    "a list with a lost quote": table('[\n{"a":"x"},\n{"a":"y},\n{"a":"z"}\n]', 2, (3, "")),
    "text after a list": table('[{"a":1}]\n]', 1, (2, "after the end")),
    "a list after a list that is cut": table('[{"a":1}]\n[{"a":2},', 2, (2, "file ends here")),
    "a wrapping object whose records stand on lines": table('{"hits":[\n{"a":1},\n{"a":2}\n]}', 2),
    "lines of which the first has a lost bracket": table('{"a":[1\n{"a":2}\n{"a":3}\n', 2, (1, "too early")),
    "a list with holes": table('[{"a":1},\n,\n{"a":2}]', 2, (2, "no text")),
    "a wrapping object that is cut": table('{"hits":[{"a":1},\n{"a":', 1, (2, "file ends here")),
    "a gzip that is cut": Case(gzip.compress(b"a,b\n1,2\n")[:-9], 1, ((3, "gzip file is cut off"),)),
    "a gzip of JSON": Case(gzip.compress(b'[{"a":1}]'), 1),
}


def test_there_are_enough_cases() -> None:
    assert len(CASES) + len(REFUSED) >= 60


@pytest.mark.parametrize("name", CASES)
def test_the_good_rows_are_loaded_and_the_others_are_told(name: str) -> None:
    case = CASES[name]
    with loaded(case.content, case.options) as (workspace, report):
        told = workspace.rejected()
        assert [(row.line, part in row.reason) for row, (_, part) in zip(told, case.bad, strict=True)] == [
            (line, True) for line, _ in case.bad
        ]
        assert (report.loaded, workspace.count()) == (case.good, case.good)
        assert all(row.reason.endswith((".", "”.")) for row in told)
        assert all(text.encode() for text in texts(workspace))


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "input is empty"),
    "white space": (b" \n\t\r\n", "input is empty"),
    "a mark alone": (b"\xef\xbb\xbf", "input is empty"),
    "half a mark": (b"\xff\xfe\xff", "input is empty"),
    "an image that is called records": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\xff\xfe\xfa\0" * 9, "is not text"),
    "a name of 17 MB": (b'a,"' + b"x" * 17_000_000 + b'"\n1,2\n', "header of input has a name of more than 16,000,000"),
    "no names": (b",,\n1,2,3\n", "no header"),
    "a program": (b"\x7fELF\x02\x01\x01\0\0\0\xb0\xc3\0\x90\x91" * 50, "is not text"),
    "an empty gzip": (gzip.compress(b""), "input is empty"),
    "a stub of a gzip": (b"\x1f\x8b\x08", "input holds no rows: The gzip file is cut off here"),
    "a stub of a zip": (b"PK\x03\x04\x14", "input holds no rows: The zip file is cut off here"),
    "an archive that is not packed": (archive(b"a,b\n1,2\n", zipfile.ZIP_STORED), "packed in a rare way"),
    "a zip that is cut": (archive(b"a,b\n1,2\n" * 9)[:35], "input holds no rows: The zip file is cut off here"),
    "a gzip with a wrong checksum": (
        gzip.compress(b"a,b\n1,2\n")[:-8] + b"\0" * 8,
        "input holds no rows: The gzip file is damaged here",
    ),
    "two lists": (b'{"hits":[{"a":1}],"items":[{"b":1}]}', "several lists"),
    "a broken Parquet file": (b"PAR1" + b"x" * 100, "Parquet"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_gives_no_rows_at_all_is_a_sentence(name: str) -> None:
    content, sentence = REFUSED[name]
    with pytest.raises(InputError, match=sentence) as raised, loaded(content):
        pass
    assert "input" in raised.value.sentence


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "workspace")


@pytest.mark.parametrize("ending", [".json", ".xlsx", ".gz", ".png"])
def test_a_name_that_lies_does_not_matter(tmp_path: Path, workspace: Workspace, ending: str) -> None:
    file = tmp_path / f"records{ending}"
    file.write_text("objectID,b\na,1\n")
    assert workspace.load(file).loaded == 1
    workspace.close()


def test_a_file_that_changes_while_it_is_read_is_told(tmp_path: Path, workspace: Workspace) -> None:
    file = tmp_path / "growing.csv"
    file.write_bytes(PLAIN * 20)
    seen: list[LoadProgress] = []

    def grow(progress: LoadProgress) -> None:
        seen.append(progress)
        if len(seen) == 1:
            with file.open("ab") as more:
                more.write(b"late,1\n")

    report = workspace.load(file, on_progress=grow)
    assert report.notes == (
        "growing.csv was changed while it was read, so what was loaded may be a mixture; open it again.",
    )
    workspace.close()


def test_a_full_disk_is_a_sentence_and_leaves_nothing_behind(tmp_path: Path, workspace: Workspace) -> None:
    file = tmp_path / "big.csv"
    file.write_bytes(b"objectID,b\n" + b"a," + b"x" * 100_000 + b"\n" + PLAIN[11:] * 20)
    with workspace.database.writing() as connection:
        pages = connection.pragma("page_count")
    workspace.database._writer.pragma("max_page_count", pages + 4)
    with pytest.raises(InputError, match="The disk is full"):
        workspace.load(file)
    workspace.database._writer.pragma("max_page_count", 2**30)
    assert (workspace.count(), workspace.source) == (0, None)
    workspace.close()
