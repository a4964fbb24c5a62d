"""Compressed files are known by their bytes; where one is cut off, what came before is loaded."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
import zstandard

from pushconsole.errors import InputError
from pushconsole.records import ReadOptions
from tests.records.builders import loaded, texts


def zipped(content: bytes, *, others: tuple[str, ...] = ()) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/records.csv", content)
        for name in others:
            archive.writestr(name, b"")
    return out.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "zstd": zstandard.compress, "zip": zipped}
CSV = b"objectID,n\n" + b"".join(b"key-%d,%d\n" % (number * 7919, number) for number in range(20_000))
NDJSON = b"".join(b'{"objectID":"key-%d","n":%d}\n' % (number * 7919, number) for number in range(20_000))
JSON = b"[" + NDJSON.replace(b"}\n", b"},")[:-1] + b"]"


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("content", [CSV, NDJSON, JSON], ids=["csv", "ndjson", "json"])
def test_a_packed_file_gives_the_records_of_the_plain_one(kind: str, content: bytes) -> None:
    with loaded(content) as (plain, _), loaded(PACKERS[kind](content)) as (packed, report):
        assert (report.source.compression, report.rejected) == (kind, 0)
        assert texts(packed) == texts(plain)


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("content", [CSV, NDJSON, JSON], ids=["csv", "ndjson", "json"])
def test_a_file_that_is_cut_off_gives_what_is_whole_and_one_rejected_row(kind: str, content: bytes) -> None:
    packed = PACKERS[kind](content)
    with loaded(content) as (plain, _), loaded(packed[: len(packed) * 2 // 3]) as (cut, report):
        assert 0 < report.loaded < 20_000
        assert texts(cut) == texts(plain)[: report.loaded]
        (row,) = cut.rejected()
        assert row.line == (1 if content is JSON else report.loaded + 1 + (content is CSV))
        assert row.reason == f"The {kind} file is cut off here, so what follows cannot be unpacked."


def test_a_damaged_file_says_so_where_the_damage_is() -> None:
    packed = bytearray(gzip.compress(CSV))
    packed[len(packed) // 2 :] = b"\xff" * 1000
    with loaded(bytes(packed)) as (workspace, report):
        assert 0 < report.loaded < 20_000
        assert workspace.rejected()[-1].reason.startswith("The gzip file is ")


def test_parts_one_after_the_other_are_one_file() -> None:
    with loaded(gzip.compress(CSV[:1000]) + gzip.compress(CSV[1000:])) as (_, report):
        assert (report.loaded, report.rejected) == (20_000, 0)


def test_an_archive_of_several_files_names_them() -> None:
    with (
        pytest.raises(InputError, match=r"archive of 2 files: folder/records.csv, more.csv"),
        loaded(zipped(CSV, others=("more.csv",))),
    ):
        pass


def test_what_macos_adds_to_an_archive_is_passed_over() -> None:
    with loaded(zipped(CSV, others=("__MACOSX/._records.csv", "empty/"))) as (_, report):
        assert report.loaded == 20_000


def test_progress_counts_the_bytes_of_the_packed_file() -> None:
    with loaded(gzip.compress(CSV), ReadOptions(split=True)) as (_, report):
        assert report.source.size_bytes < len(CSV) / 2
