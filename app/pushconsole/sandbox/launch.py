"""Starts the sandbox: in this process, or in one of its own that ends when this one does.

A data folder has one sandbox. Who wants the same folder while it is served joins that sandbox and leaves it running.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from .errors import SandboxNotStarted
from .residence import TAKEN, Visit, has_guests, is_served, visit

START_WITHIN_S = 30.0
STOP_WITHIN_S = 10.0
_LOOK_EVERY_S = 0.05

Announce = Callable[[dict[str, object]], None]


@dataclass(frozen=True)
class SandboxTask:
    """A push task of the sandbox."""

    task_id: str
    name: str
    index: str


class RunningSandbox:
    """A sandbox in another process; as a context manager it is stopped at the end, if it was started here.

    One that others have joined goes on until the last of them has stopped it.

    Attributes:
        ingestion_url: base address of the Ingestion API.
        search_url: base address of the Search API.
        app_id: the application ID to send.
        api_key: a key that may do everything the sandbox can do.
        tasks: its push tasks.
        process_id: of the process.

    """

    def __init__(self, announcement: str, stop: Callable[[], None], process_id: int | None = None) -> None:
        announced = json.loads(announcement)
        self._stop = stop
        self.ingestion_url = str(announced["ingestion_url"])
        self.search_url = str(announced["search_url"])
        self.app_id = str(announced["app_id"])
        self.api_key = str(announced["api_key"])
        self.tasks = [SandboxTask(**task) for task in announced["tasks"]]
        self.process_id = process_id or int(announced["process_id"])

    def stop(self) -> None:
        """Let the process end unless others use it, and end it by its id where it does not; harmless when it has."""
        self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def serve(
    *,
    port: int = 0,
    data: Path | None = None,
    delay_s: float = 0.05,
    announce: Announce,
    stop_with_stdin: bool = False,
) -> None:
    """Serve on 127.0.0.1 until SIGINT, SIGTERM or, where asked for, the end of standard input.

    Port 0 takes a free one. `data` is the folder that keeps everything between starts; without it all is temporary.
    `announce` is called once, as soon as requests are answered, with ingestion_url, search_url, app_id, api_key and
    tasks (each task_id, name, index). Raises SandboxNotStarted where the port is taken, or the folder is served by
    another sandbox or cannot be used.
    """
    # The server's libraries take 0.3 s to import, which a window that only launches must not pay.
    from .server import run_server  # noqa: PLC0415

    run_server(port=port, data=data, delay_s=delay_s, announce=announce, stop_with_stdin=stop_with_stdin)


def launch(*, data: Path | None = None, delay_s: float = 0.05) -> RunningSandbox:
    """Start a sandbox on a free port and wait until it answers; blocks for about half a second.

    Where another process serves the folder `data` already, that sandbox is joined as it is, and not stopped here.
    Raises SandboxNotStarted with what the process wrote, where it does not announce itself within 30 seconds.
    """
    until = time.monotonic() + START_WITHIN_S
    while data is not None and is_served(data):
        if guest := visit(data):
            return _joined(guest)
        if time.monotonic() > until:
            raise SandboxNotStarted(f"The sandbox did not start. Another one serves {data} and does not answer.")
        time.sleep(_LOOK_EVERY_S)  # that one is starting or ending
    try:
        return _started(data, delay_s)
    except SandboxNotStarted as error:
        if data is None or TAKEN not in str(error):
            raise
    # Two were started at the same moment, and the other one was first; it may have ended again by now.
    return launch(data=data, delay_s=delay_s)


def _joined(guest: Visit) -> RunningSandbox:
    return RunningSandbox(guest.announcement, guest.end)


def _started(data: Path | None, delay_s: float) -> RunningSandbox:
    command = [sys.executable, "-m", "pushconsole", "sandbox", "--json", "--port", "0", "--stop-with-stdin"]
    command += ["--delay", repr(delay_s), *(["--data", str(data)] if data else [])]
    # A file and not a pipe for stderr: nobody reads it unless the start fails, and a full pipe would stop the process.
    with tempfile.TemporaryFile() as stderr:
        process = subprocess.Popen(  # noqa: S603  our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            # Ctrl+C in a terminal is for the program in front; it still needs the sandbox while it winds up.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        line = _first_line(process)
        if not line.endswith("}"):
            _end(process, None)
            raise SandboxNotStarted(f"The sandbox did not start. {_text(stderr) or 'It wrote nothing.'}")
    return RunningSandbox(line, lambda: _end(process, data), process.pid)


def _first_line(process: subprocess.Popen[bytes]) -> str:
    """Return the line in which the process announces itself, or what there is of it in time."""
    assert process.stdout is not None, "opened as a pipe"
    stdout, lines = process.stdout, list[bytes]()
    reading = threading.Thread(target=lambda: lines.append(stdout.readline()), name="sandbox-announcement", daemon=True)
    reading.start()
    reading.join(START_WITHIN_S)
    return lines[0].decode().strip() if lines else ""


def _text(stderr: IO[bytes]) -> str:
    stderr.seek(0)
    return stderr.read().decode(errors="replace").strip()


def _end(process: subprocess.Popen[bytes], data: Path | None) -> None:
    assert process.stdin is not None, "opened as a pipe"
    process.stdin.close()
    until = time.monotonic() + STOP_WITHIN_S
    while not _ended(process):
        if data is not None and has_guests(data):
            threading.Thread(target=process.wait, name="sandbox-end", daemon=True).start()  # it ends with its guests
            break
        if time.monotonic() > until:
            process.kill()
    if process.stdout is not None:
        process.stdout.close()


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_LOOK_EVERY_S)
    except subprocess.TimeoutExpired:
        return False
    return True
