"""What every row of the table is made of."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pushconsole.records import Workspace
from tests.benchmarks.inputs import Inputs


@dataclass(frozen=True)
class Measured:
    """One row: what was measured, against what, and whether the goal of the design holds.

    Attributes:
        what: what the program did.
        figure: its own figure, with the unit.
        against: what stands beside it, with its figure.
        result: what the goal speaks of: a ratio, milliseconds, megabytes.
        goal: as performance.md states it.
        holds: whether it is reached; None where there is no goal.

    """

    what: str
    figure: str
    against: str
    result: str
    goal: str
    holds: bool | None


@dataclass
class Bench:
    """What rows are measured with.

    Attributes:
        inputs: the files.
        folder: where a row may write; on the same disk as the files.
        rounds: how often ours and theirs are measured, in turn; the best of each counts.
        with_pandas: whether pandas may be imported.

    """

    inputs: Inputs
    folder: Path
    rounds: int = 3
    with_pandas: bool = False
    _opened: list[Workspace] = field(default_factory=list)

    @cached_property
    def loaded(self) -> Workspace:
        """The NDJSON file in a workspace, for rows that read only."""
        workspace = Workspace.create(self.folder / "loaded.workspace")
        self._opened.append(workspace)
        workspace.load(self.inputs.ndjson)
        return workspace

    def close(self) -> None:
        """Close what rows share."""
        for workspace in self._opened:
            workspace.close()

    def compared(self, ours: Callable[[Path], float], theirs: Callable[[Path], float]) -> tuple[float, float]:
        """Measure two functions in turn, each in an empty folder; return the least seconds of each."""
        figures: tuple[list[float], list[float]] = ([], [])
        for _ in range(self.rounds):
            for function, seconds in zip((theirs, ours), figures, strict=True):
                with tempfile.TemporaryDirectory(dir=self.folder) as folder:
                    seconds.append(function(Path(folder)))
        return min(figures[1]), min(figures[0])


def keep_bytecode() -> None:
    """Let the processes that are measured find their modules compiled, as those of an installed program are."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if sys.dont_write_bytecode:
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "benchmarks-bytecode")


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds a call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def at_most(what: str, ours_s: float, against: str, theirs_s: float, goal: float) -> Measured:
    """Return the row of a goal that reads: at most so many times as long."""
    ratio = ours_s / theirs_s
    return Measured(
        what, seconds(ours_s), f"{against}: {seconds(theirs_s)}", f"{ratio:.2f} ×", f"≤ {goal:g} ×", ratio <= goal
    )


def percentile(values: list[float], share: float = 0.95) -> float:
    """Return the value that this share of all is not above."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def seconds(value: float) -> str:
    """Return a time with its unit."""
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.3g} ms"
