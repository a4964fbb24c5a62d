"""Processes of the program that have no start to pay for: forked from one that has imported all of it already.

They are processes like any other to whoever kills them, and to the files, locks and sockets they leave behind.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.command_line.shell import environment

_PARENT = """
import importlib, json, os, sys
for name in ("command_line.push_command", "command_line.runs_commands", "runs", "records", "ingestion"):
    importlib.import_module(f"pushconsole.{name}")
for name in ("anyio._backends._asyncio", "httpcore", "rich.progress", "rich.table"):
    importlib.import_module(name)
from pushconsole.command_line import main

def carry_out(order):
    with open(order["out"], "w") as out, open(os.devnull) as nothing:
        for number, file in enumerate((nothing, out, out)):
            os.dup2(file.fileno(), number)
    os.environ.update(order["environ"])
    sys.argv[1:] = order["words"]
    try:
        return main()
    except SystemExit as end:
        return end.code or 0

for line in sys.stdin:
    if not (pid := os.fork()):
        status = 70
        try:
            status = carry_out(json.loads(line))
        finally:
            sys.stdout.flush()
            os._exit(status)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class WarmProgram:
    """Runs one process of the program at a time; as a context manager it ends with what is running."""

    def __init__(self, out: Path) -> None:
        """Import everything; what a process prints goes to a file."""
        self._out = out
        self._pid = 0
        self._parent = subprocess.Popen(
            [sys.executable, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), bufsize=0
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pid:
            self.kill()
        self._parent.communicate()

    def start(self, words: Sequence[str | Path], environ: Mapping[str, str]) -> None:
        """Start a process."""
        assert self._parent.stdin is not None
        self._out.unlink(missing_ok=True)
        order = {"words": list(map(str, words)), "environ": dict(environ), "out": str(self._out)}
        self._parent.stdin.write(json.dumps(order).encode() + b"\n")
        self._pid = int(self._line())

    def has_said(self, words: str) -> bool:
        """Return whether the process has printed something."""
        return self._out.exists() and words in self._out.read_text(encoding="utf-8")

    def ended_within(self, seconds: float) -> bool:
        """Wait for the end of the process, and return whether it came."""
        assert self._parent.stdout is not None
        if not self._pid:
            return True
        if not select.select([self._parent.stdout], [], [], seconds)[0]:
            return False
        self._end()
        return True

    def said(self, *, within_s: float) -> str:
        """Wait for the end of the process, and return what it printed."""
        assert self.ended_within(within_s)
        return self._out.read_text(encoding="utf-8")

    def kill(self) -> None:
        """Kill the process, at once and without a word."""
        os.kill(self._pid, signal.SIGKILL)
        self._end()

    def _end(self) -> None:
        status, self._pid = int(self._line()), 0
        said = self._out.read_text(encoding="utf-8") if self._out.exists() else ""
        assert status in {0, 1, -signal.SIGKILL}, said

    def _line(self) -> bytes:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline()
