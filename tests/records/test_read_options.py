"""What a person says about a file is done, and what is found without them is shown."""

from __future__ import annotations

import json

import pytest

from pushconsole.errors import InputError
from pushconsole.records import ColumnChoice, ColumnType, EmptyCell, ReadOptions, lists_in, save_copy
from tests.records.builders import all_loaded, loaded, texts


def test_a_title_before_the_table_is_passed_and_shown() -> None:
    with loaded("Report of May\n\nobjectID,a\n1,2\n3,4\n5,6\n") as (workspace, report):
        assert (report.source.skip_lines, report.source.header) == (2, ("objectID", "a"))
        assert [row.line for row in workspace.page(0, 9)] == [4, 5, 6]


def test_numbers_above_numbers_are_no_header_and_years_may_be_one() -> None:
    with loaded("1,x\n2,y\n3,z\n") as (workspace, report):
        assert not report.source.has_header
        assert texts(workspace)[0] == '{"column 1":1,"column 2":"x"}'
    with loaded("sku,2024,2025\na,1,2\nb,3,4\n") as (_, report):
        assert report.source.header == ("sku", "2024", "2025")


def test_header_skipped_lines_and_comments_are_as_said() -> None:
    options = ReadOptions(header=False, skip_lines=1, comment="#")
    with loaded('objectID,a\n# note\nx,"1\n# no comment"\n#,\ny,2\n', options) as (workspace, _):
        assert texts(workspace) == [
            '{"column 1":"x","column 2":"1\\n# no comment"}',
            '{"column 1":"y","column 2":"2"}',
        ]
        assert [row.line for row in workspace.page(0, 9)] == [3, 6]


def test_comments_are_found_by_the_first_line_and_counted_with_those_that_might_be_rows() -> None:
    rows = "".join(f"k{n};{n}\n" for n in range(30_000))
    content = f"# made by a shop\n# on Monday\nobjectID;n\na;1\n# half, way\nb;2\n{rows}#c;3\n"
    with loaded(content) as (workspace, report):
        assert (report.source.comment, report.source.header, report.rejected) == ("#", ("objectID", "n"), 0)
        assert [row.line for row in workspace.page(0, 2)] == [4, 6]
        [note] = report.notes
        assert note.startswith("4 lines of input beginning with “#” were passed as comments, though 1 would make a row")
        assert "the first in line 30,007. If these are records, open it again without comments." in note
    with loaded(content.replace("#c;3\n", "")) as (_, report):
        assert report.notes == ("3 lines of input beginning with “#” were passed as comments.",)
    with loaded(content, ReadOptions(comment="")) as (workspace, report):
        assert (report.source.comment, report.loaded, report.notes) == ("", 30_003, ())


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("#id,name\n1,a\n2,b\n", 2),
        ("# exported\n#id,name\n1,a\n2,b\n3,c\n", 3),
        ("#\n#ff0000\n#00ff00\n", 2),
        ("#a,b\n#c,d\n#e,f\n", 2),
        ("id,colour\n1,x\n#2,y\n", 2),
    ],
)
def test_a_header_or_rows_that_begin_with_the_sign_are_no_comments(content: str, rows: int) -> None:
    with loaded(content) as (_, report):
        assert (report.source.comment, report.loaded, report.rejected, report.notes) == ("", rows, 0, ())


@pytest.mark.parametrize("delimiter", ["^", "~", "\x1f"])
def test_rare_delimiters_are_found(delimiter: str) -> None:
    content = "objectID,b,c\n1,x,y\n2,x,y\n".replace(",", delimiter)
    with loaded(content) as (_, report):
        assert (report.source.delimiter, report.loaded) == (delimiter, 2)


def test_single_quotes_are_found_and_no_quotes_can_be_chosen() -> None:
    with loaded("'objectID','b'\n'1','x,y'\n'2','z'\n") as (workspace, report):
        assert report.source.quote == "'"
        assert texts(workspace)[0] == '{"objectID":"1","b":"x,y"}'
    with loaded('objectID,b\n1,19"\n2,"x\n', ReadOptions(quote="")) as (workspace, _):
        assert [row.cells["b"].text for row in workspace.page(0, 9)] == ['19"', '"x']


def test_a_decimal_comma_is_shown_and_made_a_point_only_when_chosen() -> None:
    content = "objectID;price;n\n1;1,50;2\n2;3;1,5\n3;4,0;x\n"
    with loaded(content) as (workspace, report):
        assert report.source.decimal_comma
        assert texts(workspace)[0] == '{"objectID":"1","price":"1,50","n":"2"}'
    with loaded(content, ReadOptions(decimal_comma=True)) as (workspace, report):
        assert texts(workspace)[0] == '{"objectID":"1","price":1.50,"n":"2"}'
        assert texts(workspace)[2] == '{"objectID":"3","price":4.0,"n":"x"}'
        assert [(turned.column, turned.line) for turned in report.turned_to_text] == [("n", 4)]


