"""A disk that fills up while a real process runs: a sentence, nothing sent unseen, and the run is finished later."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from pushconsole.locations import ledger_file, run_records
from tests.command_line.fixtures import shell
from tests.command_line.shell import Shell, environment, numbered_csv, written
from tests.sandbox.caller import Caller

__all__ = ["shell"]

_UNSHARE = ("unshare", "--user", "--map-root-user", "--mount")
_RECORDS = 2_000
_OPTIONS = ("--max-batch-records", "50", "--calls-per-minute", "60000", "--settle", "0.3", "--json")


def _own_disks() -> bool:
    """Whether a test may mount a file system that nobody else sees."""
    words = [*_UNSHARE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return (
        shutil.which("unshare") is not None and subprocess.run(words, capture_output=True, check=False).returncode == 0
    )


pytestmark = pytest.mark.skipif(not _own_disks(), reason="needs the right to mount a file system of its own")


@dataclass(frozen=True)
class _Step:
    status: int
    stdout: str
    stderr: str


def _on_small_disk(
    shell: Shell, folder: Path, kilobytes: int, elsewhere: Path | None, commands: list[list[str | Path]], out: Path
) -> list[_Step]:
    """Run the program while a folder is a disk of so many kilobytes; after the first command it has room.

    `elsewhere` is a folder below it that stays on the disk of the machine.
    """
    kept = out / "kept"
    kept.mkdir(parents=True)
    script = [f"mount -t tmpfs -o size={kilobytes}k tmpfs {folder}"]
    if elsewhere is not None:
        script += [f"mkdir {elsewhere}", f"mount --bind {kept} {elsewhere}"]
    for number, words in enumerate(commands):
        line = shlex.join([sys.executable, "-m", "pushconsole", *map(str, words)])
        script += [f"{line} >{out}/{number}.out 2>{out}/{number}.err && status=0 || status=$?"]
        script += [f"echo $status >{out}/{number}.status"]
        script += [f"mount -o remount,size=1g {folder}"]
    done = subprocess.run(
        [*_UNSHARE, "sh", "-ec", "\n".join(script)],
        env=environment(shell.environ),
        capture_output=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    texts = [[(out / f"{n}.{kind}").read_text() for kind in ("status", "out", "err")] for n in range(len(commands))]
    return [_Step(int(status), stdout, stderr) for status, stdout, stderr in texts]


@pytest.mark.parametrize("action", ["updateObject", "partialUpdateObject"])
@pytest.mark.parametrize("kilobytes", [40, 120, 160, 240, 360, 520])
def test_a_run_whose_ledger_cannot_be_written_stops_and_is_finished_later(
    shell: Shell, caller: Caller, tmp_path: Path, action: str, kilobytes: int
) -> None:
    caller.settings(calls_per_minute=0)
    stock: object = 1 if action == "updateObject" else {"_operation": "Increment", "value": 1}
    lines = [json.dumps({"objectID": f"sku-{number:05}", "stock": stock}) for number in range(_RECORDS)]
    file = written(tmp_path / "records.ndjson", "\n".join(lines))
    push = shell.arguments(file, *_OPTIONS, action=action)
    listing: list[str | Path] = ["runs", "list", "--json"]
    resume: list[str | Path] = ["runs", "resume", "0", *shell.target, *_OPTIONS[2:]]
    pushed, listed, resumed, after = _on_small_disk(
        shell, ledger_file().parent, kilobytes, run_records(), [push, listing, resume, listing], tmp_path / "out"
    )
    assert pushed.status in {1, 2}
    assert "ledger.sqlite: database or disk is full. Nothing more is sent." in pushed.stderr
    assert "Traceback" not in pushed.stderr
    applied = {hit["objectID"]: hit["stock"] for hit in caller.all_hits()}
    assert set(applied.values()) <= {1}
    if not listed.stdout:
        assert not applied, "what is not in the ledger did not leave"
        return
    before, ended = json.loads(listed.stdout), json.loads(after.stdout)
    assert before["state"] == "interrupted"
    assert before["succeeded"] + before["in_doubt"] + before["unsent"] == _RECORDS
    assert ended["succeeded"] + ended["in_doubt"] == _RECORDS
    assert ended["succeeded"] <= len(applied) <= _RECORDS
    if action == "updateObject":
        assert (resumed.status, ended["state"], ended["succeeded"]) == (0, "complete", _RECORDS)


def test_records_that_do_not_fit_on_the_disk_are_not_pushed_in_part(
    shell: Shell, caller: Caller, tmp_path: Path
) -> None:
    file = numbered_csv(tmp_path / "records.csv", 20_000)
    pushed, again = _on_small_disk(
        shell, run_records(), 300, None, [shell.arguments(file, *_OPTIONS)] * 2, tmp_path / "out"
    )
    assert pushed.status == 2
    assert "The disk is full" in pushed.stderr
    assert pushed.stdout == ""
    assert again.status == 0, "nothing is left that is in the way"
    assert sum(1 for _ in caller.all_hits()) == 20_000
