"""The program as a person at a prompt runs it: real processes aimed at a sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pushconsole.sandbox import RunningSandbox
from tests.sandbox.caller import PRODUCTS

DEADLINE_S = 60
NUMBERS = ("succeeded", "failed", "in_doubt", "unsent")
_LEFT_OUT = (
    *("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"),
    "PYTHONDONTWRITEBYTECODE",  # with it every process would compile all modules again, which takes as long as a test
)


@dataclass(frozen=True)
class Outcome:
    """What a process left behind."""

    status: int
    stdout: str
    stderr: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """The lines of standard output, every one of which has to be a JSON object; the last closes the account."""
        events = [json.loads(line) for line in self.stdout.splitlines()]
        assert all(isinstance(event, dict) for event in events), self.stdout
        if any(event["event"] == "started" for event in events):
            assert events[-1]["event"] == "finished", self.stdout
            assert sum(events[-1][number] for number in NUMBERS) == events[-1]["records"]
        return events

    @property
    def numbers(self) -> tuple[int, ...]:
        """Succeeded, failed, in doubt and unsent, from the last event."""
        return tuple(self.events[-1][number] for number in NUMBERS)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the events of one kind."""
        return [event for event in self.events if event["event"] == kind]


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a process without a display."""
    return {name: value for name, value in os.environ.items() if name not in _LEFT_OUT} | dict(changes or {})


def run(
    *arguments: str | Path, stdin: bytes = b"", environ: Mapping[str, str] | None = None, python: Sequence[str] = ()
) -> Outcome:
    """Run the program to its end."""
    done = subprocess.run(
        [sys.executable, *python, "-m", "pushconsole", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=environment(environ),
        timeout=DEADLINE_S,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def start(*arguments: str | Path, environ: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start the program with pipes to and from it."""
    return subprocess.Popen(
        [sys.executable, "-m", "pushconsole", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(environ),
        text=True,
    )


class Shell:
    """A prompt whose environment has the credentials of a sandbox.

    Attributes:
        environ: the credentials.
        target: the options that aim at the sandbox with them.

    """

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.environ = {
            "ALGOLIA_APPLICATION_ID": sandbox.app_id,
            "ALGOLIA_API_KEY": sandbox.api_key,
            "ALGOLIA_REGION": "us",
        }
        self.target = (
            "--credentials", "env", "--ingestion-url", sandbox.ingestion_url, "--search-url", sandbox.search_url,
        )  # fmt: skip

    def arguments(
        self, file: str | Path | None, *options: str | Path, action: str = "updateObject", task: str = PRODUCTS
    ) -> list[str | Path]:
        """Return the words of a push."""
        return ["push", *([file] if file else []), "--task", task, "--action", action, *self.target, *options]

    def push(
        self,
        file: str | Path | None,
        *options: str | Path,
        action: str = "updateObject",
        task: str = PRODUCTS,
        stdin: bytes = b"",
        environ: Mapping[str, str] | None = None,
        python: Sequence[str] = (),
    ) -> Outcome:
        """Push with --json."""
        words = [*self.arguments(file, *options, action=action, task=task), "--json"]
        return run(*words, stdin=stdin, environ={**self.environ, **(environ or {})}, python=python)

    def show(self, *words: str | Path) -> Outcome:
        """Run a command aimed at the sandbox, with output for people."""
        return run(*words, *self.target, environ=self.environ)


def written(file: Path, text: str) -> Path:
    """Write a file as it is, line ends too, and return it."""
    file.write_bytes(text.encode())
    return file


def numbered_csv(file: Path, count: int) -> Path:
    """Write a CSV of this many small records."""
    rows = "".join(f"sku-{number:05},{number}\n" for number in range(1, count + 1))
    return written(file, "objectID,stock\n" + rows)
