"""The commands read what is elsewhere through the same readers, as real processes over real sockets."""

from __future__ import annotations

import gzip
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.command_line.shell import environment, run
from tests.file_server import FileServer, file_server

TEXT = '{"objectID":"a","price":1.10,"big":12345678901234567890}\n{"objectID":"b","price":2}\n'


@pytest.fixture
def server() -> Iterator[FileServer]:
    """Give a server without files."""
    with file_server() as running:
        yield running


def test_convert_keeps_the_characters_of_a_file_that_was_fetched(server: FileServer, tmp_path: Path) -> None:
    server.files["/products.ndjson"] = TEXT.encode()
    outcome = run("convert", f"{server.address}/products.ndjson", tmp_path / "out.ndjson")
    assert (outcome.status, outcome.stderr) == (0, "")
    assert (tmp_path / "out.ndjson").read_text() == TEXT


def test_check_reads_parquet_and_gzip_from_elsewhere(server: FileServer, tmp_path: Path) -> None:
    parquet = tmp_path / "one.parquet"
    duckdb.execute("COPY (SELECT 'a' AS \"objectID\", 1 AS n) TO ? (FORMAT parquet)", [str(parquet)])
    server.files |= {"/one.parquet": parquet.read_bytes(), "/two.gz": gzip.compress(TEXT.encode())}
    for path, records in (("/one.parquet", 1), ("/two.gz", 2)):
        [loaded] = run("check", f"{server.address}{path}", "--json").of("loaded")
        assert (loaded["records"], loaded["rejected"]) == (records, 0)


def test_a_truncated_gzip_from_elsewhere_is_told_with_the_good_rows_counted(server: FileServer) -> None:
    lines = "".join(f'{{"objectID":"{n}","v":"{n * 7919 % 10007}"}}\n' for n in range(5000))
    packed = gzip.compress(lines.encode())
    server.files["/cut.gz"] = packed[: len(packed) // 2]
    outcome = run("check", f"{server.address}/cut.gz", "--json")
    assert outcome.status == 1
    [loaded], [rejected] = outcome.of("loaded"), outcome.of("rejected")
    assert loaded["records"] > 100
    assert "cut off" in rejected["reason"]


@pytest.mark.parametrize("status", [403, 404])
def test_a_push_of_what_cannot_be_fetched_sends_nothing(server: FileServer, status: int) -> None:
    server.files["/products.ndjson"] = TEXT.encode()
    server.statuses["/products.ndjson"] = status
    task = "11111111-1111-4111-8111-111111111111"
    outcome = run(
        *("push", f"{server.address}/products.ndjson", "--sandbox", "--task", task, "--action", "updateObject")
    )
    assert outcome.status == 2
    assert f"({status})" in outcome.stderr
    assert outcome.stdout == ""


def test_a_fetch_that_is_cut_writes_nothing(server: FileServer, tmp_path: Path) -> None:
    server.files["/products.ndjson"] = TEXT.encode() * 1000
    server.cut.add("/products.ndjson")
    outcome = run("convert", f"{server.address}/products.ndjson", tmp_path / "out.ndjson")
    assert outcome.status == 2
    assert "could not be fetched to its end" in outcome.stderr
    assert not (tmp_path / "out.ndjson").exists()


def test_ctrl_c_ends_a_fetch_that_stalls(server: FileServer, tmp_path: Path) -> None:
    server.files["/products.ndjson"] = TEXT.encode() * 100_000
    server.stalled.add("/products.ndjson")
    place = tmp_path / "temporary"
    place.mkdir()
    command = [sys.executable, "-m", "pushconsole", "check", f"{server.address}/products.ndjson"]
    environ = environment({"TMPDIR": str(place)})
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as process:
        while not any(path.stat().st_size for path in place.glob("*/products.ndjson")):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in stderr
    assert list(place.iterdir()) == []
