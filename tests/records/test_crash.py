"""A process that is killed in the middle loses no edit that it was told is done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pushconsole.records import Workspace
from tests.records.builders import texts

EDITING = """
import sys
from pathlib import Path
from pushconsole.records import Workspace
workspace = Workspace.open(Path(sys.argv[1]))
for number in range(1000000):
    workspace.set_value(number % 100 + 1, "n", str(number))
    print(number, flush=True)
"""

LOADING = """
import sys
from pathlib import Path
from pushconsole.records import Workspace
workspace = Workspace.create(Path(sys.argv[1]))
workspace.load(Path(sys.argv[2]), on_progress=lambda progress: print(progress.loaded, flush=True))
"""


def killed_after(script: str, arguments: list[Path], lines: int) -> int:
    """Run a script, kill it when it has printed that many lines, and return the number on the last of them."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        last = [int(process.stdout.readline()) for _ in range(lines)][-1]
        process.kill()
        rest = process.stdout.read().splitlines()
        return int(rest[-1]) if rest else last


def test_edits_survive_a_kill(tmp_path: Path) -> None:
    (tmp_path / "file").write_text('{"n":-1}\n' * 100)
    workspace = Workspace.create(tmp_path / "workspace")
    workspace.load(tmp_path / "file")
    workspace.close()
    last = killed_after(EDITING, [workspace.path], 250)
    again = Workspace.open(workspace.path)
    values = [int(row.cells["n"].text) for row in again.page(0, 100)]
    assert sorted(values)[-100:][0] >= last - 99
    assert max(values) in {last, last + 1}  # the next may have been done, and not told yet
    for _ in range(max(values) + 1):
        assert again.undo() is not None
    assert again.undo() is None
    assert {row.cells["n"].text for row in again.page(0, 100)} == {"-1"}
    again.close()


def test_a_load_that_was_killed_can_be_told_and_what_arrived_is_whole(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("objectID,n\n" + "".join(f"k{n},{n}\n" for n in range(400_000)))
    last = killed_after(LOADING, [tmp_path / "workspace", tmp_path / "file"], 2)
    again = Workspace.open(tmp_path / "workspace")
    assert not again.complete
    assert again.count() >= last
    assert again.page(last - 1, 1)[0].object_id == f"k{last - 1}"
    assert len(texts(again)) == again.count() == again.columns()[0].present
    again.close()
