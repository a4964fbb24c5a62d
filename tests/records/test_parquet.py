"""Parquet files are read through DuckDB, and without it a sentence says how to get it."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pytest

from pushconsole.errors import InputError
from pushconsole.records import Format, ReadOptions, inspect
from tests.records.builders import loaded, texts


@pytest.fixture
def parquet(tmp_path: Path) -> bytes:
    file = tmp_path / "records.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT 'k' || i AS key, i * 1.10::DECIMAL(9,2) AS price, [i, 2] AS tags, "
            f"CASE WHEN i > 1 THEN DATE '2026-05-01' END AS day FROM range(1, 4) r(i)) TO '{file}' (FORMAT parquet)"
        )
    return file.read_bytes()


def test_rows_are_records_with_their_values(parquet: bytes) -> None:
    with loaded(parquet, ReadOptions(object_id="key")) as (workspace, report):
        assert (report.source.format, report.loaded) == (Format.PARQUET, 3)
        assert texts(workspace)[:2] == [
            '{"objectID":"k1","price":1.10,"tags":[1,2],"day":null}',
            '{"objectID":"k2","price":2.20,"tags":[2,2],"day":"2026-05-01"}',
        ]


def test_without_duckdb_a_sentence_says_how_to_get_it(
    parquet: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(InputError, match=r"needs DuckDB.*pip install 'pushconsole\[duckdb\]'"):
        inspect(tmp_path / "records.parquet")
