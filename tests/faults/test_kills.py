"""A process that is killed at any moment of a run, again and again, loses no record and applies none twice unsaid."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from pushconsole.locations import ledger_file
from tests.command_line.fixtures import shell
from tests.command_line.shell import Shell, run, start, written
from tests.sandbox.caller import Caller

__all__ = ["shell"]

_RECORDS = 20_000
_KILLS = 100  # of each of the two actions
_OPTIONS = ("--max-batch-records", "500", "--calls-per-minute", "60000", "--settle", "0.3")
_STOCK = {"updateObject": 1, "partialUpdateObject": {"_operation": "Increment", "value": 1}}


class _Ordeal:
    """Pushes a file, killing each process that works on it, until its run comes to an end."""

    def __init__(self, shell: Shell, caller: Caller, file: Path, action: str, seed: int) -> None:
        self.kills: Counter[str] = Counter()
        self._shell = shell
        self._caller = caller
        self._file = file
        self._action = action
        self._random = random.Random(seed)

    def go_through(self, most: int) -> None:
        """Begin, and be killed no more than so often; in the end the run is left to itself."""
        push = self._shell.arguments(self._file, *_OPTIONS, action=self._action)
        while (left := self._left()) is None or left[1] == "open":
            words: list[str | Path] = (
                push if left is None else ["runs", "resume", left[0], *self._shell.target, *_OPTIONS[2:]]
            )
            if self.kills.total() < most:
                self._killed(words)
            else:
                done = run(*words, environ=self._shell.environ)
                assert done.status in {0, 1}, done.stderr

    def _killed(self, words: list[str | Path]) -> None:
        """Start a process and kill it within two seconds, unless it has ended by then."""
        with start(*words, environ=self._shell.environ) as process:
            try:
                process.communicate(timeout=self._random.uniform(0.3, 2.0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                left = self._left()
                self.kills["before the run" if left is None else "in the run" if left[1] == "open" else "after it"] += 1

    def _left(self) -> tuple[str, str] | None:
        """Return the run's ID and its state in the ledger; None as long as there is no run."""
        if not ledger_file().exists():
            return None
        with closing(sqlite3.connect(ledger_file())) as connection:
            if not list(connection.execute("SELECT 1 FROM sqlite_schema WHERE name='runs'")):
                return None
            found = list(connection.execute("SELECT run_id, state FROM runs"))
        assert len(found) <= 1
        return found[0] if found else None

    def ended(self, folder: Path) -> tuple[dict[str, int], set[str]]:
        """Return the four numbers and the objectIDs that are in doubt; the run is then forgotten."""
        (found,) = [json.loads(line) for line in run("runs", "list", "--json").stdout.splitlines()]
        exported = run("runs", "export", found["run_id"], "--to", folder) if found["state"] != "complete" else None
        assert exported is None or exported.status == 0, exported
        doubtful = folder / "in_doubt.ndjson"
        lines = doubtful.read_text(encoding="utf-8").splitlines() if doubtful.exists() else []
        assert run("runs", "forget", found["run_id"]).status == 0
        return {name: found[name] for name in ("succeeded", "failed", "in_doubt", "unsent")}, {
            json.loads(line)["objectID"] for line in lines
        }


@pytest.mark.timeout(900)
@pytest.mark.parametrize("action", list(_STOCK))
def test_no_record_is_lost_and_none_applied_twice(shell: Shell, caller: Caller, tmp_path: Path, action: str) -> None:
    ids = {f"sku-{number:05}" for number in range(_RECORDS)}
    file = written(
        tmp_path / "records.ndjson",
        "".join(f"{json.dumps({'objectID': name, 'stock': _STOCK[action]})}\n" for name in sorted(ids)),
    )
    kills: Counter[str] = Counter()
    doubt = runs = 0
    while kills.total() < _KILLS:
        _prepared(caller)
        ordeal = _Ordeal(shell, caller, file, action, seed=runs)
        ordeal.go_through(_KILLS - kills.total())
        numbers, in_doubt = ordeal.ended(tmp_path / f"out-{runs}")
        applied = _applied(caller)
        assert sum(numbers.values()) == _RECORDS
        assert (numbers["failed"], numbers["unsent"]) == (0, 0)
        assert len(in_doubt) == numbers["in_doubt"]
        assert set(applied.values()) == {1}, "nothing is applied twice"
        assert ids - applied.keys() <= in_doubt, "nothing is lost unsaid"
        if action == "updateObject":
            assert not in_doubt, "what is safe to send twice leaves no doubt"
        kills += ordeal.kills
        doubt, runs = doubt + len(in_doubt), runs + 1
    sys.stdout.write(f"{action}: {runs} runs of {_RECORDS:,} records, killed {dict(kills)}; {doubt:,} in doubt\n")
    assert kills["in the run"] > _KILLS / 4


def _prepared(caller: Caller) -> None:
    """Take the sandbox back to its start; each push takes long enough to be killed in."""
    caller.control("POST", "/sandbox/reset").raise_for_status()
    caller.settings(calls_per_minute=0, delay_s=0.05)
    caller.fault({"delay_s": 0.15}, path="/push$")


def _applied(caller: Caller) -> dict[str, int]:
    """Return how often each record of the index was applied."""
    return {hit["objectID"]: hit["stock"] for hit in caller.all_hits()}
