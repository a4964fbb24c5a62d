"""Records go back into files as they came."""

from __future__ import annotations

import csv
import errno
import json
import os
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pushconsole.errors import InputError
from pushconsole.records import SUPPORTED_ENDINGS, EmptyCell, ReadOptions, Workspace, export_records, save_copy
from tests.records.builders import loaded, texts
from tests.records.test_delimited import rows_of, written
from tests.records.test_json_files import RECORDS

ALL = [(1, 2**40)]


def exported(workspace: Workspace, ranges: list[tuple[int, int]] | None = None) -> Path:
    return export_records(workspace, ranges or ALL, workspace.path.parent / "failed")


@given(
    rows_of(3),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(list(EmptyCell)),
    st.booleans(),
)
def test_canonical_delimited_text_comes_back_byte_for_byte(
    rows: list[list[str]], delimiter: str, line_end: str, empty: EmptyCell, mark: bool
) -> None:
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    content = ""
    for row in [["objectID", "b", "c"], *rows]:
        writer.writerow(row)
        content += out.getvalue().removesuffix("\r\n") + line_end
        out.seek(0)
        out.truncate()
    data = content.encode("utf-8-sig" if mark else "utf-8")
    with loaded(data, ReadOptions(empty=empty)) as (workspace, report):
        if report.source.delimiter == delimiter:
            assert exported(workspace).read_bytes() == data


@given(RECORDS, st.sampled_from([None, 2]))
def test_export_after_import_is_identity_for_json(records: list[dict[str, object]], indent: int | None) -> None:
    lines = "".join(json.dumps(record) + "\n" for record in [*records, {"objectID": "last"}])
    whole = json.dumps(records, indent=indent)
    wrapped = json.dumps({"page": 1, "hits": records, "more": [1]}, indent=indent)
    for content in (lines, whole, wrapped):
        with loaded(content) as (workspace, _):
            copy = workspace.path.parent / "copy"
            save_copy(workspace, copy)
            assert copy.read_text("utf-8") == content


@pytest.mark.parametrize("ending", SUPPORTED_ENDINGS)
@settings(max_examples=40)
@given(rows_of(3).filter(bool))  # NDJSON without records is an empty file
def test_records_of_a_table_survive_the_way_through_every_format(ending: str, rows: list[list[str]]) -> None:
    content = written(["objectID", "b", "c"], rows, ",", csv.QUOTE_MINIMAL)
    with loaded(content, ReadOptions(delimiter=",")) as (workspace, _):
        copy = workspace.path.parent / f"copy{ending}"
        save_copy(workspace, copy)
        again = Workspace.create(workspace.path.parent / "again")
        try:
            report = again.load(copy, ReadOptions(delimiter="\t" if ending == ".tsv" else None))
            assert (texts(again), report.rejected) == (texts(workspace), 0)
        finally:
            again.close()


def test_exactly_the_records_of_the_ranges_are_exported() -> None:
    with loaded("objectID;v\r\na;1,10\r\nb;\r\nc;x\r\nd;y\r\n") as (workspace, _):
        target = exported(workspace, [(2, 2), (4, 9)])
        assert target.name == "failed.csv"
        assert target.read_bytes() == b"objectID;v\r\nb;\r\nd;y\r\n"


def test_an_export_can_be_named_in_a_folder() -> None:
    with loaded("a\tb\n1\t2\n") as (workspace, _):
        target = export_records(workspace, ALL, workspace.path.parent, name_hint="in_doubt")
        assert target == workspace.path.parent / "in_doubt.tsv"
        assert target.read_text() == "a\tb\n1\t2\n"


def test_the_header_of_the_file_comes_back_and_new_attributes_stand_after_it() -> None:
    with loaded("name,name,\n1,2,3\n4,5,6\n") as (workspace, _):
        workspace.set_value(2, "tags", '["a", "b"]')
        workspace.set_value(2, "gone", "null")
        workspace.set_value(2, "ok", "true")
        assert exported(workspace).read_text() == ('name,name,,tags,gone,ok\n1,2,3,,,\n4,5,6,"[""a"",""b""]",,true\n')


def test_a_wrapping_objects_exported_records_are_a_plain_list() -> None:
    with loaded('{"nbHits":2,"hits":[{"a":1.10},{"a":2}]}') as (workspace, _):
        target = exported(workspace, [(1, 1)])
        assert target.name == "failed.json"
        assert target.read_text() == '[\n{"a":1.10}\n]\n'


