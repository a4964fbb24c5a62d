"""Text in any encoding: found, shown, overridden, and never replaced."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushconsole.errors import InputError
from pushconsole.records import EmptyCell, ReadOptions
from tests.records.builders import loaded, texts

SAMPLES = {
    "cp1252": "objectID;stadt\n1;München\n2;Café crème – 5 €\n",
    "cp932": "商品,名前\n1,りんご\n2,東京タワー\n3,日本語テキスト\n",
    "cp1251": "id,имя\n1,Привет мир\n2,Москва\n3,лампа настольная\n4,деревянный стул\n5,большой стол\n",
    "cp1250": "id,nazwa\n1,Łódź żółta\n2,krzesło dębowe\n3,świeże\n",
    "gb18030": "编号,名称\n1,北京烤鸭\n2,上海灯具\n",
    "big5": "編號,名稱\n1,臺北檯燈\n2,椅子傢俱\n",
    "cp949": "번호,이름\n1,서울 램프\n2,의자\n",
    "euc_jp": "商品,名前\n1,りんごとみかん\n2,東京タワー\n",
}


@pytest.mark.parametrize("encoding", SAMPLES)
def test_a_legacy_code_page_is_found_and_said_to_be_a_guess(encoding: str) -> None:
    content = SAMPLES[encoding]
    with loaded(content.encode(encoding)) as (workspace, report):
        assert (report.source.encoding, report.source.encoding_sure) == (encoding, False)
        delimiter = report.source.delimiter or ","
        _, *rows = csv.reader(StringIO(content), delimiter=delimiter)
        assert [[cell.text for cell in row.cells.values()] for row in workspace.page(0, 9)] == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_unicode_is_found_with_and_without_a_mark(encoding: str) -> None:
    content = "objectID,name\n" + "1,é 🔆 漢\n" * 20
    with loaded(content.encode(encoding)) as (workspace, report):
        assert report.source.encoding == encoding
        assert texts(workspace)[0] == '{"objectID":"1","name":"é 🔆 漢"}'


def test_a_byte_far_down_decides_as_well_as_one_at_the_beginning() -> None:
    content = b"objectID,name\n" + b"1,plain\n" * 400_000 + "2,Größe\n".encode("cp1252") * 100_000
    with loaded(content) as (workspace, report):
        assert (report.source.encoding, report.rejected) == ("cp1252", 0)
        assert workspace.page(400_000, 1)[0].cells["name"].text == "Größe"


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8) | st.sampled_from(['"', "a,b", "\n", ""])


@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=6),
    st.sampled_from(["utf-8", "utf-16", "utf-32", "cp1252", "shift_jis", "gb18030", "cp1251", "koi8_r", "big5"]),
    st.sampled_from(",;\t|^"),
    st.sampled_from("\"'"),
)
def test_what_was_written_is_read_whatever_the_encoding_delimiter_and_quote(
    rows: list[list[str]], encoding: str, delimiter: str, quote: str
) -> None:
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter, quotechar=quote, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    fitting = [[cell.encode(encoding, "ignore").decode(encoding) for cell in row] for row in rows]
    writer.writerows([["objectID", "b"], *fitting])
    options = ReadOptions(
        all_text=True, empty=EmptyCell.EMPTY, encoding=encoding, delimiter=delimiter, quote=quote, header=True
    )
    with loaded(out.getvalue().encode(encoding), options) as (workspace, report):
        assert [list(json.loads(text).values()) for text in texts(workspace)] == fitting
        assert report.rejected == 0


@given(st.lists(st.sampled_from([b"a,1", b"caf\xc3\xa9,2", b"caf\xe9,3", b"\xff,\xfe", b"ragged", b",5"]), max_size=30))
def test_a_row_that_is_no_text_is_rejected_and_all_others_are_loaded(rows: list[bytes]) -> None:
    with loaded(b"name,n\n" + b"\n".join(rows), ReadOptions(encoding="utf-8", header=True)) as (workspace, report):
        good = [row for row in rows if decodes(row) and b"," in row]
        assert (report.loaded, report.loaded + report.rejected) == (len(good), len(rows))
        assert [row.cells["n"].text for row in workspace.page(0, 99)] == [row.decode().split(",")[1] for row in good]
        counted = {column.name: column.present for column in workspace.columns()}
        assert counted == {"name": sum(not row.startswith(b",") for row in good), "n": len(good)}


def decodes(row: bytes) -> bool:
    try:
        row.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_json_in_a_legacy_encoding_is_read_and_its_broken_records_are_rejected() -> None:
    content = '{"a":"りんご"}\n{"a":"'.encode("cp932") + b'\x81\x20"}\n{"a":1}\n'
    with loaded(content, ReadOptions(encoding="shift_jis")) as (workspace, report):
        assert texts(workspace) == ['{"a":"りんご"}', '{"a":1}']
        assert report.rejected == 1
        assert "which is no SHIFT_JIS text" in workspace.rejected()[0].reason


def test_an_unknown_encoding_is_a_sentence() -> None:
    for name in ("klingon", "base64", "idna", "punycode", "undefined"):
        with pytest.raises(InputError, match=f"no encoding “{name}”"), loaded("a\n1\n", ReadOptions(encoding=name)):
            pass


def test_an_encoding_whose_mark_is_missing_is_a_sentence() -> None:
    with (
        pytest.raises(InputError, match="input is no UTF-16 text"),
        loaded(b"a,b\n1,2\n", ReadOptions(encoding="utf-16")),
    ):
        pass


def test_a_delimiter_that_is_half_a_character_is_a_sentence() -> None:
    with (
        pytest.raises(InputError, match="is no character but the byte"),
        loaded("a\n", ReadOptions(delimiter="\udcff")),
    ):
        pass


def test_a_header_that_is_no_text_is_a_sentence() -> None:
    with (
        pytest.raises(InputError, match=r"header of input is no UTF-8 text: .*\\xe9"),
        loaded(b"caf\xe9,b\n1,2\n", ReadOptions(encoding="utf-8")),
    ):
        pass


@pytest.mark.parametrize(
    ("said", "mark", "codec"),
    [
        ("utf-8", "utf-8-sig", "utf-8-sig"),
        ("utf-16-le", "utf-16-le", "utf-16"),
        ("UTF-16BE", "utf-16-be", "utf-16"),
        ("utf-32-le", "utf-32-le", "utf-32"),
    ],
)
@pytest.mark.parametrize(
    "content", ["objectID,b\né,2\n", '[{"objectID":"é","b":2}]', '{"objectID":"é","b":2}\n{"b":3}']
)
def test_a_mark_is_no_text_also_where_the_encoding_is_named_without_it(
    said: str, mark: str, codec: str, content: str
) -> None:
    data = content.encode(mark) if mark == codec else "\ufeff".encode(mark) + content.encode(mark)
    with loaded(data, ReadOptions(encoding=said)) as (workspace, report):
        assert (texts(workspace)[0], report.source.encoding) == ('{"objectID":"é","b":2}', codec)


def test_an_encoding_that_the_mark_contradicts_is_used_as_it_was_said() -> None:
    with loaded("\ufeffa,b\n1,2\n".encode(), ReadOptions(encoding="cp1252")) as (_, report):
        assert (report.source.encoding, report.source.header) == ("cp1252", ("ï»¿a", "b"))
