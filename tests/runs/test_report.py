"""The files of a run, written here and in another process."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest

from pushconsole.errors import Cancelled, InputError
from pushconsole.ingestion import Action
from pushconsole.runs import BatchLimits, Ledger, SavedRun, export_run, export_run_in_background, plan_records
from pushconsole.runs.html_report import FAILED_SHOWN
from pushconsole.sandbox import RunningSandbox
from tests.runs.builders import PRODUCTS, followed, numbered, sandbox_client, workspace_of
from tests.sandbox.caller import Caller

_RECORDS = 30_000


@pytest.fixture
def refused(sandbox: RunningSandbox, caller: Caller, ledger: Ledger, tmp_path: Path) -> SavedRun:
    """Push 30,000 records of which none succeeds: those of the first calls fail, then the run stops."""
    caller.fault({"status": 403, "message": "not you"}, path="/push$")
    workspace = workspace_of(tmp_path, numbered(_RECORDS))
    limits = BatchLimits(max_records=4_000)
    plan = plan_records(workspace, PRODUCTS, Action.UPDATE_OBJECT, watch=False, limits=limits)
    run = asyncio.run(followed(plan, sandbox_client(sandbox), ledger))
    workspace.close()
    return ledger.saved_run(run.finished.run_id)


def _contents(files: list[Path]) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in files}


def test_the_files_from_another_process_are_the_same_and_what_is_done_is_told(
    refused: SavedRun, ledger: Ledger, tmp_path: Path
) -> None:
    told: list[int] = []
    files = export_run_in_background(
        tmp_path / "theirs", ledger, refused, on_progress=told.append, cancelled=lambda: False
    )
    assert told == sorted(told)
    assert told[0] == 0
    assert told[-1] == _RECORDS
    ours = _contents(export_run(tmp_path / "ours", ledger, refused))
    assert _contents(files) == ours
    assert {"failed.ndjson", "unsent.ndjson", "report.json", "report.html"} == set(ours)


def test_the_page_shows_as_many_failed_records_as_a_browser_bears_and_the_document_all(
    refused: SavedRun, ledger: Ledger, tmp_path: Path
) -> None:
    export_run_in_background(tmp_path, ledger, refused, on_progress=lambda _: None, cancelled=lambda: False)
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    failed = report["finished"]["failed"]
    assert failed > FAILED_SHOWN
    assert len(report["failed_records"]) == failed
    page = (tmp_path / "report.html").read_text("utf-8")
    assert page.count("<code>sku-") == FAILED_SHOWN
    assert f"{failed - FAILED_SHOWN:,} more are in report.json".replace(",", "\u202f") in page


@pytest.mark.parametrize("after", [0, 10_000], ids=["at once", "midway"])
def test_it_ends_within_a_second_when_it_is_cancelled(
    refused: SavedRun, ledger: Ledger, tmp_path: Path, after: int
) -> None:
    told, asked_at = [-1], list[float]()

    def cancelled() -> bool:
        if told[-1] >= after:
            asked_at.append(time.monotonic())
        return bool(asked_at)

    with pytest.raises(Cancelled):
        export_run_in_background(tmp_path / "out", ledger, refused, on_progress=told.append, cancelled=cancelled)
    assert time.monotonic() - asked_at[0] < 1.5, "0.8 s of patience and the end of a process"
    assert not (tmp_path / "out" / "report.json").exists()


def test_records_that_are_gone_are_told(refused: SavedRun, ledger: Ledger, tmp_path: Path) -> None:
    assert refused.workspace is not None
    Path(refused.workspace).unlink()
    with pytest.raises(InputError, match="are not there any more"):
        export_run_in_background(tmp_path / "out", ledger, refused, on_progress=lambda _: None, cancelled=lambda: False)
