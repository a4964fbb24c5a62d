"""A process that is killed at any moment of a run, again and again, loses no record and applies none twice unsaid."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pushconsole.sandbox import launch
from tests.command_line.shell import Shell, start, written
from tests.command_line.warm import WarmProgram
from tests.sandbox.caller import Caller

_RECORDS = 20_000
_KILLS = 100  # of each of the two actions
_LANES = 4  # that go on at once, each with a sandbox and a home of its own: a run waits more than it works
_OPTIONS = ("--max-batch-records", "500", "--calls-per-minute", "60000", "--settle", "0.3")
_STOCK = {"updateObject": 1, "partialUpdateObject": {"_operation": "Increment", "value": 1}}


@dataclass
class _Tally:
    """What the runs of a lane came to."""

    kills: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    doubt: int = 0


class _Lane:
    """Pushes a file again and again, killing each process that works on it, until its runs come to an end."""

    def __init__(
        self, shell: Shell, caller: Caller, warm: WarmProgram, home: Path, file: Path, action: str, seed: int
    ) -> None:
        self.tally = _Tally()
        self._started = 0
        self._warm = warm
        self._shell = shell
        self._caller = caller
        self._home = home
        self._file = file
        self._action = action
        self._random = random.Random(seed)
        self._environ = {**shell.environ, "XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config")}

    def go_through(self, kills: int, ids: set[str]) -> None:
        """Be killed so often, in as many runs as it takes, and check what each of them comes to."""
        while self.tally.kills.total() < kills:
            _prepare(self._caller)
            self._bring_to_an_end(kills)
            self._check(ids)
            self.tally.runs += 1

    def _bring_to_an_end(self, most: int) -> None:
        """Begin a run, and be killed no more than so often; in the end it is left to itself."""
        push = self._shell.arguments(self._file, *_OPTIONS, action=self._action)
        while (left := self._left()) is None or left[1] == "open":
            words: list[str | Path] = (
                push if left is None else ["runs", "resume", left[0], *self._shell.target, *_OPTIONS[2:]]
            )
            if self.tally.kills.total() < most:
                self._killed(words)
            else:
                self._said(*words)

    def _killed(self, words: list[str | Path]) -> None:
        """Start a process and kill it after a random time, unless it has ended by then: every fourth from its start."""
        self._started += 1
        killed = self._killed_cold(words) if self._started % 4 == 0 else self._killed_warm(words)
        if killed:
            left = self._left()
            when = "before the run" if left is None else "in the run" if left[1] == "open" else "after it"
            self.tally.kills[when] += 1

    def _killed_cold(self, words: list[str | Path]) -> bool:
        """Kill a process within two seconds of its start, while it imports, reads its file or runs."""
        with start(*words, environ=self._environ) as process:
            try:
                process.communicate(timeout=self._random.uniform(0.2, 2.0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                return True
        return False

    def _killed_warm(self, words: list[str | Path]) -> bool:
        """Kill a process at a moment of its run."""
        self._warm.start([*words, "--json"], self._environ)
        while not self._warm.has_said('"event":"started"'):
            if self._warm.ended_within(0.005):
                return False
        if self._warm.ended_within(self._random.uniform(0.0, 1.2)):
            return False
        self._warm.kill()
        return True

    def _said(self, *words: str | Path) -> str:
        """Run a command to its end, and return what it printed."""
        self._warm.start(words, self._environ)
        return self._warm.said(within_s=60)

    def _left(self) -> tuple[str, str] | None:
        """Return the run's ID and its state in the ledger; None as long as there is no run."""
        ledger = self._home / "data" / "pushconsole" / "ledger.sqlite"
        if not ledger.exists():
            return None
        with closing(sqlite3.connect(ledger)) as connection:
            if not list(connection.execute("SELECT 1 FROM sqlite_schema WHERE name='runs'")):
                return None
            found = list(connection.execute("SELECT run_id, state FROM runs"))
        assert len(found) <= 1
        return found[0] if found else None

    def _check(self, ids: set[str]) -> None:
        numbers, in_doubt = self._ended(self._home / f"out-{self.tally.runs}")
        applied = {hit["objectID"]: hit["stock"] for hit in self._caller.all_hits()}
        assert sum(numbers.values()) == _RECORDS
        assert (numbers["failed"], numbers["unsent"]) == (0, 0)
        assert len(in_doubt) == numbers["in_doubt"]
        assert set(applied.values()) == {1}, "nothing is applied twice"
        assert ids - applied.keys() <= in_doubt, "nothing is lost unsaid"
        if self._action == "updateObject":
            assert not in_doubt, "what is safe to send twice leaves no doubt"
        self.tally.doubt += len(in_doubt)

    def _ended(self, folder: Path) -> tuple[dict[str, int], set[str]]:
        """Return the four numbers and the objectIDs that are in doubt; the run is then forgotten."""
        (found,) = [json.loads(line) for line in self._said("runs", "list", "--json").splitlines()]
        if found["state"] != "complete":
            self._said("runs", "export", found["run_id"], "--to", folder)
        doubtful = folder / "in_doubt.ndjson"
        lines = doubtful.read_text(encoding="utf-8").splitlines() if doubtful.exists() else []
        self._said("runs", "forget", found["run_id"])
        return {name: found[name] for name in ("succeeded", "failed", "in_doubt", "unsent")}, {
            json.loads(line)["objectID"] for line in lines
        }


@pytest.mark.timeout(900)
@pytest.mark.parametrize("action", list(_STOCK))
def test_no_record_is_lost_and_none_applied_twice(home: Path, tmp_path: Path, action: str) -> None:
    ids = {f"sku-{number:05}" for number in range(_RECORDS)}
    file = written(
        tmp_path / "records.ndjson",
        "".join(f"{json.dumps({'objectID': name, 'stock': _STOCK[action]})}\n" for name in sorted(ids)),
    )

    def lane(seed: int) -> _Tally:
        folder = home / f"lane-{seed}"
        folder.mkdir()
        with launch(delay_s=0) as sandbox, Caller(sandbox) as caller, WarmProgram(folder / "out") as warm:
            going = _Lane(Shell(sandbox), caller, warm, folder, file, action, seed)
            going.go_through(_KILLS // _LANES, ids)
        return going.tally

    with ThreadPoolExecutor(_LANES) as lanes:
        tallies = list(lanes.map(lane, range(_LANES)))
    kills = sum((tally.kills for tally in tallies), Counter())
    runs, doubt = sum(tally.runs for tally in tallies), sum(tally.doubt for tally in tallies)
    sys.stdout.write(f"{action}: {runs} runs of {_RECORDS:,} records, killed {dict(kills)}; {doubt:,} in doubt\n")
    assert kills.total() == _KILLS
    assert kills["in the run"] > _KILLS / 4


def _prepare(caller: Caller) -> None:
    """Take the sandbox back to its start; each push takes long enough to be killed in."""
    caller.control("POST", "/sandbox/reset").raise_for_status()
    caller.settings(calls_per_minute=0, delay_s=0.05)
    caller.fault({"delay_s": 0.15}, path="/push$")
