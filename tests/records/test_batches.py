"""Records read many at once are the same as those read one by one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushconsole.records import Column, Workspace
from pushconsole.records.column_types import Tally
from pushconsole.records.json_batches import Batch, BatchReader
from pushconsole.records.json_text import NotARecord, parse_record
from tests.records.builders import loaded

_PLAIN = b'{"objectID":"a","n":1.10,"at":"12:30","tags":["x"],"size":{"w":1}}'
_NOT_PLAIN = (
    b'{"objectID":"a","n":1,"n":2}',
    b'{"objectID":"a","n":1,"n" :2}',
    b'{"objectID":"a","size":{"w":1,"w":2}}',
    b'{"objectID":"a","tags":[{"w":1,"w":2}]}',
    b'{"objectID":"a","n":1,"n":"\\u0022:"}',
    b'{"objectID":"\\u0022:\\u003a","n":1,"n":":"}',
    b'{"objectID":"a","n":NaN}',
    b"[1]",
    b"",
    b'{"objectID":"a"} {"objectID":"b"}',
    b'{"objectID":"a","name":"\xff"}',
    b'{"objectID":"a","tags":' + b"[" * 300 + b"]" * 300 + b"}",
)


@pytest.mark.parametrize("text", _NOT_PLAIN)
def test_a_batch_with_a_record_that_is_not_plain_is_left_to_one_by_one(text: bytes) -> None:
    reader = BatchReader()
    assert reader.read([_PLAIN, _PLAIN]) is not None
    assert reader.read([_PLAIN, text]) is None
    assert reader.read([_PLAIN]) is not None


def test_a_batch_knows_objectids_of_every_kind() -> None:
    records = [_PLAIN, b'{"objectID":12.50}', b'{"objectID":null}', b"{}", b'{"objectID":""}', b'{"new":[]}']
    batch = BatchReader().read(records)
    assert batch is not None
    assert [*batch.object_ids(records)] == ["a", b"12.50", None, None, "", None]


_keys = st.sampled_from(["objectID", "a", "b:c", 'd"e', "é"])
_leaves = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8", max_codepoint=0x300))
_values = st.recursive(_leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3))


_records = st.lists(st.dictionaries(_keys, _values, max_size=4), max_size=5)


def written(records: list[dict[str, object]]) -> list[str]:
    return [json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in records]


@given(st.lists(_records, min_size=1, max_size=4), st.none() | st.integers(0, 60))
def test_what_a_batch_accepts_is_accepted_and_counted_one_by_one(
    batches: list[list[dict[str, object]]], repeated: int | None
) -> None:
    reader = BatchReader()
    for number, texts in enumerate(map(written, batches), 1):
        if texts and repeated is not None and number == len(batches):
            # A key that may stand twice, at any depth, where what the reader has learned must not hide it.
            texts[-1] = texts[-1][:repeated] + texts[-1][repeated:].replace("{", '{"a":1,', 1)
        encoded = [text.encode() for text in texts]
        if (batch := reader.read(encoded)) is not None:
            assert_alike(batch, encoded)


def assert_alike(batch: Batch, texts: list[bytes]) -> None:
    together, one_by_one = Tally(), Tally()
    batch.count_values(together)
    for text in texts:
        try:
            parse_record(text, one_by_one)
        except NotARecord as refusal:
            raise AssertionError(f"{text!r}: {refusal.reason}") from refusal
    counts = {name: kinds for name, kinds in together.take().items() if any(kinds.values())}
    assert counts == one_by_one.take()


def test_a_key_that_stands_twice_is_found_whatever_colons_there_were_before() -> None:
    reader, other = BatchReader(), b'{"objectID":"b","n":1,"at":"1:2:3","tags":["x:y"],"size":{"w":1}}'
    twice = b'{"objectID":"c","n":1,"n":2,"at":"12.30","tags":["x"],"size":{"w":1}}'
    for _ in range(3):
        assert reader.read([_PLAIN, other]) is not None
    assert reader.read([_PLAIN, twice]) is None
    assert reader.read([other, twice]) is None


def test_records_arrive_with_what_they_are_called_and_where_they_began() -> None:
    lines = ['{"objectID":"a"}', "", '{"objectID":12.50}', "{}", '{"objectID":null}', '{"objectID":"\\u0000b"}']
    with loaded("\n".join(lines)) as (workspace, _), workspace.database.reading() as connection:
        assert [*connection.execute("SELECT object_id, size, line FROM records ORDER BY id")] == [
            ("a", 16, 1), (b"12.50", 18, 3), (None, 2, 4), (None, 17, 5), ("\0b", 22, 6),
        ]  # fmt: skip
    with loaded('objectID,n\n"a\0",1\n"b\nc",2\nd,3\n') as (workspace, _):
        rows = [(row.object_id, row.line) for row in workspace.page(0, 9)]
        assert rows == [("a\0", 2), ("b\nc", 3), ("d", 5)]


@pytest.mark.parametrize("name", ["records.ndjson", "records.csv"])
def test_a_cancelled_load_counts_just_the_records_it_kept(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    line = '{"objectID":"a","n":1}\n' if name.endswith("ndjson") else "a,1\n"
    file.write_text(("" if name.endswith("ndjson") else "objectID,n\n") + line * 400_000, "utf-8")
    workspace = Workspace.create(tmp_path / "workspace")
    asked = iter([False, True])
    report = workspace.load(file, cancelled=lambda: next(asked))
    assert report.cancelled
    assert 0 < report.loaded < 400_000
    columns: list[Column] = workspace.columns()
    assert [(column.name, column.present) for column in columns] == [("objectID", report.loaded), ("n", report.loaded)]
    workspace.close()
