"""What an index held is kept before it is cleared or deleted, and comes back as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import zstandard

from pushconsole.locations import backups
from tests.command_line.fixtures import shell
from tests.command_line.shell import Shell, run
from tests.sandbox.caller import ARTICLES, PRODUCTS, Caller

__all__ = ["shell"]

_COUNT = 2_300  # more than two pages
_YES = ("--yes", "products")


@pytest.fixture
def held(caller: Caller) -> list[str]:
    """Put records into the index, and return their texts, sorted; a float would change their numbers."""
    caller.settings(delay_s=0)
    texts = [
        f'{{"objectID":"id-{n}","price":1.10,"big":12345678901234567890,"text":"é \\n","none":null}}'
        for n in range(_COUNT)
    ]
    caller.push("updateObject", "[" + ",".join(texts) + "]")
    assert len(list(caller.all_hits())) == _COUNT
    return sorted(texts)


def _lines(folder: Path) -> list[str]:
    (file,) = folder.glob("*.ndjson.zst")
    with file.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as unpacked:
        return sorted(unpacked.read().decode().splitlines())


@pytest.mark.parametrize("action", ["clear", "delete"])
def test_the_index_is_backed_up_and_restored_character_for_character(
    shell: Shell, caller: Caller, held: list[str], tmp_path: Path, action: str
) -> None:
    done = shell.push(None, *_YES, "--backup", tmp_path / "kept", action=action)
    assert done.status == 0, done.stderr
    assert f"Backed up 2\u202f300 records to {tmp_path / 'kept' / 'products-'}" in done.stderr
    assert _lines(tmp_path / "kept") == held
    assert list(caller.all_hits()) == []
    (file,) = (tmp_path / "kept").iterdir()
    back = run("restore", file, "--task", PRODUCTS, *shell.target, "--json", environ=shell.environ)
    assert (back.status, back.numbers) == (0, (_COUNT, 0, 0, 0))
    assert sorted(caller.text(json.loads(text)["objectID"]) for text in held[:50]) == held[:50]
    assert len(list(caller.all_hits())) == _COUNT


@pytest.mark.usefixtures("held")
def test_without_a_word_the_backup_is_in_the_programs_own_folder(shell: Shell) -> None:
    assert shell.push(None, *_YES, action="clear").status == 0
    assert len(_lines(backups())) == _COUNT


@pytest.mark.usefixtures("held")
def test_no_backup_makes_none(shell: Shell, caller: Caller) -> None:
    assert shell.push(None, *_YES, "--no-backup", action="clear").status == 0
    assert not backups().exists()
    assert list(caller.all_hits()) == []


def test_an_index_that_is_not_there_needs_no_backup(shell: Shell) -> None:
    assert shell.push(None, *_YES, action="clear").status == 0
    assert not backups().exists()


@pytest.mark.parametrize(
    ("effect", "nth", "sentence"),
    [
        ({"status": 403, "message": "Method not allowed with this API key"}, None, "could not be backed up"),
        ({"status": 500}, None, "could not be backed up"),
        ({"close": "after_reading"}, None, "could not be backed up"),
        ({"body": "broken"}, None, "could not be backed up"),
        ({"status": 404, "message": "gone"}, 2, "could not be backed up"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("held")
def test_a_backup_that_fails_stops_the_push(
    shell: Shell, caller: Caller, effect: dict[str, object], nth: int | None, sentence: str
) -> None:
    caller.fault(effect, path="/browse$", **({} if nth is None else {"nth": nth}))
    done = shell.push(None, *_YES, action="clear")
    assert done.status == 3
    assert sentence in done.stderr
    assert "Nothing was sent" in done.stderr
    assert not any(call["path"].endswith("/push") for call in caller.get("/sandbox/calls")[1:])
    assert list(backups().iterdir()) == []


@pytest.mark.usefixtures("held")
def test_one_lost_page_is_asked_for_again(shell: Shell, caller: Caller) -> None:
    caller.fault({"status": 503}, path="/browse$", nth=2)
    assert shell.push(None, *_YES, action="clear").status == 0
    assert len(_lines(backups())) == _COUNT


@pytest.mark.usefixtures("held")
def test_a_folder_that_cannot_be_written_stops_the_push(shell: Shell, caller: Caller, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = shell.push(None, *_YES, "--backup", tmp_path / "file" / "below", action="clear")
    assert done.status == 3
    assert "cannot be written to" in done.stderr
    assert len(list(caller.all_hits())) == _COUNT


@pytest.mark.usefixtures("held")
def test_a_transformation_on_the_way_back_is_said(shell: Shell, caller: Caller, tmp_path: Path) -> None:
    assert shell.push(None, *_YES, "--backup", tmp_path, action="clear").status == 0
    (file,) = tmp_path.glob("*.zst")
    for task, said in ((PRODUCTS, False), (ARTICLES, True)):
        done = run("restore", file, "--task", task, *shell.target, "--dry-run", environ=shell.environ)
        assert done.status == 0, done.stderr
        assert ("has a transformation" in done.stdout) is said