@pytest.mark.parametrize(("cells", "seems"), [(["1,5"] * 9 + ["n/a"], True), (["1,5", "a", "b"], False)])
def test_some_other_cells_do_not_hide_how_numbers_are_written(cells: list[str], seems: bool) -> None:
    with loaded("objectID;price\n" + "".join(f"k;{cell}\n" for cell in cells)) as (_, report):
        assert report.source.decimal_comma is seems


def test_each_column_has_its_own_type_empty_cell_and_name() -> None:
    options = ReadOptions(
        object_id="key",
        columns={
            "sku": ColumnChoice(type=ColumnType.NUMBER, rename="number"),
            "a": ColumnChoice(empty=EmptyCell.NULL),
            "b": ColumnChoice(empty=EmptyCell.EMPTY),
            "c": ColumnChoice(leave_out=True),
            "d": ColumnChoice(type=ColumnType.TEXT),
        },
    )
    with loaded("key,sku,a,b,c,d,e\nk,7,,,1,1,\nl,8,1,x,2,2,3\n", options) as (workspace, report):
        assert texts(workspace) == [
            '{"objectID":"k","number":7,"a":null,"b":"","d":"1"}',
            '{"objectID":"l","number":8,"a":1,"b":"x","d":"2","e":3}',
        ]
        assert [(column.name, column.present) for column in workspace.columns()] == [
            ("objectID", 2), ("number", 2), ("a", 2), ("b", 2), ("d", 2), ("e", 1),
        ]  # fmt: skip
        assert report.source.columns == ("key", "sku", "a", "b", "c", "d", "e")
        assert workspace.row(1).object_id == "k"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (ReadOptions(object_id="x"), "no column “x”, which should be the objectID"),
        (ReadOptions(columns={"x": ColumnChoice()}), "no column “x”"),
        (ReadOptions(columns={"a": ColumnChoice(rename="b")}), "Two columns of input would be called “b”"),
        (ReadOptions(columns={"a": ColumnChoice(leave_out=True), "b": ColumnChoice(leave_out=True)}), "All columns"),
        (ReadOptions(delimiter="||"), "delimiter has to be one character"),
        (ReadOptions(delimiter=",", quote=","), "are the same"),
        (ReadOptions(split=True, columns={"a": ColumnChoice(rename="b.c")}), "cannot be split"),
        (ReadOptions(split=True, columns={"a": ColumnChoice(rename="b[0]")}), "cannot be split"),
    ],
)
def test_options_that_cannot_be_are_sentences(options: ReadOptions, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence), loaded("a,b\n1,2\n", options):
        pass


def test_columns_are_split_into_objects_and_lists_as_their_names_say() -> None:
    content = "objectID,size.w,size.h,tags[0],tags[1],a..b,m[0].n\n1,2,3,x,y,z,5\n2,,,,y,,\n3,4,tall,,,,6\n"
    with loaded(content, ReadOptions(split=True)) as (workspace, report):
        assert texts(workspace) == [
            '{"objectID":"1","size":{"w":2,"h":"3"},"tags":["x","y"],"a..b":"z","m":[{"n":5}]}',
            '{"objectID":"2","tags":["y"]}',
            '{"objectID":"3","size":{"w":4,"h":"tall"},"m":[{"n":6}]}',
        ]
        assert report.turned_to_text[0].column == "size.h"
        assert [column.name for column in workspace.columns()] == ["objectID", "size", "tags", "a..b", "m"]


def test_attributes_of_json_are_renamed_left_out_and_made_the_object_id() -> None:
    options = ReadOptions(object_id="id", columns={"y": ColumnChoice(leave_out=True), "x": ColumnChoice(rename="z")})
    with loaded('{"id":5,"x":1.10,"y":2}\n{"id":"a"}\n{"id":1,"objectID":2}\n', options) as (workspace, report):
        assert texts(workspace) == ['{"objectID":"5","z":1.10}', '{"objectID":"a"}']
        assert report.rejected == 1
        assert {column.name for column in workspace.columns()} == {"objectID", "z"}


@pytest.mark.parametrize(
    ("content", "wrapper", "count"),
    [
        ('{"data":{"items":[{"a":1},{"a":2}]},"n":[1]}', "data.items", 2),
        ('{"a":{"b":{"hits":[{"a":1}]}}}', "a.b.hits", 1),
        ('{"meta":{"items":[{"x":1}]},"hits":[{"a":1},{"a":2}]}', "hits", 2),
    ],
)
def test_records_deep_in_an_object_are_found(content: str, wrapper: str, count: int) -> None:
    with loaded(content) as (_, report):
        assert (report.source.wrapper, report.loaded) == (wrapper, count)


@pytest.mark.parametrize("wrapper", ["hits", "items", "more.lists", "odd"])
def test_where_several_lists_fit_one_can_be_chosen(wrapper: str) -> None:
    content = (
        '{"hits":[{"v":"hits"}],"items":[{"v":"items"}],"more":{"lists":[{"v":"more.lists"}]},"odd":[{"v":"odd"}]}'
    )
    with loaded(content, ReadOptions(wrapper=wrapper)) as (workspace, _):
        assert lists_in(workspace.path.parent / "input") == ("hits", "items", "odd")
        assert texts(workspace) == [f'{{"v":"{wrapper}"}}']


