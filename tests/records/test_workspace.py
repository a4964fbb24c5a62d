"""The workspace: pages, edits with an inverse, freezing, and what is handed out."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from pushconsole.errors import InputError, InternalError, ValueNotUsable, WorkspaceFrozen
from pushconsole.records import CellKind, Change, Column, ColumnType, Identity, Workspace
from tests.records.builders import empty, loaded, sizes, texts

LINES = '{"objectID":"a","n":1.10,"t":["x"]}\n\n{"objectID":"b","n":2}\n{"n":3}\n'


def test_rows_show_absent_null_and_empty_as_three_things() -> None:
    with loaded('{"a":null,"b":"","n":1.10,"t":"\\u00e9","ok":true,"l":[1, {"x": 2.0}]}\n{}\n') as (workspace, _):
        cells = workspace.row(1).cells
        assert [(name, cell.kind, cell.text) for name, cell in cells.items()] == [
            ("a", CellKind.NULL, "null"),
            ("b", CellKind.EMPTY, ""),
            ("n", CellKind.NUMBER, "1.10"),
            ("t", CellKind.TEXT, "é"),
            ("ok", CellKind.BOOLEAN, "true"),
            ("l", CellKind.NESTED, '[1,{"x":2.0}]'),
        ]
        assert dict(workspace.row(2).cells) == {}
        assert "a" not in workspace.row(2).cells


def test_pages_are_rows_by_position() -> None:
    with loaded("objectID\n" + "".join(f"k{n}\n" for n in range(1000))) as (workspace, _):
        assert [row.object_id for row in workspace.page(990, 100)] == [f"k{n}" for n in range(990, 1000)]
        assert [workspace.position(row.record_id) for row in workspace.page(500, 3)] == [500, 501, 502]
        assert workspace.page(1000, 10) == []
        assert workspace.page(-1, 10) == []


def test_set_value_changes_one_value_and_leaves_the_others_characters() -> None:
    with loaded('{ "a" : 1.10, "b" : [1.0, "\\u00e9"], "c" : 1e400 }\n{}\n') as (workspace, _):
        change = workspace.set_value(1, "a", "2.50")
        assert workspace.text(1) == '{"a":2.50,"b":[1.0, "\\u00e9"],"c":1e400}'
        assert change == Change("Edit a", (1,), rows_changed=False, columns_changed=False)
        assert workspace.undo() == change
        assert workspace.text(1) == '{ "a" : 1.10, "b" : [1.0, "\\u00e9"], "c" : 1e400 }'


def test_a_new_attribute_is_a_new_column_until_it_is_undone() -> None:
    with loaded(LINES) as (workspace, _):
        before = workspace.columns()
        change = workspace.set_value(2, "colour", '"red"')
        assert change.columns_changed
        assert workspace.columns() == [*before, Column("colour", ColumnType.TEXT, 1)]
        workspace.undo()
        assert workspace.columns() == before


def test_counts_and_types_of_columns_follow_edits() -> None:
    with loaded(LINES) as (workspace, _):
        workspace.set_value(1, "n", '"many"')
        assert workspace.columns()[1] == Column("n", ColumnType.MIXED, 3)
        workspace.set_value(1, "n", None)
        assert workspace.columns()[1] == Column("n", ColumnType.NUMBER, 2)
        workspace.delete_records([2, 3])
        assert workspace.columns()[1] == Column("n", ColumnType.UNKNOWN, 0)


def test_object_ids_and_sizes_follow_edits() -> None:
    with loaded(LINES) as (workspace, _):
        workspace.set_value(3, "objectID", '"é"')
        assert workspace.row(3).object_id == "é"
        assert workspace.find_object_id("é") == [3]
        workspace.set_value(1, "objectID", "7")
        assert (workspace.row(1).object_id, workspace.find_object_id("a")) == (None, [])
        assert sizes(workspace) == [len(t.encode()) for t in texts(workspace)]
        workspace.undo()
        assert workspace.find_object_id("a") == [1]


def test_an_edit_that_changes_nothing_is_no_edit() -> None:
    with loaded(LINES) as (workspace, _):
        assert workspace.set_value(1, "n", "1.10").record_ids == ()
        assert workspace.set_value(1, "none", None).record_ids == ()
        assert workspace.delete_records([99]).record_ids == ()
        assert (workspace.edited, workspace.undo_label) == (False, None)


@pytest.mark.parametrize("raw", ["", "x", "NaN", "01", '{"a":1,"a":2}', '"\\ud800"', '1,"b":2', "1}", '"\ud800"'])
def test_a_value_that_is_not_json_is_refused(raw: str) -> None:
    with loaded(LINES) as (workspace, _):
        with pytest.raises(ValueNotUsable):
            workspace.set_value(1, "n", raw)
        assert not workspace.edited


def test_a_column_that_no_json_can_name_is_refused() -> None:
    with loaded(LINES) as (workspace, _), pytest.raises(ValueNotUsable):
        workspace.set_value(1, "\ud800", "1")


def test_added_records_stand_last_and_undo_takes_them_away() -> None:
    with loaded(LINES) as (workspace, _):
        change = workspace.add_record(' {"objectID":"new"} ')
        assert (change.record_ids, change.rows_changed) == ((4,), True)
        assert workspace.page(3, 1)[0].object_id == "new"
        assert workspace.row(4).line is None
        workspace.undo()
        assert workspace.count() == 3
        assert workspace.add_record().record_ids == (5,)
        assert [row.record_id for row in workspace.page(0, 9)] == [1, 2, 3, 5]


@pytest.mark.parametrize("text", ["", "[]", '{"a":NaN}'])
def test_what_is_no_record_cannot_be_added(text: str) -> None:
    with loaded(LINES) as (workspace, _), pytest.raises(ValueNotUsable):
        workspace.add_record(text)


def test_deleted_records_come_back_where_they_were_with_their_line() -> None:
    with loaded(LINES) as (workspace, _):
        change = workspace.delete_records([3, 1, 1])
        assert change == Change("Delete 2 records", (1, 3), rows_changed=True, columns_changed=True)
        assert [row.record_id for row in workspace.page(0, 9)] == [2]
        assert (workspace.position(2), workspace.count()) == (0, 1)
        with pytest.raises(InputError, match="not there any more"):
            workspace.row(1)
        with pytest.raises(InputError, match="not there any more"):
            workspace.position(1)
        with pytest.raises(InputError, match="not there any more"):
            workspace.set_value(1, "n", "1")
        workspace.undo()
        assert [(row.record_id, row.line) for row in workspace.page(0, 9)] == [(1, 1), (2, 3), (3, 4)]


def test_made_object_ids_are_uuids_of_version_7_for_those_without_one() -> None:
    with loaded('{"objectID":"a"}\n{"n":1.10}\n{"objectID":""}\n{"x":1,"objectID":null}\n{"objectID":5}\n') as (
        workspace,
        _,
    ):
        change = workspace.make_object_ids()
        assert change.record_ids == (2, 3, 4)
        made = [workspace.row(record_id).object_id or "" for record_id in (2, 3, 4)]
        assert {uuid.UUID(text).version for text in made} == {7}
        assert len(set(made)) == 3
        assert workspace.text(2) == f'{{"objectID":"{made[0]}","n":1.10}}'
        assert workspace.text(4) == f'{{"x":1,"objectID":"{made[2]}"}}'
        assert workspace.text(5) == '{"objectID":5}'
        workspace.undo()
        assert texts(workspace)[1] == '{"n":1.10}'
        assert workspace.make_object_ids().record_ids == (2, 3, 4)
        assert workspace.make_object_ids().record_ids == ()


def test_undo_and_redo_say_what_they_do_and_a_new_edit_ends_redo() -> None:
    with loaded(LINES) as (workspace, _):
        assert (workspace.undo(), workspace.redo()) == (None, None)
        workspace.set_value(1, "n", "5")
        workspace.delete_records([2])
        assert (workspace.undo_label, workspace.redo_label, workspace.edited) == ("Delete a record", None, True)
        workspace.undo()
        assert (workspace.undo_label, workspace.redo_label) == ("Edit n", "Delete a record")
        workspace.redo()
        assert workspace.count() == 2
        workspace.undo()
        workspace.set_value(1, "n", "6")
        assert (workspace.redo(), workspace.redo_label) == (None, None)


def test_many_records_are_named_as_many() -> None:
    with loaded("objectID\n" + "x\n" * 2000) as (workspace, _):
        assert workspace.delete_records(range(1, 2001)).record_ids is None
        assert workspace.count() == 0
        workspace.undo()
        assert workspace.count() == 2000


def test_a_frozen_workspace_refuses_every_edit_and_stays_frozen_when_it_is_opened_again() -> None:
    with loaded(LINES) as (workspace, _):
        workspace.set_value(1, "n", "5")
        workspace.freeze("The records are being pushed.")
        again = Workspace.open(workspace.path)
        try:
            assert again.frozen == "The records are being pushed."
        finally:
            again.close()
        for edit in (
            lambda: workspace.set_value(1, "n", "6"),
            workspace.add_record,
            lambda: workspace.delete_records([1]),
            workspace.make_object_ids,
            workspace.undo,
            workspace.redo,
        ):
            with pytest.raises(WorkspaceFrozen, match="being pushed"):
                edit()
        workspace.thaw()
        workspace.undo()
        assert workspace.text(1).startswith('{"objectID":"a","n":1.10')


def test_identities_are_handed_out_by_ranges_of_ids() -> None:
    with loaded(LINES) as (workspace, _):
        workspace.delete_records([2])
        workspace.add_record('{"objectID":5}')
        assert workspace.identities([(1, 3)]) == [Identity(1, "a", 1), Identity(3, None, 4)]
        assert workspace.identities([(4, 9), (1, 1)]) == [Identity(4, None, None), Identity(1, "a", 1)]


def test_spans_count_what_measures_tell_one_by_one() -> None:
    lines = "".join(f'{{"objectID":"{"é" * (number % 3)}","n":{number}}}\n' for number in range(1000))
    with loaded(lines) as (workspace, _):
        workspace.delete_records([5, 700, 701])
        for only_object_ids in (False, True):
            spans = list(workspace.spans(only_object_ids=only_object_ids))
            singles = [
                workspace.measures(span.first_id, span.last_id, only_object_ids=only_object_ids) for span in spans
            ]
            assert [measure.record_id for group in singles for measure in group] == [
                row.record_id for row in workspace.page(0, 1000)
            ]
            assert [(s.records, s.size_bytes, s.largest_bytes, s.nameless) for s in spans] == [
                (
                    len(group),
                    sum(m.size_bytes for m in group),
                    max(m.size_bytes for m in group),
                    sum(not m.object_id for m in group),
                )
                for group in singles
            ]
        assert len(spans) < 20
        assert workspace.joined([(2, 3)], only_object_ids=True) == '{"objectID":"é"},{"objectID":"éé"}'.encode()


def test_duplicates_are_grouped() -> None:
    with loaded("objectID,n\na,1\nb,1\na,2\n,3\n,4\nb,5\nc,6\n") as (workspace, _):
        assert list(workspace.duplicates()) == [("a", [1, 3]), ("b", [2, 6])]


def test_a_workspace_without_a_file_can_be_filled_by_hand() -> None:
    with empty() as workspace:
        assert (workspace.source, workspace.count(), workspace.columns(), workspace.page(0, 5)) == (None, 0, [], [])
        workspace.add_record('{"objectID":"1"}')
        assert workspace.columns() == [Column("objectID", ColumnType.TEXT, 1)]


def test_a_workspace_is_loaded_once(tmp_path: Path) -> None:
    with loaded(LINES) as (workspace, _), pytest.raises(InternalError):
        workspace.load(tmp_path / "other")


def test_what_is_no_workspace_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello, this is a text and no database\n" * 100)
    with pytest.raises(InputError, match="not a workspace"):
        Workspace.open(tmp_path / "text")
    with pytest.raises(InputError, match="no workspace"):
        Workspace.open(tmp_path / "missing")
    with pytest.raises(InputError, match="already"):
        Workspace.create(tmp_path / "text")
    with pytest.raises(InputError, match="cannot be opened"):
        Workspace.create(tmp_path / "no folder" / "w")


def test_a_closed_workspace_says_so() -> None:
    with loaded(LINES) as (workspace, _):
        workspace.close()
        with pytest.raises(InputError, match="closed"):
            workspace.page(0, 1)
        with pytest.raises(InputError, match="closed"):
            workspace.add_record()


class Edits(RuleBasedStateMachine):
    """Any edits, undone and redone in any order, against a list of pictures of the whole workspace."""

    def __init__(self) -> None:
        super().__init__()
        self._context = loaded('{"objectID":"a","n":1.10}\n{"objectID":"b"}\n{"n":null,"t":""}\n{"n":[1]}\n')
        self.workspace, _ = self._context.__enter__()
        self.past: list[object] = []
        self.future: list[object] = []

    def picture(self) -> object:
        rows = [(row.record_id, row.object_id, row.line) for row in self.workspace.page(0, 1000)]
        assert [self.workspace.position(row[0]) for row in rows] == list(range(self.workspace.count()))
        counted: dict[str, int] = {}
        for text in texts(self.workspace):
            for name in json.loads(text):
                counted[name] = counted.get(name, 0) + 1
        columns = self.workspace.columns()
        assert {column.name: column.present for column in columns if column.present} == counted
        return rows, texts(self.workspace), sizes(self.workspace), columns

    def edit(self, before: object, change: Change) -> None:
        if change.record_ids != ():
            self.past.append(before)
            self.future.clear()
            assert self.workspace.undo_label == change.label
        else:
            assert self.picture() == before

    @rule(
        position=st.integers(0, 5),
        column=st.sampled_from(["objectID", "n", "new"]),
        raw=st.sampled_from([None, "1", '"a"', '""', "null", "[2]", "7.0"]),
    )
    def set_value(self, position: int, column: str, raw: str | None) -> None:
        for row in self.workspace.page(position, 1):
            self.edit(self.picture(), self.workspace.set_value(row.record_id, column, raw))

    @rule()
    def add(self) -> None:
        self.edit(self.picture(), self.workspace.add_record('{"added":true}'))

    @rule(ids=st.lists(st.integers(1, 8), max_size=4))
    def delete(self, ids: list[int]) -> None:
        self.edit(self.picture(), self.workspace.delete_records(ids))

    @rule()
    def make_object_ids(self) -> None:
        self.edit(self.picture(), self.workspace.make_object_ids())

    @rule()
    def undo(self) -> None:
        before = self.picture()
        if self.workspace.undo() is None:
            assert self.past == []
        else:
            self.future.append(before)
            assert self.picture() == self.past.pop()

    @precondition(lambda self: self.future)
    @rule()
    def redo(self) -> None:
        self.past.append(self.picture())
        assert self.workspace.redo() is not None
        assert self.picture() == self.future.pop()

    @rule()
    def reopen(self) -> None:
        before, path = self.picture(), self.workspace.path
        self.workspace.close()
        self.workspace = Workspace.open(path)
        assert self.picture() == before

    def teardown(self) -> None:
        self.workspace.close()
        self._context.__exit__(None, None, None)


test_undo_and_redo_are_inverses = Edits.TestCase


@given(st.sets(st.integers(1, 300)), st.integers(0, 299))
def test_positions_skip_deleted_records(deleted: set[int], position: int) -> None:
    left = [number for number in range(1, 301) if number not in deleted]
    with loaded("objectID\n" + "".join(f"{n}\n" for n in range(1, 301))) as (workspace, _):
        workspace.delete_records(list(deleted))
        assert [row.record_id for row in workspace.page(position, 3)] == left[position : position + 3]
