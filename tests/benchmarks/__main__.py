"""Measures what performance.md asks for and prints one table of ratios, all from one run on one machine.

``./packaging/bootstrap python -m tests.benchmarks [--records N] [ROW…]``
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks.inputs import Inputs
from tests.benchmarks.measuring import Bench, Measured, keep_bytecode
from tests.benchmarks.rows import checking, copies, editing, limited, load, memory, pages, pushing, start, views, window

ROWS: dict[str, Callable[[Bench], list[Measured]]] = {
    "start": start.measure,
    "load": load.measure,
    "pages": pages.measure,
    "views": views.measure,
    "editing": editing.measure,
    "checking": checking.measure,
    "copies": copies.measure,
    "pushing": pushing.measure,
    "limited": limited.measure,
    "window": window.measure,
    "memory": memory.measure,
}
"""Each measures one thing, or a few that go together; a new one is a function in `rows`, and a line here."""


def run(names: Sequence[str], records: int, *, rounds: int, keep: Path | None, with_pandas: bool) -> list[Measured]:
    """Measure the rows of these names, all where there are none."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-", dir=keep) as folder:
        inputs = Inputs(keep or Path(folder), records)
        bench = Bench(inputs, Path(folder), rounds, with_pandas)
        try:
            return [row for name in names or ROWS for row in ROWS[name](bench)]
        finally:
            bench.close()


def table(rows: Sequence[Measured]) -> str:
    """Return the rows as a Markdown table that reads well in a terminal too."""
    cells = [("what", "measured", "against", "result", "goal", "holds")]
    for row in rows:
        holds = {True: "yes", False: "NO", None: ""}[row.holds]
        cells.append((row.what, row.figure, row.against, row.result, row.goal, holds))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [" | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in cells]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "".join(f"| {line} |\n" for line in lines)


def main() -> None:
    """Measure what is asked for on the command line."""
    asking = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    asking.add_argument("rows", nargs="*", metavar="ROW", help=f"one of {', '.join(ROWS)}; all without one")
    asking.add_argument("--records", type=int, default=1_000_000, help="how many records the files have")
    asking.add_argument("--rounds", type=int, default=3, help="how often each is measured, ours and theirs in turn")
    asking.add_argument("--keep", type=Path, help="a folder where the files are kept between runs")
    asking.add_argument("--with-pandas", action="store_true", help="load with pandas as well, if it is installed")
    asked = asking.parse_args()
    keep_bytecode()
    if unknown := set(asked.rows) - ROWS.keys():
        asking.error(f"There is no row {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}.")
    rows = run(asked.rows, asked.records, rounds=asked.rounds, keep=asked.keep, with_pandas=asked.with_pandas)
    sys.stdout.write(f"{asked.records:,} records\n\n{table(rows)}")


if __name__ == "__main__":
    main()
