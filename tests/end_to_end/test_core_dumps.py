"""A process that crashes leaves no core that holds the key, whatever limit it was started with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from pushconsole.sandbox import RunningSandbox
from tests.command_line.fixtures import shell
from tests.command_line.shell import DEADLINE_S, Shell, environment, numbered_csv
from tests.sandbox.caller import PRODUCTS, Caller, eventually

__all__ = ["shell"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into processes and their cores through /proc")

CRASH = """
import os, sys
key = os.environ["ALGOLIA_API_KEY"]
os.abort()
"""
FILTERED = """
import os, resource
from pushconsole.core_dumps import keep_memory_out_of_core_dumps
resource.setrlimit = lambda *_: None  # as a handler that heeds no limit
keep_memory_out_of_core_dumps()
"""


def _with_cores(arguments: list[str], folder: Path, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a process that may write a core of any size to its folder."""
    allowing = 'ulimit -S -c "$(ulimit -H -c)"; exec "$@"'
    return subprocess.Popen(
        ["sh", "-c", allowing, "sh", *arguments],
        cwd=folder,
        env=environment(environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _files_with(key: str, *folders: Path) -> list[Path]:
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if key.encode() in path.read_bytes()]


def _crashed(code: str, folder: Path, key: str) -> list[Path]:
    """Let code crash with the key in its memory, and return the cores that hold it."""
    with _with_cores([sys.executable, "-c", code], folder, {"ALGOLIA_API_KEY": key}) as process:
        assert process.wait(DEADLINE_S) == -signal.SIGABRT
    return _files_with(key, folder)


def test_a_core_would_hold_the_key_and_holds_none_once_memory_is_kept_out(tmp_path: Path) -> None:
    plain, filtered = tmp_path / "plain", tmp_path / "filtered"
    for folder in (plain, filtered):
        folder.mkdir()
    if not _crashed(CRASH, plain, "a-key-that-a-core-would-hold"):
        pytest.skip("this system hands cores to a program, or writes none")
    assert not _crashed(FILTERED + CRASH, filtered, "a-key-that-a-core-would-hold")
    assert list(filtered.iterdir()), "the filter alone lets a core be written, without memory"


def test_a_push_that_crashes_leaves_no_core(shell: Shell, caller: Caller, home: Path, tmp_path: Path) -> None:
    key = shell.environ["ALGOLIA_API_KEY"]
    caller.fault({"delay_s": 30}, path="/push$")
    words = shell.arguments(numbered_csv(tmp_path / "records.csv", 30), "--json")
    arguments = [sys.executable, "-m", "pushconsole", *map(str, words)]
    with _with_cores(arguments, tmp_path, shell.environ) as process:
        eventually(lambda: [call for call in caller.get("/sandbox/calls") if call["path"].endswith("/push")])
        os.kill(process.pid, signal.SIGABRT)
        assert process.wait(DEADLINE_S) == -signal.SIGABRT
    assert not list(tmp_path.glob("core*"))
    assert not _files_with(key, home, tmp_path)


def _children_of_program(process: psutil.Process) -> list[psutil.Process]:
    """Return the children once the shell, which has some too, has become the program."""
    return process.children(recursive=True) if process.cmdline()[0] == sys.executable else []


def test_no_process_that_is_started_may_write_its_memory_down(
    sandbox: RunningSandbox, shell: Shell, tmp_path: Path
) -> None:
    file = numbered_csv(tmp_path / "records.csv", 200_000)
    words = ("push", file, "--task", PRODUCTS, "--action", "updateObject", "--sandbox", "--max-batch-records", "500")
    with _with_cores([sys.executable, "-m", "pushconsole", *map(str, words)], tmp_path, {}) as process:
        try:
            children = eventually(lambda: _children_of_program(psutil.Process(process.pid)))
            for pid in (process.pid, *(child.pid for child in children)):
                limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
                line = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
                assert line.split()[4:6] == ["0", "0"]
                assert int(Path(f"/proc/{pid}/coredump_filter").read_text(encoding="ascii"), 16) == 0
        finally:
            process.kill()
            process.wait(DEADLINE_S)
