"""Workspaces are owned by a living process, found again when it is gone, and deleted only when nobody has them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pushconsole.errors import InputError
from pushconsole.records import OLD_AFTER_DAYS, Ownership, Workspace, WorkspaceFolder, make_view, read_filter

OWNER = """
import sys
from pathlib import Path
from pushconsole.records import WorkspaceFolder
folder = WorkspaceFolder(Path(sys.argv[1]))
workspace = folder.create()
workspace.load(Path(sys.argv[2]))
workspace.set_value(1, "n", "7")
workspace.delete_records([3])
print(workspace.path, flush=True)
sys.stdin.read()
"""


def owner(folder: Path, file: Path) -> tuple[subprocess.Popen[str], Path]:
    """Start a process that opens a file, edits it twice, and waits; return it and its workspace."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder), str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of four records and a row that is none."""
    path = tmp_path / "numbers.ndjson"
    path.write_text('{"n":1}\n{"n":2}\n{"n":3}\n[]\n{"n":4}\n')
    return path


def made(folder: WorkspaceFolder, file: Path, *, edits: int = 0) -> Workspace:
    """Make a workspace with the file's records, edited so many times."""
    workspace = folder.create()
    workspace.load(file)
    for number in range(edits):
        workspace.set_value(1, "n", str(number))
    return workspace


def test_a_workspace_of_a_living_process_is_not_left_and_cannot_be_taken(tmp_path: Path, file: Path) -> None:
    process, path = owner(tmp_path / "kept", file)
    folder = WorkspaceFolder(tmp_path / "kept")
    try:
        assert folder.left() == []
        for take in (lambda: folder.open(path), lambda: folder.delete([path])):
            with pytest.raises(InputError, match="Another window"):
                take()
        assert path.is_file()
    finally:
        process.kill()
        process.communicate()


def test_what_a_killed_process_had_open_is_found_with_its_edits_rejects_and_undo(tmp_path: Path, file: Path) -> None:
    process, path = owner(tmp_path / "kept", file)
    process.kill()
    process.communicate()
    folder = WorkspaceFolder(tmp_path / "kept")
    [left] = folder.left()
    assert (left.path, left.name, left.records, left.edits, left.whole) == (path, "numbers.ndjson", 3, 2, True)
    assert left.size_bytes >= path.stat().st_size
    again = folder.open(path)
    assert [row.cells["n"].text for row in again.page(0, 10)] == ["7", "2", "4"]
    assert [row.line for row in again.rejected()] == [4]
    assert again.undo() is not None
    assert again.undo() is not None
    assert [row.cells["n"].text for row in again.page(0, 10)] == ["1", "2", "3", "4"]
    folder.remove(again)
    assert list((tmp_path / "kept").iterdir()) == []


def test_looking_at_what_was_left_does_not_make_it_younger(tmp_path: Path, file: Path) -> None:
    folder = WorkspaceFolder(tmp_path)
    old, new = made(folder, file, edits=1), made(folder, file, edits=2)
    for workspace in (old, new):
        folder.keep(workspace)
    long_ago = time.time() - (OLD_AFTER_DAYS + 1) * 24 * 60 * 60
    os.utime(old.path, (long_ago, long_ago))
    for _ in range(2):
        assert [(left.path, left.is_old) for left in folder.left()] == [(new.path, False), (old.path, True)]


def test_a_kept_workspace_leaves_its_views_behind_but_not_on_the_disk(tmp_path: Path, file: Path) -> None:
    folder = WorkspaceFolder(tmp_path / "kept")
    workspace = made(folder, file)
    assert make_view(workspace, where=read_filter("n > 1", ["n"])) is not None
    folder.keep(workspace)
    assert not list((tmp_path / "kept").glob("*view*"))
    assert [left.edits for left in folder.left()] == [0]


def test_a_damaged_workspace_is_listed_to_be_deleted_and_an_empty_one_goes(tmp_path: Path, file: Path) -> None:
    folder = WorkspaceFolder(tmp_path / "kept")
    damaged, empty = made(folder, file), folder.create()
    folder.keep(damaged)
    folder.keep(empty)
    damaged.path.write_bytes(b"no database " * 1000)
    assert [(left.path, left.whole) for left in folder.left()] == [(damaged.path, False)]
    with pytest.raises(InputError, match="not a workspace"):
        folder.open(damaged.path)
    folder.delete([damaged.path])
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_reading_that_broke_off_is_not_offered_to_be_opened(tmp_path: Path, file: Path) -> None:
    folder = WorkspaceFolder(tmp_path / "kept")
    workspace = made(folder, file)
    with workspace.database.writing() as connection:
        connection.execute("INSERT INTO meta VALUES('loading', '\"unfinished\"')")
    folder.keep(workspace)
    assert [(left.name, left.whole) for left in folder.left()] == [("numbers.ndjson", False)]


def test_ownership_ends_with_its_owner_only(tmp_path: Path) -> None:
    first = Ownership.taken(tmp_path / "thing")
    assert first is not None
    assert Ownership.taken(tmp_path / "thing") is None
    first.end()
    second = Ownership.taken(tmp_path / "thing")
    assert second is not None
    second.end()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        WorkspaceFolder(tmp_path / "file").create()
