"""Undo takes back whatever was done, redo does it again: for every command there is, and a new one has to come here."""

from __future__ import annotations

import contextlib
import inspect
import json
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pushconsole.errors import InputError
from pushconsole.records import (
    AddColumn,
    BulkCommand,
    Change,
    ChangeType,
    DeleteRecords,
    DuplicateRecords,
    FillDown,
    JoinColumns,
    Keep,
    KeepOfDuplicates,
    MakeObjectIds,
    PasteBlock,
    PasteText,
    RemoveColumn,
    RenameColumn,
    Replace,
    SetText,
    SetValue,
    SplitColumn,
    Trim,
    ValueType,
    Workspace,
    edit_many,
    redo,
    undo,
)
from tests.records.builders import loaded
from tests.records.test_bulk_edits import picture

_VALUES = st.one_of(
    st.sampled_from(['""', "null", "true", "1.10", "1e400", '"x,y"', '" 7 "', '["x", {"k": 1.0}]', '"\\u00e9"']),
    st.text(max_size=5).map(lambda text: json.dumps(text, ensure_ascii=False)).filter(lambda raw: "\\ud" not in raw),
)
_NAMES = st.sampled_from(["objectID", "a", "b", "é"])
_RECORDS = st.lists(st.dictionaries(_NAMES, _VALUES, max_size=4), min_size=1, max_size=6)
_EXPRESSIONS = st.builds(
    Replace,
    st.sampled_from([r"(.)", r"\b"]),
    st.sampled_from([r"\g<0>!", "-"]),
    _NAMES,
    regular=st.just(value=True),
)
COMMANDS: dict[type[BulkCommand], st.SearchStrategy[BulkCommand]] = {
    SetValue: st.builds(SetValue, _NAMES, st.none() | _VALUES),
    SetText: st.builds(SetText, st.sampled_from(['{"a":1.10}', "{}", '{"objectID":"z","new":[1]}'])),
    FillDown: st.builds(FillDown, _NAMES, st.just(1)),
    Trim: st.builds(Trim, _NAMES),
    ChangeType: st.builds(ChangeType, _NAMES, st.sampled_from(ValueType), st.booleans()),
    Replace: st.builds(
        Replace, st.sampled_from(["x", "1", "É", ","]), st.sampled_from(["", "9", "ß"]), st.none() | _NAMES
    )
    | _EXPRESSIONS,
    RenameColumn: st.builds(RenameColumn, _NAMES, st.sampled_from(["a", "new", "objectID"])),
    RemoveColumn: st.builds(RemoveColumn, _NAMES),
    AddColumn: st.builds(AddColumn, st.sampled_from(["a", "new"]), st.none() | _VALUES),
    SplitColumn: st.builds(SplitColumn, _NAMES, st.just(","), st.sampled_from([None, ("p",), ("a", "p")])),
    JoinColumns: st.builds(JoinColumns, st.sampled_from([("a", "b"), ("objectID", "é")]), st.just("·"), _NAMES),
    DuplicateRecords: st.just(DuplicateRecords()),
    DeleteRecords: st.just(DeleteRecords(1)),
    KeepOfDuplicates: st.builds(KeepOfDuplicates, st.sampled_from(Keep)),
    MakeObjectIds: st.builds(
        MakeObjectIds, st.sampled_from([(), ("a",)]), counter=st.just(1), all_records=st.booleans()
    ),
    PasteBlock: st.builds(
        PasteBlock, st.just(("a", "new")), st.just((("1", ""), ("true", "x"))), st.sampled_from([(1,), (1, 2)])
    ),
    PasteText: st.builds(PasteText, _NAMES, st.sampled_from(["", "1", "x"])),
}

