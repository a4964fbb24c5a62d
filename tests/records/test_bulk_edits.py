"""Changes to many records: what each does, to which, what it refuses, and that undo takes all of it back."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

from pushconsole.errors import ValueNotUsable, WorkspaceFrozen
from pushconsole.records import (
    AddColumn,
    BulkCommand,
    ChangeType,
    ColumnType,
    DeleteRecords,
    DuplicateRecords,
    EditReport,
    FillDown,
    JoinColumns,
    Keep,
    KeepOfDuplicates,
    MakeObjectIds,
    Match,
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
    find_matches,
    number_meant,
    redo,
    save_copy,
    undo,
)
from tests.records.builders import loaded, sizes, texts

LINES = '{"objectID":"a","n":1.10,"t":["x", 1.0]}\n{ "objectID":"b", "n":"2"}\n{"n":null}\n'


def after(content: str, command: BulkCommand, *, change_rest: bool = False) -> tuple[list[str], EditReport]:
    """Return the records and the report after a command on all records, undone and done again on the way."""
    with loaded(content) as (workspace, _):
        before = picture(workspace)
        report = edit_many(workspace, command, change_rest=change_rest)
        done = picture(workspace)
        if report.change is not None:
            assert workspace.undo_label == report.change.label == command.label
            assert undo(workspace) == report.change
            assert picture(workspace) == before
            assert redo(workspace) == report.change
        else:
            assert workspace.undo_label is None
        assert picture(workspace) == done
        return texts(workspace), report


def picture(workspace: Workspace) -> object:
    """Return all there is to see of a workspace; what it has on record must be what its texts say."""
    rows = [(row.record_id, row.object_id, row.line) for row in workspace.page(0, 1000)]
    assert [workspace.position(row[0]) for row in rows] == list(range(workspace.count()))
    assert sizes(workspace) == [len(text.encode()) for text in texts(workspace)]
    counted: dict[str, int] = {}
    kinds: dict[str, set[str]] = {}
    for text, (_, object_id, _) in zip(texts(workspace), rows, strict=True):
        values = json.loads(text)
        known = values.get("objectID")
        assert object_id == (known if isinstance(known, str) else None)
        for name, value in values.items():
            counted[name] = counted.get(name, 0) + 1
            kinds.setdefault(name, set()).update(_deciding(value))
    columns = workspace.columns()
    assert {column.name: column.present for column in columns if column.present} == counted
    assert {column.name: column.type for column in columns if column.present} == {
        name: _TYPES[found.pop()] if len(found) == 1 else ColumnType.MIXED if found else ColumnType.UNKNOWN
        for name, found in kinds.items()
    }
    return rows, texts(workspace), columns


def _deciding(value: object) -> set[str]:
    if value is None or value == "":
        return set()
    kind = type(value).__name__
    return {{"int": "number", "float": "number", "list": "nested", "dict": "nested"}.get(kind, kind)}


_TYPES = {
    "str": ColumnType.TEXT,
    "number": ColumnType.NUMBER,
    "bool": ColumnType.BOOLEAN,
    "nested": ColumnType.NESTED,
}


def test_a_value_is_set_in_all_records_and_the_others_keep_their_characters() -> None:
    records, report = after(LINES, SetValue("n", "7.0"))
    assert records == ['{"objectID":"a","n":7.0,"t":["x", 1.0]}', '{"objectID":"b","n":7.0}', '{"n":7.0}']
    assert (report.changed, report.refused, report.cancelled) == (3, 0, False)


def test_a_value_is_set_in_ranges_of_records_only() -> None:
    with loaded(LINES) as (workspace, _):
        report = edit_many(workspace, SetValue("n", "0"), [(1, 1), (3, 9)])
        assert report.change is not None
        assert report.change.record_ids == (1, 3)
        assert [json.loads(text)["n"] for text in texts(workspace)] == [0, "2", 0]


def test_what_stands_there_already_is_no_change() -> None:
    records, report = after('{"n": 1}\n', SetValue("n", "1"))
    assert (records, report.change, report.changed) == (['{"n": 1}'], None, 0)


def test_fill_down_gives_the_value_of_one_record_to_others() -> None:
    assert after(LINES, FillDown("n", 1))[0][2] == '{"n":1.10}'
    assert after(LINES, FillDown("t", 3))[0][0] == '{"objectID":"a","n":1.10}'


def test_white_space_around_texts_is_trimmed() -> None:
    assert after('{"n":" a b\\n"}\n{"n":1}\n{"n":"\\u00a0x"}\n', Trim("n"))[0] == [
        '{"n":"a b"}',
        '{"n":1}',
        '{"n":"x"}',
    ]


@pytest.mark.parametrize(
    ("value", "to", "becomes"),
    [
        ("1.10", ValueType.TEXT, '"1.10"'),
        ("true", ValueType.TEXT, '"true"'),
        ('[1, "x"]', ValueType.TEXT, '"[1,\\"x\\"]"'),
        ('" 1.10 "', ValueType.NUMBER, "1.10"),
        ('"12345678901234567890.10"', ValueType.NUMBER, "12345678901234567890.10"),
        ("true", ValueType.NUMBER, "1"),
        ('"Yes"', ValueType.BOOLEAN, "true"),
        ("0", ValueType.BOOLEAN, "false"),
        ('"[1.0]"', ValueType.NESTED, "[1.0]"),
        ("null", ValueType.NUMBER, "null"),
    ],
)
def test_a_value_takes_another_type(value: str, to: ValueType, becomes: str) -> None:
    assert after(f'{{"a":{value},"b":1.0}}\n', ChangeType("a", to))[0] == [f'{{"a":{becomes},"b":1.0}}']


@pytest.mark.parametrize(
    ("value", "to"),
    [
        ('"00123"', ValueType.NUMBER),
        ('"12,5"', ValueType.NUMBER),
        ('""', ValueType.NUMBER),
        ("[1]", ValueType.NUMBER),
        ('"maybe"', ValueType.BOOLEAN),
        ('"[1,"', ValueType.NESTED),
        ('"x"', ValueType.NESTED),
    ],
)
def test_a_value_that_cannot_take_a_type_is_told_and_none_is_changed_or_the_rest_is(value: str, to: ValueType) -> None:
    content = f'{{"a":"1"}}\n{{"objectID":"k","a":{value}}}\n'
    if to is ValueType.NESTED:
        content = content.replace('"1"', '"[1]"')
    records, report = after(content, ChangeType("a", to))
    assert (records, report.change, report.changed) == (content.splitlines(), None, 0)
    assert report.refused == 1
    assert "Line 2 (objectID “k”): " in report.first_refused[0].sentence
    assert report.first_refused[0].record_id == 2
    records, report = after(content, ChangeType("a", to), change_rest=True)
    assert (report.changed, report.refused) == (1, 1)
    assert records[1] == content.splitlines()[1]


def test_numbers_with_a_decimal_comma_are_understood_where_asked_for() -> None:
    content = '{"a":"1.234,50"}\n{"a":"-12,5"}\n{"a":"7"}\n'
    command = ChangeType("a", ValueType.NUMBER, decimal_comma=True)
    assert after(content, command)[0] == ['{"a":1234.50}', '{"a":-12.5}', '{"a":7}']


@pytest.mark.parametrize(
    ("typed", "meant"), [("12,5", "12.5"), ("+3", "3"), ("007", "7"), (" 4 ", "4"), ("1.234,5", "1234.5"), ("a", None)]
)
def test_the_number_a_person_means_is_found(typed: str, meant: str | None) -> None:
    assert number_meant(typed) == meant


def test_a_renamed_column_keeps_its_place() -> None:
    with loaded("objectID,n,z\na,1,x\n") as (workspace, _):
        edit_many(workspace, RenameColumn("n", "price"))
        assert texts(workspace) == ['{"objectID":"a","price":1,"z":"x"}']
        assert [column.name for column in workspace.columns()] == ["objectID", "price", "z"]
        undo(workspace)
        assert [column.name for column in workspace.columns()] == ["objectID", "n", "z"]
        redo(workspace)
        assert [column.name for column in workspace.columns()] == ["objectID", "price", "z"]


def test_a_column_is_not_renamed_over_another_one() -> None:
    records, report = after('{"a":1,"b":2}\n{"a":3}\n', RenameColumn("a", "b"), change_rest=True)
    assert records == ['{"a":1,"b":2}', '{"b":3}']
    assert (report.changed, report.refused) == (1, 1)


def test_a_removed_column_is_gone_also_when_the_file_had_it() -> None:
    with loaded("objectID,n\na,1\nb,\n") as (workspace, _):
        edit_many(workspace, RemoveColumn("n"))
        assert [column.name for column in workspace.columns()] == ["objectID"]
        undo(workspace)
        assert [column.name for column in workspace.columns()] == ["objectID", "n"]


def test_a_saved_copy_has_the_columns_as_they_are_now(tmp_path: Path) -> None:
    with loaded("objectID,n,z\na,1,x\n") as (workspace, _):
        edit_many(workspace, RenameColumn("n", "price"))
        edit_many(workspace, RemoveColumn("z"))
        edit_many(workspace, AddColumn("brand"))
        save_copy(workspace, tmp_path / "copy.csv")
        assert (tmp_path / "copy.csv").read_text("utf-8") == "objectID,price,brand\na,1,\n"


def test_an_added_column_is_there_without_a_value() -> None:
    with loaded("objectID\na\n") as (workspace, _):
        report = edit_many(workspace, AddColumn("brand"))
        assert report.change is not None
        assert report.change.columns_changed
        assert [column.name for column in workspace.columns()] == ["objectID", "brand"]
        undo(workspace)
        assert [column.name for column in workspace.columns()] == ["objectID"]
    assert after('{"brand":"x"}\n{}\n', AddColumn("brand", "null"))[0] == ['{"brand":"x"}', '{"brand":null}']


def test_a_column_is_split_into_a_list_or_columns() -> None:
    content = '{"a":"x; y ;z","b":1.0}\n{"a":"x"}\n{"b":2}\n'
    assert after(content, SplitColumn("a", ";"))[0] == ['{"a":["x","y","z"],"b":1.0}', '{"a":["x"]}', '{"b":2}']
    records, report = after(content, SplitColumn("a", ";", ("p", "q")), change_rest=True)
    assert records == ['{"a":"x; y ;z","b":1.0}', '{"p":"x"}', '{"b":2}']
    assert report.first_refused[0].sentence == "Line 1: a has 3 parts, for 2 columns."
    assert after(content, SplitColumn("a", ";", ("a", "q", "r")))[0][0] == '{"a":"x","q":"y","r":"z","b":1.0}'


def test_columns_are_joined_in_place_of_the_first() -> None:
    content = '{"x":0,"a":"p","m":null,"b":1.50}\n{"b":"only"}\n{"x":1}\n{"a":[1]}\n'
    records, report = after(content, JoinColumns(("a", "m", "b"), " ", "name"), change_rest=True)
    assert records == ['{"x":0,"name":"p 1.50"}', '{"name":"only"}', '{"x":1}', '{"a":[1]}']
    assert report.first_refused[0].sentence == "Line 4: a is a list or an object."


def test_copies_stand_at_the_end_without_an_object_id() -> None:
    records, report = after('{"objectID":"a","n":1.0}\n{"n":2}\n', DuplicateRecords())
    assert records == ['{"objectID":"a","n":1.0}', '{"n":2}', '{"n":1.0}', '{"n":2}']
    assert report.change is not None
    assert report.change.rows_changed


def test_records_are_deleted_by_ranges() -> None:
    with loaded(LINES) as (workspace, _):
        edit_many(workspace, DeleteRecords(2), [(2, 3)])
        assert (workspace.count(), workspace.undo_label) == (1, "Delete 2 records")
        undo(workspace)
        assert workspace.count() == 3


@pytest.mark.parametrize(("keep", "lines"), [(Keep.FIRST, [1, 2, 4, 5]), (Keep.LAST, [2, 3, 4, 5])])
def test_the_first_or_last_of_duplicates_is_kept(keep: Keep, lines: list[int]) -> None:
    rows = ['{"objectID":"a"}', '{"objectID":"b"}', '{"objectID":"a"}', '{"objectID":5}', '{"objectID":5}']
    records, _ = after("\n".join(rows), KeepOfDuplicates(keep))
    assert records == [rows[line - 1] for line in lines]
    assert after("\n".join(rows), KeepOfDuplicates(keep, "b"))[0] == rows


def test_object_ids_are_made_from_columns_a_counter_or_as_uuids() -> None:
    content = '{"a":"x","b":2.0}\n{"a":"y"}\n{"objectID":"kept"}\n'
    records, report = after(content, MakeObjectIds(("a", "b")), change_rest=True)
    assert records == ['{"objectID":"x-2.0","a":"x","b":2.0}', *content.splitlines()[1:]]
    assert "no b to make an objectID from" in report.first_refused[0].sentence
    records, _ = after(content, MakeObjectIds(counter=8, prefix="p"))
    assert [json.loads(text)["objectID"] for text in records] == ["p8", "p9", "kept"]
    records, _ = after(content, MakeObjectIds(all_records=True))
    assert {uuid.UUID(json.loads(text)["objectID"]).version for text in records} == {7}


def test_a_block_is_pasted_cell_by_cell_and_below_the_last_record_adds_some() -> None:
    block = PasteBlock(("n", "z"), (("5", "x"), ("many",), ("", "y")), (2, 3))
    records, report = after('{"n":1}\n{"n":2}\n{"n":3,"z":"o"}\n', block)
    assert records == ['{"n":1}', '{"n":5,"z":"x"}', '{"n":"many","z":"o"}', '{"z":"y"}']
    assert report.changed == 3


def test_a_text_is_pasted_into_many_cells_as_each_takes_it() -> None:
    records, report = after('{"n":1,"z":true}\n{"n":"2"}\n{"n":["x"]}\n{"z":3}\n', PasteText("n", "5"))
    assert records == ['{"n":5,"z":true}', '{"n":"5"}', '{"n":5}', '{"z":3,"n":"5"}']
    assert report.refused == 0
    records, report = after('{"n":["x"]}\n{"n":"2"}\n{"z":3}\n', PasteText("n", "many"), change_rest=True)
    assert records == ['{"n":["x"]}', '{"n":"many"}', '{"z":3,"n":"many"}']
    assert "A list or an object is written as JSON." in report.first_refused[0].sentence


def test_a_record_takes_another_text() -> None:
    with loaded(LINES) as (workspace, _):
        edit_many(workspace, SetText('{\n "objectID": "new",\n "x": 1.0}'), [(1, 1)])
        assert texts(workspace)[0] == '{"objectID":"new","x":1.0}'
        assert workspace.row(1).object_id == "new"
        with pytest.raises(ValueNotUsable, match="not JSON"):
            edit_many(workspace, SetText('{"a":nope}'), [(1, 1)])


def test_text_is_replaced_wherever_it_is_a_value() -> None:
    content = '{"lamp":"Lamp, lamp","k":{"lamp":["a lamp", 1.0]},"n":10,"u":"\\u006camp"}\n{"x":1.10}\n'
    records, report = after(content, Replace("lamp", "light"))
    assert records[0] == '{"lamp":"light, light","k":{"lamp":["a light", 1.0]},"n":10,"u":"light"}'
    assert report.changed == 1
    assert after(content, Replace("lamp", "x", match_case=True))[0][0].startswith('{"lamp":"Lamp, x"')
    assert after(content, Replace("lamp", "x", column="u"))[0][0].endswith('"u":"x"}')


def test_a_number_stays_a_number_or_is_refused() -> None:
    records, report = after('{"n":1.10,"ok":true}\n{"n":1}\n', Replace("1", "2"))
    assert (records, report.refused) == (['{"n":2.20,"ok":true}', '{"n":2}'], 0)
    assert after('{"n":1.10}\n', Replace("1", "x"))[1].refused == 1


def test_a_regular_expression_replaces_groups() -> None:
    assert after('{"n":"12 x 30"}\n', Replace(r"(\d+) x (\d+)", r"\2×\1", regular=True))[0] == ['{"n":"30×12"}']


@pytest.mark.parametrize(
    "command",
    [
        Replace("", "x"),
        Replace("(", "x", regular=True),
        Replace("a", r"\1", regular=True),
        Replace("a", r"\g<no>", regular=True),
        Replace("a", "\ud800"),
        SetValue("n", "NaN"),
        RenameColumn("n", " "),
        SplitColumn("n", ""),
        SplitColumn("n", ",", ("a", "a")),
    ],
)
def test_a_command_that_makes_no_sense_is_refused(command: BulkCommand) -> None:
    with loaded(LINES) as (workspace, _):
        with pytest.raises(ValueNotUsable):
            edit_many(workspace, command)
        assert not workspace.edited


def test_matches_are_shown_before_anything_is_replaced() -> None:
    with loaded('{"a":"lamp","b":"Lamp"}\n{"a":"x"}\n{"a":"lamps"}\n') as (workspace, _):
        found = find_matches(workspace, Replace("lamp", "light"), limit=2)
        assert (found.values, found.records) == (3, 2)
        assert found.first == (Match(1, 1, "a", "lamp", "light"), Match(1, 1, "b", "Lamp", "light"))
        assert find_matches(workspace, Replace("lamp", "x", match_case=True), [(2, 3)]).values == 1
        assert not workspace.edited


def test_a_frozen_workspace_refuses() -> None:
    with loaded(LINES) as (workspace, _):
        workspace.freeze("The records are being pushed.")
        with pytest.raises(WorkspaceFrozen):
            edit_many(workspace, SetValue("n", "1"))
