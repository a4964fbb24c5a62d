"""The bootstrap, in a checkout of its own without packages, so that this one's environment is left alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.packaging.tools import CHECKOUT, uv

SHOW_ARGUMENTS = 'for argument in "$@"; do printf "<%s>" "$argument"; done; exit 7'

PROJECT = """
[project]
name = "empty"
version = "0"
requires-python = ">=3.11"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout whose environment is not made yet; blanks in its path must not matter."""
    folder = tmp_path / "a check out"
    (folder / "packaging").mkdir(parents=True)
    shutil.copy(CHECKOUT / "packaging" / "bootstrap", folder / "packaging")
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    subprocess.run([uv(), "lock", "--quiet", "--offline", "--project", folder], check=True, env=environment())
    return folder


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(Path(uv()).parent), os.environ["PATH"]])
    kept = {name: text for name, text in os.environ.items() if name not in {"VIRTUAL_ENV", "LC_ALL", "LC_CTYPE"}}
    return kept | {"PATH": path, "UV_OFFLINE": "1"}


def call(
    script: Path, *command: str, cwd: Path | None = None, stdin: str = "", changes: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [script, *command],
        cwd=cwd,
        env=environment() | (changes or {}),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_runs_in_the_environment_and_its_exit_status_is_kept(checkout: Path, tmp_path: Path) -> None:
    arguments = ["one  two", "*", "", "-x", "$HOME", "é\n漢"]
    done = call(checkout / "packaging" / "bootstrap", "sh", "-c", SHOW_ARGUMENTS, "sh", *arguments, cwd=tmp_path)
    assert done.stdout == "".join(f"<{argument}>" for argument in arguments)
    assert done.returncode == 7
    assert str(checkout / ".venv") in done.stderr
    python = call(checkout / "packaging" / "bootstrap", "python", "-c", "import sys; print(sys.prefix)")
    assert Path(python.stdout.strip()) == checkout / ".venv"


def test_a_second_call_is_silent_and_adds_less_than_a_second(checkout: Path) -> None:
    script = checkout / "packaging" / "bootstrap"
    call(script, "true")
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        done = call(script, "true")
        seconds.append(time.perf_counter() - began)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert min(seconds) < 1  # the fastest: others may be using the machine


def test_a_changed_lock_renews_the_environment(checkout: Path) -> None:
    script = checkout / "packaging" / "bootstrap"
    call(script, "true")
    with (checkout / "uv.lock").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    assert "uv.lock" in call(script, "true").stderr
    assert call(script, "true").stderr == ""


def test_a_checkout_that_was_moved_gets_a_new_environment(checkout: Path, tmp_path: Path) -> None:
    call(checkout / "packaging" / "bootstrap", "true")
    moved = checkout.rename(tmp_path / "moved")
    (moved / ".venv" / "bin" / "old").touch()
    done = call(moved / "packaging" / "bootstrap", "python", "-c", "import sys; print(sys.prefix)")
    assert Path(done.stdout.strip()) == moved / ".venv"
    assert not (moved / ".venv" / "bin" / "old").exists()


def test_it_works_through_symbolic_links_and_keeps_folder_and_stdin(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "first").symlink_to("a check out/packaging/bootstrap")
    (tmp_path / "bin" / "second").symlink_to("../first")
    done = call(tmp_path / "bin" / "second", "sh", "-c", "pwd; cat", cwd=tmp_path / "bin", stdin="two\nlines")
    assert done.stdout == f"{tmp_path / 'bin'}\ntwo\nlines"


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({"LANG": ""}, "C.UTF-8"),
        ({"LANG": "C"}, "C.UTF-8"),
        ({"LANG": "en_US.UTF-8"}, "en_US.UTF-8"),
        ({"LANG": "fr_FR.utf8"}, "fr_FR.utf8"),
        ({"LANG": "C.UTF-8", "LC_ALL": "POSIX"}, "C.UTF-8"),
    ],
)
def test_the_locale_is_utf_8(checkout: Path, given: dict[str, str], seen: str) -> None:
    done = call(checkout / "packaging" / "bootstrap", "sh", "-c", 'echo "${LC_ALL:-$LANG}"', changes=given)
    assert done.stdout.strip() == seen


def test_without_a_command_it_says_how_to_call_it(checkout: Path) -> None:
    done = call(checkout / "packaging" / "bootstrap")
    assert done.returncode == 2
    assert "pushconsole --sandbox" in done.stderr
    assert not (checkout / ".venv").exists()


def test_packages_that_cannot_be_had_are_told_and_the_command_does_not_run(checkout: Path) -> None:
    (checkout / "uv.lock").unlink()
    done = call(checkout / "packaging" / "bootstrap", "echo", "ran")
    assert (done.returncode, done.stdout) == (125, "")
    assert "is not complete" in done.stderr
    (checkout / "uv.lock").write_text("no lock\n", encoding="utf-8")
    done = call(checkout / "packaging" / "bootstrap", "echo", "ran")
    assert (done.returncode, done.stdout) == (125, "")
    assert "could not be installed" in done.stderr
    assert call(checkout / "packaging" / "bootstrap", "echo", "ran").returncode == 125
