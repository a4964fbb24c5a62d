"""What a killed command leaves in the temporary folder goes with the next command, and nothing else does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line.shell import environment, run


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give all processes a temporary folder of their own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of one record."""
    path = tmp_path / "one.ndjson"
    path.write_text('{"objectID":"a"}\n')
    return path


def test_a_killed_commands_workspace_goes_with_the_next_command_which_says_so(place: Path, file: Path) -> None:
    command = [sys.executable, "-m", "pushconsole", "check", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment()) as killed:
        assert killed.stdin
        while not list(place.glob("*/input")):
            assert killed.poll() is None
        [left] = place.glob("pushconsole-command-*/")
        beside = run("check", file)  # while the other one lives
        assert (beside.status, beside.stderr) == (0, "")
        assert left.is_dir()
        killed.kill()
    after = run("check", file)
    assert after.status == 0
    assert f"Removed {left}" in after.stderr
    assert list(place.iterdir()) == []


def test_a_folder_that_only_looks_like_one_is_left_alone(place: Path, file: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "letter").write_text("dear")
    (place / "pushconsole-command-link").symlink_to(precious, target_is_directory=True)
    assert run("check", file).stderr == ""
    assert (precious / "letter").read_text() == "dear"
