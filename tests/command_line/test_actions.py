"""The seven actions through real processes, judged by what stands in the index afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.command_line.shell import Shell, written
from tests.sandbox.caller import Caller

FILE = '[{"objectID":"old","price":2},\n {"objectID":"new","price":3}]\n'
OLD, OTHER = {"objectID": "old", "name": "Lamp", "price": 1}, {"objectID": "other", "name": "Chair"}
NEW_OLD, NEW = {"objectID": "old", "price": 2}, {"objectID": "new", "price": 3}
MERGED = {**OLD, "price": 2}

AFTERWARDS: dict[str, list[dict[str, Any]] | None] = {
    "addObject": [NEW_OLD, OTHER, NEW],
    "updateObject": [NEW_OLD, OTHER, NEW],
    "partialUpdateObject": [MERGED, OTHER, NEW],
    "partialUpdateObjectNoCreate": [MERGED, OTHER],
    "deleteObject": [OTHER],
    "clear": [],
    "delete": None,
}


def _by_object_id(hit: dict[str, Any]) -> str:
    return str(hit["objectID"])


@pytest.mark.parametrize("action", AFTERWARDS)
@pytest.mark.parametrize("watch", [False, True])
def test_an_action_leaves_the_index_as_the_service_says(
    shell: Shell, caller: Caller, tmp_path: Path, action: str, watch: bool
) -> None:
    caller.push("updateObject", [OLD, OTHER])
    takes_records = action not in {"clear", "delete"}
    file = written(tmp_path / "records.json", FILE) if takes_records else None
    options = [*(["--watch"] if watch else []), *([] if takes_records else ["--yes", "products", "--no-backup"])]
    done = shell.push(file, *options, action=action)
    assert (done.status, done.stderr) == (0, "")
    assert done.numbers == ((2, 0, 0, 0) if takes_records else (0, 0, 0, 0))
    assert done.events[-1]["batches"] == 1
    expected = AFTERWARDS[action]
    if expected is None:
        assert caller.index_names() == []
    else:
        assert sorted(caller.hits(), key=_by_object_id) == sorted(expected, key=_by_object_id)
    (query,) = [call["query"] for call in caller.get("/sandbox/calls")[1:] if call["path"].endswith("/push")]
    assert query == ("watch=true" if watch else "")


def test_add_object_makes_an_object_id_where_there_is_none(shell: Shell, caller: Caller, tmp_path: Path) -> None:
    done = shell.push(written(tmp_path / "records.ndjson", '{"name":"Lamp"}\n{"name":"Chair"}\n'), action="addObject")
    assert done.status == 0
    hits = caller.hits()
    assert [hit["name"] for hit in hits] == ["Lamp", "Chair"]
    assert len({hit["objectID"] for hit in hits}) == 2


@pytest.mark.parametrize(
    ("action", "words"), [("clear", ()), ("clear", ("--yes", "product")), ("delete", ("--yes", "Products"))]
)
def test_what_destroys_an_index_needs_its_name_in_full(
    shell: Shell, caller: Caller, action: str, words: tuple[str, ...]
) -> None:
    caller.push("updateObject", [OLD])
    done = shell.push(None, *words, action=action)
    assert (done.status, done.stdout) == (2, "")
    assert "products" in done.stderr
    assert caller.hits() == [OLD]


@pytest.mark.parametrize("name", ["a file", "no file"])
def test_an_action_takes_a_file_or_none(shell: Shell, caller: Caller, tmp_path: Path, name: str) -> None:
    file = written(tmp_path / "records.json", FILE) if name == "a file" else None
    action = "clear" if file else "updateObject"
    done = shell.push(file, "--yes", "products", action=action)
    assert (done.status, done.stdout) == (2, "")
    assert "FILE" in done.stderr
    assert caller.get("/sandbox/calls") == []