@pytest.mark.parametrize("content", ["[]", "[\n]\n", '{"hits": [ ]}', "objectID\n"])
def test_a_file_without_records_comes_back(content: str) -> None:
    with loaded(content) as (workspace, _):
        save_copy(workspace, workspace.path.parent / "copy")
        assert (workspace.path.parent / "copy").read_text() == content


@pytest.mark.parametrize(
    "content", ['[{"a":1},,{"a":2}]', '[{"a":1},{"a":2},]', '[{"a":1} {"a":2}]', '[{"a":1},{"a":2']
)
def test_what_was_broken_around_the_records_is_not_written_again(content: str) -> None:
    with loaded(content) as (workspace, _):
        target = workspace.path.parent / "copy.json"
        save_copy(workspace, target)
        assert [json.dumps(record, separators=(",", ":")) for record in json.loads(target.read_text())] == texts(
            workspace
        )


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (".csv", 'objectID,n,t\na,1.10,"[1,""x""]"\nb,,\n'),
        (".tsv", 'objectID\tn\tt\na\t1.10\t"[1,""x""]"\nb\t\t\n'),
        (".json", '[\n{"objectID":"a","n":1.10,"t":[1,"x"]},\n{"objectID":"b","n":null}\n]\n'),
        (".ndjson", '{"objectID":"a","n":1.10,"t":[1,"x"]}\n{"objectID":"b","n":null}\n'),
        (".jsonl", '{"objectID":"a","n":1.10,"t":[1,"x"]}\n{"objectID":"b","n":null}\n'),
        (".txt", '{"objectID":"a","n":1.10,"t":[1,"x"]}\n{"objectID":"b","n":null}\n'),
    ],
)
def test_a_copy_has_the_format_of_its_ending(ending: str, expected: str) -> None:
    with loaded('{"objectID":"a","n":1.10,"t":[1,"x"]}\n{"objectID":"b","n":null}\n') as (workspace, _):
        target = workspace.path.parent / f"copy{ending}"
        save_copy(workspace, target)
        assert target.read_text() == expected


def test_pretty_records_stand_on_one_line_each_in_lines_of_json() -> None:
    with loaded('[{\n "a": 1.10\n}]') as (workspace, _):
        target = workspace.path.parent / "copy.ndjson"
        save_copy(workspace, target)
        assert target.read_text() == '{"a":1.10}\n'


def test_delimited_text_becomes_json_with_its_types() -> None:
    with loaded("objectID,zip,price\n1,02134,1.10\n") as (workspace, _):
        target = workspace.path.parent / "copy.ndjson"
        save_copy(workspace, target)
        assert target.read_text() == '{"objectID":"1","zip":"02134","price":1.10}\n'


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_a_sentence_and_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with loaded("objectID\na\n") as (workspace, _):
        target = workspace.path.parent / "failed.csv"
        target.write_text("before")
        real = Path.open

        def onto_full_device(path: Path, mode: str = "r", **options: object) -> object:
            if path.name == "part":
                path.symlink_to("/dev/full")
                mode = "w"
            return real(path, mode, **options)  # type: ignore[call-overload]

        monkeypatch.setattr(Path, "open", onto_full_device)
        with pytest.raises(InputError, match="the disk is full"):
            exported(workspace)
        assert target.read_text() == "before"
        assert not list(target.parent.glob(".push-console-*"))


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with loaded("objectID\na\n") as (workspace, _):
        with pytest.raises(InputError, match=os.strerror(errno.ENOENT)):
            save_copy(workspace, tmp_path / "missing" / "copy.csv")
        with pytest.raises(InputError, match="cannot be written"):
            save_copy(workspace, tmp_path)


def test_a_workspace_without_a_file_is_exported_as_a_list(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    workspace.add_record('{"a":1}')
    save_copy(workspace, tmp_path / "copy")
    workspace.close()
    assert (tmp_path / "copy").read_text() == '[\n{"a":1}\n]\n'


def test_edits_are_in_the_copy() -> None:
    with loaded("objectID,n\na,1\nb,2\n") as (workspace, _):
        workspace.set_value(1, "n", "7.50")
        workspace.delete_records([2])
        workspace.add_record('{"objectID":"c"}')
        target = exported(workspace)
        assert target.read_text() == "objectID,n\na,7.50\nc,\n"
        assert len(texts(workspace)) == 2
