"""A column that is not sent stays in the records, and the rest keeps its characters."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pushconsole.errors import InputError, ValueNotUsable, WorkspaceFrozen
from pushconsole.records import RenameColumn, Workspace, edit_many, make_view, redo, set_sent, undo
from tests.records.builders import loaded

_TEXT = '{"objectID":"a","n": 1.10,"t":"\\u00e9","big":123456789012345678901234567890,"x":{"y":[1e400]}}\n'
_WITHOUT_T = '{"objectID":"a","n":1.10,"big":123456789012345678901234567890,"x":{"y":[1e400]}}'


def _sent(workspace: Workspace) -> str:
    return workspace.joined([(1, 1 << 60)]).decode()


def _never() -> bool:
    return False


def test_the_values_that_are_sent_keep_their_characters_and_undo_brings_all_back() -> None:
    with loaded(_TEXT) as (workspace, _):
        before = _sent(workspace)
        change = set_sent(workspace, "t", sent=False)
        assert change is not None
        assert change.columns_changed
        assert _sent(workspace) == _WITHOUT_T
        assert workspace.text(1) == before
        assert [column.sent for column in workspace.columns()] == [True, True, False, True, True]
        undo(workspace, _never)
        assert _sent(workspace) == before
        redo(workspace, _never)
        assert _sent(workspace) == _WITHOUT_T


def test_sizes_are_those_of_what_is_sent() -> None:
    with loaded(_TEXT * 3) as (workspace, _):
        set_sent(workspace, "t", sent=False)
        view = make_view(workspace, where=None, among=[(1, 2)])
        assert view is not None
        assert [span.size_bytes for span in workspace.spans()] == [3 * len(_WITHOUT_T)]
        assert [span.size_bytes for span in view.spans()] == [2 * len(_WITHOUT_T)]
        assert [measure.size_bytes for measure in workspace.measures(1, 1)] == [len(_WITHOUT_T)]
        view.close()


def test_a_renamed_column_is_still_not_sent_and_neither_is_it_when_that_is_undone() -> None:
    with loaded(_TEXT) as (workspace, _):
        set_sent(workspace, "t", sent=False)
        edit_many(workspace, RenameColumn("t", "title"))
        assert _sent(workspace) == _WITHOUT_T
        undo(workspace, _never)
        assert _sent(workspace) == _WITHOUT_T


def test_the_object_id_is_always_sent() -> None:
    with loaded(_TEXT) as (workspace, _), pytest.raises(ValueNotUsable, match="always sent"):
        set_sent(workspace, "objectID", sent=False)


def test_a_column_that_is_not_there_is_named() -> None:
    with loaded(_TEXT) as (workspace, _), pytest.raises(InputError, match="no column gone"):
        set_sent(workspace, "gone", sent=False)


def test_what_is_being_pushed_cannot_be_changed() -> None:
    with loaded(_TEXT) as (workspace, _):
        workspace.freeze("These records are being pushed.")
        with pytest.raises(WorkspaceFrozen):
            set_sent(workspace, "t", sent=False)


@settings(max_examples=30, deadline=None)
@given(st.sets(st.text(max_size=6).filter(lambda name: name != "objectID"), min_size=1, max_size=150), st.data())
def test_whatever_a_column_is_called_just_it_is_left_out(names: set[str], data: st.DataObject) -> None:
    record = {name: number for number, name in enumerate(sorted(names))}
    left_out = data.draw(st.sets(st.sampled_from(sorted(names))))
    with loaded(json.dumps(record) + "\n") as (workspace, _):
        for name in left_out:
            set_sent(workspace, name, sent=False)
        assert json.loads(_sent(workspace)) == {name: n for name, n in record.items() if name not in left_out}
