"""Records read many at once are the same as those read one by one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushconsole.records import Column, Workspace
from pushconsole.records.json_batches import BatchReader
from pushconsole.records.json_text import NotARecord, parse_record

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


@given(st.lists(st.dictionaries(_keys, _values, max_size=4), max_size=5), st.none() | st.integers(0, 60))
def test_what_a_batch_accepts_is_accepted_one_by_one(records: list[dict[str, object]], repeated: int | None) -> None:
    written = [json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in records]
    if written and repeated is not None:  # a key that may stand twice, at any depth
        last = written[-1]
        written[-1] = last[:repeated] + last[repeated:].replace("{", '{"a":1,', 1)
    encoded = [text.encode() for text in written]
    if BatchReader().read(encoded) is not None:
        for text in encoded:
            try:
                parse_record(text)
            except NotARecord as refusal:
                raise AssertionError(f"{text!r}: {refusal.reason}") from refusal


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
