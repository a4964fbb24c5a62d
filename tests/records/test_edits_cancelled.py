"""Changes to many records that are cancelled, or made in a process of their own."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from pushconsole.errors import ValueNotUsable
from pushconsole.records import (
    ChangeType,
    DuplicateRecords,
    EditProgress,
    EditReport,
    Replace,
    SetValue,
    ValueType,
    edit_in_background,
    edit_many,
    find_in_background,
    undo,
)
from tests.records.builders import loaded


def _stop(progress: list[EditProgress]) -> Callable[[], bool]:
    return lambda: bool(progress)


@pytest.mark.parametrize("run", [edit_many, edit_in_background])
def test_a_cancelled_change_leaves_nothing_behind(run: Callable[..., EditReport]) -> None:
    lines = "".join(f'{{"objectID":"{number}","n":{number}}}\n' for number in range(60_000))
    with loaded(lines) as (workspace, _):
        before = workspace.columns()
        progress: list[EditProgress] = []
        report = run(workspace, SetValue("n", '"x"'), on_progress=progress.append, cancelled=_stop(progress))
        assert report.cancelled
        assert progress[0].whole == 60_000
        assert (workspace.undo_label, workspace.columns(), workspace.text(1)) == (
            None,
            before,
            '{"objectID":"0","n":0}',
        )


def test_sqlites_own_work_is_cancelled_too() -> None:
    lines = "".join(f'{{"objectID":"{number}","n":{number}}}\n' for number in range(30_000))
    with loaded(lines) as (workspace, _):
        edit_many(workspace, SetValue("n", '"x"'))
        assert undo(workspace, lambda: True) is None
        assert workspace.text(1) == '{"objectID":"0","n":"x"}'
        assert undo(workspace) is not None
        assert workspace.text(30_000) == '{"objectID":"29999","n":29999}'


def test_a_process_of_its_own_does_the_same() -> None:
    lines = "".join(f'{{"objectID":"{number}","n":{number}}}\n' for number in range(1200))
    with loaded(lines) as (workspace, _):
        quiet = {"on_progress": lambda _: None, "cancelled": lambda: False}
        report = edit_in_background(workspace, DuplicateRecords(), **quiet)  # type: ignore[arg-type]
        assert (report.changed, workspace.count()) == (1200, 2400)
        assert workspace.page(2399, 1)[0].cells["n"].text == "1199"
        found = find_in_background(workspace, Replace("^11", "", regular=True), **quiet)  # type: ignore[arg-type]
        assert found.records == sum(str(number).startswith("11") for number in range(1200)) * 2 - 22
        refused = edit_in_background(workspace, ChangeType("objectID", ValueType.BOOLEAN), **quiet)  # type: ignore[arg-type]
        assert (refused.change, refused.refused > 1000, len(refused.first_refused)) == (None, True, 100)
        with pytest.raises(ValueNotUsable, match="regular expression"):
            find_in_background(workspace, Replace("(", "", regular=True), **quiet)  # type: ignore[arg-type]


def test_an_expression_without_end_is_cancelled() -> None:
    with loaded(json.dumps({"a": "a" * 40 + "!"})) as (workspace, _):
        command = Replace("(a|aa)+$", "", regular=True)
        report = edit_in_background(workspace, command, on_progress=lambda _: None, cancelled=lambda: True)
        assert report.cancelled
        assert not workspace.edited
        assert edit_many(workspace, SetValue("a", "1")).changed == 1
