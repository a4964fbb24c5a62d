"""A look before loading shows what loading does, soon, whatever the size of the file."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushconsole.records import (
    ColumnChoice,
    ColumnType,
    EmptyCell,
    Likeness,
    ReadOptions,
    TurnedToText,
    Workspace,
    inspect,
)
from tests.records.builders import loaded, texts


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "input"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("objectID,n,t\na,1,x\nb,,y\nragged\nc,x,\n", None),
        ("objectID,n,t\na,1,x\nb,,y\n", ReadOptions(empty=EmptyCell.NULL, columns={"t": ColumnChoice(rename="u")})),
        ("objectID;n.a;n.b\na;1,5;x\n", ReadOptions(decimal_comma=True, split=True)),
        ('{"a":1}\n{"a":"x","b":[1]}\noops\n', None),
        ('{"hits":[{"a":1},{"a":2}]}', None),
        ("objectID,b\n1,Größe\n".encode("cp1252"), None),
    ],
)
def test_the_first_rows_are_shown_as_they_are_loaded(
    tmp_path: Path, content: str | bytes, options: ReadOptions | None
) -> None:
    found = inspect(written(tmp_path, content), options)
    with loaded(content, options) as (workspace, report):
        assert [dict(row.cells) for row in found.rows] == [dict(row.cells) for row in workspace.page(0, 99)]
        assert [(row.line, row.text) for row in found.rejected] == [
            (row.line, row.text) for row in workspace.rejected()
        ]
        assert found.whole
        assert found.looked_at == report.loaded + report.rejected
        if not (options and options.split):
            assert [(column.name, column.type) for column in found.columns] == [
                (column.name, column.type) for column in workspace.columns()
            ]


def test_a_column_says_how_sure_it_is_and_what_disagreed_first(tmp_path: Path) -> None:
    rows = "".join(f"k{n},{n},{'' if n % 2 else n}\n" for n in range(50))
    found = inspect(written(tmp_path, f"objectID,price,half\n{rows}last,on request,\n"))
    key, price, half = found.columns
    assert (key.type, price.type, half.type) == (ColumnType.TEXT, ColumnType.TEXT, ColumnType.NUMBER)
    assert (price.values, half.values) == (51, 25)
    assert price.first_disagreement is not None
    assert (price.first_disagreement.line, price.first_disagreement.value) == (52, "on request")


def test_a_column_that_is_nearly_numbers_says_what_is_otherwise_wherever_it_stands(tmp_path: Path) -> None:
    rows = "".join(f"k{n},{n},{n},true,x{n if n % 3 else ''}\n" for n in range(2, 40))
    found = inspect(written(tmp_path, f"key,price,sku,ok,name\nk1,n/a,1,no,7\n{rows}"))
    key, price, sku, ok, name = found.columns
    assert price.nearly == Likeness(ColumnType.NUMBER, 38, TurnedToText("price", 2, "n/a"))
    assert ok.nearly == Likeness(ColumnType.BOOLEAN, 38, TurnedToText("ok", 2, "no"))
    assert (key.nearly, name.nearly, sku.nearly, price.first_disagreement) == (None, None, None, None)
    assert [column.by_name for column in found.columns] == [True, False, True, False, False]


def test_columns_that_are_split_say_what_each_holds_and_the_records_show_what_becomes_of_them(tmp_path: Path) -> None:
    content = "objectID,size.w,size.h,tags[0]\na,1,tall,x\nb,2,3,\n"
    found = inspect(written(tmp_path, content), ReadOptions(split=True))
    assert [(column.name, column.type, column.values) for column in found.columns] == [
        ("objectID", ColumnType.TEXT, 2), ("size.w", ColumnType.NUMBER, 2),
        ("size.h", ColumnType.TEXT, 2), ("tags[0]", ColumnType.TEXT, 1),
    ]  # fmt: skip
    assert found.names == ("objectID", "size", "tags")
    assert found.rows[0].cells["size"].text == '{"w":1,"h":"tall"}'


def test_a_column_that_is_left_out_is_shown_as_such(tmp_path: Path) -> None:
    options = ReadOptions(columns={"b": ColumnChoice(leave_out=True), "c": ColumnChoice(empty=EmptyCell.NULL)})
    found = inspect(written(tmp_path, "a,b,c\n1,2,\n"), options)
    assert [(column.written, column.left_out, column.empty) for column in found.columns] == [
        ("a", False, EmptyCell.OMIT), ("b", True, EmptyCell.OMIT), ("c", False, EmptyCell.NULL),
    ]  # fmt: skip


@pytest.mark.parametrize("options", [None, ReadOptions(split=True), ReadOptions(object_id="name")])
def test_a_large_file_is_not_read_to_its_end(tmp_path: Path, options: ReadOptions | None) -> None:
    file = written(tmp_path, b"key,name,n.a\n" + b"a,some name,1\n" * 2_000_000)
    start = time.process_time()
    found = inspect(file, options)
    assert time.process_time() - start < 0.5
    assert (len(found.rows), found.whole) == (100, False)


@given(st.lists(st.sampled_from(["1", "x", "", "true", "1.5"]), min_size=1, max_size=30))
def test_types_shown_are_types_loaded(cells: list[str]) -> None:
    content = "objectID,v\n" + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells))
    with loaded(content) as (workspace, report):
        found = inspect(workspace.path.parent / "input")
        assert found.columns[1].type is workspace.columns()[1].type
        assert [turned.line for turned in report.turned_to_text] == [
            column.first_disagreement.line for column in found.columns if column.first_disagreement
        ]


def test_a_repaired_row_is_a_record_until_that_is_undone() -> None:
    with loaded("objectID,n\na,1\nb,2,3\n") as (workspace, _):
        (row,) = workspace.rejected()
        workspace.repair(row.rejected_id, "b,23")
        assert texts(workspace) == ['{"objectID":"a","n":1}', '{"objectID":"b","n":23}']
        assert (workspace.rejected(), workspace.rejected_count(), workspace.row(2).line) == ([], 0, 3)
        workspace.undo()
        assert (workspace.rejected(), workspace.count()) == ([row], 1)
        workspace.redo()
        assert workspace.rejected_count() == 0
        with pytest.raises(Exception, match="not among the rejected ones"):
            workspace.repair(row.rejected_id, "b,23")


@pytest.mark.parametrize(
    ("content", "text", "sentence"),
    [
        ("objectID,n\na,1\nb,2,3\n", "b,2,3", "3 cells where one row of 2 cells"),
        ("objectID,n\na,1\nb,2,3\n", "b,2\nc,3", "2 rows where one row"),
        ('{"a":1}\n{"a":1,}\n{"a":2}\n', '{"a":1,}', "not JSON"),
    ],
)
def test_a_repair_that_is_none_is_a_sentence_and_changes_nothing(content: str, text: str, sentence: str) -> None:
    with loaded(content) as (workspace, report):
        (row,) = workspace.rejected()
        with pytest.raises(Exception, match=sentence):
            workspace.repair(row.rejected_id, text)
        assert (workspace.rejected(), workspace.count(), workspace.undo_label) == ([row], report.loaded, None)


def test_a_workspace_that_is_opened_again_knows_its_repairs(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "workspace")
    workspace.load(written(tmp_path, '{"a":1}\n{"a":1,}\n{"a":2}\n'))
    workspace.repair(workspace.rejected()[0].rejected_id, '{"a":1}')
    workspace.close()
    again = Workspace.open(tmp_path / "workspace")
    assert (again.count(), again.rejected()) == (3, [])
    again.close()