_Single = Callable[[Workspace], Change | None]
SINGLE: dict[str, st.SearchStrategy[_Single]] = {
    "set_value": st.builds(
        lambda name, raw: lambda workspace: workspace.set_value(1, name, raw), _NAMES, st.none() | _VALUES
    ),
    "add_record": st.just(lambda workspace: workspace.add_record()),
    "repair": st.just(lambda workspace: workspace.repair(1, '{"b":"mended"}')),
    "delete_records": st.builds(
        lambda ids: lambda workspace: workspace.delete_records(ids), st.lists(st.integers(1, 7), max_size=4)
    ),
    "make_object_ids": st.just(lambda workspace: workspace.make_object_ids()),
}
"""The edits of single records: the workspace's methods that tell of a `Change`, undo and redo aside."""


def _below(kind: type[BulkCommand]) -> Iterator[type[BulkCommand]]:
    for subclass in kind.__subclasses__():
        yield from _below(subclass)
        if not inspect.isabstract(subclass) and subclass.__module__.startswith("pushconsole."):
            yield subclass


def test_every_command_there_is_stands_here() -> None:
    assert {*_below(BulkCommand)} == set(COMMANDS)  # type: ignore[type-abstract]
    methods = {
        name
        for name, method in inspect.getmembers(Workspace, inspect.isfunction)
        if inspect.signature(method).return_annotation == "Change" and not name.startswith("_")
    }
    assert methods == set(SINGLE)


def _content(records: list[dict[str, str]]) -> str:
    """Return the records as lines, and a row that is none."""
    lines = ["{" + ", ".join(f"{json.dumps(k)}: {raw}" for k, raw in record.items()) + "}" for record in records]
    return "\n".join([*lines, "[]", '{"objectID":"last"}'])


def _steps(workspace: Workspace) -> int:
    """Return how many steps there are to undo."""
    with workspace.database.reading() as connection:
        number: int = connection.execute("SELECT count(*) FROM commands WHERE NOT undone").get
        return number


def _is_step(workspace: Workspace, edit: _Single) -> bool:
    """Make an edit; return whether it became a step to undo: where nothing was to be done, there is none."""
    before = _steps(workspace)
    with contextlib.suppress(InputError):  # the record is gone, or the command makes no sense here
        edit(workspace)
    return _steps(workspace) > before


def _check(records: list[dict[str, str]], edits: list[_Single]) -> None:
    """Make the edits, undo all, redo all, and compare all that can be seen at every step."""
    with loaded(_content(records)) as (workspace, _):
        pictures = [picture(workspace)]
        for edit in edits:
            if _is_step(workspace, edit):
                pictures.append(picture(workspace))
            else:
                assert picture(workspace) == pictures[-1]
        for expected in reversed(pictures[:-1]):
            assert undo(workspace) is not None
            assert picture(workspace) == expected
        assert undo(workspace) is None
        for expected in pictures[1:]:
            assert redo(workspace) is not None
            assert picture(workspace) == expected


def _many(command: BulkCommand, chosen: tuple[int, int] | None) -> _Single:
    return lambda workspace: edit_many(workspace, command, chosen and [chosen], change_rest=True).change


_CHOSEN = st.none() | st.tuples(st.integers(1, 4), st.integers(1, 6))
_EDITS = st.builds(_many, st.one_of(*COMMANDS.values()), _CHOSEN) | st.one_of(*SINGLE.values())


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
@settings(max_examples=25)
@given(_RECORDS, st.data())
def test_undo_takes_back_and_redo_does_again_each_command(
    kind: type[BulkCommand], records: list[dict[str, str]], data: st.DataObject
) -> None:
    _check(records, [_many(data.draw(COMMANDS[kind]), data.draw(_CHOSEN))])


@pytest.mark.parametrize("name", SINGLE)
@settings(max_examples=25)
@given(_RECORDS, st.data())
def test_undo_takes_back_and_redo_does_again_each_edit_of_a_record(
    name: str, records: list[dict[str, str]], data: st.DataObject
) -> None:
    _check(records, [data.draw(SINGLE[name])])


@given(_RECORDS, st.lists(_EDITS, max_size=6))
def test_undo_takes_back_and_redo_does_again_any_edits_in_any_order(
    records: list[dict[str, str]], edits: list[_Single]
) -> None:
    _check(records, edits)
