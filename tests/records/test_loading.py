"""Loading in the background: pages are there at once, progress is true, cancel works, errors are sentences."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pushconsole.errors import InputError, WorkspaceFrozen
from pushconsole.records import LoadProgress, ReadOptions, Workspace
from tests.records.builders import loaded, texts

ROWS = 30_000


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "workspace")


def products(tmp_path: Path) -> Path:
    file = tmp_path / "products.csv"
    file.write_text("objectID,name,price\n" + "".join(f"k{n},name {n},{n}.10\nragged\n" for n in range(ROWS)))
    return file


def test_pages_are_read_by_another_thread_while_a_file_loads(tmp_path: Path, workspace: Workspace) -> None:
    """Every progress waits for a page of another thread to hold what it says, so none of this is a matter of luck."""
    pages: list[int] = []
    wanted: list[int] = []
    go, done = threading.Event(), threading.Event()
    ended = threading.Event()

    def look() -> None:
        while go.wait(60) and not ended.is_set():
            go.clear()
            pages.append(len(workspace.page(wanted[-1] - 10, 100)))
            done.set()

    def progress(now: LoadProgress) -> None:
        if now.loaded >= 10:
            wanted.append(now.loaded)
            assert workspace.count() == now.loaded
            done.clear()
            go.set()
            assert done.wait(60)

    reader = threading.Thread(target=look)
    reader.start()
    report = workspace.load(products(tmp_path), on_progress=progress)
    ended.set()
    go.set()
    reader.join()
    assert pages
    assert set(pages) == {10}
    assert (report.loaded, report.rejected) == (ROWS, ROWS)
    workspace.close()


def test_progress_grows_to_the_whole_file(tmp_path: Path, workspace: Workspace) -> None:
    seen: list[LoadProgress] = []
    file = products(tmp_path)
    report = workspace.load(file, on_progress=seen.append)
    assert [progress.loaded for progress in seen] == sorted(progress.loaded for progress in seen)
    assert (seen[-1].loaded, seen[-1].rejected) == (report.loaded, report.rejected)
    assert seen[-1].read_bytes == seen[-1].size_bytes == file.stat().st_size
    assert report.seconds > 0
    assert workspace.complete
    workspace.close()


def test_cancel_keeps_what_was_read(tmp_path: Path, workspace: Workspace) -> None:
    seen: list[LoadProgress] = []
    report = workspace.load(products(tmp_path), on_progress=seen.append, cancelled=lambda: bool(seen))
    assert report.cancelled
    assert workspace.count() == report.loaded == seen[-1].loaded
    assert report.loaded < ROWS
    assert workspace.rejected_count() == report.rejected
    workspace.set_value(1, "name", '"edited"')
    workspace.close()


def test_records_cannot_be_edited_while_they_arrive(tmp_path: Path, workspace: Workspace) -> None:
    refused: list[Exception] = []

    def edit(_: LoadProgress) -> None:
        try:
            workspace.set_value(1, "name", '"x"')
        except WorkspaceFrozen as error:
            refused.append(error)

    workspace.load(products(tmp_path), on_progress=edit)
    assert refused
    workspace.close()


def test_the_thread_that_loads_lets_others_run(tmp_path: Path, workspace: Workspace) -> None:
    """The longest pause of another thread is bounded by records and not by files: far below loading's whole time."""
    file = tmp_path / "big.ndjson"
    file.write_text("".join(f'{{"objectID":"k{n}","text":"{"word " * 40}","n":[{n}]}}\n' for n in range(40_000)))
    longest = 0.0
    thread = threading.Thread(target=workspace.load, args=(file,))
    thread.start()
    last = time.monotonic()
    while thread.is_alive():
        time.sleep(0.001)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    thread.join()
    assert workspace.count() == 40_000
    assert longest < 0.25  # 10 ms where nothing else runs; a list of all records or one json.loads takes longer
    workspace.close()


def test_a_failed_load_leaves_the_workspace_empty_and_usable(tmp_path: Path, workspace: Workspace) -> None:
    bad, good = tmp_path / "bad.json", tmp_path / "good.csv"
    bad.write_text('{"hits":[%s {}],"items":[{}]}' % ('{"a":"%s"},' % ("x" * 1000) * 4500))
    good.write_text("objectID\na\n")
    with pytest.raises(InputError, match=r"bad\.json holds several lists"):
        workspace.load(bad)
    assert (workspace.count(), workspace.columns(), workspace.source, texts(workspace)) == (0, [], None, [])
    assert workspace.load(good).loaded == 1
    assert workspace.page(0, 5)[0].object_id == "a"
    workspace.close()


def test_the_file_is_called_as_the_caller_says(tmp_path: Path, workspace: Workspace) -> None:
    (tmp_path / "spool").write_bytes(b"")
    with pytest.raises(InputError, match=r"^standard input is empty"):
        workspace.load(tmp_path / "spool", name="standard input")
    workspace.close()


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_an_error(content: bytes) -> None:
    with pytest.raises(InputError, match="input is empty"), loaded(content):
        pass


def test_a_header_without_names_is_an_error() -> None:
    with pytest.raises(InputError, match="no header"), loaded(",,\n1,2,3\n"):
        pass


def test_a_missing_file_and_a_folder_are_sentences(tmp_path: Path, workspace: Workspace) -> None:
    with pytest.raises(InputError, match=r"There is no file gone\.csv"):
        workspace.load(tmp_path / "gone.csv")
    with pytest.raises(InputError, match="is a folder"):
        workspace.load(tmp_path)
    workspace.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
def test_a_file_that_may_not_be_read_is_a_sentence(tmp_path: Path, workspace: Workspace) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("a,b\n1,2\n")
    file.chmod(0)
    with as_nobody(), pytest.raises(InputError, match=r"secret\.csv may not be read by you"):
        workspace.load(file)
    workspace.close()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Lay down the superuser's rights for a moment: they open every file."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_column_list_for_a_file_without_it_changes_nothing(tmp_path: Path, workspace: Workspace) -> None:
    with pytest.raises(InputError, match="no column “x”"):
        workspace.load(products(tmp_path), ReadOptions(text_columns=frozenset({"x"})))
    assert workspace.source is None
    workspace.close()