def test_a_file_that_is_no_object_has_no_lists_to_choose_from() -> None:
    with loaded("objectID,b\n1,2\n") as (workspace, _):
        assert lists_in(workspace.path.parent / "input") == ()


def test_a_list_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(InputError, match="no list “gone”"), loaded('{"hits":[{}]}', ReadOptions(wrapper="gone")):
        pass


@pytest.mark.parametrize("content", ['{"a":1}{"a":2}{"a":3}', '{"a":1} {"a":2}\n{"a":3}', '{\n"a":1\n}{"a":2}{"a":3}'])
def test_objects_one_after_the_other_are_records(content: str) -> None:
    with loaded(content) as (workspace, report):
        assert (texts(workspace)[1:], report.rejected) == (['{"a":2}', '{"a":3}'], 0)


def test_objects_one_after_the_other_may_stand_on_lines_or_go_over_them() -> None:
    content = '{"objectID":"a"}\r\n{"objectID":"b",\r\n"n":[\r\n1]}\r\n{\r\n"objectID":"c"\r\n}\r\n'
    with loaded(content) as (workspace, report):
        assert ([row.object_id for row in workspace.page(0, 9)], report.rejected) == (["a", "b", "c"], 0)
        assert [row.line for row in workspace.page(0, 9)] == [1, 2, 5]


def test_what_stands_between_objects_is_rejected_alone() -> None:
    with loaded('{"a":1} 7 {"a":2}\n"x"\n{"a":3} oops {"a":4}') as (workspace, report):
        assert (len(texts(workspace)), [row.text for row in workspace.rejected()]) == (4, ["7", '"x"', "oops"])
        assert report.rejected == 3


def test_objects_one_after_the_other_are_records_also_where_each_holds_a_list() -> None:
    content = '{"order":1,"items":[{"a":1},{"a":2}]}{"order":2,"items":[{"a":3}]}'
    with loaded(content) as (workspace, report):
        assert (texts(workspace)[1], report.loaded, report.rejected) == ('{"order":2,"items":[{"a":3}]}', 2, 0)
    with loaded(f'{content}\n{{"order":3}}', ReadOptions(wrapper="items")) as (workspace, report):
        assert texts(workspace) == ['{"a":1}', '{"a":2}', '{"a":3}']
        assert [(row.line, row.text, row.reason) for row in workspace.rejected()] == [
            (2, '{"order":3}', "This object holds no list “items” of records.")
        ]


@pytest.mark.parametrize("between", ["", " ", "\n"])
def test_lists_one_after_the_other_are_read_and_a_copy_is_one_list(between: str) -> None:
    with loaded(between.join(['[{"a":1},\n{"a":2}]', "[]", '[{"a":3},7]', '{"a":4}'])) as (workspace, report):
        assert (texts(workspace), report.rejected) == (['{"a":1}', '{"a":2}', '{"a":3}', '{"a":4}'], 1)
        copy = workspace.path.parent / "copy.json"
        save_copy(workspace, copy)
        assert json.loads(copy.read_text("utf-8")) == [{"a": 1}, {"a": 2}, {"a": 3}, {"a": 4}]


def test_several_files_are_one_with_lines_and_names_of_each() -> None:
    contents = ["objectID,n\na,1\nragged\nb,2\n", "n,objectID\n3,c\n,,\n", "objectID,n\nd,many\n"]
    with all_loaded(contents) as (workspace, report):
        assert texts(workspace) == [
            '{"objectID":"a","n":"1"}',
            '{"objectID":"b","n":"2"}',
            '{"n":"3","objectID":"c"}',
            '{"objectID":"d","n":"many"}',
        ]
        assert [(row.file, row.line) for row in workspace.identities([(1, 9)])] == [
            ("a", 2), ("a", 4), ("b", 2), ("c", 2),
        ]  # fmt: skip
        assert [(row.file, row.line) for row in workspace.rejected()] == [("a", 3), ("b", 3)]
        assert [(turned.file, turned.line) for turned in report.turned_to_text] == [("c", 2)]
        assert [(column.type, column.present) for column in workspace.columns()] == [(ColumnType.TEXT, 4)] * 2
        assert (report.loaded, report.rejected, report.source.name) == (4, 2, "a and 2 more")


def test_several_json_files_are_one() -> None:
    with all_loaded(['[{"a":1},{"a":2}]', '{"a":3}\n{"a":4}\n']) as (workspace, report):
        assert (len(texts(workspace)), report.rejected) == (4, 0)
        assert workspace.columns()[0].present == 4


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        (["a,b\n1,2\n", "a,c\n1,2\n"], "The column “b” is missing. The column “c” is new."),
        (["a,b\n1,2\n", '{"a":1}\n{"a":2}\n'], "a is csv and b is ndjson"),
    ],
)
def test_files_that_do_not_go_together_are_a_sentence(contents: list[str], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence), all_loaded(contents):
        pass
