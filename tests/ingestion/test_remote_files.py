"""Files are fetched byte for byte over real sockets, whole or not at all, and only from where an address may lead."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from pushconsole.errors import InputError
from pushconsole.ingestion import FetchProgress, fetch, is_remote, remote_name
from tests.file_server import FileServer, file_server

BYTES = b'{"objectID":"a","price":1.10,"big":12345678901234567890}\r\n' * 50_000


@pytest.fixture
def server() -> Iterator[FileServer]:
    """Give a server with one file of 3 MB."""
    with file_server() as running:
        running.files["/a/products.ndjson"] = BYTES
        yield running


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Take what the machine knows of AWS away.

    To sign is much work in a worker thread, where the collector may run then: windows that earlier tests left must not
    be there to be collected by it, since only the thread that made them may take them apart.
    """
    gc.collect()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)


async def fetched(address: str, target: Path) -> list[FetchProgress]:
    """Fetch a file; return what was told on the way."""
    told: list[FetchProgress] = []
    await fetch(address, target, told.append)
    return told


async def test_the_bytes_arrive_as_they_are_with_progress(server: FileServer, tmp_path: Path) -> None:
    told = await fetched(f"{server.address}/a/products.ndjson", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BYTES
    assert [so_far.size_bytes for so_far in told] == [len(BYTES)] * len(told)
    assert told[-1].read_bytes == len(BYTES)
    assert len(told) > 1


async def test_memory_is_bounded_by_pieces_not_by_the_file(server: FileServer, tmp_path: Path) -> None:
    server.files["/large"] = bytes(60_000_000)
    tracemalloc.start()
    await fetched(f"{server.address}/large", tmp_path / "file")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "file").stat().st_size == 60_000_000
    assert peak < 15_000_000


@pytest.mark.parametrize(("status", "words"), [(404, "There is no http://"), (403, "may not be read by you"),
                                               (401, "without signing in"), (500, "answered 500")])  # fmt: skip
async def test_a_refusal_is_a_sentence_and_leaves_nothing(
    server: FileServer, tmp_path: Path, status: int, words: str
) -> None:
    server.statuses["/a/products.ndjson"] = status
    with pytest.raises(InputError, match=words) as refusal:
        await fetched(f"{server.address}/a/products.ndjson?token=secret", tmp_path / "file")
    assert "Nothing was loaded" in str(refusal.value)
    assert "secret" not in str(refusal.value)
    assert not (tmp_path / "file").exists()


async def test_a_connection_that_is_cut_leaves_nothing(server: FileServer, tmp_path: Path) -> None:
    server.cut.add("/a/products.ndjson")
    with pytest.raises(InputError, match="could not be fetched to its end"):
        await fetched(f"{server.address}/a/products.ndjson", tmp_path / "file")
    assert not (tmp_path / "file").exists()


async def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with file_server() as gone:
        address = gone.address
    with pytest.raises(InputError, match="could not be fetched"):
        await fetched(f"{address}/file", tmp_path / "file")


async def test_cancel_ends_a_stalled_fetch_at_once_and_leaves_nothing(server: FileServer, tmp_path: Path) -> None:
    server.stalled.add("/a/products.ndjson")
    begun = asyncio.Event()
    task = asyncio.create_task(fetch(f"{server.address}/a/products.ndjson", tmp_path / "file", lambda _: begun.set()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 1)
    assert not (tmp_path / "file").exists()


async def test_redirections_are_followed_but_not_to_where_no_address_may_lead(
    server: FileServer, tmp_path: Path
) -> None:
    server.redirects |= {"/old": "/a/products.ndjson", "/out": "http://203.0.113.1/secret"}
    await fetched(f"{server.address}/old", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BYTES
    for address in (f"{server.address}/out", "http://203.0.113.1/secret", "https:///nothing"):
        with pytest.raises(InputError, match="not an address to fetch from"):
            await fetched(address, tmp_path / "other")


async def test_an_object_is_fetched_from_s3_with_a_signed_address_that_holds_no_secret(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.signed_only = True
    server.files["/bucket/deep/my products.ndjson"] = server.files["/bucket/deep/my%20products.ndjson"] = BYTES
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    await fetched("s3://bucket/deep/my products.ndjson", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BYTES
    [query] = server.asked.values()
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Credential"][0].startswith("AKIDEXAMPLE/")
    assert "wJalrXUtnFEMI" not in str(query)


async def test_credentials_come_from_the_aws_configuration_too(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    server.signed_only = True
    server.files["/bucket/key"] = BYTES
    (home / ".aws").mkdir()
    (home / ".aws" / "credentials").write_text("[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = hidden\n")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.address)
    monkeypatch.setenv("AWS_PROFILE", "work")
    await fetched("s3://bucket/key", tmp_path / "file")
    assert server.asked["/bucket/key"]["X-Amz-Credential"][0].startswith("AKIDWORK/")


async def test_what_s3_refuses_is_told_without_what_signed_it(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    server.statuses["/bucket/key"] = 403
    with pytest.raises(InputError, match="s3://bucket/key may not be read by you") as refusal:
        await fetched("s3://bucket/key", tmp_path / "file")
    assert "AKID" not in str(refusal.value)
    assert "AWS credentials" in str(refusal.value)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("s3://bucket/key", "no AWS credentials"),
        ("s3://bucket", "names no object"),
        ("s3:///key", "names no object"),
    ],
)
async def test_an_address_of_s3_that_cannot_be_signed_is_told(address: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words):
        await fetched(address, tmp_path / "file")


async def test_without_the_extra_a_sentence_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [name for name in sys.modules if name.partition(".")[0] == "botocore"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "botocore", None)
    with pytest.raises(InputError, match=r"pip install 'pushconsole\[duckdb\]'"):
        await fetched("s3://bucket/key", tmp_path / "file")


def test_addresses_are_told_from_paths_and_give_a_name() -> None:
    assert [is_remote(text) for text in ("https://a/b", "S3://a/b", "http://a", "c:/a", "ftp://a/b", "https")] == [
        *(True, True, True), *(False, False, False),
    ]  # fmt: skip
    assert remote_name("https://user:pass@host/a/b%20c.csv?sig=1#x") == "b c.csv"
    assert remote_name("https://host") == "host"
