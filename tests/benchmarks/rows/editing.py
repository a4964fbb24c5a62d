"""Setting a value in all records and undoing it, against the statements that do no more than that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import apsw

from pushconsole.records import SetValue, Workspace, edit_many, undo
from tests.benchmarks.measuring import Bench, Measured, seconds, timed


def measure(bench: Bench) -> list[Measured]:
    """Set a text in every record of the NDJSON file, and undo that; the design states no goal."""
    figures: tuple[list[float], ...] = ([], [], [], [])
    for number in range(bench.rounds):
        folder = bench.folder / f"editing-{number}"
        folder.mkdir()
        for kept, taken in zip(figures, (*_ours(bench, folder), *_bare(bench, folder)), strict=True):
            kept.append(taken)
        for leftover in folder.iterdir():
            leftover.unlink()
    setting, undoing, bare_setting, bare_undoing = map(min, figures)
    return [
        _row("set a value in all", setting, "the bare statements, undo kept", bare_setting),
        _row("undo that", undoing, "the bare statement", bare_undoing),
    ]


def _row(what: str, ours: float, against: str, theirs: float) -> Measured:
    return Measured(what, seconds(ours), f"{against}: {seconds(theirs)}", f"{ours / theirs:.2f} ×", "", None)


def _ours(bench: Bench, folder: Path) -> tuple[float, float]:
    workspace = Workspace.create(folder / "workspace")
    try:
        workspace.load(bench.inputs.ndjson)
        return timed(lambda: edit_many(workspace, SetValue("brand", '"Acme"'))), timed(lambda: undo(workspace))
    finally:
        workspace.close()


def _bare(bench: Bench, folder: Path) -> tuple[float, float]:
    """Do the same to the lines in a table of their own, with the workspace's settings."""
    connection = apsw.Connection(str(folder / "bare"))
    for pragma, value in (("page_size", 65536), ("journal_mode", "WAL"), ("synchronous", "NORMAL")):
        connection.pragma(pragma, value)
    connection.pragma("cache_size", -16000)
    connection.execute("CREATE TABLE records(id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
    connection.execute("CREATE TABLE before(id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
    with bench.inputs.ndjson.open(encoding="utf-8") as lines, connection:
        connection.executemany("INSERT INTO records(text) VALUES(?)", ((line,) for line in lines))
    try:
        return timed(_transaction(connection, _SET)), timed(_transaction(connection, _UNDO))
    finally:
        connection.close()


_SET = (
    "INSERT INTO before SELECT id, text FROM records",
    "UPDATE records SET text = json_set(text, '$.brand', 'Acme')",
)
_UNDO = ("UPDATE records SET text = (SELECT text FROM before WHERE before.id = records.id)",)


def _transaction(connection: apsw.Connection, statements: tuple[str, ...]) -> Callable[[], None]:
    def carry_out() -> None:
        with connection:
            for statement in statements:
                connection.execute(statement)

    return carry_out
