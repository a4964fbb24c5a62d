"""The sample files that come with the program are good ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from pushconsole import locations
from pushconsole.records import CellKind, ColumnType, Workspace, check, save_copy


@pytest.mark.parametrize("name", ["products.csv", "products.json"])
def test_a_sample_loads_without_problems_and_comes_back_byte_for_byte(name: str, tmp_path: Path) -> None:
    file = locations.resources() / "samples" / name
    workspace = Workspace.create(tmp_path / "workspace")
    report = workspace.load(file)
    assert (report.loaded, report.rejected, report.turned_to_text) == (300, 0, ())
    assert check(workspace, record_limit_bytes=2000).counts == {}
    types = {column.name: column.type for column in workspace.columns()}
    assert [types[column] for column in ("zip", "price", "active")] == [
        ColumnType.TEXT,
        ColumnType.NUMBER,
        ColumnType.BOOLEAN,
    ]
    assert any(row.cells["zip"].text.startswith("0") for row in workspace.page(0, 300))
    save_copy(workspace, tmp_path / name)
    assert (tmp_path / name).read_bytes() == file.read_bytes()
    workspace.close()


def test_the_json_sample_shows_what_is_kept(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "workspace")
    workspace.load(locations.resources() / "samples" / "products.json")
    rows = workspace.page(0, 300)
    kinds = {cell.kind for row in rows for cell in row.cells.values()}
    assert kinds == set(CellKind) - {CellKind.ABSENT}
    references = [row.cells["supplierReference"].text for row in rows if "supplierReference" in row.cells]
    assert [len(reference) for reference in references] == [20]
    workspace.close()
